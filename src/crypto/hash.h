// Hash functions of the cipher suites. RFC 9846, section 4.1.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "nacre/attributes.h"
#include "nacre/bytes.h"

namespace nacre::crypto {

enum class HashAlgorithm : std::uint8_t { sha256, sha384 };

constexpr std::size_t hash_size(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::sha256 ? 32 : 48;
}

// A hash value: not secret, 32 or 48 bytes.
struct Digest {
  std::array<std::uint8_t, 48> storage{};
  std::size_t size = 0;

  Bytes bytes() const NACRE_LIFETIMEBOUND { return Bytes(storage).first(size); }
  // SHA-256's, as a value.
  std::array<std::uint8_t, 32> sha256() const {
    std::array<std::uint8_t, 32> value{};
    std::ranges::copy(Bytes(storage).first<32>(), value.begin());
    return value;
  }
};

// A hash in progress. Copying forks it. Allocates nothing.
class Hash {
 public:
  explicit Hash(HashAlgorithm algorithm) noexcept NACRE_NONALLOCATING;

  void update(Bytes data) noexcept NACRE_NONALLOCATING;
  // The hash of what was added so far; more may be added afterwards.
  Digest digest() const noexcept NACRE_NONALLOCATING;
  HashAlgorithm algorithm() const { return algorithm_; }

 private:
  HashAlgorithm algorithm_;
  // The library's own context, which the source file knows.
  alignas(8) std::array<std::uint8_t, 216> context_{};
};

Digest hash(HashAlgorithm algorithm, Bytes data) noexcept NACRE_NONALLOCATING;
// The hash of nothing.
Digest empty_hash(HashAlgorithm algorithm) noexcept;

}  // namespace nacre::crypto
