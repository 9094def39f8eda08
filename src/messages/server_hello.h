// ServerHello and HelloRetryRequest. RFC 9846, sections 4.2.3 and 4.2.4.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "messages/extension.h"
#include "messages/random.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

// The RFC's floor of 6 bytes for the extensions is not held here: what has fewer, or none, is a
// ServerHello of an older version, whose answer is protocol_version (appendix E.1), not
// decode_error.
struct ServerHello {
  static constexpr auto type = HandshakeType::server_hello;

  ProtocolVersion legacy_version{};
  Random random{};
  wire::Opaque<0, 32> legacy_session_id_echo;
  CipherSuite cipher_suite{};
  std::uint8_t legacy_compression_method = 0;
  wire::Trailing<Extensions> extensions;

  static constexpr auto wire = wire::fields(  //
      &ServerHello::legacy_version, &ServerHello::random, &ServerHello::legacy_session_id_echo,
      &ServerHello::cipher_suite, &ServerHello::legacy_compression_method,
      &ServerHello::extensions);

  friend constexpr bool operator==(const ServerHello&, const ServerHello&) = default;
};

// The random that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest".
inline constexpr Random hello_retry_request_random{
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

constexpr bool is_hello_retry_request(const ServerHello& hello) {
  return hello.random == hello_retry_request_random;
}

// Whether the random says that the server, which has TLS 1.3, was made to choose an older version.
constexpr bool has_downgrade_sentinel(const Random& random) {
  constexpr std::array<std::uint8_t, 7> sentinel{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44};
  return std::ranges::equal(Bytes(random).subspan(24, 7), sentinel) && random.back() <= 1;
}

}  // namespace nacre
