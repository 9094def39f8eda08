// Tickets that hold their session: what opens, and all that does not.
#include "session/ticket.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <set>

#include "session/time.h"
#include "support/hex.h"
#include "ticket_support.h"

using namespace nacre;
using namespace nacre::test;

namespace {

constexpr UnixTime first_time = std::numeric_limits<UnixTime>::min();
constexpr UnixTime last_time = std::numeric_limits<UnixTime>::max();

// Whether a ticket that holds `state` opens at `now`, under keys that do not change.
bool state_opens(const SessionState& state, UnixTime now) {
  const auto keys = given_keys({1});
  return opens(*keys, seal(*keys, noon, state), now);
}

bool is_read(Bytes state, UnixTime now = noon) {
  return read_session_state(state, now).has_value();
}

}  // namespace

TEST_CASE("a ticket gives back the session that was sealed in it", "[session][rfc9846-4.7.1]") {
  const auto keys = given_keys({1});
  const Octets ticket = seal(*keys, noon);
  CHECK(has_ticket_form(ticket));
  Octets room(max_ticket_size);
  const auto state = open_ticket(*keys, ticket, noon + 60, room);
  REQUIRE(state);
  CHECK(encoded(*state) == encoded(session_state()));
  CHECK(state->created == static_cast<std::uint64_t>(noon));
  CHECK(state->age_add == 0x89abcdef);
  CHECK(hex(state->psk.bytes) == hex(secret_32));
}

TEST_CASE("AC-142 a ticket's session began with a certificate, or with a key that it names",
          "[AC-142][rfc9846-4.7.1]") {
  SessionState state = session_state();
  CHECK(state_opens(state, noon));
  state.psk_identity.bytes = protocol;
  CHECK_FALSE(state_opens(state, noon));
  for (const KeySource source : {KeySource::external_psk, KeySource::external_psk_certificate}) {
    state.began_with = source;
    state.psk_identity.bytes = protocol;
    CHECK(state_opens(state, noon));
    state.psk_identity.bytes = {};
    CHECK_FALSE(state_opens(state, noon));
  }
  for (const KeySource source : {KeySource::session, KeySource{4}}) {
    state.began_with = source;
    CHECK_FALSE(state_opens(state, noon));
    state.psk_identity.bytes = protocol;
    CHECK_FALSE(state_opens(state, noon));
  }
  SessionState late = session_state();
  late.valid_until = static_cast<std::uint64_t>(end_of_time) + 1;
  CHECK_FALSE(state_opens(late, noon));
  late = session_state();
  late.authenticated = static_cast<std::uint64_t>(end_of_time) + 1;
  CHECK_FALSE(state_opens(late, noon));
}

TEST_CASE("a ticket is its session and 68 bytes", "[session]") {
  const auto keys = given_keys({1});
  CHECK(ticket_overhead == 68);
  SessionState state = session_state();
  state.alpn.bytes = {};
  CHECK(seal(*keys, noon, state).size() == min_ticket_size);
  const Octets longest(255, 'p');
  state.alpn.bytes = longest;
  state.psk.bytes = secret_48;
  state.cipher_suite = CipherSuite::tls_aes_256_gcm_sha384;
  // One certificate, behind its length.
  Octets chain(max_kept_chain);
  chain.at(1) = static_cast<std::uint8_t>((max_kept_chain - 3) >> 8);
  chain.at(2) = static_cast<std::uint8_t>((max_kept_chain - 3) & 0xff);
  state.chain = decltype(SessionState::chain)::from_encoding(chain).value();
  const Octets identity(max_psk_identity, 9);
  state.began_with = KeySource::external_psk;
  state.psk_identity.bytes = identity;
  state.psk_digest.bytes = secret_32;
  const Octets ticket = seal(*keys, noon, state);
  CHECK(ticket.size() == max_ticket_size);
  CHECK(opens(*keys, ticket, noon));
}

TEST_CASE("a ticket shows nothing of its session", "[session]") {
  const auto keys = given_keys({1});
  const Octets ticket = seal(*keys, noon);
  CHECK(std::ranges::search(ticket, Bytes(secret_32).first(4)).empty());
  CHECK(std::ranges::search(ticket, Bytes(session_state().context).first(4)).empty());
}

TEST_CASE("a ticket of which one bit is flipped does not open", "[session]") {
  const auto keys = given_keys({1, 2});
  const Octets ticket = seal(*keys, noon);
  REQUIRE(opens(*keys, ticket, noon));
  std::size_t opened = 0;
  for (std::size_t bit = 0; bit < 8 * ticket.size(); ++bit) {
    Octets forged = ticket;
    forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ (1U << (bit % 8)));
    if (opens(*keys, forged, noon)) ++opened;
  }
  CHECK(opened == 0);
}

TEST_CASE("a ticket that is cut short or has more behind it does not open", "[session]") {
  const auto keys = given_keys({1});
  const Octets ticket = seal(*keys, noon);
  std::size_t opened = 0;
  for (std::size_t size = 0; size < ticket.size(); ++size) {
    if (opens(*keys, Bytes(ticket).first(size), noon)) ++opened;
  }
  Octets longer = ticket;
  while (longer.size() < max_ticket_size + 20) {
    longer.push_back(0);
    if (opens(*keys, longer, noon)) ++opened;
  }
  CHECK(opened == 0);
}

