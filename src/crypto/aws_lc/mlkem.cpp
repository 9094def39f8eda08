// ML-KEM over AWS-LC.
#include "crypto/mlkem.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/experimental/kem_deterministic_api.h>
#include <openssl/nid.h>

#include <algorithm>

namespace nacre::crypto {
namespace {

using KemKey = bssl::UniquePtr<EVP_PKEY>;
using KemContext = bssl::UniquePtr<EVP_PKEY_CTX>;

int nid_of(Kem kem) {
  switch (kem) {
    case Kem::none:
      return NID_undef;
    case Kem::mlkem768:
      return NID_MLKEM768;
    case Kem::mlkem1024:
      return NID_MLKEM1024;
  }
  return NID_undef;
}

// What the library says, without what it leaves behind of a failure.
bool kem_succeeds(int outcome) {
  if (outcome != 1) ERR_clear_error();
  return outcome == 1;
}

}  // namespace

// As FIPS 203, section 7.1, encodes it.
std::size_t kem_private_key_size(Kem kem) {
  switch (kem) {
    case Kem::none:
      return 0;
    case Kem::mlkem768:
      return 2400;
    case Kem::mlkem1024:
      return 3168;
  }
  return 0;
}

Result<void> kem_generate(Kem kem, Bytes seed, MutableBytes private_key) {
  ENSURE(private_key.size() >= kem_private_key_size(kem), Error::buffer_too_small);
  const KemContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_KEM, nullptr));
  std::size_t seed_size = seed.size();
  EVP_PKEY* made = nullptr;
  ENSURE(context != nullptr &&
             kem_succeeds(EVP_PKEY_CTX_kem_set_params(context.get(), nid_of(kem))) &&
             kem_succeeds(EVP_PKEY_keygen_init(context.get())) &&
             kem_succeeds(
                 EVP_PKEY_keygen_deterministic(context.get(), &made, seed.data(), &seed_size)),
         Error::crypto_failure);
  const KemKey key(made);
  std::size_t private_size = private_key.size();
  ENSURE(kem_succeeds(EVP_PKEY_get_raw_private_key(key.get(), private_key.data(), &private_size)) &&
             private_size == kem_private_key_size(kem),
         Error::crypto_failure);
  return {};
}

// It stands in the private key, before its hash and a value of 32 bytes: FIPS 203, algorithm 16.
Result<void> kem_public_key(Kem kem, Bytes private_key, MutableBytes public_key) {
  ENSURE(private_key.size() >= kem_private_key_size(kem), Error::buffer_too_small);
  ENSURE(public_key.size() == sizes(kem).public_key, Error::buffer_too_small);
  const Bytes key = private_key.first(kem_private_key_size(kem) - 64);
  std::ranges::copy(key.last(public_key.size()), public_key.begin());
  return {};
}

Result<void> kem_decapsulate(Kem kem, Bytes private_key, Bytes ciphertext, MutableBytes secret) {
  ENSURE(secret.size() == sizes(kem).secret, Error::buffer_too_small);
  ENSURE(private_key.size() >= kem_private_key_size(kem), Error::buffer_too_small);
  ENSURE(ciphertext.size() == sizes(kem).ciphertext, Error::bad_key_share);
  const KemKey key(
      EVP_PKEY_kem_new_raw_secret_key(nid_of(kem), private_key.data(), kem_private_key_size(kem)));
  const KemContext context(key != nullptr ? EVP_PKEY_CTX_new(key.get(), nullptr) : nullptr);
  ENSURE(context != nullptr, Error::out_of_memory);
  std::size_t size = secret.size();
  ENSURE(kem_succeeds(EVP_PKEY_decapsulate(context.get(), secret.data(), &size, ciphertext.data(),
                                           ciphertext.size())) &&
             size == secret.size(),
         Error::crypto_failure);
  return {};
}

Result<void> kem_encapsulate(Kem kem, Bytes public_key, MutableBytes ciphertext,
                             MutableBytes secret) {
  ENSURE(ciphertext.size() == sizes(kem).ciphertext && secret.size() == sizes(kem).secret,
         Error::buffer_too_small);
  ENSURE(public_key.size() == sizes(kem).public_key, Error::bad_key_share);
  const KemKey key(
      EVP_PKEY_kem_new_raw_public_key(nid_of(kem), public_key.data(), public_key.size()));
  const KemContext context(key != nullptr ? EVP_PKEY_CTX_new(key.get(), nullptr) : nullptr);
  ENSURE(context != nullptr, Error::out_of_memory);
  std::size_t ciphertext_size = ciphertext.size();
  std::size_t secret_bytes = secret.size();
  // A coefficient out of range is found here: FIPS 203, section 7.2.
  ENSURE(kem_succeeds(EVP_PKEY_encapsulate(context.get(), ciphertext.data(), &ciphertext_size,
                                           secret.data(), &secret_bytes)),
         Error::bad_key_share);
  ENSURE(ciphertext_size == ciphertext.size() && secret_bytes == secret.size(),
         Error::crypto_failure);
  return {};
}

}  // namespace nacre::crypto
