// Keys that both sides had before they met. RFC 9846, section 4.3.11; RFC 9258; RFC 9973.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nacre/danger.h"
#include "nacre/session.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using enum CipherSuite;

Octets key_of(std::uint8_t octet) {
  return Octets(32, octet);
}

ExternalPsk plain(std::string_view identity, std::uint8_t key, Kdf kdf = Kdf::hkdf_sha256) {
  return ExternalPsk::make(bytes_of(identity), key_of(key), kdf).value();
}

ExternalPsk imported(std::string_view identity, std::uint8_t key, Kdf target,
                     std::string_view context = "") {
  return ExternalPsk::import({.external_identity = bytes_of(identity),
                              .key = key_of(key),
                              .context = bytes_of(context),
                              .target = target})
      .value();
}

ClientConfig::Builder psk_client(const ExternalPsk& psk) {
  ClientConfig::Builder builder(psk);
  builder.policy(quick_policy()).clock([] { return now; });
  return builder;
}

ServerConfig::Builder psk_server(const ExternalPsk& psk) {
  ServerConfig::Builder builder(psk);
  builder.policy(quick_policy()).clock([] { return now; });
  return builder;
}

Peers meet(const ClientConfig::Builder& client, const ServerConfig::Builder& server) {
  Peers peers(client.build().value(), server.build().value());
  peers.drive();
  return peers;
}

void check_connected(Peers& peers, KeySource source) {
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  CHECK(peers.client.connection.negotiated().key_source == source);
  CHECK(peers.server.connection.negotiated().key_source == source);
  REQUIRE(peers.client.send("ping"));
  peers.drive();
  CHECK(peers.server.data == octets("ping"));
}

TEST_CASE("Two that have a key connect without certificates",
          "[rfc9846-2.2][rfc9846-4.3.11][rfc9846-4.3.11-a8531a][rfc9258]") {
  for (const Kdf kdf : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
    for (const ExternalPsk& psk : {plain("k", 1, kdf), imported("k", 1, kdf, "context")}) {
      Peers peers = meet(psk_client(psk), psk_server(psk));
      check_connected(peers, KeySource::external_psk);
      // The suite follows the key's hash, though the policy's first has another.
      const CipherSuite suite = peers.client.connection.negotiated().cipher_suite;
      CHECK((suite == tls_aes_256_gcm_sha384) == (kdf == Kdf::hkdf_sha384));
      CHECK(peers.client.connection.peer_chain().empty());
    }
  }
}

TEST_CASE("A key is used after a HelloRetryRequest", "[rfc9846-4.3.11.2][rfc9846-4.2.4]") {
  for (const Kdf kdf : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
    const ExternalPsk psk = imported("k", 1, kdf);
    // The other hash's key is left out of the second ClientHello.
    const Kdf other = kdf == Kdf::hkdf_sha256 ? Kdf::hkdf_sha384 : Kdf::hkdf_sha256;
    ClientConfig::Builder client = psk_client(imported("other", 2, other));
    Policy policy = quick_policy();
    policy.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
    policy.key_shares = {NamedGroup::x25519};
    client.psk(psk).policy(policy);
    ServerConfig::Builder server = psk_server(psk);
    policy.groups = {NamedGroup::secp384r1};
    policy.key_shares = {};
    server.policy(policy);
    Peers peers = meet(client, server);
    check_connected(peers, KeySource::external_psk);
    CHECK(peers.client.connection.negotiated().retried);
  }
}

TEST_CASE("The server's order decides between several keys", "[rfc9846-4.3.11]") {
  const ExternalPsk a = plain("a", 1), b = plain("b", 2), c = plain("c", 3);
  Peers peers = meet(psk_client(a).psk(b), psk_server(c).psk(b).psk(a));
  check_connected(peers, KeySource::external_psk);
}

