// Secrets: bytes that wipe themselves, compare in constant time, and cannot be printed or copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

// Overwrites `bytes` in a way that the compiler may not leave out.
void wipe(MutableBytes bytes) noexcept NACRE_NONALLOCATING;
void wipe(std::string& text) noexcept NACRE_NONALLOCATING;

// Whether `a` and `b` are equal, in time that depends on their lengths alone.
bool equal_in_constant_time(Bytes a, Bytes b) noexcept NACRE_NONALLOCATING;

// Up to `Capacity` secret bytes. Move-only: a moved-from secret is empty and wiped.
template <std::size_t Capacity>
class Secret {
 public:
  Secret() = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      size_ = other.size_;
      other.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  // The room for `size` secret bytes, to be written by the caller.
  MutableBytes resize(std::size_t size) NACRE_LIFETIMEBOUND {
    size_ = static_cast<std::uint16_t>(size <= Capacity ? size : Capacity);
    return MutableBytes(bytes_).first(size_);
  }
  // The secret itself. Each call of this is a place to look at.
  Bytes reveal() const NACRE_LIFETIMEBOUND { return Bytes(bytes_).first(size_); }
  bool empty() const { return size_ == 0; }

  void clear() {
    wipe(bytes_);
    size_ = 0;
  }

 private:
  static_assert(Capacity <= 0xffff);
  std::array<std::uint8_t, Capacity> bytes_{};
  std::uint16_t size_ = 0;
};

// As long as the longest transcript hash.
using HashSecret = Secret<48>;
// As long as the longest (EC)DHE or hybrid shared secret: ECDH on P-384 and ML-KEM-1024.
using SharedSecret = Secret<80>;

}  // namespace nacre::crypto
