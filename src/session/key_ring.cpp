// The keys that are in use at one moment.
#include "session/key_ring.h"

#include <algorithm>

#include "wire/reader.h"

namespace nacre {
namespace {

bool is_zero(Bytes bytes) {
  std::uint8_t any = 0;
  for (const std::uint8_t byte : bytes) any |= byte;
  return any == 0;
}

}  // namespace

Result<TicketKey> TicketKey::read(Bytes written) {
  ENSURE(written.size() == TicketKeys::key_size, Error::bad_ticket_keys);
  const Bytes name = written.first(name_size);
  const Bytes secret = written.subspan(name_size);
  // fault: AC-068a.1 AC-068b AC-068c
  ENSURE(!is_zero(name) && !is_zero(secret), Error::bad_ticket_keys);
  TicketKey key;
  std::ranges::copy(name, key.name.begin());
  std::ranges::copy(secret, key.secret.resize(secret.size()).begin());
  return key;
}

TicketKey TicketKey::copy() const {
  TicketKey key;
  key.name = name;
  std::ranges::copy(secret.reveal(), key.secret.resize(secret.reveal().size()).begin());
  key.made = made;
  key.expires = expires;
  return key;
}

const TicketKey* KeyRing::find(Bytes name, UnixTime now) const {
  for (const TicketKey& key : std::span(keys).first(size)) {
    if (std::ranges::equal(key.name, name)) return now < key.expires ? &key : nullptr;
  }
  return nullptr;
}

Result<void> KeyRing::add(TicketKey key) {
  const auto has_its_name = [&](const TicketKey& other) { return other.name == key.name; };
  ENSURE(size < keys.size(), Error::bad_ticket_keys);
  ENSURE(std::ranges::none_of(std::span(keys).first(size), has_its_name), Error::bad_ticket_keys);
  keys.at(size++) = std::move(key);
  return {};
}

KeyRing KeyRing::copy() const {
  KeyRing ring;
  std::ranges::transform(std::span(keys).first(size), ring.keys.begin(), &TicketKey::copy);
  ring.size = size;
  ring.since = since;
  ring.until = until;
  return ring;
}

// The order of these is the whole of it, so they are sequentially consistent: a reader counts
// itself in and then looks whether the slot is still the present one; a writer makes another slot
// the present one and only later looks whether the slot has readers. One of them sees the other.
KeyRingSlots::Pin KeyRingSlots::pin() {
  while (true) {
    const std::size_t at = present_.load();
    Slot& slot = slots_.at(at);
    slot.readers.fetch_add(1);
    if (present_.load() == at) return Pin(slot);
    slot.readers.fetch_sub(1);
  }
}

bool KeyRingSlots::put(KeyRing& ring) {
  wipe_unread();
  const std::size_t present = present_.load();
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    Slot& slot = slots_.at(at);
    if (at == present || slot.readers.load() != 0) continue;
    slot.ring = std::move(ring);
    has_unread_.store(true, std::memory_order_relaxed);
    present_.store(at);
    wipe_unread();
    return true;
  }
  return false;
}

void KeyRingSlots::wipe_unread() {
  if (!has_unread()) return;
  const std::size_t present = present_.load();
  bool is_left = false;
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    Slot& slot = slots_.at(at);
    if (at == present) continue;
    if (slot.readers.load() == 0) {
      slot.ring = KeyRing{};
    } else {
      is_left = true;
    }
  }
  has_unread_.store(is_left, std::memory_order_relaxed);
}

}  // namespace nacre
