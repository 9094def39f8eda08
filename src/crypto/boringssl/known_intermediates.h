// Intermediates that pki has parsed before, for path.cpp alone.
#pragma once

#include <openssl/pki/verify.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "nacre/bytes.h"

namespace nacre::crypto {

// Keyed by the bytes of each certificate of a whole list, in its order: what a peer has sent never
// changes what is said of another one's chain. Bounded; the oldest list goes first. Thread-safe.
class KnownIntermediates {
 public:
  using Pool = std::shared_ptr<const bssl::CertPool>;

  // Null where the list is not known.
  Pool find(std::span<const Bytes> list) const;
  // Forgets an older list for it, unless it is too long itself.
  void keep(std::span<const Bytes> list, Pool pool) const;

 private:
  struct Entry {
    std::vector<std::string> list;
    Pool pool;  // null: an entry without a list
  };

  mutable std::mutex mutex_;
  mutable std::array<Entry, 8> entries_;
  mutable std::size_t oldest_ = 0;
};

}  // namespace nacre::crypto
