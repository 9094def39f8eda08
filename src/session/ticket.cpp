// A ticket that holds its session, sealed.
#include "session/ticket.h"

#include <algorithm>
#include <array>

#include "crypto/cipher_suite.h"
#include "session/ticket_keys.h"
#include "session/time.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace nacre {
namespace {

// The last byte is the version of what stands around the content.
constexpr std::array<std::uint8_t, ticket_mark_size> ticket_mark{'N', 'c', 't', 2};

Result<crypto::Aead> aead(const TicketKey& key, Bytes salt) {
  // fault: AC-128a
  return one_time_aead(key.secret.reveal(), "ticket", salt);
}

}  // namespace

bool has_ticket_form(Bytes identity) {
  return min_ticket_size <= identity.size() && identity.size() <= max_ticket_size &&
         std::ranges::equal(identity.first(ticket_mark.size()), ticket_mark);
}

// mark, key name, salt, ciphertext, tag
Result<void> seal_ticket(const TicketKeys& keys, const Salt& salt, const SessionState& state,
                         UnixTime now, wire::Writer& out) {
  const auto ring = keys.impl().keys(now);
  const TicketKey& key = ring->newest();
  wire::Writer writer(out.rest());
  TRY(writer.bytes(ticket_mark));
  TRY(writer.bytes(key.name));
  TRY(writer.bytes(salt));
  const Bytes in_front = writer.written();
  // Encrypted where it is written.
  wire::Writer content(writer.rest());
  TRY(wire::write(content, state));
  TRY(const MutableBytes text, writer.claim(content.used()));
  TRY(const MutableBytes tag, writer.claim(crypto::aead_tag_size));
  // fault: AC-068d
  TRY(const crypto::Aead cipher, aead(key, salt));
  const auto sealed = cipher.seal(text, tag, only_nonce, text, {}, in_front);
  if (!sealed) crypto::wipe(text);
  TRY(sealed);
  TRY(out.claim(writer.used()));
  return {};
}

std::optional<SessionState> open_ticket(const TicketKeys& keys, Bytes ticket, UnixTime now,
                                        MutableBytes room) {
  if (!has_ticket_form(ticket)) return std::nullopt;
  constexpr std::size_t front_size = ticket_overhead - crypto::aead_tag_size;
  const Bytes in_front = ticket.first(front_size);
  const Bytes name = in_front.subspan(ticket_mark.size(), TicketKey::name_size);
  const Bytes salt = in_front.last(sizeof(Salt));
  const Bytes sealed = ticket.subspan(front_size);
  const MutableBytes copy = room.first(sealed.size());
  std::ranges::copy(sealed, copy.begin());

  const auto ring = keys.impl().keys(now);
  const TicketKey* const key = ring->find(name, within_time(now));
  if (key == nullptr) return std::nullopt;
  const auto cipher = aead(*key, salt);
  if (!cipher) return std::nullopt;
  const auto content = cipher->open(copy, only_nonce, in_front);
  if (!content) return std::nullopt;
  return read_session_state(*content, now);
}

std::optional<SessionState> read_session_state(Bytes bytes, UnixTime now) {
  const auto state = wire::read_all<SessionState>(bytes);
  if (!state || state->version != SessionState::present_version) return std::nullopt;
  const auto suite = crypto::properties(state->cipher_suite);
  if (!suite || state->psk.bytes.size() != crypto::hash_size(suite->hash)) return std::nullopt;
  if (state->created > static_cast<std::uint64_t>(end_of_time)) return std::nullopt;
  if (state->authenticated > static_cast<std::uint64_t>(end_of_time)) return std::nullopt;
  if (state->valid_until > static_cast<std::uint64_t>(end_of_time)) return std::nullopt;
  if (!is_beginning(state->began_with, state->psk_identity.bytes)) return std::nullopt;
  const auto age = within_time(now) - static_cast<UnixTime>(state->created);
  const UnixTime lifetime = std::min<UnixTime>(state->lifetime, max_session_lifetime.count());
  if (age < -clock_difference || lifetime < age) return std::nullopt;
  return *state;
}

}  // namespace nacre
