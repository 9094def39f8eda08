// What a peer may send once both Finished messages have passed. RFC 9846, section 4.7.
#pragma once

#include <cstdint>
#include <optional>

#include "handshake/message_reader.h"
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

  // Takes the next message, whole, and says what the connection has to do: change the keys it reads
  // with (and, where requested, answer), or nothing. When it fails, `in_hand` names the extension.
  // Errors: unexpected_message for whatever the table has no row for; too_many_tickets; those of
  // reading.
  Result<std::optional<KeyUpdateRequest>> receive(const HandshakeMessage& message,
                                                  const Limits& limits,
                                                  std::optional<ExtensionType>& in_hand);

 private:
  struct Actor;

  Purpose self_;
  std::uint32_t tickets_ = 0;
};

}  // namespace nacre
