// A ticket that holds its session, sealed. RFC 9846, section 4.7.1.
#pragma once

#include <cstddef>
#include <optional>

#include "crypto/aead.h"
#include "nacre/session.h"
#include "nacre/try.h"
#include "session/one_time_key.h"
#include "session/session_state.h"
#include "wire/writer.h"

namespace nacre {

inline constexpr std::size_t ticket_mark_size = 4;
// The mark, the key's name, the salt and the tag.
inline constexpr std::size_t ticket_overhead =
    ticket_mark_size + 16 + sizeof(Salt) + crypto::aead_tag_size;
inline constexpr std::size_t min_ticket_size = ticket_overhead + min_session_state_size;
inline constexpr std::size_t max_ticket_size = ticket_overhead + max_session_state_size;

// Whether an identity looks like a ticket of ours, so that it is none of another kind.
bool has_ticket_form(Bytes identity);

// Writes a ticket, of ticket_overhead bytes and the state's. `salt` is random. Errors: those of
// writing a state that is out of its bounds, buffer_too_small.
Result<void> seal_ticket(const TicketKeys& keys, const Salt& salt, const SessionState& state,
                         UnixTime now, wire::Writer& out);

// The session, which views `room`: as long as the ticket, and the caller's to wipe. Nothing, and so
// a full handshake, for what is no ticket of ours, or may not be used at `now`.
std::optional<SessionState> open_ticket(const TicketKeys& keys, Bytes ticket, UnixTime now,
                                        MutableBytes room);

// The session that `bytes` hold, from a ticket or a store: of this version, whole, created no more
// than a minute from now and within its lifetime, its secret as long as its suite's hash.
std::optional<SessionState> read_session_state(Bytes bytes, UnixTime now);

}  // namespace nacre
