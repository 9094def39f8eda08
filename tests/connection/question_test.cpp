// The questions that a handshake waits for, and their answers.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/credentials.h"
#include "crypto/signature.h"
#include "nacre/client_hello.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

Credential chain_alone() {
  return Credential::from_chain_pem(localhost_leaf().certificate_pem).value();
}

TEST_CASE("the verdict on the chain can be the application's", "[rfc9846-4.5.1]") {
  Peers peers(*client_config().ask_verdict().build());
  std::size_t asked = 0;
  peers.client.answer = [&](Connection& connection, const Event& event) {
    const auto& chain = std::get<ChainToJudge>(event);
    ++asked;
    CHECK(chain.purpose == Purpose::server);
    REQUIRE(chain.chain.size() == 1);
    CHECK(read_certificate(chain.chain[0])->dns_names.front() == "localhost");
    CHECK(connection.peer_chain().size() == 1);
    CHECK(connection.resume(Verdict{}));
  };
  peers.drive();
  CHECK(asked == 1);
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
}

TEST_CASE("a question is asked again until it is answered", "[rfc9846-4.5.1]") {
  Peers peers(*client_config().ask_verdict().build());
  peers.drive();
  Octets outgoing(max_record_size);
  for (int i = 0; i < 3; ++i) {
    const auto step = peers.client.connection.advance(peers.client.inbox, outgoing);
    REQUIRE(step);
    CHECK(step->consumed == 0);
    CHECK(step->produced == 0);
    CHECK(std::holds_alternative<ChainToJudge>(step->event));
  }
  CHECK(peers.client.connection.resume(Signature{}) == fail(Error::no_question));
  REQUIRE(peers.client.connection.resume(Verdict{}));
  CHECK(peers.client.connection.resume(Verdict{}) == fail(Error::no_question));
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
}

TEST_CASE("an application's refusal sends its alert", "[rfc9846-6.2]") {
  using enum AlertDescription;
  const std::vector<std::pair<Error, AlertDescription>> refusals{
      {Error::certificate_revoked, certificate_revoked},
      {Error::revocation_unknown, certificate_unknown},
      {Error::bad_certificate_status, bad_certificate_status_response},
      {Error::certificate_required, certificate_required},
      {Error::application_refused, access_denied},
  };
  for (const auto& [error, alert] : refusals) {
    Peers peers(*client_config().ask_verdict().build());
    peers.client.answer = [refused = error](Connection& connection, const Event&) {
      CHECK(connection.resume(Verdict{refused}) == fail(refused));
    };
    peers.drive();
    CHECK(peers.client.error == error);
    CHECK(peers.client.connection.failure()->alert == alert);
    CHECK(peers.client.connection.failure()->message == HandshakeType::certificate);
    CHECK_FALSE(peers.client.connection.failure()->alert_from_peer);
    CHECK(peers.server.error == Error::peer_alert);
    CHECK(peers.server.connection.failure()->alert == alert);
    CHECK(peers.server.connection.failure()->alert_from_peer);
  }
}

