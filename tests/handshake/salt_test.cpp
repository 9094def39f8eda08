// What is sealed with a secret that many messages are sealed with has a key of its own.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <vector>

#include "handshake/retry_cookie.h"
#include "session/ticket.h"
#include "session/ticket_keys.h"

namespace nacre::test {
namespace {

constexpr UnixTime noon = 1'800'000'000;

std::vector<std::uint8_t> ticket_with(const Salt& salt) {
  static const auto keys =
      TicketKeys::given(std::vector<std::uint8_t>(TicketKeys::key_size, 0x6e)).value();
  const std::vector<std::uint8_t> secret(32, 5);
  SessionState state;
  state.created = state.authenticated = noon;
  state.lifetime = 100;
  state.cipher_suite = CipherSuite::tls_aes_128_gcm_sha256;
  state.psk.bytes = secret;
  std::vector<std::uint8_t> room(max_ticket_size);
  wire::Writer writer(room);
  seal_ticket(*keys, salt, state, noon, writer).value();
  room.resize(writer.used());
  return {room.begin() + std::ptrdiff_t{ticket_overhead - crypto::aead_tag_size}, room.end()};
}

std::vector<std::uint8_t> cookie_with(const Salt& salt) {
  crypto::Secret<32> key;
  for (std::uint8_t& byte : key.resize(32)) byte = 9;
  const std::vector<std::uint8_t> hash(32, 5);
  RetryCookie cookie;
  cookie.time = noon;
  cookie.client_hello_hash.bytes = hash;
  const CookieBytes sealed = seal_cookie(key, salt, cookie).value();
  const Bytes bytes = sealed.bytes().subspan(salt.size());
  return {bytes.begin(), bytes.end()};
}

// Bytes that two have in common where they stand.
std::size_t equal_bytes(const std::vector<std::uint8_t>& one,
                        const std::vector<std::uint8_t>& other) {
  std::size_t equal = 0;
  for (std::size_t at = 0; at < one.size(); ++at) equal += one.at(at) == other.at(at) ? 1U : 0U;
  return equal;
}

}  // namespace

// Under one key and one nonce they would be equal, and under one key the same first 12 bytes of two
// salts would be as bad.
TEST_CASE("AC-128: tickets and cookies have a key each, of all bytes of their salt",
          "[AC-128][rfc9846-4.7.1][rfc9846-4.3.2]") {
  for (const std::size_t changed : {0U, 11U, 12U, 31U}) {
    CAPTURE(changed);
    Salt salt{};
    Salt other{};
    other.at(changed) = 1;
    CHECK(ticket_with(salt) == ticket_with(salt));
    CHECK(equal_bytes(ticket_with(salt), ticket_with(other)) < 20);
    CHECK(cookie_with(salt) == cookie_with(salt));
    CHECK(equal_bytes(cookie_with(salt), cookie_with(other)) < 20);
  }
}

}  // namespace nacre::test
