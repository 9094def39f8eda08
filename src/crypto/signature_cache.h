// Signatures on certificates that were checked before, for the files of this room alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "nacre/credentials.h"

namespace nacre {

namespace crypto {

// Two generations: when the young one is full, the old one is forgotten and the young one is old.
// The key is the caller's, a hash of all that a check depends on. Thread-safe.
class CheckedSignatures {
 public:
  explicit CheckedSignatures(std::size_t entries) : entries_in_each_(entries / 2) {}

  void store(const std::string& key, bool valid) noexcept;
  // Whether it was valid; nothing: not known.
  std::optional<bool> check(const std::string& key) noexcept;
  std::size_t size();
  std::uint64_t hits();

 private:
  void keep(const std::string& key, bool valid);

  const std::size_t entries_in_each_;
  std::mutex mutex_;
  std::map<std::string, bool> young_;
  std::map<std::string, bool> old_;
  std::uint64_t hits_ = 0;
};

}  // namespace crypto

struct SignatureCache::Impl {
  explicit Impl(std::size_t entries) : checked(entries) {}
  crypto::CheckedSignatures checked;
};

}  // namespace nacre
