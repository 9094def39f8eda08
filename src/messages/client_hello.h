// ClientHello. RFC 9846, section 4.2.2.
#pragma once

#include "messages/extension.h"
#include "messages/random.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

// The RFC's floor of 7 bytes for the extensions is not held here: what has fewer, or none, is a
// ClientHello of an older version, whose answer is protocol_version (appendix E.2), not
// decode_error.
struct ClientHello {
  static constexpr auto type = HandshakeType::client_hello;

  ProtocolVersion legacy_version{};
  Random random{};
  wire::Opaque<0, 32> legacy_session_id;
  wire::Vector<CipherSuite, 2, 0xfffe> cipher_suites;
  wire::Opaque<1, 0xff> legacy_compression_methods;
  wire::Trailing<Extensions> extensions;

  static constexpr auto wire = wire::fields(  //
      &ClientHello::legacy_version, &ClientHello::random, &ClientHello::legacy_session_id,
      &ClientHello::cipher_suites, &ClientHello::legacy_compression_methods,
      &ClientHello::extensions);

  friend constexpr bool operator==(const ClientHello&, const ClientHello&) = default;
};

}  // namespace nacre