TEST_CASE("A connection by key gives sessions, which are resumed", "[rfc9846-2.2]") {
  const ExternalPsk psk = plain("k", 1);
  const auto store = std::make_shared<MemoryClientSessionStore>();
  const auto keys = TicketKeys::random().value();
  const ClientConfig::Builder client = psk_client(psk).sessions(store);
  const ServerConfig::Builder server = psk_server(psk).ticket_keys(keys);
  Peers first = meet(client, server);
  check_connected(first, KeySource::external_psk);
  Peers again = meet(client, server);
  check_connected(again, KeySource::session);
}

TEST_CASE("The last of eight keys is known behind a session that is not", "[rfc9846-4.3.11]") {
  Resumable pair;
  pair.client = [](ClientConfig::Builder& builder) {
    for (const char* name : {"1", "2", "3", "4", "5", "6", "7", "8"}) builder.psk(plain(name, 8));
  };
  pair.server = [](ServerConfig::Builder& builder) { builder.psk(plain("8", 8)); };
  for (const bool is_first : {true, false}) {
    if (!is_first) pair.keys = TicketKeys::random().value();
    Peers peers = pair.connect();
    check_connected(peers, KeySource::external_psk);
  }
}

TEST_CASE("A session is not resumed by a client that has another key, or none",
          "[rfc9846-2.2][rfc9846-4.7.1]") {
  const ExternalPsk psk = plain("k", 1);
  const auto store = std::make_shared<MemoryClientSessionStore>();
  const auto keys = TicketKeys::random().value();
  const auto server = [&] { return psk_server(psk).ticket_keys(keys); };
  meet(psk_client(psk).sessions(store), server());
  REQUIRE(store->size() != 0);
  for (const ExternalPsk& other : {plain("k", 2), plain("other", 1), imported("k", 1, psk.kdf())}) {
    const Peers peers = meet(psk_client(other).sessions(store), server());
    CHECK_FALSE(peers.client.completed);
  }
  // Nor by a server that has another key under the same identity.
  const Peers replaced =
      meet(psk_client(psk).sessions(store), psk_server(plain("k", 2)).ticket_keys(keys));
  CHECK_FALSE(replaced.client.completed);
  // One that would take a certificate has not seen it.
  ClientConfig::Builder trusting(danger::trust_anyone());
  trusting.policy(quick_policy()).clock([] { return now; }).psk(psk).sessions(store);
  Peers peers = meet(trusting, server());
  check_connected(peers, KeySource::external_psk);
}

TEST_CASE("A client that insists on its key refuses a certificate", "[rfc9846-4.2.3]") {
  Peers peers = meet(psk_client(plain("k", 1)), server_config());
  CHECK(peers.client.error == Error::psk_declined);
  CHECK_FALSE(peers.server.completed);
}

TEST_CASE("A client with anchors takes a certificate in place of its key",
          "[rfc9846-4.3.11-50cf59]") {
  Peers peers = meet(client_config().psk(plain("k", 1)), server_config().psk(plain("other", 1)));
  check_connected(peers, KeySource::certificate);
  Peers by_key = meet(client_config().psk(plain("k", 1)), server_config().psk(plain("k", 1)));
  check_connected(by_key, KeySource::external_psk);
}

TEST_CASE("A key and a certificate together", "[rfc9973-4][rfc9973-5]") {
  const ExternalPsk psk = plain("k", 1);
  const ClientConfig::Builder client = client_config().psk(psk).certificate_with_psk();
  Peers peers = meet(client, server_config().psk(psk));
  check_connected(peers, KeySource::external_psk_certificate);
  CHECK(peers.client.connection.negotiated().server_signature_scheme);

  // Nothing less is taken: not a certificate alone, nor the key.
  CHECK(meet(client, server_config()).client.error == Error::psk_declined);
  CHECK(meet(client, psk_server(psk)).client.error == Error::psk_declined);
  // And both count: a chain that nobody trusts, a binder that does not match.
  ClientConfig::Builder distrusting(
      TrustAnchors::from_pem(issue_leaf(crypto::KeyType::p256, {"x"}).certificate_pem).value());
  distrusting.psk(psk).certificate_with_psk().clock([] { return now; });
  CHECK(meet(distrusting, server_config().psk(psk)).client.error == Error::unknown_issuer);
  CHECK(meet(client, server_config().psk(plain("k", 2))).server.error == Error::bad_binder);
}

