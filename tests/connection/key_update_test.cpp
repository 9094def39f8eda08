// Changes of keys after the handshake. RFC 9846, sections 4.7.3 and 5.5.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

struct Counter : Trace {
  void message(bool sent, HandshakeType type, std::size_t) override {
    if (type == HandshakeType::key_update) ++(sent ? updates_sent : updates_received);
  }
  void key_change(bool sent) override { ++(sent ? changes_sent : changes_received); }
  int updates_sent = 0;
  int updates_received = 0;
  int changes_sent = 0;
  int changes_received = 0;
};

// Only KeyUpdates: what `sent` has from `from` on.
std::size_t key_updates_in(Tap& tap, const Octets& sent, std::size_t from) {
  std::size_t count = 0;
  for (const auto& seen : tap.read(Bytes(sent).subspan(from))) {
    count += seen.type == ContentType::handshake && seen.content.at(0) == 24 ? 1U : 0U;
  }
  return count;
}

TEST_CASE("each side may change its keys, as often as it likes",
          "[rfc9846-4.7.3][rfc9846-4.7.3-b5e2a3][rfc9846-4.7.3-fa6a1d]") {
  Peers peers = connected();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(peers.client.update_keys(false));
    REQUIRE(peers.client.send("c"));
    REQUIRE(peers.server.update_keys(false));
    REQUIRE(peers.server.send("s"));
    peers.drive();
  }
  CHECK(peers.client.data == Octets(100, 's'));
  CHECK(peers.server.data == Octets(100, 'c'));
}

TEST_CASE("a requested KeyUpdate is answered before the next data",
          "[rfc9846-4.7.3][rfc9846-4.7.3-45d7b5][rfc9846-4.7.3-8025f0][rfc9846-4.7.3-b5e2a3]") {
  Tapped tapped;
  Peer& server = tapped.peers.server;
  const std::size_t sent = server.sent.size();
  Octets request = tapped.from_client.key_update(1);
  append(request, tapped.from_client.data("still here"));
  server.inbox = request;
  REQUIRE(server.step());
  CHECK(server.sent.size() == sent);
  REQUIRE(server.send("data"));
  Tap tap(*tapped.secrets, "SERVER_TRAFFIC_SECRET_0");
  const auto seen = tap.read(Bytes(server.sent).subspan(sent));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].content == Octets{24, 0, 0, 1, 0});
  CHECK(seen[1].content == octets("data"));
  server.run();
  CHECK(server.data == octets("still here"));
}

TEST_CASE("requests that come together are answered once, without data too", "[rfc9846-4.7.3]") {
  Tapped tapped;
  Peer& server = tapped.peers.server;
  const std::size_t sent = server.sent.size();
  Octets requests;
  for (int i = 0; i < 5; ++i) append(requests, tapped.from_client.key_update(1));
  tapped.to_server(requests);
  Tap tap(*tapped.secrets, "SERVER_TRAFFIC_SECRET_0");
  CHECK(key_updates_in(tap, server.sent, sent) == 1);
  tapped.to_server(tapped.from_client.key_update(0));
  CHECK(key_updates_in(tap, server.sent, server.sent.size()) == 0);
}

TEST_CASE("an answer waits for room, and the data behind it", "[rfc9846-4.7.3]") {
  Tapped tapped;
  Peer& server = tapped.peers.server;
  server.room = 0;
  tapped.to_server(tapped.from_client.key_update(1));
  const std::size_t sent = server.sent.size();
  Octets outgoing(26);
  CHECK(server.connection.seal(bytes_of("x"), outgoing) == fail(Error::buffer_too_small));
  outgoing.resize(27);
  const auto sealed = server.connection.seal(bytes_of("x"), outgoing);
  REQUIRE(sealed);
  CHECK(sealed->consumed == 0);
  CHECK(sealed->produced == 27);
  append(server.sent, Bytes(outgoing).first(sealed->produced));
  Tap tap(*tapped.secrets, "SERVER_TRAFFIC_SECRET_0");
  CHECK(key_updates_in(tap, server.sent, sent) == 1);
}

TEST_CASE("a body that is sealed in place follows the answer", "[rfc9846-4.7.3]") {
  Tapped tapped;
  Peer& server = tapped.peers.server;
  server.room = 0;
  Octets outgoing(max_record_size);
  const MutableBytes body = server.connection.body(outgoing);
  REQUIRE(body.size() == 16'384);
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<std::uint8_t>(i % 251);
  const Octets wanted = octets(body);
  // The request comes between the two calls.
  tapped.to_server(tapped.from_client.key_update(1));
  const auto size = server.connection.seal_body(wanted.size(), outgoing);
  REQUIRE(size);
  Tap tap(*tapped.secrets, "SERVER_TRAFFIC_SECRET_0");
  const auto seen = tap.read(Bytes(outgoing).first(*size));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].content == Octets{24, 0, 0, 1, 0});
  CHECK(seen[1].content == wanted);
}

