// What each side says in a handshake without faults, message by message: appendix A, and the
// sentences on what must be sent.
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "crypto/credentials.h"
#include "crypto/pem.h"
#include "handshake/certificate_verify.h"
#include "handshake/edit.h"
#include "handshake/pair.h"

namespace nacre::test {
namespace {

constexpr int server_name = 0;
constexpr int truncated_hmac = 4;
constexpr int cert_type = 9;
constexpr int supported_groups = 10;
constexpr int signature_algorithms = 13;
constexpr int status_request_v2 = 17;
constexpr int client_certificate_type = 19;
constexpr int server_certificate_type = 20;
constexpr int pre_shared_key = 41;
constexpr int early_data = 42;
constexpr int supported_versions = 43;
constexpr int signature_algorithms_cert = 50;
constexpr int key_share = 51;

using Messages = std::deque<Message>;

std::vector<int> types_of(const Messages& messages) {
  std::vector<int> types;
  for (const Message& message : messages) types.push_back(message.front());
  return types;
}

std::set<int> types_of(const Hello& hello) {
  std::set<int> types;
  for (const auto& [type, data] : hello.extensions) types.insert(type);
  return types;
}

std::vector<std::size_t> numbers(const Data& list) {
  std::vector<std::size_t> found;
  for (Cursor cursor(list); !cursor.empty();) found.push_back(cursor.number(2));
  return found;
}

std::vector<std::size_t> vector_of_numbers(const Data& extension) {
  return numbers(Cursor(extension).vector(2));
}

Data body_of(const Message& message) {
  return {message.begin() + 4, message.end()};
}

// The x25519 of the client's shares is not one of these groups: a retry is needed.
ServerConfig retrying_server() {
  Policy policy = policy_2026;
  policy.groups = {NamedGroup::secp384r1};
  policy.key_shares = {NamedGroup::secp384r1};
  return server_builder().policy(policy).build().value();
}

// Both sides' messages, in flights: the client's and the server's in turn.
struct Talk {
  explicit Talk(const ServerConfig& server = server_builder().build().value())
      : pair(client_builder().build().value(), server) {
    REQUIRE(pair.client.begin());
    for (bool moved = true; moved;) {
      from_client.push_back(take_flight(pair.client.core()));
      moved = !from_client.back().empty();
      for (const Message& message : from_client.back()) REQUIRE(pair.server.receive(view(message)));
      from_server.push_back(take_flight(pair.server.core()));
      for (const Message& message : from_server.back()) REQUIRE(pair.client.receive(view(message)));
    }
    REQUIRE(pair.client.state() == ClientState::connected);
    REQUIRE(pair.server.state() == ServerState::connected);
  }
  Pair pair;
  std::vector<Messages> from_client;
  std::vector<Messages> from_server;
};

// A server that adds to its flight what our own does not send, and signs it.
struct Asking {
  explicit Asking(const Message& request) {
    REQUIRE(pair.client.begin());
    const Message client_hello = take_flight(pair.client.core()).front();
    REQUIRE(pair.server.receive(view(client_hello)));
    Messages flight = take_flight(pair.server.core());
    flight.resize(3);
    flight.insert(flight.begin() + 2, request);
    transcript.add(client_hello);
    for (const Message& message : flight) say(message);
    const auto content = SignedContent::make(Purpose::server, transcript.hash()).value();
    constexpr auto scheme = SignatureScheme::ecdsa_secp256r1_sha256;
    Data signature(crypto::max_signature_size);
    const auto& key = *test_credential().impl().key;
    signature.resize(key.sign(scheme, content.bytes(), signature).value());
    say(message(15, number(2, static_cast<std::size_t>(scheme)) + vector(2, signature)));
    say(message(20, finished(pair.server.core().server_handshake_traffic)));
  }
  void say(const Message& message) {
    CAPTURE(static_cast<int>(message.front()));
    REQUIRE(pair.client.receive(view(message)));
    transcript.add(message);
  }
  Data finished(const crypto::HashSecret& secret) const {
    const auto digest = finished_verify_data(crypto::HashAlgorithm::sha256, secret.reveal(),
                                             transcript.hash().bytes())
                            .value();
    return {digest.bytes().begin(), digest.bytes().end()};
  }
  Pair pair;
  Transcript transcript{crypto::HashAlgorithm::sha256};
};

}  // namespace

TEST_CASE(
    "a server says ServerHello, EncryptedExtensions, Certificate, CertificateVerify, Finished",
    "[rfc9846-4.4.1][rfc9846-4.5][rfc9846-4.4.1-216f63][rfc9846-4.5.1-b6089d]"
    "[rfc9846-4.5.2-50b5ec][rfc9846-4.5.2-3352be][rfc9846-B-ddc3d7][rfc9846-4-bb3049]") {
  const std::vector<int> flight{2, 8, 11, 15, 20};
  const Talk talk;
  CHECK(types_of(talk.from_server.at(0)) == flight);
  const Talk retried(retrying_server());
  CHECK(types_of(retried.from_server.at(0)) == std::vector<int>{2});
  CHECK(types_of(retried.from_server.at(1)) == flight);
}

TEST_CASE("a client says ClientHello, and Finished",
          "[rfc9846-4.5.3][rfc9846-4.6][rfc9846-4.5.1-ffb2d2][rfc9846-4.6-41d16a]"
          "[rfc9846-4-bb3049][rfc9846-4.2.2-9540d2]") {
  const Talk talk;
  CHECK(types_of(talk.from_client.at(0)) == std::vector<int>{1});
  CHECK(types_of(talk.from_client.at(1)) == std::vector<int>{20});
  const Talk retried(retrying_server());
  CHECK(types_of(retried.from_client.at(1)) == std::vector<int>{1});
  CHECK(types_of(retried.from_client.at(2)) == std::vector<int>{20});
}

TEST_CASE("a client that is asked for a certificate, and has none, sends an empty list",
          "[rfc9846-4.4.2][rfc9846-4.5.1][rfc9846-4.4.2-4a2863][rfc9846-4.5.1-ffb2d2]"
          "[rfc9846-4.5.1-36cff1][rfc9846-4.5.1-f8d868]") {
  const Data algorithms = Data{0, signature_algorithms} + vector(2, {0, 2, 4, 3});
  const Data unknown = Data{0xab, 0xcd} + vector(2, {1, 2, 3});
  Asking asking(message(13, Data{0} + vector(2, unknown + algorithms)));
  const Messages answer = take_flight(asking.pair.client.core());
  REQUIRE(types_of(answer) == std::vector<int>{11, 20});
  CHECK(body_of(answer.at(0)) == Data{0, 0, 0, 0});
  asking.transcript.add(answer.at(0));
  CHECK(body_of(answer.at(1)) ==
        asking.finished(asking.pair.server.core().client_handshake_traffic));
}

TEST_CASE("a server's Certificate is its chain, the leaf first, without context and extensions",
          "[rfc9846-4.5.1][rfc9846-4.5.1-431eda][rfc9846-4.5.1-641130][rfc9846-4.5.1-45cae2]"
          "[rfc9846-4.5.1-bffef0]") {
  const auto made = [](bool is_ca, const std::string& name, const crypto::Issued* issuer) {
    return crypto::issue({.common_name = name,
                          .names = {name},
                          .not_before = test_time - 10,
                          .not_after = test_time + 10,
                          .is_ca = is_ca},
                         issuer)
        .value();
  };
  const auto middle = made(true, "middle", &test_ca());
  const auto leaf = made(false, "localhost", &middle);
  const auto credential =
      Credential::from_pem(leaf.certificate_pem + middle.certificate_pem, leaf.key_pem).value();
  const Talk talk(
      ServerConfig::Builder(credential).clock([] { return test_time; }).build().value());
  Cursor certificate(body_of(talk.from_server.at(0).at(2)));
  CHECK(certificate.vector(1).empty());
  Cursor list(certificate.vector(3));
  for (const crypto::Issued* issued : {&leaf, &middle}) {
    CHECK(list.vector(3) == read_pem_certificates(issued->certificate_pem).value().front());
    CHECK(list.vector(2).empty());
  }
  CHECK(list.empty());
  CHECK(certificate.empty());
}

TEST_CASE("a ClientHello has the extensions of section 9.2, and none that is forbidden",
          "[rfc9846-9.2][rfc9846-B.3.1.4][rfc9846-E.5][rfc9846-9.2-7f48ce][rfc9846-9.2-465761]"
          "[rfc9846-9.2-b88e99][rfc9846-9.2-6cbb0d][rfc9846-9.2-929a7d][rfc9846-9.2-8507e7]"
          "[rfc9846-9.2-f57740][rfc9846-9.2-c7f72f][rfc9846-9.2-e4e20a][rfc9846-B.3.1.4-d0b86c]"
          "[rfc9846-E.5-a15b7e][rfc9846-E.5-cb277b][rfc9846-E.5-d74585][rfc9846-E.5-6e3b9c]"
          "[rfc9846-E.5-977cb0][rfc9846-4.5.1-6f9123][rfc9846-9.2-00b8c1][rfc9846-4.2.2-55682e]"
          "[rfc9846-4.3.1-1d3673][rfc9846-4.3.3-a05736]") {
  const Talk talk(retrying_server());
  for (const std::size_t flight : {0U, 1U}) {
    CAPTURE(flight);
    Hello hello = Hello::parse(talk.from_client.at(flight).at(0));
    CHECK(hello.version == Data{3, 3});
    CHECK(numbers(hello.suites) == std::vector<std::size_t>{0x1301, 0x1302, 0x1303});
    const std::set<int> types = types_of(hello);
    for (const int type : {server_name, supported_groups, signature_algorithms, supported_versions,
                           signature_algorithms_cert, key_share}) {
      CHECK(types.contains(type));
    }
    for (const int type : {truncated_hmac, cert_type, client_certificate_type,
                           server_certificate_type, pre_shared_key, early_data}) {
      CHECK_FALSE(types.contains(type));
    }
    CHECK(hello.at(supported_versions) == Data{2, 3, 4});
    for (const std::size_t group : vector_of_numbers(hello.at(supported_groups))) {
      CAPTURE(group);
      CHECK((group >= 0x17 && group <= 0xff00));
      CHECK_FALSE((group >= 0x1a && group <= 0x1c));
    }
    for (const int type : {signature_algorithms, signature_algorithms_cert}) {
      for (const std::size_t scheme : vector_of_numbers(hello.at(type))) {
        CAPTURE(scheme);
        CHECK(scheme >= 0x0401);
        CHECK(name(static_cast<SignatureScheme>(scheme)) != "unknown");
      }
    }
  }
}

TEST_CASE("a server's hellos select TLS 1.3 by supported_versions",
          "[rfc9846-9.2][rfc9846-E.5][rfc9846-9.2-465761][rfc9846-9.2-929a7d]"
          "[rfc9846-E.5-6e3b9c][rfc9846-4.2.3-0f176e][rfc9846-4.2.3-869cbe]"
          "[rfc9846-4.2.4-c14613][rfc9846-4.3.1-8b9d98][rfc9846-4.3.1-6d697b]") {
  const Talk talk(retrying_server());
  for (const std::size_t flight : {0U, 1U}) {
    CAPTURE(flight);
    Hello hello = Hello::parse(talk.from_server.at(flight).at(0));
    CHECK(hello.version == Data{3, 3});
    CHECK(hello.at(supported_versions) == Data{3, 4});
    CHECK(types_of(hello) == std::set<int>{supported_versions, key_share});
  }
}

TEST_CASE("a server does not take up what TLS 1.3 has left behind",
          "[rfc9846-4.5.1][rfc9846-4.5.1.1][rfc9846-E.5][rfc9846-4.5.1-6f9123]"
          "[rfc9846-4.5.1.1-c5a717][rfc9846-4.5.1.1-53245f]"
          "[rfc9846-E.5-977cb0]") {
  Pair pair;
  REQUIRE(pair.client.begin());
  Hello hello = Hello::parse(take_flight(pair.client.core()).front());
  // OCSP through version 2, with nothing more said; OpenPGP certificates, alone or with others.
  hello.extensions.emplace_back(status_request_v2, vector(2, Data{2} + vector(2, {0, 0, 0, 0})));
  hello.extensions.emplace_back(truncated_hmac, Data{});
  hello.extensions.emplace_back(cert_type, Data{2, 1, 0});
  hello.extensions.emplace_back(client_certificate_type, Data{2, 1, 0});
  hello.extensions.emplace_back(server_certificate_type, Data{2, 1, 0});
  const Message changed = hello.encode();
  REQUIRE(pair.server.receive(view(changed)));
  const Messages flight = take_flight(pair.server.core());
  REQUIRE(types_of(flight) == std::vector<int>{2, 8, 11, 15, 20});
  CHECK(body_of(flight.at(1)) ==
        Data{0, 9, 0, server_name, 0, 0, 0, server_certificate_type, 0, 1, 0});
  Cursor certificate(body_of(flight.at(2)));
  certificate.vector(1);
  Cursor list(certificate.vector(3));
  CHECK(read_certificate(list.vector(3)));
  CHECK(list.vector(2).empty());
}

TEST_CASE("AC-011: each single-bit change of the client's Finished is a decrypt_error",
          "[rfc9846-4.5.3][AC-011][rfc9846-4.5.3-eb8408]") {
  Pair pair;
  REQUIRE(pair.client.begin());
  REQUIRE(pair.server.receive(view(take_flight(pair.client.core()).front())));
  for (const Message& message : take_flight(pair.server.core())) {
    REQUIRE(pair.client.receive(view(message)));
  }
  const Message good = take_flight(pair.client.core()).front();
  for (std::size_t bit = 4 * 8; bit < good.size() * 8; ++bit) {
    Message finished = good;
    finished.at(bit / 8) ^= static_cast<std::uint8_t>(1 << (bit % 8));
    CHECK(pair.server.receive(view(finished)) == fail(Error::bad_finished));
  }
  CHECK(alert_for(Error::bad_finished) == AlertDescription::decrypt_error);
  CHECK(pair.server.receive(view(good)));
}

}  // namespace nacre::test
