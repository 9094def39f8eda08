// Servers that ask their clients for certificates. RFC 9846, sections 4.4.2 and 4.5.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/credentials.h"
#include "nacre/danger.h"
#include "support/key_log.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using Clients = ServerConfig::Builder::ClientAuthentication;

TrustAnchors anchors() {
  return TrustAnchors::from_pem(authority().certificate_pem).value();
}

Clients clients(bool required) {
  return {.anchors = anchors(), .required = required};
}

// A client's leaf of that kind, issued by `issuer`.
Credential leaf(crypto::IssueRequest request, const crypto::Issued& issuer = authority()) {
  if (request.not_after == 0) {
    request.not_before = now - 10'000;
    request.not_after = now + 10'000;
  }
  const crypto::Issued issued = crypto::issue(request, &issuer).value();
  return Credential::from_pem(issued.certificate_pem, issued.key_pem).value();
}
crypto::IssueRequest of_client() {
  return {.common_name = "client", .server_purpose = false, .client_purpose = true};
}

Peers meet(const ClientConfig::Builder& client, const ServerConfig::Builder& server) {
  Peers peers(client.build().value(), server.build().value());
  peers.drive();
  return peers;
}

// What the server knows of the client, before the call that follows HandshakeComplete.
struct Seen {
  std::vector<Octets> chain;
  std::optional<SignatureScheme> scheme;
};
Seen meet_and_look(Peers& peers) {
  Seen seen;
  for (bool moved = true; moved && !peers.server.completed;) {
    moved = peers.client.run();
    peers.deliver_to_server();
    while (!peers.server.completed && peers.server.step()) moved = true;
    if (peers.server.completed) {
      for (const Bytes certificate : peers.server.connection.peer_chain()) {
        seen.chain.push_back(octets(certificate));
      }
      seen.scheme = peers.server.connection.negotiated().client_signature_scheme;
    }
    peers.deliver_to_client();
  }
  peers.drive();
  return seen;
}

bool is_clients(const Seen& seen) {
  return seen.chain.size() == 1 &&
         seen.chain.front() == octets(Bytes(client_credential().impl().chain.front()));
}

void check_works(Peers& peers) {
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  REQUIRE(peers.client.send("ping"));
  REQUIRE(peers.server.send("pong"));
  peers.drive();
  CHECK(peers.server.data == octets("ping"));
  CHECK(peers.client.data == octets("pong"));
}

void check_refused(const Peers& peers, Error error, AlertDescription alert) {
  REQUIRE(peers.server.error);
  CHECK(name(*peers.server.error) == name(error));
  CHECK(peers.server.connection.failure()->alert == alert);
  CHECK_FALSE(peers.server.completed);
  CHECK(peers.server.data.empty());
  CHECK(peers.client.error == Error::peer_alert);
  CHECK(peers.client.connection.failure()->alert == alert);
}

TEST_CASE("A client proves who it is, and the server knows it",
          "[rfc9846-4.4.2][rfc9846-4.5.1][rfc9846-4.5.2][rfc9846-4.5.2-8c692f]") {
  for (const bool required : {true, false}) {
    Peers peers(client_config().credential(client_credential()).build().value(),
                server_config().client_authentication(clients(required)).build().value());
    const Seen seen = meet_and_look(peers);
    CHECK(is_clients(seen));
    CHECK(seen.scheme == SignatureScheme::ecdsa_secp256r1_sha256);
    CHECK(peers.client.connection.negotiated().client_signature_scheme == seen.scheme);
    check_works(peers);
  }
}