TEST_CASE("bodies of every size stand where they are sealed", "[rfc9846-5.2]") {
  Tapped tapped;
  Tap tap(*tapped.secrets, "CLIENT_TRAFFIC_SECRET_0");
  Connection& client = tapped.peers.client.connection;
  for (const std::size_t room : {0U, 5U, 48U, 49U, 50U, 64U, 1'000U, 16'644U, 20'000U}) {
    Octets outgoing(room);
    const MutableBytes body = client.body(outgoing);
    if (room < 50) {
      CHECK(body.empty());
      continue;
    }
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, body.size()}) {
      std::fill_n(body.begin(), length, std::uint8_t{0x5a});
      const auto size = client.seal_body(length, outgoing);
      REQUIRE(size);
      const auto seen = tap.read(Bytes(outgoing).first(*size));
      REQUIRE(seen.size() == 1);
      CHECK(seen[0].content == Octets(length, 0x5a));
    }
    CHECK(client.seal_body(body.size() + 1, outgoing) == fail(Error::buffer_too_small));
  }
}

TEST_CASE("a request is not repeated before the peer's KeyUpdate",
          "[rfc9846-4.7.3][rfc9846-4.7.3-e1c662]") {
  Tapped tapped;
  Peer& client = tapped.peers.client;
  const std::size_t sent = client.sent.size();
  REQUIRE(client.update_keys(true));
  REQUIRE(client.update_keys(true));
  Tap tap(*tapped.secrets, "CLIENT_TRAFFIC_SECRET_0");
  auto seen = tap.read(Bytes(client.sent).subspan(sent));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].content == Octets{24, 0, 0, 1, 1});
  CHECK(seen[1].content == Octets{24, 0, 0, 1, 0});
  tapped.peers.drive();
  const std::size_t later = client.sent.size();
  REQUIRE(client.update_keys(true));
  seen = tap.read(Bytes(client.sent).subspan(later));
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].content == Octets{24, 0, 0, 1, 1});
}

TEST_CASE("crossing requests are both answered", "[rfc9846-4.7.3]") {
  const auto client_trace = std::make_shared<Counter>();
  const auto server_trace = std::make_shared<Counter>();
  Peers peers = connected(*client_config().trace(client_trace).build(),
                          *server_config().trace(server_trace).build());
  REQUIRE(peers.client.update_keys(true));
  REQUIRE(peers.server.update_keys(true));
  peers.drive();
  REQUIRE(peers.client.send("c"));
  REQUIRE(peers.server.send("s"));
  peers.drive();
  CHECK(peers.server.data == octets("c"));
  CHECK(peers.client.data == octets("s"));
  CHECK(client_trace->updates_sent == 2);
  CHECK(client_trace->updates_received == 2);
  CHECK(server_trace->updates_sent == 2);
  CHECK(client_trace->changes_sent == server_trace->changes_received);
  CHECK(server_trace->changes_sent == client_trace->changes_received);
}

TEST_CASE("our own request does not stand for an answer", "[rfc9846-4.7.3]") {
  Tapped tapped;
  Peer& server = tapped.peers.server;
  server.room = 0;
  tapped.to_server(tapped.from_client.key_update(1));
  Octets outgoing(max_control_record_size);
  const auto size = server.connection.update_keys(true, outgoing);
  REQUIRE(size);
  Tap tap(*tapped.secrets, "SERVER_TRAFFIC_SECRET_0");
  const auto seen = tap.read(Bytes(outgoing).first(*size));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].content == Octets{24, 0, 0, 1, 0});
  CHECK(seen[1].content == Octets{24, 0, 0, 1, 1});
}

TEST_CASE("KeyUpdates without data are taken up to the limit", "[rfc9846-4.7.3]") {
  Limits limits;
  limits.key_updates_without_data = 8;
  for (const bool together : {false, true}) {
    Tapped tapped(client_config(), server_config().limits(limits));
    Octets storm;
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 8; ++i) append(storm, tapped.from_client.key_update(1));
      append(storm, tapped.from_client.data("d"));
      if (!together) tapped.to_server(std::exchange(storm, {}));
    }
    tapped.to_server(storm);
    REQUIRE_FALSE(tapped.peers.server.error);
    CHECK(tapped.peers.server.data == octets("ddd"));
    for (int i = 0; i < 8; ++i) tapped.to_server(tapped.from_client.key_update(0));
    REQUIRE_FALSE(tapped.peers.server.error);
    // An empty record is no data.
    tapped.to_server(tapped.from_client.data(""));
    tapped.to_server(tapped.from_client.key_update(0));
    CHECK(tapped.peers.server.error == Error::too_many_key_updates);
    CHECK(tapped.peers.server.connection.failure()->message == HandshakeType::key_update);
  }
}

