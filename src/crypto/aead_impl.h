// What stands behind Aead, for the files of this room alone.
#pragma once

#include <openssl/aead.h>

#include <array>
#include <cstdint>
#include <type_traits>

#include "crypto/aead.h"

namespace nacre::crypto {

using AeadContext = std::array<std::uint8_t, 584>;

// AES-GCM and ChaCha20-Poly1305 keep nothing but key material and function pointers in an
// EVP_AEAD_CTX, and own no memory: it may be moved byte by byte, and wiping is all its cleanup.
static_assert(sizeof(EVP_AEAD_CTX) <= sizeof(AeadContext) && alignof(EVP_AEAD_CTX) <= 8);
static_assert(std::is_trivially_copyable_v<EVP_AEAD_CTX>);

// The header names no type of BoringSSL, so the context lives in bytes, as large and as aligned as
// the assertions above hold them.
#pragma clang unsafe_buffer_usage begin
inline EVP_AEAD_CTX* aead_context(AeadContext& bytes) {
  return reinterpret_cast<EVP_AEAD_CTX*>(bytes.data());
}
inline const EVP_AEAD_CTX* aead_context(const AeadContext& bytes) {
  return reinterpret_cast<const EVP_AEAD_CTX*>(bytes.data());
}
#pragma clang unsafe_buffer_usage end

}  // namespace nacre::crypto
