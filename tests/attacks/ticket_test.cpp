// Tickets, and the keys that seal them. RFC 9846, section 4.7.1.
#include "session/ticket.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "attacks/side.h"
#include "crypto/aead.h"
#include "messages/grease.h"
#include "session/ticket_keys.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using namespace std::chrono_literals;
using enum AlertDescription;

constexpr std::uint8_t new_session_ticket = 4;

// What a NewSessionTicket says.
struct Ticket {
  std::size_t lifetime = 3'600;
  std::size_t age_add = 0;
  Data nonce{0};
  Data ticket{'t'};
  Data extensions{};

  Message encode() const {
    return message(new_session_ticket, number(4, lifetime) + number(4, age_add) + vector(1, nonce) +
                                           vector(2, ticket) + vector(2, extensions));
  }
  static Ticket parse(const Message& encoding) {
    Cursor cursor(encoding);
    cursor.number(4);
    Ticket parsed;
    parsed.lifetime = cursor.number(4);
    parsed.age_add = cursor.number(4);
    parsed.nonce = cursor.vector(1);
    parsed.ticket = cursor.vector(2);
    parsed.extensions = cursor.vector(2);
    return parsed;
  }
};

// The tickets that a server sends to a client that has come for the first time.
std::vector<Ticket> tickets_from(Resumable& pair) {
  Between between(pair.client_builder(), pair.server_builder());
  between.greet();
  between.tell_client(between.inbox.size());
  for (const Message& finished : between.client.messages()) between.server.hear(finished);
  REQUIRE(between.server.peer.completed);
  std::vector<Ticket> tickets;
  for (const Message& sent : between.server.messages()) tickets.push_back(Ticket::parse(sent));
  return tickets;
}

// As it stands in a ticket: mark, name, salt, content, tag. With that key.
bool opens(Data ticket, Bytes key) {
  const std::size_t front = ticket_overhead - crypto::aead_tag_size;
  REQUIRE(ticket.size() > ticket_overhead);
  const auto [in_front, sealed] =
      std::pair(Bytes(ticket).first(front), MutableBytes(ticket).subspan(front));
  const auto cipher = one_time_aead(key, "ticket", in_front.last(sizeof(Salt))).value();
  return cipher.open(sealed, only_nonce, in_front).has_value();
}

Data key_bytes(const TicketKey& key) {
  return octets(Bytes(key.name)) + octets(key.secret.reveal());
}

}  // namespace

