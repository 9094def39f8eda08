// Early data. RFC 9846, sections 2.3, 4.3.10, 4.6 and 8.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "nacre/session.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

void send_early(Peer& peer, std::string_view text) {
  Bytes data = bytes_of(text);
  while (!data.empty()) {
    Octets outgoing(peer.room);
    const auto sealed = peer.connection.early_data(data, outgoing);
    REQUIRE(sealed);
    append(peer.outbox, Bytes(outgoing).first(sealed->produced));
    data = data.subspan(sealed->consumed);
  }
}

struct EarlyPair : Resumable {
  explicit EarlyPair(bool is_stateful = false) : Resumable(is_stateful) {
    early_data = true;
    (void)connect();
  }
  Peers meet_early(std::string_view text, const std::function<void(Peers&)>& then = {}) {
    return meet("localhost", [&](Peers& peers) {
      send_early(peers.client, text);
      if (then) then(peers);
    });
  }
};

EarlyDataStatus status(const Peers& peers) {
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  const EarlyDataStatus client = peers.client.connection.negotiated().early_data;
  CHECK(client == peers.server.connection.negotiated().early_data);
  return client;
}

void check_works(Peers& peers) {
  REQUIRE(peers.client.send("ping"));
  REQUIRE(peers.server.send("pong"));
  peers.drive();
  CHECK(peers.server.data == octets("ping"));
  CHECK(peers.client.data == octets("pong"));
}

TEST_CASE("Early data arrives, apart from other data",
          "[rfc9846-2.3][rfc9846-4.3.10][rfc9846-4.6][rfc9846-4.3.10-866f6c]"
          "[rfc9846-4.3.10-b17e16]") {
  for (const bool is_stateful : {false, true}) {
    EarlyPair pair(is_stateful);
    Peers peers = pair.meet_early("early");
    CHECK(status(peers) == EarlyDataStatus::accepted);
    CHECK(peers.server.early_data == octets("early"));
    CHECK(peers.server.data.empty());
    check_works(peers);
    CHECK(peers.server.early_data == octets("early"));
  }
}

TEST_CASE("Early data goes on until the client knows of the server's Finished",
          "[rfc9846-4.6][rfc9846-4.3.11.3-c85a8d]") {
  EarlyPair pair;
  Peers peers = pair.meet_early("one,", [](Peers& under_way) {
    // The server answers before the early data has ended.
    under_way.deliver_to_server();
    under_way.server.run();
    CHECK_FALSE(under_way.server.outbox.empty());
    CHECK(under_way.server.early_data == octets("one,"));
    send_early(under_way.client, "two");
    under_way.deliver_to_server();
    under_way.server.run();
    CHECK(under_way.server.early_data == octets("one,two"));
    CHECK_FALSE(under_way.server.completed);
  });
  CHECK(status(peers) == EarlyDataStatus::accepted);
  CHECK(peers.client.connection.early_data_room() == 0);
  check_works(peers);
}

TEST_CASE("A server answers early data before the handshake is complete", "[rfc9846-2.3]") {
  EarlyPair pair;
  Peers peers = pair.meet_early("early", [](Peers& under_way) {
    CHECK(under_way.server.connection.early_data_room() == 0);
    under_way.deliver_to_server();
    under_way.server.run();
    CHECK(under_way.server.connection.early_data_room() > 0);
    Octets room(max_record_size);
    CHECK(under_way.server.connection.seal({}, room).error() == Error::not_ready);
    send_early(under_way.server, "answer");
  });
  CHECK(status(peers) == EarlyDataStatus::accepted);
  CHECK(peers.client.data == octets("answer"));
  CHECK(peers.server.connection.early_data_room() == 0);
  REQUIRE(peers.server.send("more"));
  peers.drive();
  CHECK(peers.client.data == octets("answermore"));
}

