// A ticket that holds its session, sealed. RFC 9846, section 4.7.1.
#pragma once

#include <cstddef>
#include <optional>

#include "crypto/aead.h"
#include "crypto/secret.h"
#include "nacre/session.h"
#include "nacre/try.h"
#include "session/session_state.h"

namespace nacre {

inline constexpr std::size_t ticket_mark_size = 4;
// The mark, the key's name, the nonce and the tag.
inline constexpr std::size_t ticket_overhead =
    ticket_mark_size + 16 + crypto::aead_nonce_size + crypto::aead_tag_size;
inline constexpr std::size_t min_ticket_size = ticket_overhead + min_session_state_size;
inline constexpr std::size_t max_ticket_size = ticket_overhead + max_session_state_size;

// A sealed ticket, or an opened one's content. Wiped by its destructor.
struct TicketBytes {
  crypto::Secret<max_ticket_size> storage;
  Bytes bytes() const NACRE_LIFETIMEBOUND { return storage.reveal(); }
};

// Whether an identity looks like a ticket of ours, so that it is none of another kind.
bool has_ticket_form(Bytes identity);

// `nonce` is random: 12 bytes. Errors: those of writing a state that is out of its bounds.
Result<TicketBytes> seal_ticket(const TicketKeys& keys, Bytes nonce, const SessionState& state,
                                UnixTime now);

// The session, which views `room`. Nothing, and so a full handshake, for what is no ticket of ours,
// or may not be used at `now`.
std::optional<SessionState> open_ticket(const TicketKeys& keys, Bytes ticket, UnixTime now,
                                        TicketBytes& room);

// The session that `bytes` hold, from a ticket or a store: of this version, whole, created no more
// than a minute from now and within its lifetime, its secret as long as its suite's hash.
std::optional<SessionState> read_session_state(Bytes bytes, UnixTime now);

}  // namespace nacre
