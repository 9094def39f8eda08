// BoringSSL's functions of ML-KEM-768, by AWS-LC's, which has them as a KEM of EVP.
#pragma once

#include <openssl/bytestring.h>
#include <openssl/evp.h>
#include <openssl/nid.h>

#include <cstddef>
#include <cstdint>
#include <memory>

inline constexpr std::size_t MLKEM768_PUBLIC_KEY_BYTES = 1'184;
inline constexpr std::size_t MLKEM768_CIPHERTEXT_BYTES = 1'088;
inline constexpr std::size_t MLKEM_SHARED_SECRET_BYTES = 32;

struct MLKEM768_public_key {
  bssl::UniquePtr<EVP_PKEY> key;
};
using MLKEM768_private_key = MLKEM768_public_key;

inline void MLKEM768_generate_key(std::uint8_t* public_key, std::uint8_t*,
                                  MLKEM768_private_key* private_key) {
  static const bssl::UniquePtr<EVP_PKEY_CTX> context = [] {
    bssl::UniquePtr<EVP_PKEY_CTX> made(EVP_PKEY_CTX_new_id(EVP_PKEY_KEM, nullptr));
    EVP_PKEY_CTX_kem_set_params(made.get(), NID_MLKEM768);
    EVP_PKEY_keygen_init(made.get());
    return made;
  }();
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen(context.get(), &key);
  private_key->key.reset(key);
  std::size_t size = MLKEM768_PUBLIC_KEY_BYTES;
  EVP_PKEY_get_raw_public_key(key, public_key, &size);
}

inline int MLKEM768_parse_public_key(MLKEM768_public_key* key, CBS* encoding) {
  key->key.reset(
      EVP_PKEY_kem_new_raw_public_key(NID_MLKEM768, CBS_data(encoding), CBS_len(encoding)));
  return key->key != nullptr;
}

inline int MLKEM768_encap(std::uint8_t* ciphertext, std::uint8_t* secret,
                          const MLKEM768_public_key* key) {
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key->key.get(), nullptr));
  std::size_t size = MLKEM768_CIPHERTEXT_BYTES;
  std::size_t secret_size = MLKEM_SHARED_SECRET_BYTES;
  return EVP_PKEY_encapsulate(context.get(), ciphertext, &size, secret, &secret_size);
}

inline int MLKEM768_decap(std::uint8_t* secret, const std::uint8_t* ciphertext, std::size_t size,
                          const MLKEM768_private_key* key) {
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key->key.get(), nullptr));
  std::size_t secret_size = MLKEM_SHARED_SECRET_BYTES;
  return EVP_PKEY_decapsulate(context.get(), secret, &secret_size,
                              const_cast<std::uint8_t*>(ciphertext), size);
}
