// Each bit of what proves a peer. RFC 9846, sections 4.5.2 and 4.5.3.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "attacks/early_flight.h"
#include "attacks/psk_hello.h"
#include "attacks/talk.h"
#include "crypto/certificate.h"
#include "support/sessions.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using crypto::KeyType;

constexpr Outcome wrong_signature{Error::bad_certificate_verify, decrypt_error};
constexpr Outcome wrong_finished{Error::bad_finished, decrypt_error};

// A kind of handshake: anew for each flip, for a connection that has failed is over.
struct Kind {
  std::string what;
  std::function<Talk()> make;
  KeySource source = KeySource::certificate;
};

ServerConfig::Builder server_with(KeyType key) {
  const crypto::Issued leaf = issue_leaf(key, {"localhost"});
  return ServerConfig::Builder(Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value())
      .policy(quick_policy())
      .clock([] { return now; });
}

Kind certified(const std::string& what, const ServerConfig::Builder& server,
               const ClientConfig::Builder& client = client_config()) {
  return {what, [=] { return Talk(client, server); }};
}

Kind mutual() {
  return certified("a client with a certificate",
                   server_config().client_authentication(
                       {.anchors = TrustAnchors::from_pem(authority().certificate_pem).value()}),
                   client_config().credential(client_credential()));
}

// Whoever resumes uses up a session: each flip gets the same one again.
class Again final : public ClientSessionStore {
 public:
  explicit Again(std::vector<std::uint8_t> file) : file_(std::move(file)) {}
  void put(const SessionScope&, Session) override {}
  std::optional<Session> take(const SessionScope& scope, UnixTime time) override {
    MemoryClientSessionStore store;
    (void)store.deserialize(file_).value();
    return store.take(scope, time);
  }

 private:
  std::vector<std::uint8_t> file_;
};

Kind resumed() {
  const auto pair = std::make_shared<Resumable>();
  (void)pair->connect();
  pair->client_sessions = std::make_shared<Again>(pair->client_store->serialize());
  return {"a session", [=] { return Talk(pair->client_builder(), pair->server_builder()); },
          KeySource::session};
}

Kind external(bool with_certificate) {
  const ExternalPsk psk = ExternalPsk::make(bytes_of("identity"), Octets(32, 7)).value();
  return {with_certificate ? "a key and a certificate" : "a key",
          [=] {
            ClientConfig::Builder client = client_config();
            return Talk(client.psk(psk).certificate_with_psk(with_certificate),
                        server_config().psk(psk));
          },
          with_certificate ? KeySource::external_psk_certificate : KeySource::external_psk};
}

std::vector<Kind> kinds() {
  return {
      certified("ECDSA", server_config()),
      certified("Ed25519", server_with(KeyType::ed25519)),
      certified("SHA-384", server_config().policy(with_suite(CipherSuite::tls_aes_256_gcm_sha384))),
      certified("a retry", retrying_server(), retried_client()),
      mutual(),
      resumed(),
      external(false),
      external(true)};
}

// The bytes of a message that prove: behind a header, and the algorithm and length of a signature.
std::size_t proof_begins(std::uint8_t type) {
  return type == Auth::certificate_verify ? 8 : 4;
}

// Of the message of that type that `make` leads to, each bit is flipped once (sweep_step). Returns
// how many there are.
std::size_t flip_each(std::uint8_t type, bool at_client, const std::function<Talk()>& make,
                      Outcome outcome) {
  const std::size_t first = 8 * proof_begins(type);
  for (std::size_t bit = first;; bit += sweep_step) {
    Talk talk = make();
    if (at_client) {
      talk.tell_client_until(type);
    } else {
      talk.tell_server_until(type);
    }
    auto& said = at_client ? talk.from_server : talk.from_client;
    if (said.empty()) return 0;  // there is none in this kind
    Message message = said.front();
    if (bit >= 8 * message.size()) return 8 * message.size() - first;
    message.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
    CAPTURE(bit);
    Side& side = at_client ? talk.client() : talk.server();
    side.hear(message);
    REQUIRE(side.peer.error == outcome.error);
    REQUIRE(side.peer.connection.failure()->alert == outcome.alert);
    REQUIRE_FALSE(side.peer.completed);
    REQUIRE(side.peer.data.empty());
    if ((bit - first) % 64 == 0) {
      check_refused(side, outcome);
      check_no_secrets(side);
    }
  }
}