TEST_CASE("Both roles remember signatures that they checked", "[rfc9846-4.5.1]") {
  const SignatureCache of_client = SignatureCache::create().value();
  const SignatureCache of_server = SignatureCache::create().value();
  const ClientConfig client =
      client_config().credential(client_credential()).signature_cache(of_client).build().value();
  const ServerConfig server = server_config()
                                  .client_authentication(clients(true))
                                  .signature_cache(of_server)
                                  .build()
                                  .value();
  for (int i = 0; i < 3; ++i) {
    Peers peers(client, server);
    peers.drive();
    check_works(peers);
  }
  for (const SignatureCache& cache : {of_client, of_server}) {
    CHECK(cache.size() > 0);
    CHECK(cache.hits() == 2 * cache.size());
  }
}

TEST_CASE("A client without a certificate connects where none is required",
          "[rfc9846-4.5.1.3][rfc9846-4.5.1]") {
  Peers peers(client_config().build().value(),
              server_config().client_authentication(clients(false)).build().value());
  const Seen seen = meet_and_look(peers);
  CHECK(seen.chain.empty());
  CHECK_FALSE(seen.scheme);
  check_works(peers);
}

TEST_CASE("A client without a certificate is refused where one is required",
          "[rfc9846-4.5.1.3][rfc9846-4.5.1.3-f0f119]") {
  const Peers peers = meet(client_config(), server_config().client_authentication(clients(true)));
  check_refused(peers, Error::certificate_required, certificate_required);
}

TEST_CASE("A client's chain is judged as any, with the alert for its fault", "[rfc9846-4.5.1.3]") {
  static const crypto::Issued other =
      crypto::issue(
          {.common_name = "Other", .not_before = now - 10, .not_after = now + 10, .is_ca = true},
          nullptr)
          .value();
  crypto::IssueRequest expired = of_client();
  expired.not_before = now - 100;
  expired.not_after = now - 1;
  crypto::IssueRequest server_alone = of_client();
  server_alone.server_purpose = true;
  server_alone.client_purpose = false;
  struct Case {
    std::string what;
    Credential credential;
    Error error;
    AlertDescription alert;
  };
  for (const bool required : {true, false}) {
    for (const Case& test :
         {Case{"another authority", leaf(of_client(), other), Error::unknown_issuer, unknown_ca},
          Case{"expired", leaf(expired), Error::certificate_expired, certificate_expired},
          Case{"for servers", leaf(server_alone), Error::certificate_wrong_purpose,
               unsupported_certificate}}) {
      CAPTURE(required, test.what);
      const Peers peers = meet(client_config().credential(test.credential),
                               server_config().client_authentication(clients(required)));
      check_refused(peers, test.error, test.alert);
    }
  }
}

TEST_CASE("A certificate that a list names is refused, of either side, and its sessions too",
          "[rfc9846-4.5.1.3][rfc9846-4.7.1]") {
  const auto lists = [](const std::vector<crypto::Issued>& revoked) {
    const crypto::CrlRequest request{.this_update = now - 10,
                                     .next_update = now + 10,
                                     .revoked = revoked,
                                     .revoked_at = now - 5};
    return RevocationLists::from_pem(crypto::issue_crl(request, authority()).value()).value();
  };
  for (const bool of_client : {true, false}) {
    for (const Revocation what : {Revocation::off, Revocation::if_known, Revocation::required}) {
      CAPTURE(of_client, what);
      RevocationLists present = lists({});
      Resumable pair;
      pair.client = [&](ClientConfig::Builder& builder) {
        builder.credential(client_credential());
        if (!of_client) builder.revocation(present, what);
      };
      pair.server = [&](ServerConfig::Builder& builder) {
        builder.client_authentication(clients(true));
        if (of_client) builder.revocation(present, what);
      };
      (void)pair.connect();
      CHECK(pair.connect().server.connection.negotiated().key_source == KeySource::session);
      present = lists({of_client ? client_leaf() : localhost_leaf()});
      const Peers peers = pair.meet();
      CHECK(peers.server.connection.negotiated().key_source == KeySource::certificate);
      const Peer& judge = of_client ? peers.server : peers.client;
      if (what == Revocation::off) {
        CHECK_FALSE(judge.error);
      } else {
        CHECK(judge.error == Error::certificate_revoked);
        CHECK(judge.connection.failure()->alert == AlertDescription::certificate_revoked);
      }
    }
  }
}

