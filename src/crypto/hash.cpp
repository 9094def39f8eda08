// SHA-256 and SHA-384.
#include "crypto/hash.h"

#include <openssl/sha.h>

#include <type_traits>

// BoringSSL's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {
namespace {

using Context = std::array<std::uint8_t, 216>;

static_assert(sizeof(SHA256_CTX) <= sizeof(Context) && sizeof(SHA512_CTX) <= sizeof(Context));
static_assert(alignof(SHA256_CTX) <= 8 && alignof(SHA512_CTX) <= 8);
static_assert(std::is_trivially_copyable_v<SHA256_CTX> && std::is_trivially_copyable_v<SHA512_CTX>);

// The header names no type of BoringSSL, so the context lives in bytes, as large and as aligned as
// the assertions above hold them.
#pragma clang unsafe_buffer_usage begin
SHA256_CTX* sha256_in(Context& context) {
  return reinterpret_cast<SHA256_CTX*>(context.data());
}
SHA512_CTX* sha384_in(Context& context) {
  return reinterpret_cast<SHA512_CTX*>(context.data());
}
#pragma clang unsafe_buffer_usage end

}  // namespace

Hash::Hash(HashAlgorithm algorithm) noexcept NACRE_NONALLOCATING : algorithm_(algorithm) {
  if (algorithm_ == HashAlgorithm::sha256) {
    SHA256_Init(sha256_in(context_));
  } else {
    SHA384_Init(sha384_in(context_));
  }
}

void Hash::update(Bytes data) noexcept NACRE_NONALLOCATING {
  if (algorithm_ == HashAlgorithm::sha256) {
    SHA256_Update(sha256_in(context_), data.data(), data.size());
  } else {
    SHA384_Update(sha384_in(context_), data.data(), data.size());
  }
}

Digest Hash::digest() const noexcept NACRE_NONALLOCATING {
  Context context = context_;
  Digest digest{.size = hash_size(algorithm_)};
  if (algorithm_ == HashAlgorithm::sha256) {
    SHA256_Final(digest.storage.data(), sha256_in(context));
  } else {
    SHA384_Final(digest.storage.data(), sha384_in(context));
  }
  return digest;
}

Digest hash(HashAlgorithm algorithm, Bytes data) noexcept NACRE_NONALLOCATING {
  Hash hash(algorithm);
  hash.update(data);
  return hash.digest();
}

Digest empty_hash(HashAlgorithm algorithm) noexcept {
  static const Digest sha256 = hash(HashAlgorithm::sha256, {});
  static const Digest sha384 = hash(HashAlgorithm::sha384, {});
  return algorithm == HashAlgorithm::sha256 ? sha256 : sha384;
}

}  // namespace nacre::crypto
