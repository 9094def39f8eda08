// A server that does not take the encrypted ClientHello. RFC 9849, sections 6.1.6 and 6.1.7.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <span>
#include <vector>

#include "support/ech.h"
#include "support/policies.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

// The client knows that it has talked to the public name, and says so; the server has served it.
void check_rejected(Peers& peers) {
  peers.drive();
  CHECK(peers.client.error == Error::ech_rejected);
  CHECK_FALSE(peers.client.completed);
  REQUIRE(peers.client.connection.failure());
  CHECK(peers.client.connection.failure()->alert == AlertDescription::ech_required);
  CHECK(peers.client.connection.seal(bytes_of("x"), {}) == fail(Error::ech_rejected));
  CHECK(peers.server.completed);
  CHECK(peers.server.error == Error::peer_alert);
  CHECK(peers.server.connection.failure()->alert == AlertDescription::ech_required);
  CHECK(peers.server.data.empty());
}

}  // namespace

TEST_CASE("whoever has the wrong key learns the right one", "[ech]") {
  const bool is_retried = GENERATE(false, true);
  auto client = client_config();
  client.policy(with_groups({NamedGroup::x25519, NamedGroup::secp256r1}));
  const ClientConfig config = client.build().value();
  auto server = ech_server_config();
  if (is_retried) server.policy(with_groups({NamedGroup::secp256r1}));
  const EchKey former = make_ech_key(9);
  server.ech_keys({.keys = {ech_key(), make_ech_key(2)}, .former_keys = {former}});
  const ServerConfig server_built = server.build().value();
  Peers peers = ech_peers(other_ech_key().config_list(), config, server_built);
  check_rejected(peers);

  const auto retry = peers.client.connection.ech_retry_configs();
  REQUIRE(retry);
  REQUIRE(retry->size() == 2);
  CHECK(retry->usable().front().config_id == 1);
  CHECK(find_in(retry->bytes(), ech_key().config_list().bytes().subspan(2)));
  CHECK_FALSE(find_in(retry->bytes(), former.config_list().bytes().subspan(2)));
  Peers again = ech_peers(*retry, config, server_built);
  again.drive();
  CHECK(again.client.completed);
  CHECK(again.client.connection.negotiated().ech == EchStatus::accepted);
}

TEST_CASE("a server without keys gives none to try with", "[ech]") {
  Peers peers = ech_peers(ech_key().config_list(), client_config().build().value(),
                          two_name_server_config().build().value());
  check_rejected(peers);
  CHECK(peers.client.connection.ech_retry_configs() == std::nullopt);
}

TEST_CASE("whoever does not prove to be the public name tells nothing", "[ech]") {
  const crypto::Issued leaf = issue_leaf(crypto::KeyType::p256, {std::string(secret_name)});
  ServerConfig::Builder server(Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value());
  server.policy(quick_policy()).clock([] { return now; }).ech_keys({.keys = {ech_key()}});
  Peers peers = ech_peers(other_ech_key().config_list(), client_config().build().value(),
                          server.build().value());
  peers.drive();
  CHECK(peers.client.error == Error::certificate_wrong_name);
  CHECK(peers.client.connection.ech_retry_configs() == std::nullopt);
}

TEST_CASE("the application judges the chain for the public name", "[ech]") {
  auto client = client_config();
  client.ask_verdict();
  const bool is_right_key = GENERATE(true, false);
  const EchKey& key = is_right_key ? ech_key() : other_ech_key();
  Peers peers = ech_peers(key.config_list(), client.build().value());
  std::vector<std::string> names;
  peers.client.answer = [&](Connection& connection, const Event& event) {
    names.emplace_back(std::get<ChainToJudge>(event).name);
    REQUIRE(connection.resume(Verdict{}));
  };
  if (is_right_key) {
    peers.drive();
    CHECK(peers.client.completed);
    CHECK(names == std::vector<std::string>{std::string(secret_name)});
  } else {
    check_rejected(peers);
    CHECK(names == std::vector<std::string>{std::string(public_name)});
  }
}

TEST_CASE("the server of the public name gets no certificate of ours", "[ech]") {
  auto client = client_config();
  client.credential(client_credential());
  client.ask_credential(GENERATE(false, true));
  auto server = ech_server_config();
  server.client_authentication(
      {.anchors = TrustAnchors::from_pem(authority().certificate_pem).value(), .required = false});
  Peers peers =
      ech_peers(other_ech_key().config_list(), client.build().value(), server.build().value());
  check_rejected(peers);
  CHECK(peers.server.connection.negotiated().client_signature_scheme == std::nullopt);
}

TEST_CASE("pins are of the server that is meant", "[ech]") {
  auto client = client_config();
  const SpkiPin pin{1, 2, 3};
  client.pins(std::span(&pin, 1));
  Peers peers = ech_peers(other_ech_key().config_list(), client.build().value());
  check_rejected(peers);
}

TEST_CASE("raw public keys are for the server that is meant", "[ech]") {
  auto client = client_config();
  client.raw_public_keys(RawPublicKeys{.pins = {SpkiPin{1}}});
  Peers peers = ech_peers(other_ech_key().config_list(), client.build().value());
  check_rejected(peers);
}

TEST_CASE("early data and sessions are of no use to the public name", "[ech]") {
  Resumable resumable;
  resumable.early_data = true;
  Peers first = resumable.connect();
  REQUIRE(first.client.tickets > 0);
  const auto [client, unused] = resumable.configs();
  const ServerConfig server = ech_server_config().build().value();
  Peers peers = ech_peers(other_ech_key().config_list(), client, server, "localhost");
  peers.client.run();
  Octets outgoing(max_record_size);
  const auto early = peers.client.connection.early_data(bytes_of("early"), outgoing);
  REQUIRE(early);
  append(peers.client.outbox, Bytes(outgoing).first(early->produced));
  check_rejected(peers);
  CHECK(peers.server.early_data.empty());
}

TEST_CASE("no session of the public name is kept", "[ech]") {
  const auto keys = TicketKeys::random().value();
  const auto store = std::make_shared<MemoryClientSessionStore>();
  auto client = client_config();
  client.sessions(store);
  auto server = ech_server_config();
  server.ticket_keys(keys);
  const ClientConfig config = client.build().value();
  Peers peers = ech_peers(other_ech_key().config_list(), config, server.build().value());
  check_rejected(peers);
  CHECK(store->size() == 0);
}

}  // namespace nacre::test