TEST_CASE("A client sends no more than the ticket allows, and none where there is no session",
          "[rfc9846-4.7.1]") {
  EarlyPair pair;
  const std::string most(14'336, 'x');
  Peers peers = pair.meet_early(most, [](Peers& under_way) {
    CHECK(under_way.client.connection.early_data_room() == 0);
    Octets room(max_record_size);
    CHECK(under_way.client.connection.early_data(bytes_of("x"), room).error() ==
          Error::no_early_data);
  });
  CHECK(status(peers) == EarlyDataStatus::accepted);
  CHECK(peers.server.early_data == octets(most));

  pair.client_store = std::make_shared<MemoryClientSessionStore>();
  Peers fresh = pair.meet("localhost", [](Peers& under_way) {
    CHECK(under_way.client.connection.early_data_room() == 0);
  });
  CHECK(status(fresh) == EarlyDataStatus::none);
}

TEST_CASE("A server that does not take early data passes over it, and goes on",
          "[rfc9846-4.3.10][rfc9846-4.3.10-f52bf2][rfc9846-4.3.10-01b17c]"
          "[rfc9846-4.3.10-97198e][rfc9846-4.3.10-fb3d97]") {
  struct Case {
    std::string what;
    std::function<void(EarlyPair&)> change;
    bool resumed = true;
  };
  const auto server = [](std::function<void(ServerConfig::Builder&)> change) {
    return [change](EarlyPair& pair) { pair.server = change; };
  };
  for (const Case& test :
       {Case{"off",
             [](EarlyPair& pair) {
               pair.server = [&pair](ServerConfig::Builder& builder) {
                 builder = server_config().ticket_keys(pair.keys).clock([] { return now; });
               };
             }},
        Case{"other keys", [](EarlyPair& pair) { pair.keys = TicketKeys::random().value(); },
             false},
        Case{"a replay guard that has no history",
             [](EarlyPair& pair) { pair.guard = std::make_shared<MemoryReplayGuard>(); }},
        Case{"a protocol of its own",
             [](EarlyPair& pair) {
               pair.client = [](ClientConfig::Builder& builder) { builder.alpn({"h2"}); };
               pair.server = [](ServerConfig::Builder& builder) { builder.alpn({"h2"}); };
             }},
        Case{"another suite", server([](ServerConfig::Builder& builder) {
               Policy policy = quick_policy();
               policy.cipher_suites = {CipherSuite::tls_chacha20_poly1305_sha256};
               builder.policy(policy);
             }),
             false},
        Case{"a ticket that is too old", [](EarlyPair& pair) { pair.server_time += 11; }},
        Case{"a ticket that is too young", [](EarlyPair& pair) { pair.client_time += 11; }}}) {
    INFO(test.what);
    EarlyPair pair;
    test.change(pair);
    Peers peers = pair.meet_early(std::string(10'000, 'e'));
    CHECK(status(peers) == EarlyDataStatus::rejected);
    CHECK(peers.server.early_data.empty());
    const bool is_resumed = peers.server.connection.negotiated().key_source == KeySource::session;
    CHECK(is_resumed == test.resumed);
    CHECK(peers.client.connection.early_data_room() == 0);
    check_works(peers);
  }
}

TEST_CASE("A HelloRetryRequest rejects early data",
          "[rfc9846-4.3.10][rfc9846-4.3.10-d8cc20][rfc9846-4.2.4]") {
  for (const bool is_stateless : {false, true}) {
    EarlyPair pair;
    Policy policy = quick_policy();
    policy.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
    policy.key_shares = {NamedGroup::secp384r1};
    pair.client = [&](ClientConfig::Builder& builder) { builder.policy(policy); };
    const std::array<std::uint8_t, 32> key{1};
    Policy server_policy = quick_policy();
    server_policy.groups = {NamedGroup::secp384r1};
    server_policy.key_shares = {};
    pair.server = [&](ServerConfig::Builder& builder) {
      builder.policy(server_policy);
      if (is_stateless) builder.stateless_retry(key);
    };
    // A session of these policies; which shares are sent is no part of it.
    (void)pair.connect();
    policy.key_shares = {NamedGroup::x25519};
    Peers peers = pair.meet_early("early");
    CHECK(peers.client.connection.negotiated().retried);
    CHECK(status(peers) == EarlyDataStatus::rejected);
    CHECK(peers.server.early_data.empty());
    CHECK(peers.client.connection.negotiated().key_source == KeySource::session);
    check_works(peers);
  }
}

TEST_CASE("The early exporter agrees, and is gone when the handshake is", "[rfc9846-7.5]") {
  EarlyPair pair;
  std::array<std::uint8_t, 32> ours{}, theirs{}, later{};
  Peers peers = pair.meet_early("early", [&](Peers& under_way) {
    CHECK(under_way.client.connection.export_early_keying_material("label", bytes_of("c"), ours));
    CHECK(under_way.server.connection.export_early_keying_material("label", {}, theirs).error() ==
          Error::not_ready);
    under_way.deliver_to_server();
    under_way.server.run();
    CHECK(under_way.server.connection.export_early_keying_material("label", bytes_of("c"), theirs));
  });
  CHECK(ours == theirs);
  check_works(peers);
  CHECK(peers.client.connection.export_early_keying_material("label", {}, later).error() ==
        Error::not_ready);
  CHECK(peers.client.connection.export_keying_material("label", bytes_of("c"), later));
  CHECK(later != ours);
}

TEST_CASE("AC-238: the early exporter is gone when the server has rejected early data",
          "[AC-238][rfc9846-7.5][rfc9846-4.3.10]") {
  for (const bool is_retried : {false, true}) {
    EarlyPair pair;
    std::array<std::uint8_t, 32> out{};
    Policy policy = quick_policy();
    policy.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
    Policy server_policy = quick_policy();
    if (is_retried) {
      server_policy.groups = {NamedGroup::secp384r1};
      server_policy.key_shares = {};
      policy.key_shares = {NamedGroup::secp384r1};
    }
    pair.client = [&](ClientConfig::Builder& builder) { builder.policy(policy); };
    pair.server = [&](ServerConfig::Builder& builder) { builder.policy(server_policy); };
    (void)pair.connect();
    policy.key_shares = {NamedGroup::x25519};
    pair.guard = std::make_shared<MemoryReplayGuard>();  // which knows of no flight yet
    EarlyDataStatus before_end = EarlyDataStatus::none;
    (void)pair.meet_early("early", [&](Peers& under_way) {
      const Connection& client = under_way.client.connection;
      CHECK(client.export_early_keying_material("label", {}, out));
      under_way.deliver_to_server();
      under_way.server.run();
      under_way.deliver_to_client();
      while (client.negotiated().early_data == EarlyDataStatus::offered) {
        if (!under_way.client.step()) break;
      }
      before_end = client.negotiated().early_data;
      CHECK(client.export_early_keying_material("label", {}, out).error() == Error::not_ready);
    });
    CHECK(before_end == EarlyDataStatus::rejected);
  }
}

TEST_CASE("A client may offer early data, and send none", "[rfc9846-4.6]") {
  EarlyPair pair;
  Peers peers = pair.meet();
  CHECK(status(peers) == EarlyDataStatus::accepted);
  CHECK(peers.server.early_data.empty());
  check_works(peers);
}

}  // namespace
}  // namespace nacre::test
