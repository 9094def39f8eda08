// Signatures on certificates that were checked before. Compiled with exceptions, as path.cpp is:
// where memory is short, nothing is remembered.
#include "crypto/signature_cache.h"

#include <utility>

#include "nacre/try.h"

namespace nacre {

namespace crypto {

void CheckedSignatures::keep(const std::string& key, bool valid) {
  const bool is_full = young_.size() >= entries_in_each_ && !young_.contains(key);
  if (is_full) old_ = std::exchange(young_, {});
  old_.erase(key);
  young_.insert_or_assign(key, valid);
}

void CheckedSignatures::store(const std::string& key, bool valid) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    keep(key, valid);
  } catch (...) {
    return;
  }
}

std::optional<bool> CheckedSignatures::check(const std::string& key) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (const auto found = young_.find(key); found != young_.end()) {
      ++hits_;
      return found->second;
    }
    const auto found = old_.find(key);
    if (found == old_.end()) return std::nullopt;
    ++hits_;
    const bool valid = found->second;
    keep(key, valid);
    return valid;
  } catch (...) {
    return std::nullopt;
  }
}

std::size_t CheckedSignatures::size() {
  const std::lock_guard lock(mutex_);
  return young_.size() + old_.size();
}

std::uint64_t CheckedSignatures::hits() {
  const std::lock_guard lock(mutex_);
  return hits_;
}

}  // namespace crypto

Result<SignatureCache> SignatureCache::create(std::size_t entries) {
  ENSURE(entries >= 2, Error::bad_configuration);
  return SignatureCache(std::make_shared<Impl>(entries));
}

std::size_t SignatureCache::size() const {
  return impl_->checked.size();
}

std::uint64_t SignatureCache::hits() const {
  return impl_->checked.hits();
}

}  // namespace nacre
