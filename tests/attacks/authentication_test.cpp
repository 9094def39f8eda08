// Peers that do not prove who they are. RFC 9846, sections 4, 4.5 and 4.7.2.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "attacks/talk.h"
#include "nacre/danger.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using crypto::Issued;
using crypto::KeyType;

constexpr Outcome out_of_turn{Error::unexpected_message, unexpected_message};

TrustAnchors anchors() {
  return TrustAnchors::from_pem(authority().certificate_pem).value();
}

ServerConfig::Builder asking_server(bool required = true) {
  return server_config().client_authentication({.anchors = anchors(), .required = required});
}

ClientConfig::Builder client_with_certificate() {
  return client_config().credential(client_credential());
}

Data der_of(const Issued& issued) {
  return read_pem_certificates(issued.certificate_pem).value().front();
}

void refused(Side& side, Outcome outcome) {
  check_refused(side, outcome);
  check_no_secrets(side);
}

// A client that has heard all up to the server's Certificate.
Talk before_certificate(const Policy& policy = quick_policy()) {
  Talk talk(client_config().policy(policy));
  talk.tell_client_until(Auth::certificate);
  return talk;
}

// A server that has asked, and has heard nothing of the answer.
Talk before_client_certificate(bool required = true) {
  Talk talk(client_with_certificate(), asking_server(required));
  talk.tell_server_until(Auth::certificate);
  return talk;
}

Policy policy_with(const std::vector<SignatureScheme>& schemes) {
  Policy policy = quick_policy();
  policy.signature_schemes = {};
  for (const SignatureScheme scheme : schemes) policy.signature_schemes.add(scheme);
  return policy;
}

// A certificate of the authority's, for the peer of that purpose.
Issued leaf_for(Purpose purpose, KeyType key, bool digital_signature = true) {
  return crypto::issue({.key = key,
                        .common_name = "leaf",
                        .names = {"localhost"},
                        .not_before = now - 10,
                        .not_after = now + 10,
                        .server_purpose = purpose == Purpose::server,
                        .client_purpose = purpose == Purpose::client,
                        .digital_signature = digital_signature},
                       &authority())
      .value();
}

}  // namespace

// Every Finished here is the right one for what was said: nothing but the order is wrong.
TEST_CASE("AC-001: a server that leaves out CertificateVerify is refused",
          "[AC-001][rfc9846-4][rfc9846-4.5.2]") {
  for (const bool with_certificate : {true, false}) {
    CAPTURE(with_certificate);
    Talk talk = before_certificate();
    if (with_certificate) talk.tell_client_until(Auth::certificate_verify);
    talk.say_to_client(talk.finished(Purpose::server));
    refused(talk.client(), out_of_turn);
    CHECK_FALSE(talk.client().secrets->all().contains("CLIENT_TRAFFIC_SECRET_0"));
    CHECK_FALSE(talk.client().secrets->all().contains("EXPORTER_SECRET"));
  }
  Talk in_order = before_certificate();
  in_order.tell_client_until(Auth::finished);
  in_order.say_to_client(in_order.finished(Purpose::server));
  CHECK(in_order.client().peer.completed);
}

TEST_CASE("AC-001: a client that leaves out CertificateVerify is refused",
          "[AC-001][rfc9846-4][rfc9846-4.5.2]") {
  for (const bool required : {true, false}) {
    Talk talk = before_client_certificate(required);
    talk.tell_server_until(Auth::certificate_verify);
    talk.say_to_server(talk.finished(Purpose::client));
    refused(talk.server(), out_of_turn);
  }
  Talk neither = before_client_certificate();
  neither.say_to_server(neither.finished(Purpose::client));
  refused(neither.server(), out_of_turn);
}

