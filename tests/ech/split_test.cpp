// Split mode: a client-facing server, and a backend server behind it. RFC 9849, sections 3.1 and 7.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <utility>

#include "support/ech.h"
#include "support/policies.h"

namespace nacre::test {
namespace {

// Takes the first handshake record out of `stream`, and puts `content` in its place.
Octets with_hello(Bytes stream, Bytes content) {
  Octets rest;
  bool replaced = false;
  for (WireRecord record : split_records(stream)) {
    if (!replaced && record.type == ContentType::handshake) {
      record.content = octets(content);
      replaced = true;
    }
    append(rest, record.encode());
  }
  return rest;
}

Octets hello_in(Bytes stream) {
  for (const WireRecord& record : split_records(stream)) {
    if (record.type == ContentType::handshake) return record.content;
  }
  return {};
}

ServerConfig::Builder backend_config() {
  auto builder = two_name_server_config();
  builder.ech_backend();
  return builder;
}

// The inner ClientHello of the client's, which is the first.
Octets inner_of(EchClientFacing& facing, Bytes outer) {
  Octets room(2 * outer.size());
  const auto inner = facing.first(outer, room);
  REQUIRE(inner);
  REQUIRE_FALSE(inner->empty());
  return octets(*inner);
}

}  // namespace

TEST_CASE("a client-facing server decrypts, and a backend server connects", "[ech]") {
  const bool is_retried = GENERATE(false, true);
  using enum NamedGroup;
  auto client = client_config();
  client.policy(with_groups({x25519, secp256r1}));
  auto backend = backend_config();
  if (is_retried) backend.policy(with_groups({secp256r1}));
  Peers peers = ech_peers(ech_key().config_list(), client.build().value(), backend.build().value());
  EchClientFacing facing = EchClientFacing::make({.keys = {ech_key()}}).value();

  peers.client.run();
  const Octets outer = hello_in(peers.client.outbox);
  const Octets inner = inner_of(facing, outer);
  CHECK(inner.size() <= outer.size());
  CHECK(find_in(inner, bytes_of(secret_name)));
  append(peers.server.inbox, with_hello(std::exchange(peers.client.outbox, {}), inner));
  peers.server.run();
  peers.deliver_to_client();
  if (is_retried) {
    peers.client.run();
    const Octets second_outer = hello_in(peers.client.outbox);
    Octets second_room(2 * second_outer.size());
    const auto second = facing.second(second_outer, second_room);
    REQUIRE(second);
    append(peers.server.inbox, with_hello(std::exchange(peers.client.outbox, {}), *second));
  }
  // All else is forwarded as it is.
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
  CHECK(peers.client.connection.negotiated().ech == EchStatus::accepted);
  CHECK(peers.server.connection.negotiated().ech == EchStatus::accepted);
  CHECK(peers.client.connection.negotiated().retried == is_retried);
}

TEST_CASE("a client-facing server passes over what it cannot decrypt", "[ech]") {
  Peers peers = ech_peers(other_ech_key().config_list());
  peers.client.run();
  const Octets outer = first_hello(peers.client);
  EchClientFacing facing = EchClientFacing::make({.keys = {ech_key()}}).value();
  Octets room(2 * outer.size());
  const auto inner = facing.first(outer, room);
  REQUIRE(inner);
  CHECK(inner->empty());
  CHECK(facing.second(outer, room) == fail(Error::wrong_call));

  Peers plain(client_config().ech_grease(false).build().value());
  plain.client.run();
  const auto nothing = facing.first(first_hello(plain.client), room);
  REQUIRE(nothing);
  CHECK(nothing->empty());
}

TEST_CASE("the room is twice the message", "[ech]") {
  Peers peers = ech_peers();
  peers.client.run();
  const Octets outer = first_hello(peers.client);
  EchClientFacing facing = EchClientFacing::make({.keys = {ech_key()}}).value();
  Octets room(2 * outer.size() - 1);
  CHECK(facing.first(outer, room) == fail(Error::buffer_too_small));
  CHECK(facing.first(Bytes(outer).first(3), room) == fail(Error::truncated));
  Octets other = outer;
  other.front() = 2;
  CHECK(facing.first(other, room) == fail(Error::unexpected_message));
}

TEST_CASE("keys are given, and not too many", "[ech]") {
  CHECK(EchClientFacing::make({}) == fail(Error::bad_configuration));
  EchKeys keys{.keys = {ech_key()}, .former_keys = {EchConfigList::max_configs + 1, ech_key()}};
  CHECK(EchClientFacing::make(keys) == fail(Error::bad_configuration));
  CHECK(two_name_server_config().ech_keys(keys).build() == fail(Error::bad_configuration));
  keys.former_keys.pop_back();
  CHECK(EchClientFacing::make(keys));
}

TEST_CASE("who is not a backend server takes no inner ClientHello", "[ech][rfc9849-7]") {
  Peers peers = ech_peers(
      ech_key().config_list(), client_config().build().value(),
      (GENERATE(true, false) ? ech_server_config() : two_name_server_config()).build().value());
  peers.client.run();
  EchClientFacing facing = EchClientFacing::make({.keys = {ech_key()}}).value();
  const Octets inner = inner_of(facing, first_hello(peers.client));
  append(peers.server.inbox, with_hello(peers.client.outbox, inner));
  peers.server.run();
  CHECK(peers.server.error == Error::unexpected_ech_type);
  CHECK(peers.server.connection.failure()->alert == AlertDescription::illegal_parameter);
  CHECK(peers.server.connection.failure()->extension == ExtensionType::encrypted_client_hello);
}

TEST_CASE("a backend server takes no encrypted ClientHello", "[ech][rfc9849-7]") {
  Peers peers = ech_peers(ech_key().config_list(), client_config().build().value(),
                          backend_config().build().value());
  peers.drive();
  CHECK(peers.server.error == Error::unexpected_ech_type);
  Peers plain(client_config().ech_grease(false).build().value(), backend_config().build().value(),
              secret_name);
  plain.drive();
  CHECK(plain.server.completed);
}

TEST_CASE("the configuration that was chosen says who takes inner ClientHellos", "[ech]") {
  auto asking = ech_server_config();
  asking.ask_configuration();
  Peers peers =
      ech_peers(ech_key().config_list(), client_config().build().value(), asking.build().value());
  int asked = 0;
  peers.server.answer = [&](Connection& connection, const Event& event) {
    const auto& seen = std::get<ClientHelloSeen>(event);
    CHECK(seen.server_name == secret_name);
    CHECK(seen.ech == EchStatus::accepted);
    ++asked;
    // Its keys were needed before it was chosen: it needs none.
    REQUIRE(connection.resume(two_name_server_config().build().value()));
  };
  peers.drive();
  CHECK(asked == 1);
  CHECK(peers.client.completed);
  CHECK(peers.client.connection.negotiated().ech == EchStatus::accepted);
}

}  // namespace nacre::test
