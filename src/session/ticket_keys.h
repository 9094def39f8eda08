// The keys of tickets, and when they change. RFC 9846, section 4.7.1.
#pragma once

#include <cstdint>
#include <mutex>

#include "nacre/session.h"
#include "session/key_ring.h"

namespace nacre {

struct TicketKeys::Impl {
  explicit Impl(const Rotation& times) : rotation(times) {}

  // The keys at `now`. When they have to be looked after, one caller does it, and the others go on
  // with those that there are.
  KeyRingSlots::Pin keys(UnixTime now);

  // A key made at random. Errors: no_randomness.
  Result<void> start_at_random();
  // As given(), until the source is asked again.
  Result<void> put_given(Bytes written);
  void put(KeyRing ring);

  // Under the mutex.
  void look_after(UnixTime now);
  // Brings `ring` up to `now`: random keys that come and go.
  Result<void> renew(KeyRing& ring, UnixTime now) const;
  void ask_source(KeyRing& ring, UnixTime now);

  const Rotation rotation;
  Source source;           // or none
  bool is_random = false;  // until replace(); changed under the mutex alone
  std::mutex changing;     // no handshake waits for it
  KeyRingSlots slots;
};

}  // namespace nacre