TEST_CASE("AC-002: a client that sends data in the place of its certificate is refused",
          "[AC-002][rfc9846-4][rfc9846-4.5]") {
  for (const bool required : {true, false}) {
    for (const std::uint8_t place : {Auth::certificate, Auth::certificate_verify, Auth::finished}) {
      CAPTURE(required, int{place});
      Talk talk = before_client_certificate(required);
      talk.tell_server_until(place);
      Side& server = talk.server();
      server.take(server.record(ContentType::application_data, bytes_of("GET / HTTP/1.1")));
      refused(server, {Error::unexpected_record, unexpected_message});

      // Under the keys that its data would have: they are not there.
      Talk later = before_client_certificate(required);
      later.tell_server_until(place);
      Forger forger(*later.client().secrets, "CLIENT_TRAFFIC_SECRET_0");
      later.server().take(forger.data("GET / HTTP/1.1"));
      refused(later.server(), {Error::bad_record_mac, bad_record_mac});
    }
  }
}

// Nacre has no authentication after the handshake: a client that does not offer it must refuse
// CertificateRequest, and a server that has not asked takes no answer.
TEST_CASE("AC-003: nothing of authentication is taken after the handshake",
          "[AC-003][rfc9846-4.7.2]") {
  const Data schemes = number(2, 13) + vector(2, vector(2, {4, 3}));
  const Data context = vector(1, {7});
  for (const Message& message :
       {message(Auth::certificate_request, context + vector(2, schemes)),
        message(Auth::certificate_request, vector(1, {}) + vector(2, schemes)),
        message(Auth::certificate, context + vector(3, {})),
        message(Auth::certificate_verify, Data{4, 3} + vector(2, Data(70, 1))),
        message(Auth::finished, Data(32, 1))}) {
    Between between = connected_between();
    for (Side* side : {&between.client, &between.server}) {
      side->hear(message);
      check_refused(*side, out_of_turn);
    }
  }
  // The Finished that would be right, for a handshake in the place of which nothing was said.
  for (const bool asking : {true, false}) {
    Talk talk(client_with_certificate(), asking ? asking_server() : server_config());
    talk.tell_server_until(0xff);
    REQUIRE(talk.server().peer.completed);
    talk.say_to_server(talk.finished(Purpose::client));
    check_refused(talk.server(), out_of_turn);
  }
}

