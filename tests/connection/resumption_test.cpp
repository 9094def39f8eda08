// Sessions: tickets, stores, and what they are bound to. RFC 9846, sections 2.2, 4.3.11 and 4.7.1;
// RFC 9149.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nacre/session.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

KeySource source(const Peers& peers) {
  const KeySource client = peers.client.connection.negotiated().key_source;
  CHECK(client == peers.server.connection.negotiated().key_source);
  return client;
}

bool is_resumed(const Peers& peers) {
  return source(peers) == KeySource::session;
}

Policy only(CipherSuite suite) {
  Policy policy = quick_policy();
  policy.cipher_suites = {suite};
  return policy;
}

TEST_CASE("A session is resumed, once for each ticket",
          "[rfc9846-2.2][rfc9846-4.7.1][rfc9846-4.7.1-8eb771][rfc9846-4.7.1-2aefa1]") {
  for (const bool is_stateful : {false, true}) {
    INFO("stateful: " << is_stateful);
    Resumable pair(is_stateful);
    const Peers first = pair.connect();
    CHECK(source(first) == KeySource::certificate);
    CHECK(first.client.tickets == 2);
    CHECK(pair.client_store->size() == 2);
    for (int i = 0; i < 3; ++i) {
      const Peers again = pair.connect();
      CHECK(is_resumed(again));
      CHECK_FALSE(again.client.connection.negotiated().server_signature_scheme);
      CHECK(again.client.tickets == 1);
      CHECK(pair.client_store->size() == 2);
    }
  }
}

TEST_CASE("Data passes on a resumed connection, and its exporters agree", "[rfc9846-2.2]") {
  Resumable pair;
  const Peers first = pair.connect();
  Peers again = pair.connect();
  REQUIRE(again.client.send("ping"));
  REQUIRE(again.server.send("pong"));
  again.drive();
  CHECK(again.server.data == octets("ping"));
  CHECK(again.client.data == octets("pong"));
  const auto binding = again.client.connection.tls_exporter().value();
  CHECK(binding == again.server.connection.tls_exporter().value());
  CHECK(binding != first.client.connection.tls_exporter().value());
}

TEST_CASE("A resumed client still knows the server's chain", "[rfc9846-4.7.1]") {
  Resumable pair;
  (void)pair.connect();
  std::size_t certificates = 0;
  Peers peers = pair.meet("localhost", [&](Peers& under_way) {
    under_way.deliver_to_server();
    under_way.server.run();
    under_way.deliver_to_client();
    while (!under_way.client.completed && under_way.client.step()) {
    }
    certificates = under_way.client.connection.peer_chain().size();
  });
  CHECK(is_resumed(peers));
  CHECK(certificates > 0);
}

TEST_CASE("A session is resumed with a HelloRetryRequest, from a store too",
          "[rfc9846-4.2.4][rfc9846-4.3.11.2]") {
  for (const bool is_stateful : {false, true}) {
    Resumable pair(is_stateful);
    (void)pair.connect();
    pair.client = [](ClientConfig::Builder& builder) {
      Policy policy = quick_policy();
      policy.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
      policy.key_shares = {NamedGroup::x25519};
      builder.policy(policy);
    };
    pair.server = [](ServerConfig::Builder& builder) {
      Policy policy = quick_policy();
      policy.groups = {NamedGroup::secp384r1};
      policy.key_shares = {};
      builder.policy(policy);
    };
    // Another policy is another session: the first of the pair is a full handshake.
    CHECK_FALSE(is_resumed(pair.connect()));
    const Peers again = pair.connect();
    CHECK(again.client.connection.negotiated().retried);
    CHECK(is_resumed(again));
  }
}

TEST_CASE("A session is resumed with a stateless HelloRetryRequest", "[rfc9846-4.3.2]") {
  Resumable pair;
  const std::array<std::uint8_t, 32> key{1, 2, 3};
  pair.client = [](ClientConfig::Builder& builder) {
    Policy policy = quick_policy();
    policy.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
    policy.key_shares = {NamedGroup::x25519};
    builder.policy(policy);
  };
  pair.server = [&](ServerConfig::Builder& builder) {
    Policy policy = quick_policy();
    policy.groups = {NamedGroup::secp384r1};
    policy.key_shares = {};
    builder.policy(policy).stateless_retry(key);
  };
  CHECK_FALSE(is_resumed(pair.connect()));
  CHECK(is_resumed(pair.connect()));
}