TEST_CASE("A server asks the application for a key", "[rfc9846-4.3.11][rfc9846-4.3.11-3461c2]") {
  const ExternalPsk psk = plain("k", 1);
  for (const bool is_known : {true, false}) {
    for (const bool has_certificate : {true, false}) {
      const ClientConfig client = client_config().psk(plain("j", 2)).psk(psk).build().value();
      ServerConfig::Builder server =
          has_certificate ? server_config() : psk_server(plain("unrelated", 9));
      Peers peers(client, server.ask_psk().build().value());
      std::vector<Octets> asked;
      peers.server.answer = [&](Connection& connection, const Event& event) {
        const auto* offered = std::get_if<PskOffered>(&event);
        REQUIRE(offered != nullptr);
        for (const Bytes identity : offered->identities) asked.push_back(octets(identity));
        CHECK(connection.resume(Verdict{}) == fail(Error::no_question));
        KnownPsk known;
        if (is_known) known.psk = psk;
        const auto done = connection.resume(known);
        CHECK(done.has_value() == (is_known || has_certificate));
      };
      peers.drive();
      CHECK(asked == std::vector<Octets>{octets("j"), octets("k")});
      if (is_known) {
        check_connected(peers, KeySource::external_psk);
      } else if (has_certificate) {
        check_connected(peers, KeySource::certificate);
      } else {
        CHECK(peers.server.error == Error::bad_binder);
      }
    }
  }
}

TEST_CASE("An answer for an identity that was not offered is no answer", "[rfc9846-4.3.11]") {
  Peers peers(client_config().psk(plain("k", 1)).build().value(),
              server_config().ask_psk().build().value());
  peers.server.answer = [&](Connection& connection, const Event&) {
    CHECK(connection.resume(KnownPsk{plain("another", 1)}));
  };
  peers.drive();
  check_connected(peers, KeySource::certificate);
}

TEST_CASE("A key whose hash no common suite has is not used", "[rfc9846-4.3.11-a2fa8b]") {
  const ExternalPsk psk = plain("k", 1, Kdf::hkdf_sha384);
  Policy policy = quick_policy();
  policy.cipher_suites = {tls_aes_128_gcm_sha256};
  for (const bool asks : {false, true}) {
    Peers peers(client_config().psk(psk).policy(policy).build().value(),
                (asks ? server_config().ask_psk() : server_config().psk(psk)).build().value());
    peers.server.answer = [&](Connection& connection, const Event&) {
      CHECK(connection.resume(KnownPsk{psk}));
    };
    peers.drive();
    check_connected(peers, KeySource::certificate);
  }
}

TEST_CASE("Imported keys of another context, hash or key are other keys", "[rfc9258-4]") {
  const ExternalPsk ours = imported("k", 1, Kdf::hkdf_sha256, "context");
  Peers peers = meet(psk_client(ours), psk_server(ours));
  check_connected(peers, KeySource::external_psk);
  for (const ExternalPsk& theirs :
       {imported("k", 1, Kdf::hkdf_sha256, "Context"), imported("k", 1, Kdf::hkdf_sha256),
        imported("l", 1, Kdf::hkdf_sha256, "context"),
        imported("k", 1, Kdf::hkdf_sha384, "context"), plain("k", 1),
        imported("k", 2, Kdf::hkdf_sha256, "context")}) {
    CHECK(meet(psk_client(ours), psk_server(theirs)).server.error == Error::bad_binder);
  }
}

}  // namespace
}  // namespace nacre::test
