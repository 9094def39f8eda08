// PEM: what is read can be written and read again; keys and chains do not crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "crypto/pem.h"
#include "crypto/signature.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nacre::text_of({data, size});
  (void)nacre::crypto::PrivateKey::from_pem(text);
  (void)nacre::Credential::from_chain_pem(text);
  const auto certificates = nacre::read_pem_certificates(text);
  if (!certificates) return 0;
  if (certificates->empty()) std::abort();
  // The same text twice holds each certificate twice.
  const auto twice = nacre::read_pem_certificates(std::string(text) + "\n" + std::string(text));
  if (twice && twice->size() != 2 * certificates->size()) std::abort();
  return 0;
}
