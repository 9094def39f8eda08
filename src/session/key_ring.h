// The keys that are in use at one moment, and a place where many read them while one changes them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "crypto/secret.h"
#include "nacre/session.h"
#include "session/time.h"

namespace nacre {

struct TicketKey {
  static constexpr std::size_t name_size = 16;

  std::array<std::uint8_t, name_size> name{};
  crypto::Secret<32> secret;
  std::optional<UnixTime> made;  // nothing: before anyone told the time
  UnixTime expires = end_of_time;

  // From a name and a secret. Errors: bad_ticket_keys for another length, or one of them of zeros.
  static Result<TicketKey> read(Bytes written);
  TicketKey copy() const;
};

// The newest first.
struct KeyRing {
  std::array<TicketKey, TicketKeys::max_keys> keys;
  std::size_t size = 0;
  // It holds from `since` until `until`: then the keys are looked after.
  UnixTime since = -1;
  UnixTime until = -1;

  bool holds(UnixTime now) const { return since <= now && now < until; }
  const TicketKey& newest() const { return keys.front(); }
  // The key of that name that has not expired, or null.
  const TicketKey* find(Bytes name, UnixTime now) const;
  // Errors: bad_ticket_keys when it is full or has a key of that name.
  Result<void> add(TicketKey key);
  KeyRing copy() const;
};

// A KeyRing that is read without a lock. There are a few slots; a reader counts itself in at the
// present one, and a writer fills one where nobody reads and makes it the present one. So a key is
// never wiped while it is used, and no reader waits.
class KeyRingSlots {
  struct Slot {
    std::atomic<std::uint32_t> readers = 0;
    KeyRing ring;
  };

 public:
  // A ring that stays as it is until this is gone.
  class Pin {
   public:
    explicit Pin(Slot& slot) : slot_(&slot) {}
    Pin(Pin&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    Pin& operator=(Pin&&) = delete;
    ~Pin() {
      if (slot_ != nullptr) slot_->readers.fetch_sub(1);
    }
    const KeyRing& operator*() const NACRE_LIFETIMEBOUND { return slot_->ring; }
    const KeyRing* operator->() const NACRE_LIFETIMEBOUND { return &slot_->ring; }

   private:
    Slot* slot_;
  };

  Pin pin();

  // The rest is for one thread at a time.

  // Puts `ring` in place. False, when readers are in every other slot: `ring` is as it was.
  bool put(KeyRing& ring);
  // Wipes what nobody reads any more. Cheap where nothing is left.
  void wipe_unread();
  // Whether wipe_unread() has something to do; any thread may ask.
  bool has_unread() const { return has_unread_.load(std::memory_order_relaxed); }

 private:
  std::array<Slot, 4> slots_;
  std::atomic<std::size_t> present_ = 0;
  std::atomic<bool> has_unread_ = false;
};

}  // namespace nacre
