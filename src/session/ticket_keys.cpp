// The keys of tickets, and when they change.
#include "session/ticket_keys.h"

#include <algorithm>
#include <thread>

#include "crypto/random.h"

namespace nacre {
namespace {

// Times that come so late are those of a clock that was set back: what was stamped by it before may
// not hold for longer. Others are those of handshakes that took their time.
UnixTime patience(const TicketKeys::Rotation& rotation) {
  return std::max(within_time(rotation.renew), clock_difference);
}

// A source that failed is asked again so soon.
constexpr UnixTime retry_after = 60;

Result<TicketKey> random_key() {
  crypto::Secret<TicketKeys::key_size> bytes;
  crypto::random_bytes(bytes.resize(TicketKeys::key_size));
  auto key = TicketKey::read(bytes.reveal());
  ENSURE(key, Error::no_randomness);
  return key;
}

Result<KeyRing> read_ring(Bytes written) {
  ENSURE(!written.empty() && written.size() % TicketKeys::key_size == 0, Error::bad_ticket_keys);
  KeyRing ring;
  for (Bytes rest = written; !rest.empty(); rest = rest.subspan(TicketKeys::key_size)) {
    TRY(auto key, TicketKey::read(rest.first(TicketKeys::key_size)));
    TRY(ring.add(std::move(key)));
  }
  return ring;
}

Result<KeyRing> read_from(const TicketKeys::Source& source) {
  TRY(auto written, source());
  auto ring = read_ring(written);
  crypto::wipe(written);
  return ring;
}

}  // namespace

TicketKeys::TicketKeys(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TicketKeys::~TicketKeys() = default;

Result<std::shared_ptr<TicketKeys>> TicketKeys::random(const Rotation& rotation) {
  const auto [renew, accept] = rotation;
  ENSURE(renew.count() > 0 && renew <= accept && accept <= max_session_lifetime,
         Error::bad_configuration);
  // So many open at a time.
  ENSURE((accept.count() - 1) / renew.count() < static_cast<std::int64_t>(max_keys),
         Error::bad_configuration);
  auto impl = std::make_unique<Impl>(rotation);
  TRY(impl->start_at_random());
  return std::make_shared<TicketKeys>(std::move(impl));
}

Result<std::shared_ptr<TicketKeys>> TicketKeys::given(Bytes keys) {
  auto impl = std::make_unique<Impl>(Rotation{});
  TRY(impl->put_given(keys));
  return std::make_shared<TicketKeys>(std::move(impl));
}

Result<std::shared_ptr<TicketKeys>> TicketKeys::from(Source source, std::chrono::seconds renew) {
  ENSURE(source && renew.count() > 0, Error::bad_configuration);
  auto impl = std::make_unique<Impl>(Rotation{.renew = renew, .accept = renew});
  impl->source = std::move(source);
  TRY(auto ring, read_from(impl->source));
  impl->put(std::move(ring));
  return std::make_shared<TicketKeys>(std::move(impl));
}

Result<void> TicketKeys::replace(Bytes keys) {
  const std::lock_guard lock(impl_->changing);
  TRY(impl_->put_given(keys));
  impl_->is_random = false;
  return {};
}

KeyRingSlots::Pin TicketKeys::Impl::keys(UnixTime now) {
  now = within_time(now);
  {
    auto present = slots.pin();
    if (present->holds(now) && !slots.has_unread()) return present;
  }
  if (const std::unique_lock lock(changing, std::try_to_lock); lock) look_after(now);
  return slots.pin();
}

Result<void> TicketKeys::Impl::start_at_random() {
  // fault: AC-068a.2
  TRY(auto key, random_key());
  KeyRing ring;
  TRY(ring.add(std::move(key)));
  is_random = true;
  put(std::move(ring));
  return {};
}

Result<void> TicketKeys::Impl::put_given(Bytes written) {
  TRY(auto ring, read_ring(written));
  if (source) {
    const auto present = slots.pin();
    ring.since = present->since;
    ring.until = present->until;
  } else {
    ring.since = 0;
    ring.until = end_of_time + 1;
  }
  put(std::move(ring));
  return {};
}

void TicketKeys::Impl::put(KeyRing ring) {
  // Whoever reads the keys is soon done with them.
  while (!slots.put(ring)) std::this_thread::yield();
}

void TicketKeys::Impl::look_after(UnixTime now) {
  slots.wipe_unread();
  KeyRing ring;
  {
    const auto present = slots.pin();
    if (present->holds(now)) return;  // another did it
    ring = present->copy();
  }
  if (source) {
    ask_source(ring, now);
  } else if (is_random && !renew(ring, now)) {
    return;  // the next handshake tries again
  }
  slots.put(ring);  // or the next handshake
}

Result<void> TicketKeys::Impl::renew(KeyRing& ring, UnixTime now) const {
  const UnixTime accept = within_time(rotation.accept);
  for (TicketKey& key : std::span(ring.keys).first(ring.size)) {
    if (key.made) continue;
    key.made = now;
    key.expires = now + accept;
  }
  KeyRing next;
  const UnixTime newest = ring.newest().made.value_or(now);
  if (now < newest - patience(rotation) || newest + within_time(rotation.renew) <= now) {
    TRY(auto key, random_key());
    key.made = now;
    key.expires = now + accept;
    TRY(next.add(std::move(key)));
  }
  for (TicketKey& key : std::span(ring.keys).first(ring.size)) {
    const bool is_from_future = now < key.made.value_or(now) - patience(rotation);
    if (key.expires <= now || is_from_future || next.size == max_keys) continue;
    TRY(next.add(std::move(key)));
  }
  next.since = next.newest().made.value_or(now) - patience(rotation);
  next.until = next.newest().made.value_or(now) + within_time(rotation.renew);
  for (const TicketKey& key : std::span(next.keys).first(next.size)) {
    next.until = std::min(next.until, key.expires);
  }
  ring = std::move(next);
  return {};
}

void TicketKeys::Impl::ask_source(KeyRing& ring, UnixTime now) {
  const UnixTime wait = within_time(rotation.renew);
  UnixTime until = now + wait;
  if (ring.until >= 0) {  // else this is the first time that anyone told the time
    if (auto read = read_from(source)) {
      ring = *std::move(read);
    } else {
      until = now + std::min(wait, retry_after);
    }
  }
  ring.since = now - patience(rotation);
  ring.until = until;
}

}  // namespace nacre