TEST_CASE("Clients sign by any scheme that they are asked for, and no other",
          "[rfc9846-4.4.2][rfc9846-4.5.2-0629f3]") {
  using enum SignatureScheme;
  for (const auto key : {crypto::KeyType::p256, crypto::KeyType::p384, crypto::KeyType::rsa2048,
                         crypto::KeyType::ed25519, crypto::KeyType::mldsa65}) {
    crypto::IssueRequest request = of_client();
    request.key = key;
    const Credential credential = leaf(request);
    Peers peers(client_config().credential(credential).build().value(),
                server_config().client_authentication(clients(true)).build().value());
    const Seen seen = meet_and_look(peers);
    REQUIRE(seen.scheme);
    CHECK(credential.schemes().contains(*seen.scheme));
    check_works(peers);

    // A server that would have another one: the client has nothing for it.
    Clients picky = clients(true);
    picky.signature_schemes = {ecdsa_secp521r1_sha512};
    const Peers refused =
        meet(client_config().credential(credential), server_config().client_authentication(picky));
    check_refused(refused, Error::certificate_required, certificate_required);
  }
}

TEST_CASE("A client chooses by the authorities that the server names",
          "[rfc9846-4.3.4][rfc9846-4.3.4-d4196c]") {
  const Credential ours = client_credential().for_named_authorities();
  const auto connects = [&](const Clients& asked) {
    return meet(client_config().credential(ours), server_config().client_authentication(asked))
        .server.completed;
  };
  CHECK(connects(clients(true)));
  Clients silent = clients(true);
  silent.authorities.emplace();
  CHECK_FALSE(connects(silent));
  Clients elsewhere = clients(true);
  elsewhere.authorities = {{0x30, 0x00}};
  CHECK_FALSE(connects(elsewhere));
  const Bytes issuer = client_credential().impl().parsed.front().issuer();
  elsewhere.authorities->emplace_back(issuer.begin(), issuer.end());
  CHECK(connects(elsewhere));
}