TEST_CASE("AC-004: CertificateVerify has a scheme that was offered, and that fits the key",
          "[AC-004][rfc9846-4.3.3][rfc9846-4.5.2]") {
  using enum SignatureScheme;
  const Issued p256 = leaf_for(Purpose::server, KeyType::p256);
  const Issued p384 = leaf_for(Purpose::server, KeyType::p384);
  const Issued rsa = leaf_for(Purpose::server, KeyType::rsa2048);
  struct Case {
    std::string what;
    const Issued& leaf;
    SignatureScheme scheme;
    crypto::AnySignature how;
    std::vector<SignatureScheme> offered;
    Outcome outcome;
  };
  const std::vector<SignatureScheme> all{ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384,
                                         rsa_pss_rsae_sha256, rsa_pss_pss_sha256, ed25519};
  constexpr Outcome not_offered{Error::unoffered_signature_scheme, illegal_parameter};
  constexpr Outcome other_key{Error::wrong_key_for_scheme, illegal_parameter};
  constexpr Outcome wrong{Error::bad_certificate_verify, decrypt_error};
  for (const Case& test :
       {Case{"not offered",
             p384,
             ecdsa_secp384r1_sha384,
             {.hash_bits = 384},
             {ecdsa_secp256r1_sha256},
             not_offered},
        Case{"PKCS #1", rsa, rsa_pkcs1_sha256, {}, all, not_offered},
        Case{"PKCS #1 with SHA-1",
             rsa,
             static_cast<SignatureScheme>(0x0201),
             {.hash_bits = 160},
             all,
             not_offered},
        Case{"ECDSA with SHA-1",
             p256,
             static_cast<SignatureScheme>(0x0203),
             {.hash_bits = 160},
             all,
             not_offered},
        Case{"another hash with the curve",
             p256,
             ecdsa_secp384r1_sha384,
             {.hash_bits = 384},
             all,
             other_key},
        Case{"another curve with the hash",
             p384,
             ecdsa_secp256r1_sha256,
             {.hash_bits = 256},
             all,
             other_key},
        Case{"an id-RSASSA-PSS scheme with an rsaEncryption key",
             rsa,
             rsa_pss_pss_sha256,
             {.pss = true},
             all,
             other_key},
        Case{"EdDSA with an ECDSA key", p256, ed25519, {}, all, other_key},
        Case{"ECDSA with an RSA key", rsa, ecdsa_secp256r1_sha256, {}, all, other_key},
        Case{"PKCS #1 that says it is PSS", rsa, rsa_pss_rsae_sha256, {}, all, wrong},
        Case{"PSS with a salt of 31 bytes",
             rsa,
             rsa_pss_rsae_sha256,
             {.pss = true, .salt_length = 31},
             all,
             wrong},
        Case{"PSS without salt",
             rsa,
             rsa_pss_rsae_sha256,
             {.pss = true, .salt_length = 0},
             all,
             wrong},
        Case{"ECDSA over another hash",
             p256,
             ecdsa_secp256r1_sha256,
             {.hash_bits = 384},
             all,
             wrong}}) {
    INFO(test.what);
    Talk talk = before_certificate(policy_with(test.offered));
    talk.say_to_client(certificate_message({der_of(test.leaf)}));
    REQUIRE_FALSE(talk.client().peer.error);
    talk.say_to_client(
        talk.certificate_verify(Purpose::server, test.scheme, test.leaf.key_pem, test.how));
    // With a Finished that is right, if all that came before it was.
    if (!talk.client().peer.error) talk.say_to_client(talk.finished(Purpose::server));
    refused(talk.client(), test.outcome);
  }
  CHECK(client_config().policy(policy_with({ecdsa_secp256r1_sha256, rsa_pkcs1_sha256})).build() ==
        fail(Error::bad_configuration));
  Talk sound = before_certificate();
  sound.say_to_client(certificate_message({der_of(rsa)}));
  sound.say_to_client(
      sound.certificate_verify(Purpose::server, rsa_pss_rsae_sha256, rsa.key_pem, {.pss = true}));
  sound.say_to_client(sound.finished(Purpose::server));
  CHECK(sound.client().peer.completed);
}

TEST_CASE("AC-004: a server holds its clients to the schemes that it asks for",
          "[AC-004][rfc9846-4.3.3][rfc9846-4.5.2]") {
  using enum SignatureScheme;
  const Issued p384 = leaf_for(Purpose::client, KeyType::p384);
  Talk talk(client_with_certificate(),
            server_config().client_authentication(
                {.anchors = anchors(), .signature_schemes = {ecdsa_secp256r1_sha256}}));
  talk.tell_server_until(Auth::certificate);
  talk.say_to_server(certificate_message({der_of(p384)}));
  REQUIRE_FALSE(talk.server().peer.error);
  talk.say_to_server(talk.certificate_verify(Purpose::client, ecdsa_secp384r1_sha384, p384.key_pem,
                                             {.hash_bits = 384}));
  if (!talk.server().peer.error) talk.say_to_server(talk.finished(Purpose::client));
  refused(talk.server(), {Error::unoffered_signature_scheme, illegal_parameter});
}

TEST_CASE("AC-006: a server's Certificate without certificates is a decode error",
          "[AC-006][rfc9846-4.5.1.3]") {
  Talk talk = before_certificate();
  talk.say_to_client(certificate_message({}));
  refused(talk.client(), {Error::empty_certificate_list, decode_error});
  // Whoever it trusts.
  ClientConfig::Builder anyone(danger::trust_anyone());
  Talk careless(anyone.policy(quick_policy()).clock([] { return now; }));
  careless.tell_client_until(Auth::certificate);
  careless.say_to_client(certificate_message({}));
  refused(careless.client(), {Error::empty_certificate_list, decode_error});
}