TEST_CASE("a signature can come from elsewhere", "[rfc9846-4.5.2]") {
  ServerConfig::Builder builder(chain_alone());
  builder.policy(quick_policy()).clock([] { return now; });
  Peers peers(*client_config().build(), *builder.build());
  peers.server.room = 100;
  peers.server.answer = [](Connection& connection, const Event& event) {
    const auto& wanted = std::get<SignatureWanted>(event);
    CHECK(wanted.scheme == SignatureScheme::ecdsa_secp256r1_sha256);
    Octets signature(5'000);
    const auto& key = *localhost().impl().key;
    const std::size_t size = key.sign(wanted.scheme, wanted.content, signature).value();
    signature.resize(size);
    CHECK(connection.resume(Signature{signature}));
  };
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
}

TEST_CASE("a key that does not sign fails the handshake", "[rfc9846-6.2]") {
  ServerConfig::Builder builder(chain_alone());
  builder.policy(quick_policy()).clock([] { return now; });
  Peers peers(*client_config().build(), *builder.build());
  peers.server.answer = [](Connection& connection, const Event&) {
    CHECK(connection.resume(Signature{}) == fail(Error::signing_failed));
  };
  peers.drive();
  CHECK(peers.server.error == Error::signing_failed);
  CHECK(peers.client.error == Error::peer_alert);
  CHECK(peers.client.connection.failure()->alert == AlertDescription::internal_error);
}

TEST_CASE("a server can choose its configuration by the ClientHello", "[rfc9846-4.2.2]") {
  Peers peers(*client_config().alpn({"h2"}).build(), *server_config().ask_configuration().build());
  std::size_t asked = 0;
  peers.server.answer = [&](Connection& connection, const Event& event) {
    const auto& hello = std::get<ClientHelloSeen>(event);
    ++asked;
    CHECK(hello.server_name == "localhost");
    CHECK(octets(hello.alpn) == Octets{2, 'h', '2'});
    CHECK(hello.client_hello.size() > 100);
    CHECK(connection.server_name() == "localhost");
    CHECK(connection.resume(*server_config().alpn({"h2"}).build()));
  };
  peers.drive();
  CHECK(asked == 1);
  CHECK(peers.client.completed);
  CHECK(peers.server.connection.negotiated().alpn == "h2");
  REQUIRE(peers.server.send("still there"));
  peers.drive();
  CHECK(peers.client.data == octets("still there"));
  CHECK(peers.server.connection.negotiated().alpn == "h2");
}

TEST_CASE("a server can choose by anything that is in the ClientHello", "[rfc9846-4.2.2]") {
  Policy policy = policy_2026;
  policy.key_shares = {NamedGroup::x25519};
  for (const bool grease : {false, true}) {
    ClientConfig::Builder client = client_config();
    client.alpn({"http/1.1", "h2"}).policy(policy).grease(grease);
    Peers peers(*client.build(), *server_config().ask_configuration().build());
    bool asked = false;
    peers.server.answer = [&](Connection& connection, const Event& event) {
      asked = true;
      const auto& seen = std::get<ClientHelloSeen>(event);
      const auto hello = ClientHelloView::read(seen.client_hello);
      REQUIRE(hello);
      CHECK(hello->server_name() == seen.server_name);
      CHECK(octets(hello->alpn().encoding()) == octets(seen.alpn));
      CHECK(hello->legacy_session_id().size() == 32);
      CHECK(hello->cipher_suites().count() == (grease ? 4U : 3U));
      CHECK(hello->supported_groups().count() == policy.groups.size() + (grease ? 1U : 0U));
      CHECK(hello->supported_versions().contains(ProtocolVersion::tls_1_3));
      CHECK(hello->extension(ExtensionType::key_share).value().size() >= 2 + 4 + 32);
      // 1301,1302,1303; 000a,000d,002b,0032,0033,fe0d and the schemes of policy_2026.
      CHECK(ja4(*hello).text() == "t13d0308h1_55b375c5d22e_1f01c8f54788");
      REQUIRE(hello->alpn().contains("h2"));
      CHECK(connection.resume(*server_config().alpn({"h2"}).build()));
    };
    peers.drive();
    CHECK(asked);
    CHECK(peers.client.completed);
  }
}

TEST_CASE("a chosen configuration may refuse the client", "[rfc9846-6.2]") {
  Peers peers(*client_config().alpn({"h2"}).build(), *server_config().ask_configuration().build());
  peers.server.answer = [&](Connection& connection, const Event&) {
    CHECK(connection.resume(*server_config().alpn({"other"}).build()) ==
          fail(Error::no_application_protocol));
  };
  peers.drive();
  CHECK(peers.server.error == Error::no_application_protocol);
  CHECK(peers.client.connection.failure()->alert == AlertDescription::no_application_protocol);
}

TEST_CASE("why a chain was refused can be read after the failure", "[rfc9846-4.5.1]") {
  Peers peers(*client_config().build(), *server_config().build(), "elsewhere.test");
  peers.drive();
  CHECK(peers.client.error == Error::certificate_wrong_name);
  CHECK(peers.client.connection.verdict_detail().find("localhost") != std::string_view::npos);
  CHECK(peers.client.connection.peer_chain().size() == 1);
  CHECK(peers.server.error == Error::peer_alert);
}

}  // namespace
}  // namespace nacre::test
