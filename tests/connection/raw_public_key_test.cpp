// Raw public keys in place of certificates, both roles. RFC 7250; RFC 9846, section 4.5.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/credentials.h"
#include "nacre/danger.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using Clients = ServerConfig::Builder::ClientAuthentication;

Credential raw(const crypto::Issued& issued) {
  return Credential::from_raw_key_pem(issued.key_pem).value();
}
const Credential& servers_key() {
  static const Credential key = raw(localhost_leaf());
  return key;
}
const Credential& clients_key() {
  static const Credential key = raw(client_leaf());
  return key;
}

RawPublicKeys only(const Credential& key) {
  return {.pins = {key.spki_pin()}};
}

ClientConfig::Builder client_of(RawPublicKeys keys) {
  return ClientConfig::Builder(std::move(keys)).policy(quick_policy()).clock([] { return now; });
}
ServerConfig::Builder server_of(const Credential& key) {
  return ServerConfig::Builder(key).policy(quick_policy()).clock([] { return now; });
}

Peers meet(const ClientConfig::Builder& client, const ServerConfig::Builder& server) {
  Peers peers(client.build().value(), server.build().value());
  peers.drive();
  return peers;
}

bool work(Peers& peers) {
  if (!peers.client.completed || !peers.server.completed) return false;
  if (!peers.client.send("ping") || !peers.server.send("pong")) return false;
  peers.drive();
  return peers.server.data == octets("ping") && peers.client.data == octets("pong");
}

CertificateType type_of(const Peer& peer) {
  return peer.connection.negotiated().peer_certificate_type;
}

TEST_CASE("A client believes the raw public key that it knows", "[rfc9846-4.5.1]") {
  Peers peers = meet(client_of(only(servers_key())), server_of(servers_key()));
  CHECK(work(peers));
  CHECK(type_of(peers.client) == CertificateType::raw_public_key);
  CHECK(type_of(peers.server) == CertificateType::x509);
}

TEST_CASE("A raw public key is the peer's only entry: its SubjectPublicKeyInfo",
          "[rfc9846-4.5.1][rfc9846-4.5.1-61a4c0]") {
  Peers peers(client_of(only(servers_key())).build().value(),
              server_of(servers_key()).build().value());
  for (bool moved = true; moved && !peers.client.completed;) {
    moved = peers.client.step();
    peers.deliver_to_server();
    moved |= peers.server.run();
    peers.deliver_to_client();
  }
  REQUIRE(peers.client.completed);
  const auto chain = peers.client.connection.peer_chain();
  REQUIRE(chain.size() == 1);
  CHECK(std::ranges::equal(chain.front(), servers_key().certificate()));
}

TEST_CASE("A client refuses a raw public key that it does not know", "[rfc9846-6.2]") {
  const Peers peers = meet(client_of(only(clients_key())), server_of(servers_key()));
  CHECK(peers.client.error == Error::pin_mismatch);
  CHECK(peers.client.connection.failure()->alert == certificate_unknown);
  CHECK(peers.client.connection.verdict_detail().contains("pin the new one"));
  CHECK_FALSE(peers.client.completed);
  CHECK_FALSE(peers.server.completed);
}

TEST_CASE("No raw public key is believed, or sent, that both sides did not agree on",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.2-78ad64]") {
  // The client takes certificates alone.
  const Peers plain = meet(client_config(), server_of(servers_key()));
  CHECK(plain.server.error == Error::no_common_certificate_type);
  CHECK(plain.server.connection.failure()->alert == unsupported_certificate);
  // The server has certificates alone.
  const Peers other = meet(client_of(only(servers_key())), server_config());
  CHECK(other.server.error == Error::no_common_certificate_type);
  CHECK(other.server.connection.failure()->alert == unsupported_certificate);
}

TEST_CASE("Where both have both, the server's order decides", "[rfc9846-4.5.1]") {
  for (const bool raw_first : {true, false}) {
    ServerConfig::Builder server = server_of(raw_first ? servers_key() : localhost());
    server.credential(raw_first ? localhost() : servers_key());
    Peers peers = meet(client_config().raw_public_keys(only(servers_key())), server);
    CHECK(work(peers));
    CHECK(type_of(peers.client) ==
          (raw_first ? CertificateType::raw_public_key : CertificateType::x509));
  }
}