TEST_CASE("A session with another suite of the same hash is resumed, with another hash it is not",
          "[rfc9846-4.7.1-63e854][rfc9846-4.3.11][rfc9846-4.3.11-a2fa8b]") {
  using enum CipherSuite;
  struct Case {
    CipherSuite first, second;
    bool resumed;
  };
  for (const auto& [first, second, resumed] :
       {Case{tls_aes_128_gcm_sha256, tls_chacha20_poly1305_sha256, true},
        Case{tls_chacha20_poly1305_sha256, tls_aes_128_gcm_sha256, true},
        Case{tls_aes_128_gcm_sha256, tls_aes_256_gcm_sha384, false},
        Case{tls_aes_256_gcm_sha384, tls_aes_128_gcm_sha256, false},
        Case{tls_aes_256_gcm_sha384, tls_aes_256_gcm_sha384, true}}) {
    Resumable pair;
    // The client changes; the server has all three.
    pair.client_sessions = std::make_shared<Careless>();
    CipherSuite suite = first;
    pair.client = [&](ClientConfig::Builder& builder) { builder.policy(only(suite)); };
    (void)pair.connect();
    suite = second;
    const Peers again = pair.connect();
    CHECK(is_resumed(again) == resumed);
    CHECK(again.client.connection.negotiated().cipher_suite == second);
  }
}

TEST_CASE("A ticket of another context gives a full handshake, and no error",
          "[rfc9846-4.7.1-64c583][rfc9846-4.7.1-1ad2ac]") {
  struct Case {
    std::string what;
    std::function<void(ServerConfig::Builder&)> before, after;
    std::string_view name = "localhost";
  };
  const auto tenant = [](std::string_view name) {
    return [name](ServerConfig::Builder& builder) { builder.session_context(bytes_of(name)); };
  };
  const std::vector<std::uint8_t> secret(32, 7);
  const ExternalPsk psk = ExternalPsk::make(bytes_of("key"), secret).value();
  for (const Case& test :
       {Case{"nothing", {}, {}},  //
        Case{"the user's context", tenant("a"), tenant("b")},
        Case{"no user's context", tenant("a"), {}},
        Case{"the policy",
             {},
             [](ServerConfig::Builder& builder) {
               Policy policy = quick_policy();
               policy.number = 4711;
               builder.policy(policy);
             }},
        Case{"the keys", {}, [&](ServerConfig::Builder& builder) { builder.psk(psk); }},
        Case{"the name", {}, {}, "127.0.0.1"}}) {
    for (const bool is_stateful : {false, true}) {
      INFO(test.what << ", stateful: " << is_stateful);
      Resumable pair(is_stateful);
      pair.client_sessions = std::make_shared<Careless>();
      pair.server = test.before;
      (void)pair.connect();
      pair.server = test.after;
      const Peers again = pair.connect(test.name);
      CHECK(is_resumed(again) == (test.what == "nothing"));
      // The name is that of this ClientHello.
      CHECK(again.client.tickets > 0);
    }
  }
}

TEST_CASE("Keys that another server has give a full handshake",
          "[rfc9846-4.3.11-3461c2]"
          "[rfc9846-4.3.11-50cf59]") {
  Resumable pair;
  (void)pair.connect();
  pair.keys = TicketKeys::random().value();
  CHECK_FALSE(is_resumed(pair.connect()));
  CHECK(is_resumed(pair.connect()));
}

TEST_CASE("A client that trusts others, or presents others, does not resume",
          "[rfc9846-4.7.1-64c583]") {
  const crypto::Issued other =
      crypto::issue(
          {.common_name = "other", .not_before = now - 10, .not_after = now + 10, .is_ca = true},
          nullptr)
          .value();
  const SpkiPin pin{1};
  const std::vector<std::function<void(ClientConfig::Builder&)>> changes{
      [&](ClientConfig::Builder& builder) {
        builder = ClientConfig::Builder(
            TrustAnchors::from_pem(other.certificate_pem + authority().certificate_pem).value());
      },
      [&](ClientConfig::Builder& builder) { builder.ask_verdict(); },
      [&](ClientConfig::Builder& builder) { builder.credential(localhost()); },
      [&](ClientConfig::Builder& builder) { builder.pins(std::span(&pin, 1)); },
  };
  for (const auto& change : changes) {
    Resumable pair;
    (void)pair.connect();
    pair.client = [&](ClientConfig::Builder& builder) {
      change(builder);
      builder.policy(quick_policy()).sessions(pair.client_store).clock([] { return now; });
    };
    const std::size_t before = pair.client_store->size();
    Peers peers = pair.meet();
    // Nothing was taken.
    CHECK(pair.client_store->size() >= before);
    CHECK(peers.client.connection.negotiated().key_source == KeySource::certificate);
  }
}

