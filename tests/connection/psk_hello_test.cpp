// What hellos say of pre-shared keys and early data, and what they do not. RFC 9846, sections 4.3.9
// to 4.3.11.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "handshake/edit.h"
#include "nacre/danger.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

constexpr int pre_shared_key = 41;
constexpr int early_data = 42;
constexpr int supported_versions = 43;
constexpr int psk_key_exchange_modes = 45;
constexpr int key_share = 51;

Message first_message(Bytes sent) {
  return split_records(sent).front().content;
}

bool has(const Hello& hello, int type) {
  return std::ranges::count(hello.extensions, type, &std::pair<int, Data>::first) == 1;
}

ExternalPsk key(std::uint8_t octet, Kdf kdf = Kdf::hkdf_sha256) {
  return ExternalPsk::make(Data{'k', octet}, Data(32, octet), kdf).value();
}

// The ClientHello of a client that has a session, an external key, or both.
struct Offers {
  explicit Offers(bool has_session, bool has_key, bool wants_early_data = false) {
    pair.early_data = wants_early_data;
    if (has_key) {
      pair.client = [](ClientConfig::Builder& builder) { builder.psk(key(1)); };
      pair.server = [](ServerConfig::Builder& builder) { builder.psk(key(1)); };
    }
    if (has_session) (void)pair.connect();
    peers.emplace(pair.configs().first, pair.configs().second);
    peers->client.run();
    sent = first_message(peers->client.sent);
    hello = Hello::parse(sent);
  }
  // A server hears this in its place.
  void say(const Hello& changed) {
    peers->server.inbox = WireRecord{ContentType::handshake, 0x0303, changed.encode()}.encode();
    peers->server.run();
  }
  Hello answer() { return Hello::parse(first_message(peers->server.sent)); }
  const Negotiated negotiated() const { return peers->server.connection.negotiated(); }

  Resumable pair;
  std::optional<Peers> peers;
  Message sent;
  Hello hello;
};

}  // namespace

TEST_CASE("Whoever offers keys says how they are to be used, and sends a share",
          "[rfc9846-4.3.9][rfc9846-4.3.9-ab6180][rfc9846-4.3.9-3ab689][rfc9846-4.3.9-3601df]"
          "[rfc9846-9.2-6dab68][rfc9846-9.2-c323d5]") {
  for (const auto& [has_session, has_key] :
       {std::pair(true, false), std::pair(false, true), std::pair(true, true)}) {
    CAPTURE(has_session, has_key);
    Offers client(has_session, has_key);
    REQUIRE(has(client.hello, pre_shared_key));
    REQUIRE(has(client.hello, psk_key_exchange_modes));
    CHECK(client.hello.at(psk_key_exchange_modes) == Data{1, 1});  // psk_dhe_ke alone
    REQUIRE(has(client.hello, key_share));
    CHECK(client.hello.at(key_share).size() > 2 + 4);
    client.say(client.hello);
    CHECK(has(client.answer(), pre_shared_key));
    CHECK(has(client.answer(), key_share));
  }
}

