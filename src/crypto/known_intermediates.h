// Intermediates that were parsed before, for the search for a path. Compiled with exceptions, as
// its callers are.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nacre/bytes.h"

namespace nacre::crypto {

// Keyed by the bytes of each certificate of a whole list, in its order: what a peer has sent never
// changes what is said of another one's chain. Bounded; the oldest list goes first. Thread-safe.
// `Parsed`: what the library makes of a list.
template <class Parsed>
class KnownIntermediates {
 public:
  using Shared = std::shared_ptr<const Parsed>;

  // Null where the list is not known.
  Shared find(std::span<const Bytes> list) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
      return entry.parsed != nullptr &&
             std::ranges::equal(entry.list, list, {}, {}, [](Bytes der) { return text_of(der); });
    });
    return found == entries_.end() ? nullptr : found->parsed;
  }
  // Forgets an older list for it, unless it is too long itself.
  void keep(std::span<const Bytes> list, Shared parsed) const {
    std::size_t size = 0;
    for (const Bytes der : list) size += der.size();
    if (size > max_list_bytes) return;
    Entry entry{.list = {}, .parsed = std::move(parsed)};
    for (const Bytes der : list) entry.list.emplace_back(text_of(der));
    const std::lock_guard lock(mutex_);
    std::swap(entries_.at(oldest_), entry);
    oldest_ = (oldest_ + 1) % entries_.size();
  }

 private:
  static constexpr std::size_t max_list_bytes = std::size_t{16} * 1024;

  struct Entry {
    std::vector<std::string> list;
    Shared parsed;  // null: an entry without a list
  };

  mutable std::mutex mutex_;
  mutable std::array<Entry, 8> entries_;
  mutable std::size_t oldest_ = 0;
};

}  // namespace nacre::crypto