TEST_CASE("A certificate is judged as ever where raw public keys are taken too",
          "[rfc9846-4.5.1.3]") {
  const Peers peers =
      meet(ClientConfig::Builder(TrustAnchors::from_pem(client_leaf().certificate_pem).value())
               .raw_public_keys(only(servers_key()))
               .policy(quick_policy())
               .clock([] { return now; }),
           server_config());
  REQUIRE(peers.client.error);
  CHECK(peers.client.connection.failure()->alert == unknown_ca);
}

TEST_CASE("A client proves itself by a raw public key", "[rfc9846-4.5.1][rfc9846-4.5.2]") {
  for (const bool certificates_too : {false, true}) {
    Clients clients{.raw_public_keys = only(clients_key())};
    if (certificates_too) clients.anchors = danger::trust_anyone();
    Peers peers = meet(client_config().credential(clients_key()),
                       server_config().client_authentication(clients));
    CHECK(work(peers));
    CHECK(type_of(peers.server) == CertificateType::raw_public_key);
    CHECK(type_of(peers.client) == CertificateType::x509);
  }
}

TEST_CASE("A server refuses a client's key that it does not know", "[rfc9846-6.2]") {
  const Peers peers =
      meet(client_config().credential(clients_key()),
           server_config().client_authentication({.raw_public_keys = only(servers_key())}));
  CHECK(peers.server.error == Error::pin_mismatch);
  CHECK(peers.server.connection.failure()->alert == certificate_unknown);
  CHECK_FALSE(peers.server.completed);
}

TEST_CASE("A client whose only types the server does not take is refused", "[rfc9846-4.5.1.2]") {
  const Peers certificate =
      meet(client_config().credential(client_credential()),
           server_config().client_authentication({.raw_public_keys = only(clients_key())}));
  CHECK(certificate.server.error == Error::no_common_certificate_type);
  const Peers key =
      meet(client_config().credential(clients_key()),
           server_config().client_authentication({.anchors = danger::trust_anyone()}));
  CHECK(key.server.error == Error::no_common_certificate_type);
  CHECK(key.server.connection.failure()->alert == unsupported_certificate);
}

TEST_CASE("A client with a raw public key and a certificate presents what is asked for",
          "[rfc9846-4.5.1]") {
  for (const bool raw : {true, false}) {
    Clients clients;
    if (raw) {
      clients.raw_public_keys = only(clients_key());
    } else {
      clients.anchors = danger::trust_anyone();
    }
    Peers peers = meet(client_config().credential(clients_key()).credential(client_credential()),
                       server_config().client_authentication(clients));
    CHECK(work(peers));
    CHECK(type_of(peers.server) == (raw ? CertificateType::raw_public_key : CertificateType::x509));
  }
}

// Whoever answers a question of these about a raw public key.
struct Answers {
  std::vector<CertificateType> judged;
  std::vector<CertificateType> wanted;
  std::size_t chain = 0;
};

TEST_CASE("The application judges raw public keys, and presents its own", "[rfc9846-4.5.1]") {
  Answers answers;
  ClientConfig::Builder client = client_of({});
  client.ask_verdict().ask_credential().own_certificate_types({CertificateType::raw_public_key});
  Peers peers(client.build().value(),
              server_of(servers_key())
                  .ask_verdict()
                  .client_authentication({.raw_public_keys = RawPublicKeys{}})
                  .build()
                  .value());
  const auto answer = [&](Connection& connection, const Event& event) {
    if (const auto* chain = std::get_if<ChainToJudge>(&event)) {
      answers.judged.push_back(chain->type);
      answers.chain += chain->chain.size();
      CHECK(connection.resume(Verdict{}));
    } else if (const auto* wanted = std::get_if<CertificateWanted>(&event)) {
      answers.wanted.push_back(wanted->type);
      CHECK(connection.resume(Presented{clients_key()}));
    }
  };
  peers.client.answer = answer;
  peers.server.answer = answer;
  peers.drive();
  CHECK(work(peers));
  CHECK(answers.judged == std::vector(2, CertificateType::raw_public_key));
  CHECK(answers.wanted == std::vector{CertificateType::raw_public_key});
  CHECK(answers.chain == 2);
}

TEST_CASE("The application cannot present a certificate where a raw key was agreed on",
          "[rfc9846-4.5.1]") {
  ClientConfig::Builder client = client_config();
  client.ask_credential().own_certificate_types({CertificateType::raw_public_key});
  Peers peers(client.build().value(),
              server_config()
                  .client_authentication({.raw_public_keys = only(clients_key())})
                  .build()
                  .value());
  peers.client.answer = [](Connection& connection, const Event&) {
    (void)connection.resume(Presented{client_credential()});
  };
  peers.drive();
  CHECK(peers.client.error == Error::no_common_signature_scheme);
}

