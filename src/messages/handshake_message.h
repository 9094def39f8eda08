// What every handshake message begins with. RFC 9846, section 4.
#pragma once

#include <cstddef>

#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

struct HandshakeHeader {
  HandshakeType msg_type{};
  wire::Uint24 length;

  static constexpr std::size_t size = 4;
  static constexpr auto wire = wire::fields(&HandshakeHeader::msg_type, &HandshakeHeader::length);

  friend constexpr bool operator==(const HandshakeHeader&, const HandshakeHeader&) = default;
};

// Writes a whole message, header included: `body` writes what follows the header.
template <class Body>
constexpr Result<void> write_message(wire::Writer& writer, HandshakeType type, Body&& body) {
  TRY(wire::write(writer, type));
  return writer.vector<3>(body);
}

template <class Message>
constexpr Result<void> write_message(wire::Writer& writer, const Message& message) {
  return write_message(writer, Message::type, [&](wire::Writer& body) {  //
    return wire::write(body, message);
  });
}

}  // namespace nacre
