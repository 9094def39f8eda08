// Intermediates that pki has parsed before. Compiled with exceptions, as path.cpp is.
#include "crypto/boringssl/known_intermediates.h"

#include <algorithm>
#include <utility>

namespace nacre::crypto {
namespace {

constexpr std::size_t max_list_bytes = std::size_t{16} * 1024;

bool is_same_list(const std::vector<std::string>& known, std::span<const Bytes> list) {
  return std::ranges::equal(known, list, {}, {}, [](Bytes der) { return text_of(der); });
}

}  // namespace

KnownIntermediates::Pool KnownIntermediates::find(std::span<const Bytes> list) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
    return entry.pool != nullptr && is_same_list(entry.list, list);
  });
  return found == entries_.end() ? nullptr : found->pool;
}

void KnownIntermediates::keep(std::span<const Bytes> list, Pool pool) const {
  std::size_t size = 0;
  for (const Bytes der : list) size += der.size();
  if (size > max_list_bytes) return;
  Entry entry{.list = {}, .pool = std::move(pool)};
  for (const Bytes der : list) entry.list.emplace_back(text_of(der));
  const std::lock_guard lock(mutex_);
  std::swap(entries_.at(oldest_), entry);
  oldest_ = (oldest_ + 1) % entries_.size();
}

}  // namespace nacre::crypto
