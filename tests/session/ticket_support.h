// Tickets for tests: a session's state, keys, and sealing and opening.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/random.h"
#include "session/ticket.h"

namespace nacre::test {

using Octets = std::vector<std::uint8_t>;

inline constexpr UnixTime noon = 1'800'000'000;

// Key number `number`, as it is written.
inline Octets written_key(std::uint8_t number) {
  Octets key(TicketKeys::key_size, number);
  key[TicketKeys::key_size - 1] = 0xff;
  return key;
}

inline Octets written_keys(std::initializer_list<std::uint8_t> numbers) {
  Octets keys;
  for (const std::uint8_t number : numbers) {
    const Octets key = written_key(number);
    keys.insert(keys.end(), key.begin(), key.end());
  }
  return keys;
}

inline std::shared_ptr<TicketKeys> given_keys(std::initializer_list<std::uint8_t> numbers) {
  auto keys = TicketKeys::given(written_keys(numbers));
  REQUIRE(keys);
  return *keys;
}

inline const Octets secret_32(32, 0x11);
inline const Octets secret_48(48, 0x22);
inline const Octets protocol{'h', '2'};

inline SessionState session_state(UnixTime created = noon) {
  SessionState state;
  state.created = static_cast<std::uint64_t>(created);
  state.lifetime = 3'600;
  state.age_add = 0x89abcdef;
  state.max_early_data = 16'384;
  state.cipher_suite = CipherSuite::tls_aes_128_gcm_sha256;
  state.psk.bytes = secret_32;
  state.alpn.bytes = protocol;
  state.context.fill(0x33);
  return state;
}

inline Octets encoded(const SessionState& state) {
  Octets bytes(max_session_state_size);
  wire::Writer writer(bytes);
  REQUIRE(wire::write(writer, state));
  bytes.resize(writer.used());
  return bytes;
}

inline Result<Octets> seal_with(const TicketKeys& keys, const Salt& salt, const SessionState& state,
                                UnixTime now) {
  Octets room(max_ticket_size);
  wire::Writer writer(room);
  TRY(seal_ticket(keys, salt, state, now, writer));
  room.resize(writer.used());
  return room;
}

inline Octets seal(const TicketKeys& keys, UnixTime now,
                   const SessionState& state = session_state()) {
  Salt salt{};
  crypto::random_bytes(salt);
  return seal_with(keys, salt, state, now).value();
}

inline bool opens(const TicketKeys& keys, Bytes ticket, UnixTime now) {
  Octets room(max_ticket_size);
  return open_ticket(keys, ticket, now, room).has_value();
}

}  // namespace nacre::test