TEST_CASE("a KeyUpdate ends its record", "[rfc9846-5.1][rfc9846-5.1-84b3e1][rfc9846-5.1-afb6e9]") {
  for (const Octets& content :
       {Octets{24, 0, 0, 1, 0, 24, 0, 0, 1, 0}, Octets{24, 0, 0, 1, 0, 4}}) {
    Tapped tapped;
    tapped.to_client(tapped.from_server.record(ContentType::handshake, content));
    CHECK(tapped.peers.client.error == Error::message_across_key_change);
    CHECK(tapped.peers.client.connection.failure()->alert == AlertDescription::unexpected_message);
  }
}

TEST_CASE("a KeyUpdate may come in parts", "[rfc9846-5.1]") {
  Tapped tapped;
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{24, 0}));
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{0, 1}));
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{0}));
  tapped.from_server.update();
  tapped.to_client(tapped.from_server.data("with new keys"));
  CHECK_FALSE(tapped.peers.client.error);
  CHECK(tapped.peers.client.data == octets("with new keys"));
}

TEST_CASE("old keys are not accepted after a KeyUpdate", "[rfc9846-4.7.3][rfc9846-4.7.3-fa6a1d]") {
  Tapped tapped;
  Forger old(*tapped.secrets, "SERVER_TRAFFIC_SECRET_0");
  tapped.to_client(tapped.from_server.key_update(0));
  tapped.to_client(old.data("old keys"));
  CHECK(tapped.peers.client.error == Error::bad_record_mac);
}

TEST_CASE("malformed KeyUpdates are refused",
          "[rfc9846-4.7.3][rfc9846-4.7.3-ccab9c][rfc9846-6-5bcfeb]") {
  using enum AlertDescription;
  const auto refused = [](const Octets& content, Error error, AlertDescription alert) {
    Tapped tapped;
    tapped.to_client(tapped.from_server.record(ContentType::handshake, content));
    CHECK(tapped.peers.client.error == error);
    CHECK(tapped.peers.client.connection.failure()->alert == alert);
  };
  refused({24, 0, 0, 1, 2}, Error::bad_key_update, illegal_parameter);
  refused({24, 0, 0, 1, 255}, Error::bad_key_update, illegal_parameter);
  refused({24, 0, 0, 0}, Error::truncated, decode_error);
  refused({24, 0, 0, 2, 0, 0}, Error::trailing_data, decode_error);
}

TEST_CASE("keys change before the limit on their use", "[rfc9846-5.5][rfc9846-5.5-fabc20]") {
  for (const std::uint64_t limit : {1U, 2U, 7U}) {
    ClientConfig::Builder client = client_config();
    danger::update_keys_after(client, limit);
    Tapped tapped(client);
    Peer& peer = tapped.peers.client;
    const std::size_t sent = peer.sent.size();
    for (int i = 0; i < 50; ++i) REQUIRE(peer.send("x"));
    tapped.peers.drive();
    CHECK(tapped.peers.server.data == Octets(50, 'x'));
    Tap tap(*tapped.secrets, "CLIENT_TRAFFIC_SECRET_0");
    std::uint64_t with_these_keys = 0;
    std::size_t updates = 0;
    for (const auto& seen : tap.read(Bytes(peer.sent).subspan(sent))) {
      if (seen.type == ContentType::handshake) {
        CHECK(seen.content == Octets{24, 0, 0, 1, 0});
        CHECK(with_these_keys == limit);
        with_these_keys = 0;
        ++updates;
      } else {
        ++with_these_keys;
      }
    }
    CHECK(updates == (50 - 1) / limit);
  }
}

TEST_CASE("bodies count for the limit too", "[rfc9846-5.5]") {
  ServerConfig::Builder server = server_config();
  danger::update_keys_after(server, 3);
  Tapped tapped(client_config(), server);
  Octets outgoing(1'000);
  for (int i = 0; i < 20; ++i) {
    const MutableBytes body = tapped.peers.server.connection.body(outgoing);
    body[0] = 'b';
    const auto size = tapped.peers.server.connection.seal_body(1, outgoing);
    REQUIRE(size);
    tapped.to_client(Bytes(outgoing).first(*size));
  }
  CHECK_FALSE(tapped.peers.client.error);
  CHECK(tapped.peers.client.data == Octets(20, 'b'));
}

TEST_CASE("update_keys needs max_control_record_size", "[rfc9846-4.7.3]") {
  Peers peers = connected();
  Octets outgoing(max_control_record_size);
  CHECK(peers.client.connection.update_keys(true, MutableBytes(outgoing).first(20)) ==
        fail(Error::buffer_too_small));
  CHECK(peers.client.connection.update_keys(true, outgoing).value() == 27);
}

}  // namespace
}  // namespace nacre::test