TEST_CASE("a ticket of a key that is not there does not open", "[session]") {
  const auto keys = given_keys({1});
  CHECK_FALSE(opens(*given_keys({2}), seal(*keys, noon), noon));
  // The same name over another secret.
  Octets other = written_key(1);
  other.back() = 0xfe;
  CHECK_FALSE(opens(*TicketKeys::given(other).value(), seal(*keys, noon), noon));
}

TEST_CASE("10,000 tickets of one session are distinct", "[session][rfc9846-4.7.1]") {
  const auto keys = given_keys({1});
  std::set<Octets> tickets;
  for (int count = 0; count < 10'000; ++count) tickets.insert(seal(*keys, noon));
  CHECK(tickets.size() == 10'000);
}

TEST_CASE("a ticket opens within its lifetime", "[session][rfc9846-4.7.1-1ad05b]") {
  SessionState state = session_state();
  CHECK(state_opens(state, noon));
  CHECK(state_opens(state, noon + 3'600));
  CHECK_FALSE(state_opens(state, noon + 3'601));
  state.lifetime = 0;
  CHECK(state_opens(state, noon));
  CHECK_FALSE(state_opens(state, noon + 1));
}

TEST_CASE("no ticket opens after 7 days, whatever lifetime it claims",
          "[session][rfc9846-4.7.1-5e58ed]") {
  SessionState state = session_state();
  state.lifetime = std::numeric_limits<std::uint32_t>::max();
  CHECK(state_opens(state, noon + 604'800));
  CHECK_FALSE(state_opens(state, noon + 604'801));
}

TEST_CASE("a ticket may come from a clock that is a minute ahead", "[session]") {
  CHECK(state_opens(session_state(noon), noon - 60));
  CHECK_FALSE(state_opens(session_state(noon), noon - 61));
}

TEST_CASE("no time breaks the reckoning of a ticket's age", "[session]") {
  SessionState state = session_state();
  CHECK_FALSE(state_opens(state, first_time));
  CHECK_FALSE(state_opens(state, last_time));
  state.created = std::numeric_limits<std::uint64_t>::max();
  CHECK_FALSE(state_opens(state, last_time));
  CHECK_FALSE(state_opens(state, noon));
  state.created = static_cast<std::uint64_t>(end_of_time) + 1;
  CHECK_FALSE(state_opens(state, last_time));
  state.created = 0;
  CHECK(state_opens(state, first_time));
  CHECK(state_opens(state, 3'600));
}

TEST_CASE("a ticket's secret is as long as its suite's hash", "[session][rfc9846-4.7.1-63e854]") {
  SessionState state = session_state();
  CHECK(state_opens(state, noon));
  state.psk.bytes = secret_48;
  CHECK_FALSE(state_opens(state, noon));
  state.cipher_suite = CipherSuite::tls_aes_256_gcm_sha384;
  CHECK(state_opens(state, noon));
  state.psk.bytes = secret_32;
  CHECK_FALSE(state_opens(state, noon));
  state.cipher_suite = CipherSuite::tls_chacha20_poly1305_sha256;
  CHECK(state_opens(state, noon));
  state.cipher_suite = CipherSuite{0x1304};
  CHECK_FALSE(state_opens(state, noon));
}

TEST_CASE("a ticket of another version does not open", "[session]") {
  SessionState state = session_state();
  state.version = 0;
  CHECK_FALSE(state_opens(state, noon));
  for (const int other : {-1, 1}) {
    state.version = static_cast<std::uint8_t>(SessionState::present_version + other);
    CHECK_FALSE(state_opens(state, noon));
  }
}

TEST_CASE("a state that cannot be written is not sealed", "[session]") {
  const auto keys = given_keys({1});
  SessionState state = session_state();
  const Octets short_secret(31);
  state.psk.bytes = short_secret;
  CHECK(seal_with(*keys, Salt{}, state, noon) == fail(Error::length_out_of_range));
}

TEST_CASE("a stored state is read whole or not at all", "[session]") {
  const Octets state = encoded(session_state());
  CHECK(is_read(state));
  for (std::size_t size = 0; size < state.size(); ++size) {
    CHECK_FALSE(is_read(Bytes(state).first(size)));
  }
  Octets longer = state;
  longer.push_back(0);
  CHECK_FALSE(is_read(longer));
  CHECK_FALSE(is_read(state, noon + 3'601));
}

TEST_CASE("a ticket's form is its mark and its length", "[session]") {
  Octets identity = unhex("4e637402");
  identity.resize(max_ticket_size);
  CHECK(has_ticket_form(identity));
  CHECK(has_ticket_form(Bytes(identity).first(min_ticket_size)));
  CHECK_FALSE(has_ticket_form(Bytes(identity).first(min_ticket_size - 1)));
  CHECK_FALSE(has_ticket_form({}));
  identity.push_back(0);
  CHECK_FALSE(has_ticket_form(identity));
  for (std::size_t at = 0; at < ticket_mark_size; ++at) {
    Octets other = identity;
    other.resize(min_ticket_size);
    ++other[at];
    CHECK_FALSE(has_ticket_form(other));
  }
}
