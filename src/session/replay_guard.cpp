// Which first flights are new. RFC 9846, section 8.2.
//
// A flight says when it was sent. It is fresh while the clock stands within `window` of that,
// before or after: one that was accepted at a time can be fresh again until 2 * window later, and
// no longer. So it is told again until then, by the latest time that was ever told; and whoever
// tells an earlier time than that, when flights may have been forgotten that are fresh again, is
// refused.
#include <algorithm>
#include <mutex>

#include "crypto/hkdf.h"
#include "crypto/random.h"
#include "session/seen_flights.h"
#include "session/time.h"

namespace nacre {
namespace {

// A handshake may come so late with the time that it was told: flights are kept for longer by as
// much.
constexpr UnixTime lateness = 5;

}  // namespace

struct MemoryReplayGuard::Impl {
  explicit Impl(const Start& start)
      : has_history(start.has_history),
        former_window(within_time(start.former_window)),
        flights(start.capacity) {
    crypto::random_bytes(key.resize(32));
  }

  // Takes the time and the window in, which never go back.
  void tell(UnixTime now, UnixTime window);
  Result<FlightMark> mark_of(Bytes binder) const;

  std::mutex mutex;
  const bool has_history;
  const UnixTime former_window;  // of the processes before
  bool is_started = false;
  UnixTime latest = 0;
  UnixTime widest = 0;       // the widest window
  UnixTime quiet_until = 0;  // nothing is accepted until this has passed
  crypto::Secret<32> key;
  SeenFlights flights;
};

void MemoryReplayGuard::Impl::tell(UnixTime now, UnixTime window) {
  if (!is_started) {
    is_started = true;
    latest = now;
    widest = window;
    // fault: AC-075b AC-075c AC-127
    quiet_until = has_history ? -1 : now + former_window + window;
    return;
  }
  // The window of those that have been forgotten was narrower: they are fresh for so much longer.
  // So are those of the processes before.
  if (window > widest) {
    const UnixTime wider = window - widest;
    // fault: AC-126
    quiet_until = std::max(quiet_until, latest) + wider;
    widest = window;
  }
  latest = std::max(latest, now);
}

Result<FlightMark> MemoryReplayGuard::Impl::mark_of(Bytes binder) const {
  TRY(const auto digest, crypto::hmac(crypto::HashAlgorithm::sha256, key.reveal(), binder));
  FlightMark mark{};
  std::ranges::copy(digest.bytes().first(mark.size()), mark.begin());
  return mark;
}

MemoryReplayGuard::MemoryReplayGuard(const Start& start) : impl_(std::make_unique<Impl>(start)) {}
MemoryReplayGuard::~MemoryReplayGuard() = default;

bool MemoryReplayGuard::is_first(Bytes binder, UnixTime now, std::chrono::seconds window) {
  const auto mark = impl_->mark_of(binder);
  if (!mark) return false;

  const std::lock_guard lock(impl_->mutex);
  now = within_time(now);
  impl_->tell(now, within_time(window));
  // Two go where one comes: that is enough for whoever comes to find room, and as much work for
  // each.
  const UnixTime kept_from = impl_->latest - 2 * impl_->widest - lateness;
  for (int count = 0; count < 2 && impl_->flights.drop_before(kept_from);) ++count;

  // fault: AC-076c
  if (now <= impl_->quiet_until || now < impl_->latest - lateness) return false;
  // fault: AC-075a
  if (impl_->flights.is_full() || impl_->flights.has(*mark)) return false;
  impl_->flights.add(*mark, impl_->latest);
  return true;
}

}  // namespace nacre