TEST_CASE("AC-068: ticket keys are there from the first moment, and never zeros",
          "[AC-068][rfc9846-4.7.1]") {
  std::set<Data> names, secrets;
  for (int i = 0; i < 100; ++i) {
    const auto keys = TicketKeys::random().value();
    // The first one that is used, and the one after the first rotation.
    for (const UnixTime time : {now, now + 13 * 3'600}) {
      const auto ring = keys->impl().keys(time);
      const Data key = key_bytes(ring->newest());
      names.insert(Data(key.begin(), key.begin() + TicketKey::name_size));
      secrets.insert(Data(key.begin() + TicketKey::name_size, key.end()));
    }
  }
  CHECK(names.size() == 200);
  CHECK(secrets.size() == 200);
  for (const Data& secret : secrets) {
    REQUIRE(secret.size() == 32);
    // 32 random bytes with 5 of them at most different: no.
    CHECK(std::set(secret.begin(), secret.end()).size() > 5);
  }
}

TEST_CASE("AC-068: a server's tickets are sealed with its key, before and after a rotation",
          "[AC-068][rfc9846-4.7.1]") {
  Resumable pair;
  pair.keys = TicketKeys::random({.renew = 12h, .accept = 24h}).value();
  pair.trusts_anyone = true;
  for (const UnixTime time : {now, now + 13 * 3'600, now + 30 * 3'600}) {
    pair.client_time = pair.server_time = time;
    const auto tickets = tickets_from(pair);
    REQUIRE(tickets.size() == 2);
    for (const Ticket& sent : tickets) {
      const auto ring = pair.keys->impl().keys(time);
      CHECK(opens(sent.ticket, ring->newest().secret.reveal()));
      CHECK_FALSE(opens(sent.ticket, Data(32)));
    }
  }
}

TEST_CASE("AC-068: keys of zeros, of nothing, and of another length are no keys", "[AC-068]") {
  const Data name(16, 1);
  const Data secret(32, 2);
  CHECK(TicketKeys::given(name + secret));
  for (const Data& wrong : {Data{}, name, name + Data(32), Data(16) + secret, Data(48),
                            name + Data(31, 2), name + Data(33, 2), name + secret + Data(48)}) {
    CAPTURE(wrong.size());
    const auto refused = [](const auto& result) {
      return !result && result.error() == Error::bad_ticket_keys;
    };
    CHECK(refused(TicketKeys::given(wrong)));
    CHECK(refused(TicketKeys::from([&] { return Result<Data>(wrong); }, 1h)));
    const auto keys = TicketKeys::given(name + secret).value();
    CHECK(refused(keys->replace(wrong)));
    const auto ring = keys->impl().keys(now);
    CHECK(key_bytes(ring->newest()) == name + secret);
  }
}

TEST_CASE("AC-068: a server without keys or a store sends no tickets", "[AC-068][rfc9846-4.7.1]") {
  Resumable pair;
  pair.keys.reset();
  CHECK(tickets_from(pair).empty());
}

TEST_CASE("AC-057: a server may grease its tickets, and they are as good",
          "[AC-057][rfc8701][rfc9846-4.7.1]") {
  for (const bool greases : {true, false}) {
    Resumable pair;
    pair.server = [=](ServerConfig::Builder& builder) { builder.grease(greases); };
    for (const Ticket& ticket : tickets_from(pair)) {
      REQUIRE(ticket.extensions.size() == (greases ? 4 : 0));
      if (!greases) continue;
      const auto type = static_cast<ExtensionType>(Cursor(ticket.extensions).number(2));
      CHECK(is_grease(type));
    }
    (void)pair.connect();
    const Peers again = pair.connect();
    CHECK(again.server.connection.negotiated().key_source == KeySource::session);
  }
}

TEST_CASE("AC-069: ticket_age_add is new for each ticket",
          "[AC-069][rfc9846-4.7.1][rfc9846-4.7.1-fbbe2b]") {
  for (const bool is_stateful : {false, true}) {
    Resumable pair(is_stateful);
    pair.server = [](ServerConfig::Builder& builder) {
      builder.tickets({.after_full_handshake = 250, .after_resumption = 1});
    };
    std::set<std::size_t> seen;
    std::size_t above = 0;  // in the upper half
    for (int connection = 0; connection < 40; ++connection) {
      const auto tickets = tickets_from(pair);
      REQUIRE(tickets.size() == 250);
      for (const Ticket& ticket : tickets) {
        seen.insert(ticket.age_add);
        above += ticket.age_add >> 31;
      }
    }
    // Of 10^4 numbers of 32 bits, 5 are alike by chance once in 10^11 runs.
    CHECK(seen.size() > 10'000 - 5);
    CHECK(std::clamp<std::size_t>(above, 4'500, 5'500) == above);
  }
}

TEST_CASE("AC-070: a ticket lives for seven days at most",
          "[AC-070][rfc9846-4.7.1][rfc9846-4.7.1-28596b]") {
  for (const bool keeps : {true, false}) {
    for (const std::size_t lifetime : {std::size_t{604'801}, std::size_t{0x7fff'ffff},
                                       std::size_t{0x8000'0000}, std::size_t{0xffff'ffff}}) {
      CAPTURE(keeps, lifetime);
      Resumable pair;
      pair.keys.reset();  // the only tickets are ours
      if (!keeps) pair.client = [](ClientConfig::Builder& builder) { builder.sessions(nullptr); };
      Between between(pair.client_builder(), pair.server_builder());
      between.connect();
      between.client.hear(Ticket{.lifetime = lifetime}.encode());
      check_refused(between.client, {Error::bad_ticket_lifetime, illegal_parameter});
      CHECK(pair.client_store->size() == 0);
    }
  }
}

TEST_CASE("AC-070: a ticket of seven days is kept for seven days, one of no time is let go",
          "[AC-070][rfc9846-4.7.1]") {
  for (const std::size_t lifetime : {0U, 1U, 604'800U}) {
    CAPTURE(lifetime);
    Resumable pair;
    pair.keys.reset();
    Between between(pair.client_builder(), pair.server_builder());
    between.connect();
    between.client.hear(Ticket{.lifetime = lifetime}.encode());
    CHECK_FALSE(between.client.peer.error);
    CHECK(between.client.peer.tickets == (lifetime == 0 ? 0 : 1));
    CHECK(pair.client_store->size() == (lifetime == 0 ? 0 : 1));
    between.client.take(between.client.record(ContentType::application_data, Data{'d'}));
    CHECK(between.client.peer.data == Data{'d'});
  }
}

TEST_CASE("AC-070: a ticket is not empty", "[AC-070][rfc9846-4.7.1]") {
  for (const bool keeps : {true, false}) {
    Resumable pair;
    pair.keys.reset();
    if (!keeps) pair.client = [](ClientConfig::Builder& builder) { builder.sessions(nullptr); };
    Between between(pair.client_builder(), pair.server_builder());
    between.connect();
    between.client.hear(Ticket{.ticket = {}}.encode());
    check_refused(between.client, {Error::length_out_of_range, decode_error});
    CHECK(pair.client_store->size() == 0);
  }
}

// tests/soak resumes a million times; this is how its fault is found in little time.
TEST_CASE("AC-071: resumption leaves nothing behind", "[AC-071][rfc9846-4.7.1]") {
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Resumable pair(is_stateful);
    pair.early_data = true;
    const auto configs = pair.configs();
    std::size_t resumed = 0;
    const auto resume = [&](int count) {
      for (int i = 0; i < count; ++i) {
        Peers peers(configs.first, configs.second);
        peers.drive();
        resumed += peers.server.connection.negotiated().key_source == KeySource::session ? 1U : 0U;
      }
    };
    resume(10);
    const std::size_t heap = heap_in_use();
    resume(1'000);
    CHECK(resumed == 1'009);
    CHECK(heap_in_use() <= heap + 8'192);
    CHECK(pair.client_store->size() == 2);
    if (is_stateful) CHECK(pair.server_store->size() == 2);
  }
}

TEST_CASE("AC-071: sessions that nobody resumes make room for others", "[AC-071]") {
  Resumable pair(true);
  constexpr std::size_t bound = 8;
  pair.client_store =
      std::make_shared<MemoryClientSessionStore>(MemoryClientSessionStore::Bounds{4, 2});
  pair.server_store =
      std::make_shared<MemorySessionStore>(MemorySessionStore::Bounds{.sessions = bound});
  for (int i = 0; i < 50; ++i) {
    // A client of no history each time, whose tickets are never used.
    pair.client = [](ClientConfig::Builder& builder) {
      builder.sessions(std::make_shared<MemoryClientSessionStore>());
    };
    (void)pair.connect();
    CHECK(pair.server_store->size() <= bound);
  }
  CHECK(pair.server_store->size() == bound);
}

}  // namespace nacre::test
