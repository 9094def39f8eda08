// Signatures that no honest CA or peer makes, for tests that forge.
#include "crypto/forge.h"

#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/pem.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

const EVP_MD* digest_of(int bits) {
  switch (bits) {
    case 160:
      return EVP_sha1();
    case 224:
      return EVP_sha224();
    case 256:
      return EVP_sha256();
    case 384:
      return EVP_sha384();
    case 512:
      return EVP_sha512();
    default:
      return nullptr;
  }
}

}  // namespace

Result<std::vector<std::uint8_t>> sign_anyhow(const AnySignature& how, std::string_view key_pem,
                                              Bytes content) {
  TRY(const std::vector<Der> keys, read_pem(key_pem, "PRIVATE KEY"));
  ENSURE(keys.size() == 1, Error::bad_pem);
  const auto algorithms = key_algorithms();
  const bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_from_private_key_info(
      keys.front().data(), keys.front().size(), algorithms.data(), algorithms.size()));
  ENSURE(key != nullptr, Error::bad_pem);
  bssl::ScopedEVP_MD_CTX hashing;
  EVP_PKEY_CTX* parameters = nullptr;
  ENSURE(EVP_DigestSignInit(hashing.get(), &parameters, digest_of(how.hash_bits), nullptr,
                            key.get()) == 1,
         Error::crypto_failure);
  if (how.pss) {
    ENSURE(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, how.salt_length) == 1,
           Error::crypto_failure);
  }
  std::vector<std::uint8_t> signature(static_cast<std::size_t>(EVP_PKEY_size(key.get())));
  std::size_t size = signature.size();
  ENSURE(
      EVP_DigestSign(hashing.get(), signature.data(), &size, content.data(), content.size()) == 1,
      Error::crypto_failure);
  signature.resize(size);
  return signature;
}

}  // namespace nacre::crypto
