// A server that takes the encrypted ClientHello. RFC 9849, sections 6.1.5 and 7.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <memory>
#include <string>

#include "crypto/pem.h"
#include "crypto/random.h"
#include "nacre/danger.h"
#include "support/ech.h"
#include "support/ech_sealer.h"
#include "support/key_log.h"
#include "support/policies.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

// Both sides are connected, by what was encrypted.
void check_accepted(Peers& peers) {
  peers.drive();
  REQUIRE(peers.client.error == std::nullopt);
  REQUIRE(peers.server.error == std::nullopt);
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  CHECK(peers.client.connection.negotiated().ech == EchStatus::accepted);
  CHECK(peers.server.connection.negotiated().ech == EchStatus::accepted);
  CHECK(peers.client.connection.ech_retry_configs() == std::nullopt);
  REQUIRE(peers.client.send("hello"));
  REQUIRE(peers.server.send("there"));
  peers.drive();
  CHECK(peers.server.data == octets("hello"));
  CHECK(peers.client.data == octets("there"));
}

EchKey p256_key() {
  const auto random = [](MutableBytes out) -> Result<void> {
    crypto::random_bytes(out);
    return {};
  };
  const auto key = crypto::HpkeKey::generate(crypto::HpkeKem::p256_hkdf_sha256, random).value();
  const Data point(key.public_key().begin(), key.public_key().end());
  const Data contents = Data{3, 0, 0x10} + vector(2, point) + vector(2, {0, 1, 0, 3}) + Data{16} +
                        vector(1, octets(public_name)) + vector(2, {});
  std::string pem;
  REQUIRE(key.append_pem(pem));
  crypto::append_pem(pem, "ECHCONFIG", vector(2, number(2, 0xfe0d) + vector(2, contents)));
  return EchKey::from_pem(pem).value();
}

}  // namespace

TEST_CASE("a key on P-256 serves as well", "[ech]") {
  const EchKey key = p256_key();
  auto server = two_name_server_config();
  server.ech_keys({.keys = {key}});
  auto client = client_config();
  // The shared secret is computed once more for a log.
  const auto log = std::make_shared<Secrets>();
  danger::log_secrets(client, log);
  Peers peers = ech_peers(key.config_list(), client.build().value(), server.build().value());
  check_accepted(peers);
}

TEST_CASE("what is encrypted is what the server talks to", "[ech]") {
  Peers peers = ech_peers();
  check_accepted(peers);
  CHECK_FALSE(peers.client.connection.negotiated().retried);
}

TEST_CASE("each policy encrypts", "[ech]") {
  const Policy policy = GENERATE(policy_2026, policy_2026_pq, policy_compat);
  auto server = ech_server_config();
  server.policy(policy);
  auto client = client_config();
  client.policy(policy).grease();
  Peers peers = ech_peers(ech_key().config_list(), client.build().value(), server.build().value());
  check_accepted(peers);
}

TEST_CASE("a HelloRetryRequest takes the encrypted ClientHello, and so does ServerHello", "[ech]") {
  auto client = client_config();
  client.policy(with_groups({NamedGroup::x25519, NamedGroup::secp256r1}))
      .grease(GENERATE(true, false));
  auto server = ech_server_config();
  server.policy(with_groups({NamedGroup::secp256r1}));
  const bool has_cookie = GENERATE(true, false);
  if (has_cookie) server.stateless_retry(std::array<std::uint8_t, 32>{1});
  Peers peers = ech_peers(ech_key().config_list(), client.build().value(), server.build().value());
  check_accepted(peers);
  CHECK(peers.client.connection.negotiated().retried);
  CHECK(peers.client.connection.negotiated().group == NamedGroup::secp256r1);
}

TEST_CASE("any of a server's keys decrypts, by its number or by trying", "[ech]") {
  const EchKey mine = make_ech_key(7);
  const EchKey same_number = make_ech_key(7);
  const EchKey another = make_ech_key(8);
  const bool is_former = GENERATE(true, false);
  EchKeys keys{.keys = {another, same_number}};
  (is_former ? keys.former_keys : keys.keys).push_back(mine);
  auto server = two_name_server_config();
  server.ech_keys(keys);
  Peers peers =
      ech_peers(mine.config_list(), client_config().build().value(), server.build().value());
  check_accepted(peers);
}

TEST_CASE("a config_id that says nothing is passed over by trial decryption",
          "[ech][rfc9849-10.4]") {
  const EchKey mine = make_ech_key(7);
  for (const bool tries : {false, true}) {
    EchKeys keys{.keys = {make_ech_key(8), mine}, .trial_decryption = tries};
    auto server = two_name_server_config();
    server.ech_keys(keys);
    Peers peers(client_config().build().value(), server.build().value());
    EchSealer sealer(mine);
    sealer.config_id = 77;
    const Message hello = sealer.seal(outer_hello(), encoded(inner_hello()));
    append(peers.server.inbox, WireRecord{ContentType::handshake, 0x0301, hello}.encode());
    peers.server.run();
    CHECK_FALSE(peers.server.error);
    const EchStatus expected = tries ? EchStatus::accepted : EchStatus::rejected;
    CHECK(peers.server.connection.negotiated().ech == expected);
  }
}

TEST_CASE("an address is hidden as a name is", "[ech]") {
  Peers peers =
      ech_peers(ech_key().config_list(), client_config().build().value(),
                ech_server_config().ech_keys({.keys = {ech_key()}}).build().value(), "127.0.0.1");
  peers.drive();
  // Neither certificate is for it.
  CHECK(peers.client.error == Error::certificate_wrong_name);
  CHECK(peers.client.connection.server_name() == "127.0.0.1");
}

TEST_CASE("sessions and early data stay inside", "[ech]") {
  Resumable resumable;
  resumable.early_data = true;
  resumable.server = [](ServerConfig::Builder& builder) {
    builder.ech_keys({.keys = {ech_key()}});
  };
  Peers first = resumable.connect();
  REQUIRE(first.client.tickets > 0);
  const auto [client, server] = resumable.configs();
  Peers peers = ech_peers(ech_key().config_list(), client, server, "localhost");
  peers.client.run();
  REQUIRE(peers.client.connection.early_data_room() > 0);
  Octets outgoing(max_record_size);
  const auto early = peers.client.connection.early_data(bytes_of("early"), outgoing);
  REQUIRE(early);
  append(peers.client.outbox, Bytes(outgoing).first(early->produced));
  peers.drive();
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  CHECK(peers.server.early_data == octets("early"));
  const Negotiated negotiated = peers.client.connection.negotiated();
  CHECK(negotiated.ech == EchStatus::accepted);
  CHECK(negotiated.key_source == KeySource::session);
  CHECK(negotiated.early_data == EarlyDataStatus::accepted);
}

}  // namespace nacre::test
