// Secret bytes of any number, which are wiped.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"

namespace nacre {

class SecretBytes {
 public:
  explicit SecretBytes(Bytes bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes& operator=(SecretBytes&&) = delete;
  ~SecretBytes() { crypto::wipe(bytes_); }

  std::size_t size() const { return bytes_.size(); }
  Bytes bytes() const NACRE_LIFETIMEBOUND { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace nacre