bool is_by_certificate(const Kind& kind) {
  return kind.source == KeySource::certificate ||
         kind.source == KeySource::external_psk_certificate;
}

}  // namespace

TEST_CASE("AC-011: each kind of handshake is what it says", "[AC-011][rfc9846-4.5.3]") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.what);
    Talk talk = kind.make();
    talk.tell_server_until(0xff);
    CHECK(talk.client().peer.completed);
    CHECK(talk.server().peer.completed);
    CHECK(talk.server().peer.connection.negotiated().key_source == kind.source);
  }
}

TEST_CASE("AC-011: a server's CertificateVerify with any bit flipped is refused",
          "[AC-011][rfc9846-4.5.2]") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.what);
    const std::size_t flips = flip_each(Auth::certificate_verify, true, kind.make, wrong_signature);
    CHECK((flips >= 512) == is_by_certificate(kind));
  }
}

TEST_CASE("AC-011: a client's CertificateVerify with any bit flipped is refused",
          "[AC-011][rfc9846-4.5.2]") {
  CHECK(flip_each(Auth::certificate_verify, false, mutual().make, wrong_signature) >= 512);
}

TEST_CASE("AC-011: a server's Finished with any bit flipped is refused",
          "[AC-011][rfc9846-4.5.3]") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.what);
    CHECK(flip_each(Auth::finished, true, kind.make, wrong_finished) ==
          (kind.what == "SHA-384" ? 384 : 256));
  }
}

TEST_CASE("AC-011: a client's Finished with any bit flipped is refused",
          "[AC-011][rfc9846-4.5.3]") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.what);
    CHECK(flip_each(Auth::finished, false, kind.make, wrong_finished) ==
          (kind.what == "SHA-384" ? 384 : 256));
  }
}

TEST_CASE("AC-011: with early data too", "[AC-011][rfc9846-4.5.3]") {
  const auto pair = std::make_shared<Resumable>();
  pair->early_data = true;
  (void)pair->connect();
  pair->client_sessions = std::make_shared<Again>(pair->client_store->serialize());
  const auto make = [&] { return Talk(pair->client_builder(), pair->server_builder()); };
  CHECK(make().server().peer.connection.negotiated().early_data == EarlyDataStatus::accepted);
  CHECK(flip_each(Auth::finished, true, make, wrong_finished) == 256);

  for (std::size_t bit = 0; bit < 256; bit += sweep_step) {
    CAPTURE(bit);
    EarlyFlight flight;
    REQUIRE(flight.is_accepted());
    Message finished = flight.answer().back();
    REQUIRE(finished.size() == 4 + 32);
    flight.end_early_data();
    finished.at(4 + bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
    flight.server().hear(finished);
    check_refused(flight.server(), wrong_finished);
    check_no_secrets(flight.server());
  }
}

// RSA and ML-DSA have signatures of 2,048 bits and more: in a handshake a few, elsewhere all.
TEST_CASE("AC-011: a long signature with any bit flipped is refused", "[AC-011][rfc9846-4.5.2]") {
  for (const KeyType key : {KeyType::rsa2048, KeyType::mldsa44}) {
    const crypto::Issued leaf = issue_leaf(key, {"localhost"});
    const auto parsed = crypto::ParsedCertificate::parse(
                            read_pem_certificates(leaf.certificate_pem).value().front())
                            .value();
    const auto public_key = parsed.signing_key(2048).value();
    const auto private_key = crypto::PrivateKey::from_pem(leaf.key_pem).value();
    const SignatureScheme scheme = *private_key.schemes().begin();
    const Octets content(130, 0x20);
    Octets signature(crypto::max_signature_size);
    signature.resize(private_key.sign(scheme, content, signature).value());
    REQUIRE(public_key.verify(scheme, content, signature));
    for (std::size_t bit = 0; bit < 8 * signature.size(); bit += sweep_step) {
      const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
      signature.at(bit / 8) ^= mask;
      CAPTURE(bit);
      REQUIRE(public_key.verify(scheme, content, signature) == fail(Error::bad_certificate_verify));
      signature.at(bit / 8) ^= mask;
    }
    const Kind kind = certified("long", server_with(key));
    for (std::size_t at = 8; at < signature.size(); at += 61) {
      Talk talk = kind.make();
      talk.tell_client_until(Auth::certificate_verify);
      Message message = talk.from_server.front();
      message.at(at) ^= 0x10;
      talk.client().hear(message);
      check_refused(talk.client(), wrong_signature);
    }
  }
}

}  // namespace nacre::test