TEST_CASE("pre_shared_key is the last extension", "[rfc9846-4.3.11][rfc9846-4.3.11-5d649a]") {
  for (const bool wants_early_data : {true, false}) {
    for (const bool greases : {true, false}) {
      Resumable pair;
      pair.early_data = wants_early_data;
      pair.client = [=](ClientConfig::Builder& builder) {
        builder.grease(greases).ticket_request(1, 1).record_size_limit(4'096).alpn({"h2"});
      };
      (void)pair.connect();
      Peers peers(pair.configs().first, pair.configs().second);
      peers.client.run();
      const Hello hello = Hello::parse(first_message(peers.client.sent));
      CHECK(hello.extensions.back().first == pre_shared_key);
      CHECK(has(hello, early_data) == wants_early_data);
    }
  }
}

TEST_CASE("A key is chosen with a mode that the client has named, or not at all",
          "[rfc9846-4.3.9][rfc9846-4.2.1-003b3c][rfc9846-4.3.9-08efa4]") {
  for (const Data& modes : {Data{1, 0}, Data{2, 0, 7}, Data{1, 0x0b}}) {
    Offers client(true, false);
    client.hello.at(psk_key_exchange_modes) = modes;
    client.say(client.hello);
    CHECK_FALSE(client.peers->server.error);
    CHECK_FALSE(has(client.answer(), pre_shared_key));
    CHECK(client.negotiated().key_source == KeySource::certificate);
  }
  // And a server that has keys alone has nothing to choose.
  Peers alone(ClientConfig::Builder(key(1)).build().value(),
              ServerConfig::Builder(key(1)).build().value());
  alone.client.run();
  Hello hello = Hello::parse(first_message(alone.client.sent));
  hello.at(psk_key_exchange_modes) = Data{1, 0};
  alone.server.inbox = WireRecord{ContentType::handshake, 0x0303, hello.encode()}.encode();
  alone.server.run();
  CHECK(alone.server.error == Error::no_common_signature_scheme);
}

TEST_CASE("The age of an external key is 0, and is not looked at",
          "[rfc9846-4.3.11][rfc9846-4.3.11-d342ba]") {
  const Data identity{'k', 1};
  Offers client(false, true);
  Data& offered = client.hello.at(pre_shared_key);
  const Data wanted = vector(2, vector(2, identity) + Data(4));
  CHECK(std::ranges::equal(Bytes(offered).first(wanted.size()), wanted));
  // With any other age the binder would be wrong, and it alone is what is looked at.
  for (const std::uint8_t age : {std::uint8_t{1}, std::uint8_t{0xff}}) {
    Offers other(false, true);
    other.hello.at(pre_shared_key).at(wanted.size() - 1) = age;
    other.say(other.hello);
    CHECK(other.peers->server.error == Error::bad_binder);
  }
}

TEST_CASE("A key has the hash that it was given with", "[rfc9846-2.2][rfc9846-2.2-4f10e2]") {
  for (const Kdf ours : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
    for (const Kdf theirs : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
      Peers peers(ClientConfig::Builder(key(1, ours)).build().value(),
                  ServerConfig::Builder(key(1, theirs)).build().value());
      peers.drive();
      CHECK(peers.server.completed == (ours == theirs));
      if (ours == theirs) continue;
      CHECK(peers.server.error == Error::bad_binder);
    }
  }
}

TEST_CASE("A key stands in the place of a certificate, unless both sides say otherwise",
          "[rfc9846-F.1-65b071][rfc9973-4]") {
  for (const bool client_wants : {true, false}) {
    Resumable pair;
    pair.keys.reset();
    pair.client = [=](ClientConfig::Builder& builder) {
      builder.psk(key(1)).certificate_with_psk(client_wants).sessions(nullptr);
    };
    pair.server = [](ServerConfig::Builder& builder) { builder.psk(key(1)); };
    const Peers peers = pair.connect();
    const Negotiated& negotiated = peers.client.connection.negotiated();
    CHECK(negotiated.key_source ==
          (client_wants ? KeySource::external_psk_certificate : KeySource::external_psk));
    CHECK(negotiated.server_signature_scheme.has_value() == client_wants);
  }
}

TEST_CASE("There is no early data unless the application asks for it",
          "[rfc9846-F.5][rfc9846-F.5-dee8ce]") {
  // Of the two, none, the client, the server, both.
  for (const auto& [client_asks, server_asks] : {std::pair(false, false), std::pair(true, false),
                                                 std::pair(false, true), std::pair(true, true)}) {
    CAPTURE(client_asks, server_asks);
    Resumable pair;
    if (client_asks) {
      pair.client = [](ClientConfig::Builder& builder) { builder.early_data(); };
    }
    if (server_asks) {
      pair.server = [&](ServerConfig::Builder& builder) {
        builder.early_data({.guard = pair.guard});
      };
    }
    (void)pair.connect();
    Peers peers(pair.configs().first, pair.configs().second);
    peers.client.run();
    const bool both = client_asks && server_asks;
    CHECK(has(Hello::parse(first_message(peers.client.sent)), early_data) == both);
    CHECK((peers.client.connection.early_data_room() > 0) == both);
    peers.drive();
    CHECK(peers.server.connection.negotiated().early_data ==
          (both ? EarlyDataStatus::accepted : EarlyDataStatus::none));
  }
}

TEST_CASE("A client that has sent early data takes no older version",
          "[rfc9846-E.3][rfc9846-E.3-6af4f7]") {
  for (const std::uint8_t minor : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    Offers offers(true, false, true);
    REQUIRE(has(offers.hello, early_data));
    offers.say(offers.hello);
    Hello hello = offers.answer();
    hello.remove(supported_versions);
    hello.version = {3, minor};
    Peer& client = offers.peers->client;
    client.inbox = WireRecord{ContentType::handshake, 0x0303, hello.encode()}.encode();
    client.run();
    CHECK(client.error == Error::tls13_not_selected);
    CHECK(client.connection.failure()->alert == AlertDescription::protocol_version);
  }
}

TEST_CASE("Early data is under one key, whatever its limit", "[rfc9846-5.5][rfc9846-5.5-40dcd8]") {
  Resumable pair;
  pair.early_data = true;
  (void)pair.connect();
  pair.client = [](ClientConfig::Builder& builder) { danger::update_keys_after(builder, 2); };
  std::size_t sent = 0;
  Peers peers = pair.meet("localhost", [&](Peers& under_way) {
    Octets outgoing(under_way.client.room);
    for (int i = 0; i < 5; ++i) {
      const auto sealed = under_way.client.connection.early_data(bytes_of("early"), outgoing);
      REQUIRE(sealed);
      // A record with the data, and nothing else.
      CHECK(sealed->produced == 5 + 5 + 1 + 16);
      append(under_way.client.outbox, Bytes(outgoing).first(sealed->produced));
      sent += sealed->consumed;
    }
  });
  CHECK_FALSE(peers.server.error);
  CHECK(peers.server.early_data.size() == sent);
  CHECK(peers.client.connection.negotiated().early_data == EarlyDataStatus::accepted);
}

TEST_CASE("What a replay guard remembers is a flight whose binder was right",
          "[rfc9846-8.2][rfc9846-8.2-e7adc3]") {
  Resumable pair;
  pair.early_data = true;
  pair.guard = std::make_shared<MemoryReplayGuard>(
      MemoryReplayGuard::Start{.capacity = 1, .has_history = true});
  (void)pair.connect();
  const auto configs = pair.configs();
  Peers peers(configs.first, configs.second);
  peers.client.run();
  const Message sent = first_message(peers.client.sent);
  const auto hears = [&](const Message& message) {
    Peer server(Connection::server(configs.second).value());
    server.inbox = WireRecord{ContentType::handshake, 0x0303, message}.encode();
    server.run();
    return std::pair(server.error, server.connection.negotiated().early_data);
  };
  Message wrong = sent;
  for (int i = 0; i < 3; ++i) {
    wrong.back() = static_cast<std::uint8_t>(wrong.back() + 1);
    CHECK(hears(wrong).first == Error::bad_binder);
  }
  // There was room for one.
  CHECK(hears(sent) == std::pair(std::optional<Error>(), EarlyDataStatus::accepted));
  CHECK(hears(sent) == std::pair(std::optional<Error>(), EarlyDataStatus::rejected));
}

}  // namespace nacre::test
