// Signatures on certificates that were checked before, for the files of this room alone.
#pragma once

#include <openssl/pki/signature_verify_cache.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "nacre/credentials.h"

namespace nacre {

namespace crypto {

// Two generations: when the young one is full, the old one is forgotten and the young one is old.
// The key is pki's, a hash of all that a check depends on. Thread-safe.
class CheckedSignatures final : public bssl::SignatureVerifyCache {
 public:
  explicit CheckedSignatures(std::size_t entries) : entries_in_each_(entries / 2) {}

  void Store(const std::string& key, Value value) noexcept override;
  Value Check(const std::string& key) noexcept override;
  std::size_t size();
  std::uint64_t hits();

 private:
  void keep(const std::string& key, Value value);

  const std::size_t entries_in_each_;
  std::mutex mutex_;
  std::map<std::string, Value> young_;
  std::map<std::string, Value> old_;
  std::uint64_t hits_ = 0;
};

}  // namespace crypto

struct SignatureCache::Impl {
  explicit Impl(std::size_t entries) : checked(entries) {}
  crypto::CheckedSignatures checked;
};

}  // namespace nacre