TEST_CASE("Names that do not fit an extension are no configuration", "[config]") {
  Clients asked = clients(true);
  for (const std::vector<std::vector<std::uint8_t>>& names :
       {std::vector<std::vector<std::uint8_t>>{{}},
        std::vector<std::vector<std::uint8_t>>(2, std::vector<std::uint8_t>(40'000, 1))}) {
    asked.authorities = names;
    CHECK(server_config().client_authentication(asked).build().error() == Error::bad_configuration);
  }
  // A server that has no certificate of its own asks for none.
  const Octets secret(32, 1);
  CHECK(ServerConfig::Builder(ExternalPsk::make(bytes_of("k"), secret).value())
            .client_authentication(clients(true))
            .build()
            .error() == Error::bad_configuration);
}

TEST_CASE("The verdict on a client can be the application's", "[rfc9846-4.5.1]") {
  for (const std::optional<Error> verdict :
       {std::optional<Error>(), std::optional<Error>(Error::chain_refused)}) {
    Peers peers(client_config().credential(client_credential()).build().value(),
                server_config()
                    .client_authentication({.anchors = danger::trust_anyone()})
                    .ask_verdict()
                    .build()
                    .value());
    std::size_t asked = 0;
    peers.server.answer = [&](Connection& connection, const Event& event) {
      const auto* question = std::get_if<ChainToJudge>(&event);
      REQUIRE(question != nullptr);
      CHECK(question->purpose == Purpose::client);
      CHECK(std::ranges::equal(question->chain.front(), client_credential().impl().chain.front()));
      CHECK_FALSE(connection.is_complete());
      ++asked;
      const auto outcome = connection.resume(Verdict{verdict});
      CHECK(outcome.has_value() == !verdict);
    };
    peers.drive();
    CHECK(asked == 1);
    if (verdict) {
      check_refused(peers, *verdict, certificate_unknown);
    } else {
      check_works(peers);
    }
  }
}

TEST_CASE("Nothing of a client's is read before its Finished", "[rfc9846-4.4.2][rfc9846-2]") {
  // Data in the place of each of its messages, under each key that it may have by then.
  for (std::size_t place = 0; place < 3; ++place) {
    for (const std::string label : {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"}) {
      CAPTURE(place, label);
      const auto secrets = std::make_shared<Secrets>();
      ClientConfig::Builder client = client_config().credential(client_credential()).pad_to(1);
      danger::log_secrets(client, secrets);
      Peers peers(client.build().value(),
                  server_config().client_authentication(clients(true)).build().value());
      peers.client.run();
      peers.deliver_to_server();
      peers.server.run();
      peers.deliver_to_client();
      peers.client.run();
      // Its messages again, in records of their own, as many as come before that place.
      Tap tap(*secrets, "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
      Octets flight;
      for (const auto& seen : tap.read(peers.client.outbox)) append(flight, seen.content);
      Forger forger(*secrets, "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
      Bytes rest = flight;
      for (std::size_t i = 0; i < place; ++i) {
        const std::size_t size =
            4 + (std::size_t{rest[1]} << 16 | std::size_t{rest[2]} << 8 | rest[3]);
        append(peers.server.inbox, forger.record(ContentType::handshake, rest.first(size)));
        rest = rest.subspan(size);
      }
      peers.server.run();
      REQUIRE_FALSE(peers.server.error);
      Forger later(*secrets, label);
      Forger& used = label == "CLIENT_TRAFFIC_SECRET_0" ? later : forger;
      append(peers.server.inbox, used.data("too early"));
      peers.server.run();
      const bool is_later = label == "CLIENT_TRAFFIC_SECRET_0";
      CHECK(peers.server.error == (is_later ? Error::bad_record_mac : Error::unexpected_record));
      CHECK(peers.server.data.empty());
      CHECK_FALSE(peers.server.completed);
    }
  }
}

// A server that asks, and a client that has what is wanted.
struct AskingPair : Resumable {
  explicit AskingPair(bool is_stateful = false) : Resumable(is_stateful) {
    client = [](ClientConfig::Builder& builder) { builder.credential(client_credential()); };
    server = [this](ServerConfig::Builder& builder) { builder.client_authentication(asked); };
  }
  Clients asked = clients(true);
};

TEST_CASE("A client that resumes is known by what it has presented before",
          "[rfc9846-4.7.1][rfc9846-4.4.2-0e957a]") {
  for (const bool is_stateful : {false, true}) {
    AskingPair pair(is_stateful);
    (void)pair.connect();
    for (int i = 0; i < 3; ++i) {
      const auto configs = pair.configs();
      Peers peers(configs.first, configs.second);
      const Seen seen = meet_and_look(peers);
      CHECK(peers.server.connection.negotiated().key_source == KeySource::session);
      CHECK(is_clients(seen));
      CHECK_FALSE(seen.scheme);  // nothing was signed
      check_works(peers);
    }
  }
}

TEST_CASE("A session is not resumed where clients are asked otherwise", "[rfc9846-4.7.1]") {
  static const crypto::Issued other =
      crypto::issue(
          {.common_name = "Other", .not_before = now - 10, .not_after = now + 10, .is_ca = true},
          nullptr)
          .value();
  struct Case {
    std::string what;
    std::function<void(AskingPair&)> change;
    bool connects = true;
  };
  for (const Case& test :
       {Case{"required or not", [](AskingPair& pair) { pair.asked.required = false; }},
        Case{"other schemes",
             [](AskingPair& pair) {
               pair.asked.signature_schemes = {SignatureScheme::ecdsa_secp256r1_sha256};
             }},
        Case{"other anchors",
             [](AskingPair& pair) {
               pair.asked.anchors = TrustAnchors::from_pem(other.certificate_pem).value();
               pair.asked.authorities.emplace();
             },
             false},
        Case{"not asked", [](AskingPair& pair) { pair.server = {}; }}}) {
    for (const bool is_stateful : {false, true}) {
      CAPTURE(test.what, is_stateful);
      AskingPair pair(is_stateful);
      (void)pair.connect();
      test.change(pair);
      const Peers again = pair.meet();
      CHECK(again.server.completed == test.connects);
      CHECK(again.server.connection.negotiated().key_source == KeySource::certificate);
    }
  }
}

TEST_CASE("A session ends with the client's certificate", "[rfc9846-4.7.1]") {
  AskingPair pair;
  crypto::IssueRequest brief = of_client();
  brief.not_before = now - 10;
  brief.not_after = now + 100;
  const Credential credential = leaf(brief);
  pair.client = [&](ClientConfig::Builder& builder) { builder.credential(credential); };
  (void)pair.connect();
  pair.server_time = pair.client_time = now + 99;
  CHECK(pair.connect().server.connection.negotiated().key_source == KeySource::session);
  pair.server_time = pair.client_time = now + 101;
  const Peers late = pair.meet();
  CHECK(late.server.error == Error::certificate_expired);
}

TEST_CASE("A client whose chain is too long for a ticket gets none", "[rfc9846-4.7.1]") {
  AskingPair pair;
  crypto::IssueRequest request = of_client();
  for (int i = 0; i < 400; ++i) {
    request.names.push_back("a-rather-long-name-" + std::to_string(i) + ".example");
  }
  const Credential credential = leaf(request);
  REQUIRE(credential.impl().chain.front().size() > 8'192);
  pair.client = [&](ClientConfig::Builder& builder) { builder.credential(credential); };
  const Peers peers = pair.connect();
  CHECK(peers.client.tickets == 0);
}

TEST_CASE("A key in common does not stand for a certificate that is required",
          "[rfc9846-2.2][rfc9973-5]") {
  const Octets secret(32, 1);
  const ExternalPsk psk = ExternalPsk::make(bytes_of("k"), secret).value();
  struct Case {
    bool required, with_certificate;
    KeySource source;
  };
  for (const auto& [required, with_certificate, source] :
       {Case{true, false, KeySource::certificate}, Case{false, false, KeySource::external_psk},
        Case{true, true, KeySource::external_psk_certificate},
        Case{false, true, KeySource::external_psk_certificate}}) {
    CAPTURE(required, with_certificate);
    for (const bool asks : {false, true}) {
      ServerConfig::Builder server = server_config().client_authentication(clients(required));
      if (asks) {
        server.ask_psk();
      } else {
        server.psk(psk);
      }
      Peers peers(client_config()
                      .credential(client_credential())
                      .psk(psk)
                      .certificate_with_psk(with_certificate)
                      .build()
                      .value(),
                  server.build().value());
      peers.server.answer = [&](Connection& connection, const Event&) {
        CHECK(connection.resume(KnownPsk{psk}));
      };
      const Seen seen = meet_and_look(peers);
      CHECK(peers.server.connection.negotiated().key_source == source);
      CHECK(is_clients(seen) == (source != KeySource::external_psk));
      check_works(peers);
    }
  }
}

TEST_CASE("A client is asked after a HelloRetryRequest too", "[rfc9846-4.4.2][rfc9846-4.2.4]") {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  Policy server_policy = quick_policy();
  server_policy.groups = {NamedGroup::secp256r1};
  server_policy.key_shares = {};
  Peers peers(
      client_config().policy(policy).credential(client_credential()).build().value(),
      server_config().policy(server_policy).client_authentication(clients(true)).build().value());
  const Seen seen = meet_and_look(peers);
  CHECK(peers.server.connection.negotiated().retried);
  CHECK(is_clients(seen));
  check_works(peers);
}

}  // namespace
}  // namespace nacre::test