TEST_CASE("A session ends with its lifetime, on both sides",
          "[rfc9846-4.3.11.1-a70b13][rfc9846-4.7.1][rfc9846-4.7.1-1ad05b]") {
  for (const bool is_stateful : {false, true}) {
    for (const std::int64_t late : {0, 1}) {
      Resumable pair(is_stateful);
      pair.client_sessions = std::make_shared<Careless>();
      pair.server = [](ServerConfig::Builder& builder) {
        builder.tickets({.lifetime = std::chrono::seconds(1'000)});
      };
      (void)pair.connect();
      pair.server_time += 999 + 2 * late;
      CHECK(is_resumed(pair.connect()) == (late == 0));
    }
  }
  Resumable pair;
  pair.trusts_anyone = true;
  (void)pair.connect();
  pair.client_time += 24 * 3600 + 1;
  CHECK_FALSE(is_resumed(pair.connect()));
}

TEST_CASE("However often it is resumed, a session ends after seven days",
          "[rfc9846-4.7.1-2eb22a]") {
  Resumable pair;
  pair.trusts_anyone = true;
  pair.keys.reset();
  pair.server_store = std::make_shared<MemorySessionStore>();
  pair.server = [](ServerConfig::Builder& builder) {
    builder.tickets({.lifetime = max_session_lifetime});
  };
  (void)pair.connect();
  constexpr UnixTime day = 24 * 3600;
  for (int i = 1; i <= 6; ++i) {
    pair.client_time += day;
    pair.server_time += day;
    CHECK(is_resumed(pair.connect()));
  }
  pair.client_time += day;
  pair.server_time += day;
  CHECK_FALSE(is_resumed(pair.connect()));
}

TEST_CASE("A client that keeps no sessions gets no tickets, and takes none",
          "[rfc9846-4.7.1]"
          "[rfc9846-4.7.1-9523cd]") {
  Resumable pair;
  const ServerConfig server =
      server_config().ticket_keys(TicketKeys::random().value()).build().value();
  Peers peers = connected(client_config().build().value(), server);
  CHECK(peers.client.tickets == 0);
  CHECK(peers.server.connection.negotiated().key_source == KeySource::certificate);
}

TEST_CASE("A client says how many tickets it wants", "[rfc9149-2][rfc9149-3]") {
  struct Case {
    std::uint8_t wanted_first, wanted_resumed;
    std::uint32_t first, resumed;
  };
  for (const auto& [wanted_first, wanted_resumed, first, resumed] :
       {Case{0, 0, 0, 0}, Case{1, 0, 1, 0}, Case{2, 2, 2, 2}, Case{9, 9, 5, 4},
        Case{255, 1, 5, 1}}) {
    Resumable pair;
    pair.client = [&](ClientConfig::Builder& builder) {
      builder.ticket_request(wanted_first, wanted_resumed);
    };
    pair.server = [](ServerConfig::Builder& builder) {
      builder.tickets({.after_full_handshake = 5, .after_resumption = 4});
    };
    CHECK(pair.connect().client.tickets == first);
    if (first == 0) continue;
    const Peers again = pair.connect();
    CHECK(is_resumed(again));
    CHECK(again.client.tickets == resumed);
  }
}

TEST_CASE("A stateful session is used once, though its ticket is shown twice",
          "[rfc9846-8.1][rfc9846-C.4]") {
  Resumable pair(true);
  pair.server = [](ServerConfig::Builder& builder) {
    builder.tickets({.after_full_handshake = 1, .after_resumption = 0});
  };
  (void)pair.connect();
  const auto file = pair.client_store->serialize();
  CHECK(is_resumed(pair.connect()));
  REQUIRE(pair.client_store->deserialize(file));
  CHECK_FALSE(is_resumed(pair.connect()));
}

TEST_CASE("A session goes through a file", "[rfc9846-4.7.1]") {
  Resumable pair;
  (void)pair.connect();
  const auto file = pair.client_store->serialize();
  pair.client_store = std::make_shared<MemoryClientSessionStore>();
  REQUIRE(pair.client_store->deserialize(file));
  CHECK(is_resumed(pair.connect()));
}

TEST_CASE("Configurations of sessions that contradict themselves are refused", "[config]") {
  const auto keys = TicketKeys::random().value();
  const auto store = std::make_shared<MemorySessionStore>();
  const auto guard = std::make_shared<MemoryReplayGuard>();
  const auto refused = [](const auto& builder) {
    CHECK(builder.build() == fail(Error::bad_configuration));
  };
  refused(server_config().ticket_keys(keys).sessions(store));
  refused(server_config().early_data({.guard = guard}));
  refused(server_config().ticket_keys(keys).early_data({.guard = nullptr}));
  refused(server_config().ticket_keys(keys).early_data({.guard = guard, .max_size = 0}));
  refused(server_config().ticket_keys(keys).early_data({.guard = guard, .max_size = 16'385}));
  refused(server_config().ticket_keys(keys).early_data(
      {.guard = guard, .window = std::chrono::seconds(0)}));
  refused(server_config().ticket_keys(keys).early_data(
      {.guard = guard, .window = ReplayGuard::max_window + std::chrono::seconds(1)}));
  refused(server_config().ticket_keys(keys).tickets({.lifetime = std::chrono::seconds(0)}));
  refused(server_config().ticket_keys(keys).tickets(
      {.lifetime = max_session_lifetime + std::chrono::seconds(1)}));
  CHECK(server_config().ticket_keys(keys).tickets({.lifetime = max_session_lifetime}).build());
  CHECK(server_config().ticket_keys(keys).early_data({.guard = guard, .max_size = 16'384}).build());
  refused(client_config().early_data());
  refused(client_config().certificate_with_psk());
}

}  // namespace
}  // namespace nacre::test
