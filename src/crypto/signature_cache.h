// Signatures on certificates that were found valid before, for the files of this room alone.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "crypto/read_mostly.h"
#include "nacre/credentials.h"

namespace nacre {

namespace crypto {

// Two generations: when the young one is full, the old one is forgotten and the young one is old.
// The key is the caller's, a hash of all that a check depends on. What was not valid is not kept:
// whoever sends such chains would have others forgotten. Thread-safe.
class CheckedSignatures {
 public:
  explicit CheckedSignatures(std::size_t entries) : entries_in_each_(entries / 2) {}

  // It was valid.
  void store(const std::string& key) noexcept;
  // Whether it is known to have been.
  bool check(const std::string& key) noexcept;
  std::size_t size();
  std::uint64_t hits() const { return hits_; }

 private:
  using Keys = std::set<std::string>;
  struct Generations {
    Keys young;
    Keys old;
  };

  const std::size_t entries_in_each_;
  ReadMostly<Generations> known_;
  std::atomic<std::uint64_t> hits_ = 0;
};

}  // namespace crypto

struct SignatureCache::Impl {
  explicit Impl(std::size_t entries) : checked(entries) {}
  crypto::CheckedSignatures checked;
};

}  // namespace nacre
