// A session as its server keeps it: sealed in a ticket, or in a store. RFC 9846, section 4.7.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nacre/connection.h"
#include "nacre/names.h"
#include "session/external_psk.h"
#include "session/time.h"
#include "wire/codec.h"

namespace nacre {

// So many bytes of a client's chain are kept, the lengths of its certificates (three bytes each)
// included: who has a longer one gets no tickets.
inline constexpr std::size_t max_kept_chain = 8'192;

// Views of the bytes that it was read from.
struct SessionState {
  static constexpr std::uint8_t present_version = 4;

  std::uint8_t version = present_version;
  std::uint64_t created = 0;  // seconds since 1970
  // What the client has proved in the handshake that began it all: how, when (the same), and until
  // when that may be believed.
  KeySource began_with{};
  std::uint64_t authenticated = 0;
  std::uint64_t valid_until = static_cast<std::uint64_t>(end_of_time);
  // Of the external PSK, if there was one: its identity, and digest_of() it.
  wire::Opaque<0, max_psk_identity> psk_identity = {};
  wire::Opaque<0, 32> psk_digest = {};
  std::uint32_t lifetime = 0;  // seconds
  std::uint32_t age_add = 0;
  std::uint32_t max_early_data = 0;  // bytes; 0: none
  CipherSuite cipher_suite{};
  wire::Opaque<32, 48> psk;
  wire::Opaque<0, 255> alpn;
  // Of all that has to be the same for the session to be resumed.
  std::array<std::uint8_t, 32> context{};
  // Who the client is: what it has presented, the leaf first; or its raw public key.
  CertificateType client_certificate_type = CertificateType::x509;
  wire::Vector<wire::Opaque<1, 0xffffff>, 0, max_kept_chain> chain{};

  static constexpr auto wire = wire::fields(
      &SessionState::version, &SessionState::created, &SessionState::began_with,
      &SessionState::authenticated, &SessionState::valid_until, &SessionState::psk_identity,
      &SessionState::psk_digest, &SessionState::lifetime, &SessionState::age_add,
      &SessionState::max_early_data, &SessionState::cipher_suite, &SessionState::psk,
      &SessionState::alpn, &SessionState::context, &SessionState::client_certificate_type,
      &SessionState::chain);
};

inline constexpr std::size_t min_session_state_size =
    1 + 8 + 1 + 8 + 8 + 2 + 1 + 4 + 4 + 4 + 2 + 33 + 1 + 32 + 1 + 2;
inline constexpr std::size_t max_session_state_size = 1 + 8 + 1 + 8 + 8 + 2 + max_psk_identity +
                                                      33 + 4 + 4 + 4 + 2 + 49 + 256 + 32 + 1 + 2 +
                                                      max_kept_chain;

}  // namespace nacre
