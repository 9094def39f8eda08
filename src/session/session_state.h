// A session as its server keeps it: sealed in a ticket, or in a store. RFC 9846, section 4.7.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

// Views of the bytes that it was read from.
struct SessionState {
  static constexpr std::uint8_t present_version = 1;

  std::uint8_t version = present_version;
  std::uint64_t created = 0;        // seconds since 1970
  std::uint64_t authenticated = 0;  // the same: when the handshake was that began it all
  std::uint32_t lifetime = 0;       // seconds
  std::uint32_t age_add = 0;
  std::uint32_t max_early_data = 0;  // bytes; 0: none
  CipherSuite cipher_suite{};
  wire::Opaque<32, 48> psk;
  wire::Opaque<0, 255> alpn;
  // Of all that has to be the same for the session to be resumed.
  std::array<std::uint8_t, 32> context{};

  static constexpr auto wire = wire::fields(
      &SessionState::version, &SessionState::created, &SessionState::authenticated,
      &SessionState::lifetime, &SessionState::age_add, &SessionState::max_early_data,
      &SessionState::cipher_suite, &SessionState::psk, &SessionState::alpn, &SessionState::context);
};

inline constexpr std::size_t min_session_state_size = 1 + 8 + 8 + 4 + 4 + 4 + 2 + 33 + 1 + 32;
inline constexpr std::size_t max_session_state_size = 1 + 8 + 8 + 4 + 4 + 4 + 2 + 49 + 256 + 32;

}  // namespace nacre
