// What a peer may send once both Finished messages have passed. RFC 9846, section 4.7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "handshake/message_reader.h"
#include "handshake/session_keeper.h"
#include "messages/key_update.h"
#include "nacre/limits.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "nacre/verify.h"

namespace nacre {

class PostHandshake {
 public:
  // `self`: our own role.
  explicit PostHandshake(Purpose self) noexcept : self_(self) {}
  // A client that keeps sessions makes them by `keeper`.
  void keep_tickets(std::unique_ptr<SessionKeeper> keeper) noexcept { keeper_ = std::move(keeper); }

  // Takes the next message, whole, and says what the connection has to do: change the keys it reads
  // with (and, where requested, answer), or nothing. Adds a ticket whose session was kept to
  // `kept`. When it fails, `in_hand` names the extension. Errors: unexpected_message for whatever
  // the table has no row for; too_many_tickets, bad_ticket_lifetime; those of reading.
  Result<std::optional<KeyUpdateRequest>> receive(const HandshakeMessage& message,
                                                  const Limits& limits, std::uint32_t& kept,
                                                  std::optional<ExtensionType>& in_hand);
  // Judges one of which no more has come than its header. Errors: unexpected_message,
  // trailing_data.
  Result<void> judge_header(HandshakeType type, std::size_t length) const;

 private:
  struct Actor;

  std::unique_ptr<SessionKeeper> keeper_;
  std::uint32_t tickets_ = 0;
  Purpose self_;
};

}  // namespace nacre
