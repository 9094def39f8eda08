// What a client does when a server asks for a certificate, read off the wire. RFC 9846, sections
// 4.4.2, 4.5.1 and 4.5.2.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/credentials.h"
#include "handshake/certificate_verify.h"
#include "hostile/script.h"

namespace nacre::test {
namespace {

// Asks, and reads the client's flight.
class AskingServer : public ScriptedServer {
 public:
  explicit AskingServer(ClientConfig::Builder config, const Data& extensions = {})
      : ScriptedServer(std::move(config)) {
    // signature_algorithms: ecdsa_secp256r1_sha256 and rsa_pss_rsae_sha256.
    certificate_request =
        message(13, Data{0} + vector(2, Data{0, 13, 0, 6, 0, 4, 4, 3, 8, 4} + extensions));
  }

  // The client's messages, apart.
  std::vector<Message> flight() {
    Data all;
    Tap tap(*secrets_, "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
    for (const auto& seen : tap.read(std::exchange(peer_.outbox, {}))) {
      if (seen.type == ContentType::handshake) all = all + seen.content;
    }
    std::vector<Message> messages;
    for (Cursor cursor(all); !cursor.empty();) {
      const auto type = static_cast<std::uint8_t>(cursor.number(1));
      messages.push_back(message(type, cursor.vector(3)));
    }
    return messages;
  }

  // Whether the client's Certificate and CertificateVerify prove localhost()'s key.
  bool is_proved(const std::vector<Message>& messages) {
    transcript_.add(messages.at(0));
    const auto signed_content = SignedContent::make(Purpose::client, transcript_.hash()).value();
    Cursor verify(messages.at(1));
    verify.take(4);
    const auto scheme = static_cast<SignatureScheme>(verify.number(2));
    const auto leaf =
        crypto::ParsedCertificate::parse(localhost().impl().chain.front())->signing_key(2048);
    return leaf->verify(scheme, signed_content.bytes(), verify.vector(2)).has_value();
  }
};

const Message& localhost_certificate() {
  static const std::array chain{certificate_of(localhost_leaf())};
  static const Message message = certificate_message(chain);
  return message;
}
const Message no_certificate{11, 0, 0, 4, 0, 0, 0, 0};

std::vector<int> types(const std::vector<Message>& messages) {
  std::vector<int> types;
  for (const Message& message : messages) types.push_back(message.front());
  return types;
}

Credential without_key() {
  return Credential::from_chain_pem(localhost_leaf().certificate_pem).value();
}

TEST_CASE("a client proves its certificate to a server that asks",
          "[rfc9846-4.4.2][rfc9846-4.5.1][rfc9846-4.5.2]") {
  AskingServer server(client_config().credential(localhost()));
  server.play();
  REQUIRE(server.peer().completed);
  const auto flight = server.flight();
  REQUIRE(types(flight) == std::vector{11, 15, 20});
  CHECK(flight.at(0) == localhost_certificate());
  CHECK(server.is_proved(flight));
  CHECK(works(server));
}

TEST_CASE("a client without a certificate that fits sends an empty list", "[rfc9846-4.5.1]") {
  const Credential ed25519 = [] {
    const crypto::Issued leaf = issue_leaf(crypto::KeyType::ed25519, {"localhost"});
    return Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  }();
  for (const bool has_some : {false, true}) {
    ClientConfig::Builder config = client_config();
    if (has_some) config.credential(ed25519);
    AskingServer server(config);
    server.play();
    const auto flight = server.flight();
    REQUIRE(types(flight) == std::vector{11, 20});
    CHECK(flight.at(0) == no_certificate);
    CHECK(works(server));
  }
}

TEST_CASE("a client that is not asked sends no certificate", "[rfc9846-4.5.1]") {
  ScriptedServer server(client_config().credential(localhost()));
  server.play();
  REQUIRE(server.peer().completed);
  Tap tap(server.secrets(), "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
  for (const auto& seen : tap.read(server.peer().outbox)) {
    if (seen.type == ContentType::handshake) CHECK(seen.content.front() == 20);
  }
}

TEST_CASE("a client's signature can come from elsewhere", "[rfc9846-4.5.2]") {
  AskingServer server(client_config().credential(without_key()));
  server.play();
  CHECK_FALSE(server.peer().completed);
  server.peer().answer = [](Connection& connection, const Event& event) {
    const auto& wanted = std::get<SignatureWanted>(event);
    CHECK(std::ranges::equal(wanted.certificate, localhost().impl().chain.front()));
    Octets signature(5'000);
    const std::size_t size =
        localhost().impl().key->sign(wanted.scheme, wanted.content, signature).value();
    CHECK(connection.resume(Signature{Bytes(signature).first(size)}));
  };
  server.peer().run();
  REQUIRE(server.peer().completed);
  const auto flight = server.flight();
  REQUIRE(types(flight) == std::vector{11, 15, 20});
  CHECK(server.is_proved(flight));
  CHECK(works(server));
}

TEST_CASE("the application can choose the client's certificate", "[rfc9846-4.4.2]") {
  // certificate_authorities: two names, which need not be parsed.
  const Data authorities{0, 47, 0, 8, 0, 6, 0, 1, 7, 0, 1, 8};
  const std::vector<std::pair<std::optional<Credential>, std::vector<int>>> choices{
      {localhost(), {11, 15, 20}}, {std::nullopt, {11, 20}}};
  for (const auto& choice : choices) {
    AskingServer server(client_config().ask_credential(), authorities);
    std::size_t asked = 0;
    server.peer().answer = [&](Connection& connection, const Event& event) {
      const auto& wanted = std::get<CertificateWanted>(event);
      CHECK(octets(wanted.signature_algorithms) == Octets{4, 3, 8, 4});
      CHECK(octets(wanted.authorities) == Octets{0, 1, 7, 0, 1, 8});
      CHECK(connection.resume(Verdict{}) == fail(Error::no_question));
      CHECK(connection.resume(Presented{choice.first}));
      CHECK(connection.resume(Presented{}) == fail(Error::no_question));
      ++asked;
    };
    server.play();
    CHECK(asked == 1);
    const auto flight = server.flight();
    REQUIRE(types(flight) == choice.second);
    if (choice.first) CHECK(server.is_proved(flight));
    CHECK(works(server));
  }
}

TEST_CASE("a chosen certificate that cannot sign as the server wants fails the handshake",
          "[rfc9846-4.5.1.1]") {
  const crypto::Issued leaf = issue_leaf(crypto::KeyType::ed25519, {"localhost"});
  const Credential unfit = Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  AskingServer server(client_config().ask_credential());
  server.peer().answer = [&](Connection& connection, const Event&) {
    CHECK(connection.resume(Presented{unfit}) == fail(Error::no_common_signature_scheme));
  };
  server.play();
  CHECK(refused(server, Error::no_common_signature_scheme, AlertDescription::handshake_failure));
}

TEST_CASE("a CertificateRequest without signature_algorithms is refused",
          "[rfc9846-4.4.2][rfc9846-9.2]") {
  AskingServer server(client_config().credential(localhost()));
  server.certificate_request = message(13, {0, 0, 0});
  server.play();
  CHECK(refused(server, Error::missing_extension, AlertDescription::missing_extension));
}

}  // namespace
}  // namespace nacre::test