TEST_CASE("A raw public key whose private one is elsewhere signs by a question",
          "[rfc9846-4.5.2]") {
  const Credential public_half = Credential::from_public_key(servers_key().certificate()).value();
  Peers peers(client_of(only(servers_key())).build().value(),
              server_of(public_half).build().value());
  peers.server.answer = [](Connection& connection, const Event& event) {
    const auto& wanted = std::get<SignatureWanted>(event);
    CHECK(std::ranges::equal(wanted.certificate, servers_key().certificate()));
    std::vector<std::uint8_t> signature(crypto::max_signature_size);
    const auto size =
        servers_key().impl().key->sign(wanted.scheme, wanted.content, signature).value();
    CHECK(connection.resume(Signature{Bytes(signature).first(size)}));
  };
  peers.drive();
  CHECK(work(peers));
}

TEST_CASE("Every kind of key comes as a raw public key", "[rfc9846-4.5.1]") {
  using enum crypto::KeyType;
  for (const auto kind : {p256, p384, ed25519, rsa2048, mldsa65}) {
    const Credential key = raw(issue_leaf(kind, {"localhost"}));
    Peers peers = meet(client_of(only(key)), server_of(key));
    CHECK(work(peers));
  }
}

TEST_CASE("A session remembers what its peer presented", "[rfc9846-4.7.1]") {
  const auto store = std::make_shared<MemoryClientSessionStore>();
  const auto keys = TicketKeys::random().value();
  for (const bool resumed : {false, true}) {
    ClientConfig::Builder client = client_of(only(servers_key()));
    client.sessions(store).credential(clients_key());
    ServerConfig::Builder server = server_of(servers_key());
    server.ticket_keys(keys).client_authentication({.raw_public_keys = only(clients_key())});
    Peers peers = meet(client, server);
    CHECK(work(peers));
    CHECK(type_of(peers.client) == CertificateType::raw_public_key);
    CHECK(type_of(peers.server) == CertificateType::raw_public_key);
    const bool is_session = peers.client.connection.negotiated().key_source == KeySource::session;
    CHECK(is_session == resumed);
  }
  // Other pins: nothing of it is resumed.
  ClientConfig::Builder client =
      client_of({.pins = {servers_key().spki_pin(), clients_key().spki_pin()}});
  client.sessions(store).credential(clients_key());
  ServerConfig::Builder server = server_of(servers_key());
  server.ticket_keys(keys).client_authentication({.raw_public_keys = only(clients_key())});
  Peers peers = meet(client, server);
  CHECK(work(peers));
  CHECK(peers.client.connection.negotiated().key_source == KeySource::certificate);
  // Nor by a server with other pins.
  server.client_authentication(
      {.raw_public_keys = RawPublicKeys{{clients_key().spki_pin(), servers_key().spki_pin()}}});
  Peers again = meet(client, server);
  CHECK(work(again));
  CHECK(again.client.connection.negotiated().key_source == KeySource::certificate);
}

TEST_CASE("A configuration that takes raw public keys says which, or asks", "[config]") {
  CHECK(client_of({}).build() == fail(Error::bad_configuration));
  CHECK(client_of({}).ask_verdict().build());
  CHECK(server_config().client_authentication({}).build() == fail(Error::bad_configuration));
  CHECK(server_config().client_authentication({.raw_public_keys = RawPublicKeys{}}).build() ==
        fail(Error::bad_configuration));
  CHECK(client_config().own_certificate_types({}).build() == fail(Error::bad_configuration));
  CHECK(client_config().own_certificate_types({CertificateType{1}}).build() ==
        fail(Error::bad_configuration));
}

TEST_CASE("A raw public key is read as any other, or refused", "[config]") {
  CHECK(Credential::from_raw_key_pem("no key") == fail(Error::bad_pem));
  CHECK(Credential::from_public_key(Octets{1, 2, 3}) == fail(Error::unsupported_key));
  CHECK(servers_key().type() == CertificateType::raw_public_key);
  CHECK(localhost().type() == CertificateType::x509);
  CHECK(servers_key().spki_pin() == localhost().spki_pin());
  CHECK(servers_key().schemes() == localhost().schemes());
}

}  // namespace
}  // namespace nacre::test
