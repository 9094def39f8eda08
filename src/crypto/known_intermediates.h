// Intermediates that were parsed before, for the search for a path. Compiled with exceptions, as
// its callers are.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/read_mostly.h"
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
    return known_.read([&](const Known& known) {
      const auto found = std::ranges::find_if(known.entries, [&](const Entry& entry) {
        return entry.parsed != nullptr &&
               std::ranges::equal(entry.list, list, {}, {}, [](Bytes der) { return text_of(der); });
      });
      return found == known.entries.end() ? nullptr : found->parsed;
    });
  }
  // Forgets an older list for it, unless it is too long itself.
  void keep(std::span<const Bytes> list, Shared parsed) const {
    std::size_t size = 0;
    for (const Bytes der : list) size += der.size();
    if (size > max_list_bytes) return;
    Entry entry{.list = {}, .parsed = std::move(parsed)};
    for (const Bytes der : list) entry.list.emplace_back(text_of(der));
    known_.change([&](Known& known) {
      std::swap(known.entries.at(known.oldest), entry);
      known.oldest = (known.oldest + 1) % known.entries.size();
    });
  }

 private:
  static constexpr std::size_t max_list_bytes = std::size_t{16} * 1024;

  struct Entry {
    std::vector<std::string> list;
    Shared parsed;  // null: an entry without a list
  };

  struct Known {
    std::array<Entry, 8> entries;
    std::size_t oldest = 0;
  };

  mutable ReadMostly<Known> known_;
};

}  // namespace nacre::crypto
