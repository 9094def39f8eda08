// What many threads read and few change: a cache.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace nacre::crypto {

// No reader waits for another one, and nobody waits for whoever computes what is to be kept: that
// happens before change(), which is short. A change that would have to wait is left out: a cache is
// none the worse for it. Thread-safe.
template <class T>
class ReadMostly {
 public:
  template <class... Arguments>
  explicit ReadMostly(Arguments&&... arguments) : value_(static_cast<Arguments&&>(arguments)...) {}

  // What `look`, of a const T&, returns. It may not lead to another call of this object.
  auto read(const auto& look) const {
    // fault: AC-205a
    const std::shared_lock lock(mutex_);
    return look(value_);
  }
  // `change`, of a T&. Returns whether it was made.
  bool change(const auto& change) {
    // fault: AC-205b
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return false;
    change(value_);
    return true;
  }

 private:
  mutable std::shared_mutex mutex_;
  T value_;
};

}  // namespace nacre::crypto
