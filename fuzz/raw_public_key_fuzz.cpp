// Raw public keys: what is taken for one is a key of a credential too, and verifies without a
// crash.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "crypto/credentials.h"
#include "crypto/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using nacre::crypto::PublicKey;
  const nacre::Bytes input(data, size);
  const auto key = PublicKey::from_raw(input, 2048);
  const bool has_form = nacre::crypto::has_form_of_key_info(input);
  if (!has_form && key != nacre::fail(nacre::Error::bad_raw_public_key)) std::abort();
  const auto credential = nacre::Credential::from_public_key(input);
  if (key && !key->schemes().empty() && !credential) std::abort();
  if (credential && !std::ranges::equal(credential->certificate(), input)) std::abort();
  if (!key) return 0;
  // No signature of zeros verifies.
  constexpr std::array<std::uint8_t, 64> signature{};
  for (const nacre::SignatureScheme scheme : key->schemes()) {
    if (key->verify(scheme, input, signature)) std::abort();
  }
  return 0;
}
