// What an outer ClientHello shows. RFC 9849, sections 6.1, 6.1.2, 6.1.3 and 10.5.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>
#include <string>

#include "extensions/registry.h"
#include "messages/client_hello.h"
#include "nacre/client_hello.h"
#include "support/ech.h"
#include "support/policies.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

ClientHello outer_of(const Octets& message) {
  return wire::read_all<ClientHello>(Bytes(message).subspan(4)).value();
}

std::string host_name_of(const ClientHello& hello) {
  const auto name = find<ServerNameList>(hello.extensions).value();
  return name ? std::string(text_of(name->host_name())) : std::string();
}

EchOuter encrypted_in(const ClientHello& hello) {
  const auto extension = find<EncryptedClientHello>(hello.extensions).value().value();
  REQUIRE(extension.variant == EchClientHelloType::outer);
  return wire::read_all<EchOuter>(extension.contents.bytes).value();
}

Octets hello_for(std::string_view name, const EchConfigList& list, const ClientConfig& config) {
  Peers peers = ech_peers(list, config, ech_server_config().build().value(), name);
  peers.client.run();
  return first_hello(peers.client);
}

std::string name_of_length(std::size_t length) {
  std::string name(length, 'a');
  for (std::size_t at = 40; at + 1 < length; at += 41) name.at(at) = '.';
  return name;
}

}  // namespace

TEST_CASE("names up to maximum_name_length cannot be told apart by length", "[ech]") {
  const ClientConfig config = client_config().build().value();
  for (const std::uint8_t maximum : std::array<std::uint8_t, 3>{16, 64, 255}) {
    const EchKey key = make_ech_key(1, maximum);
    std::set<std::size_t> sizes;
    for (std::size_t length = 1; length <= std::min<std::size_t>(maximum, 253); ++length) {
      sizes.insert(hello_for(name_of_length(length), key.config_list(), config).size());
    }
    sizes.insert(hello_for("192.0.2.1", key.config_list(), config).size());
    CHECK(sizes.size() == 1);
  }
}

TEST_CASE("longer names differ in steps of 32 bytes", "[ech]") {
  const ClientConfig config = client_config().build().value();
  const EchKey key = make_ech_key(1, 10);
  std::set<std::size_t> sizes;
  for (std::size_t length = 1; length <= 253; ++length) {
    const Octets message = hello_for(name_of_length(length), key.config_list(), config);
    const std::size_t size = encrypted_in(outer_of(message)).payload.bytes.size();
    CHECK(size % 32 == 16);
    sizes.insert(size);
  }
  CHECK(sizes.size() <= 9);
}

TEST_CASE("the outer ClientHello is for the public name, with a random of its own", "[ech]") {
  const ClientConfig config = client_config().alpn({"h2"}).build().value();
  const Octets first = hello_for(secret_name, ech_key().config_list(), config);
  const Octets second = hello_for(secret_name, ech_key().config_list(), config);
  const ClientHello hello = outer_of(first);
  CHECK(host_name_of(hello) == public_name);
  const EchOuter ech = encrypted_in(hello);
  CHECK(ech.config_id == 1);
  CHECK(ech.enc.bytes.size() == 32);
  CHECK_FALSE(std::ranges::equal(ech.enc.bytes, encrypted_in(outer_of(second)).enc.bytes));
  CHECK(hello.random != outer_of(second).random);
  CHECK_FALSE(find_in(first, bytes_of(secret_name)));
  // What both have is named and not repeated: the payload has no room for key shares.
  CHECK(ech.payload.bytes.size() < 250);
}

TEST_CASE("the same name inside as outside does not show", "[ech]") {
  const ClientConfig config = client_config().build().value();
  const Octets same = hello_for(public_name, ech_key().config_list(), config);
  const Octets other = hello_for(secret_name, ech_key().config_list(), config);
  CHECK(same.size() == other.size());
}

TEST_CASE("keys are offered by random stand-ins of their lengths", "[ech]") {
  Resumable resumable;
  resumable.early_data = true;
  (void)resumable.connect();
  const auto [config, unused] = resumable.configs();
  auto plain = Peers(config, unused);
  (void)resumable.connect();
  plain.client.run();
  const Octets real_message = first_hello(plain.client);
  const auto [again, unused_again] = resumable.configs();
  const Octets message = hello_for("localhost", ech_key().config_list(), again);
  const ClientHello hello = outer_of(message);
  const auto offered = find<OfferedPsks>(hello.extensions).value();
  const auto real = find<OfferedPsks>(outer_of(real_message).extensions).value();
  REQUIRE(offered);
  REQUIRE(real);
  CHECK(offered->check());
  CHECK(offered->identities.encoding().size() == real->identities.encoding().size());
  CHECK(offered->binders.encoding().size() == real->binders.encoding().size());
  CHECK(find<PskKeyExchangeModes>(hello.extensions).value());
  CHECK(find<EarlyDataIndication>(hello.extensions).value());
}

TEST_CASE("GREASE looks like the encryption that it stands in for", "[ech]") {
  std::set<std::uint16_t> suites;
  for (int i = 0; i < 50; ++i) {
    Peers plain(client_config().build().value(), ech_server_config().build().value(), secret_name);
    plain.client.run();
    const Octets message = first_hello(plain.client);
    const EchOuter ech = encrypted_in(outer_of(message));
    CHECK(ech.enc.bytes.size() == 32);
    CHECK(ech.enc.bytes.back() < 0x80);
    CHECK(wire::contains(crypto::hpke_suites, ech.cipher_suite));
    suites.insert(static_cast<std::uint16_t>(ech.cipher_suite.aead_id));
    // As long as with a configuration that knows of no longer name.
    const EchKey key = make_ech_key(1, 0);
    const Octets encrypted =
        hello_for(secret_name, key.config_list(), client_config().build().value());
    CHECK(ech.payload.bytes.size() == encrypted_in(outer_of(encrypted)).payload.bytes.size());
  }
  CHECK(suites.size() == 3);
}

TEST_CASE("GREASE is answered, and nobody minds", "[ech]") {
  const bool has_keys = GENERATE(true, false);
  auto server = has_keys ? ech_server_config() : two_name_server_config();
  auto client = client_config();
  const bool is_retried = GENERATE(true, false);
  if (is_retried) {
    client.policy(with_groups({NamedGroup::x25519, NamedGroup::secp256r1}));
    server.policy(with_groups({NamedGroup::secp256r1}));
  }
  Peers peers(client.build().value(), server.build().value(), secret_name);
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
  CHECK(peers.client.connection.negotiated().ech == EchStatus::not_offered);
  CHECK(peers.server.connection.negotiated().ech == EchStatus::rejected);
  CHECK(peers.client.connection.ech_retry_configs() == std::nullopt);
  if (!is_retried) return;
  // The second ClientHello has what the first had.
  const auto records = split_records(peers.client.sent);
  const auto second = std::ranges::find_if(
      records.begin() + 1, records.end(),
      [](const auto& record) { return record.type == ContentType::handshake; });
  REQUIRE(second != records.end());
  const auto before = encrypted_in(outer_of(records.front().content));
  CHECK(before == encrypted_in(outer_of(second->content)));
}

TEST_CASE("without GREASE nothing is sent", "[ech]") {
  Peers peers(client_config().ech_grease(false).build().value(),
              ech_server_config().build().value(), secret_name);
  peers.client.run();
  const Octets message = first_hello(peers.client);
  CHECK_FALSE(find<EncryptedClientHello>(outer_of(message).extensions).value());
  peers.drive();
  CHECK(peers.server.connection.negotiated().ech == EchStatus::not_offered);
}

}  // namespace nacre::test