TEST_CASE("AC-007: a client without a certificate is refused where one is required",
          "[AC-007][rfc9846-4.5.1.3]") {
  // One that has none, and one that says so only then; with a Finished that is right.
  Talk without(client_config(), asking_server());
  without.tell_server_until(Auth::certificate);
  without.say_to_server(certificate_message({}));
  if (!without.server().peer.error) without.say_to_server(without.finished(Purpose::client));
  refused(without.server(), {Error::certificate_required, certificate_required});

  Talk with = before_client_certificate();
  with.say_to_server(certificate_message({}));
  if (!with.server().peer.error) with.say_to_server(with.finished(Purpose::client));
  refused(with.server(), {Error::certificate_required, certificate_required});

  Talk optional = before_client_certificate(false);
  optional.say_to_server(certificate_message({}));
  optional.say_to_server(optional.finished(Purpose::client));
  CHECK(optional.server().peer.completed);
  CHECK_FALSE(optional.server().peer.connection.negotiated().client_signature_scheme);
}

TEST_CASE("AC-009: there is no client that expects no name", "[AC-009][rfc9846-C.2]") {
  ClientConfig::Builder anyone(danger::trust_anyone());
  for (const ClientConfig& config :
       {client_config().build().value(), anyone.build().value(),
        client_config().credential(client_credential()).build().value()}) {
    for (const std::string name : {"", ".", "*", "*.example", "[]", "local host", "::1%eth0"}) {
      CAPTURE(name);
      const auto made = Connection::client(config, name);
      REQUIRE_FALSE(made);
      CHECK(made.error() == Error::bad_name);
    }
  }
  // And what it expects is what it insists on.
  for (const std::string name : {"other.example", "localhost.example", "127.0.0.2"}) {
    Between between(client_config(), server_config(), name);
    between.greet();
    for (const Message& message : between.inbox) between.client.hear(message);
    refused(between.client, {Error::certificate_wrong_name, certificate_unknown});
  }
}

TEST_CASE("AC-010: a leaf that may not sign, or not for this purpose, is refused",
          "[AC-010][rfc9846-4.5.1.2]") {
  constexpr Outcome wrong{Error::certificate_wrong_purpose, unsupported_certificate};
  for (const KeyType key : {KeyType::p256, KeyType::ed25519}) {
    const auto scheme =
        key == KeyType::p256 ? SignatureScheme::ecdsa_secp256r1_sha256 : SignatureScheme::ed25519;
    const crypto::AnySignature how{.hash_bits = key == KeyType::p256 ? 256 : 0};
    const auto present_to_client = [&](const Issued& leaf) {
      Talk talk = before_certificate();
      talk.say_to_client(certificate_message({der_of(leaf)}));
      if (!talk.client().peer.error) {
        talk.say_to_client(talk.certificate_verify(Purpose::server, scheme, leaf.key_pem, how));
        talk.say_to_client(talk.finished(Purpose::server));
      }
      return talk;
    };
    const auto present_to_server = [&](const Issued& leaf) {
      Talk talk = before_client_certificate();
      talk.say_to_server(certificate_message({der_of(leaf)}));
      if (!talk.server().peer.error) {
        talk.say_to_server(talk.certificate_verify(Purpose::client, scheme, leaf.key_pem, how));
        talk.say_to_server(talk.finished(Purpose::client));
      }
      return talk;
    };
    CHECK(present_to_client(leaf_for(Purpose::server, key)).client().peer.completed);
    CHECK(present_to_server(leaf_for(Purpose::client, key)).server().peer.completed);
    refused(present_to_client(leaf_for(Purpose::client, key)).client(), wrong);
    refused(present_to_server(leaf_for(Purpose::server, key)).server(), wrong);
    refused(present_to_client(leaf_for(Purpose::server, key, false)).client(), wrong);
    refused(present_to_server(leaf_for(Purpose::client, key, false)).server(), wrong);
  }
}

}  // namespace nacre::test
