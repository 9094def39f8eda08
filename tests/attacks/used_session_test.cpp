// When a session of a store is used up, and what comes of one that is gone. RFC 9846, sections
// 4.3.11 and 8.1.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "attacks/psk_hello.h"
#include "attacks/side.h"
#include "attacks/stolen_ticket.h"

namespace nacre::test {
namespace {

constexpr std::array<std::uint8_t, 32> cookie_key{1, 2, 3};

// A client and a server with a store that need a HelloRetryRequest. The server keeps what it knows
// of the first ClientHello, or another takes the second.
struct Retried : Resumable {
  explicit Retried(bool stateless) : Resumable(true), is_stateless(stateless) {
    client_sessions = std::make_shared<Careless>();
    client = [this](ClientConfig::Builder& builder) { builder.policy(policy_of_client); };
    server = [this](ServerConfig::Builder& builder) {
      builder.policy(retrying_policy());
      if (is_stateless) builder.stateless_retry(cookie_key);
    };
    (void)connect();
  }

  // Resumes; `between` comes to pass when the HelloRetryRequest is there.
  Negotiated resume(const std::function<void(const Data& id)>& between) {
    Side visitor(client_builder());
    visitor.peer.run();
    std::optional<Side> host(server_builder());
    const Message first = visitor.messages().front();
    const Data id = PskHello::parse(first).identities.front().identity;
    host->hear(first);
    REQUIRE(host->peer.connection.negotiated().retried);
    visitor.hear(host->messages().front());
    between(id);
    if (is_stateless) host.emplace(server_builder());
    host->hear(visitor.messages().front());
    for (const Message& message : host->messages()) visitor.hear(message);
    for (const Message& message : visitor.messages()) host->hear(message);
    CHECK_FALSE(host->peer.error);
    CHECK_FALSE(visitor.peer.error);
    CHECK(host->peer.completed);
    CHECK(visitor.peer.completed);
    // The tickets, for the next time.
    for (const Message& ticket : host->messages()) visitor.hear(ticket);
    return host->peer.connection.negotiated();
  }

  bool is_stateless;
  Policy policy_of_client = retried_policy();
};

// Another process takes each session between this one's look and its take.
class Raced final : public SessionStore {
 public:
  void put(Bytes id, Bytes state, UnixTime expires) override { store_.put(id, state, expires); }
  std::optional<std::vector<std::uint8_t>> look(Bytes id, UnixTime now) override {
    return store_.look(id, now);
  }
  bool take(Bytes, UnixTime) override {
    ++lost;
    return false;
  }

  std::size_t lost = 0;

 private:
  MemorySessionStore store_;
};

Negotiated meet_raced(const ClientConfig::Builder& client, const ServerConfig::Builder& server) {
  Peers peers(client.build().value(), server.build().value());
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
  return peers.server.connection.negotiated();
}

}  // namespace

TEST_CASE("AC-121: who has seen the number of a session does not use it up",
          "[AC-121][rfc9846-4.3.11]") {
  Theft theft(true);
  theft.see_ticket();
  for (int count = 0; count < 3; ++count) {
    Peers peers(theft.stranger().build().value(), theft.server().build().value());
    peers.drive();
    CHECK(peers.server.error == Error::bad_binder);
  }
  Peers peers(theft.victim().build().value(), theft.server().build().value());
  peers.drive();
  CHECK(peers.server.completed);
  CHECK(peers.server.connection.negotiated().key_source == KeySource::session);
}

TEST_CASE("AC-122: a session that is lost behind a HelloRetryRequest is a full handshake",
          "[AC-122][rfc9846-4.2.2][rfc9846-4.3.2]") {
  for (const bool is_stateless : {false, true}) {
    CAPTURE(is_stateless);
    Retried pair(is_stateless);
    // It is used up by the second ClientHello.
    const Negotiated resumed =
        pair.resume([&](const Data& id) { CHECK(pair.server_store->look(id, now)); });
    CHECK(resumed.key_source == KeySource::session);
    Data used;
    const Negotiated lost = pair.resume([&](const Data& id) {
      used = id;
      CHECK(pair.server_store->take(id, now));
    });
    CHECK(lost.key_source == KeySource::certificate);
    CHECK_FALSE(pair.server_store->look(used, now));
  }
}

TEST_CASE("AC-123: of all who look at a session one takes it, and the others shake hands in full",
          "[AC-123][rfc9846-8.1]") {
  const auto store = std::make_shared<Raced>();
  const auto sessions = std::make_shared<Shelf>();
  auto client = client_config();
  client.sessions(sessions);
  auto server = server_config();
  server.sessions(store);
  CHECK(meet_raced(client, server).key_source == KeySource::certificate);
  for (std::size_t count = 1; count <= 3; ++count) {
    CHECK(meet_raced(client, server).key_source == KeySource::certificate);
    CHECK(store->lost == count);
  }
}

// The cookie's suite has the hash of the session, and stays.
TEST_CASE("AC-125: the cookie of a session that is lost is good for a full handshake",
          "[AC-125][rfc9846-4.3.2]") {
  using enum CipherSuite;
  Retried pair(true);
  pair.policy_of_client = with_suite(tls_aes_256_gcm_sha384, retried_policy());
  (void)pair.connect();
  pair.policy_of_client = retried_policy();
  const Negotiated lost =
      pair.resume([&](const Data& id) { CHECK(pair.server_store->take(id, now)); });
  CHECK(lost.key_source == KeySource::certificate);
  CHECK(lost.cipher_suite == tls_aes_256_gcm_sha384);
}

TEST_CASE("AC-129: behind a session that is lost the next key is taken",
          "[AC-129][rfc9846-4.3.11]") {
  const auto psk = ExternalPsk::make(bytes_of("known"), Octets(32, 7)).value();
  const auto store = std::make_shared<Raced>();
  const auto sessions = std::make_shared<Shelf>();
  auto client = client_config();
  client.sessions(sessions);
  auto server = server_config();
  server.sessions(store).psk(psk);
  CHECK(meet_raced(client, server).key_source == KeySource::certificate);
  client.psk(psk);
  CHECK(meet_raced(client, server).key_source == KeySource::external_psk);
  CHECK(store->lost == 1);
}

TEST_CASE("AC-129: the application's answer counts when the session that it was about is lost",
          "[AC-129][rfc9846-4.3.11]") {
  const auto psk = ExternalPsk::make(bytes_of("known"), Octets(32, 7)).value();
  const auto store = std::make_shared<Raced>();
  auto client = client_config();
  client.sessions(std::make_shared<Shelf>()).psk(psk);
  auto server = server_config();
  server.sessions(store).ask_psk();
  for (const std::size_t lost : {0U, 1U}) {
    Peers peers(client.build().value(), server.build().value());
    peers.server.answer = [&](Connection& connection, const Event& event) {
      REQUIRE(std::holds_alternative<PskOffered>(event));
      CHECK(connection.resume(KnownPsk{psk}));
    };
    peers.drive();
    CHECK(peers.client.completed);
    CHECK(peers.server.completed);
    CHECK(peers.server.connection.negotiated().key_source == KeySource::external_psk);
    CHECK(store->lost == lost);
  }
}

}  // namespace nacre::test
