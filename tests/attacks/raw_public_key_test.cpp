// Raw public keys that nobody agreed on, or knows. RFC 7250; RFC 9846, section 4.5.1.
#include <catch2/catch_test_macros.hpp>
#include <span>
#include <vector>

#include "attacks/side.h"
#include "nacre/danger.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

Octets raw_key() {
  return octets(Credential::from_raw_key_pem(localhost_leaf().key_pem).value().certificate());
}

// A Certificate with that one entry.
Message certificate_with(const Octets& entry) {
  return message(11, Data{0} + vector(3, vector(3, entry) + Data{0, 0}));
}

ClientConfig::Builder raw_client(RawPublicKeys keys) {
  return ClientConfig::Builder(std::move(keys)).policy(quick_policy()).clock([] { return now; });
}
ServerConfig::Builder raw_server() {
  return ServerConfig::Builder(Credential::from_raw_key_pem(localhost_leaf().key_pem).value())
      .policy(quick_policy())
      .clock([] { return now; });
}

TEST_CASE("AC-008: a raw public key that was not agreed on is no certificate",
          "[AC-008][rfc9846-4.5.1.2-78ad64]") {
  // The client takes none; or would, and the server chose a certificate.
  const RawPublicKeys keys{.pins = {localhost().spki_pin()}};
  for (const bool would : {false, true}) {
    Between between = told(Told::encrypted_extensions,
                           would ? client_config().raw_public_keys(keys) : client_config());
    between.client.hear(certificate_with(raw_key()));
    check_refused(between.client, {Error::unexpected_raw_public_key, unsupported_certificate});
  }
}

TEST_CASE("AC-008: nor is a certificate a raw public key", "[AC-008][rfc9846-4.5.1]") {
  Between between = told(Told::encrypted_extensions, raw_client({.pins = {localhost().spki_pin()}}),
                         raw_server());
  between.client.hear(certificate_with(octets(localhost().certificate())));
  check_refused(between.client, {Error::bad_raw_public_key, decode_error});
}

TEST_CASE("AC-008: a server that takes none gets no raw public key", "[AC-008][rfc9846-4.5.1]") {
  Between between(
      client_config().credential(Credential::from_raw_key_pem(client_leaf().key_pem).value()),
      server_config().client_authentication({.anchors = danger::trust_anyone()}));
  between.greet();
  check_refused(between.server, {Error::no_common_certificate_type, unsupported_certificate});
}

TEST_CASE("AC-008: a raw public key that nobody pinned is not believed",
          "[AC-008][rfc9846-4.5.1]") {
  CHECK(raw_client({}).build() == fail(Error::bad_configuration));
  CHECK(server_config().client_authentication({.raw_public_keys = RawPublicKeys{}}).build() ==
        fail(Error::bad_configuration));
  Between between = told(Told::encrypted_extensions,
                         raw_client({.pins = {client_credential().spki_pin()}}), raw_server());
  between.client.hear(between.inbox.front());
  check_refused(between.client, {Error::pin_mismatch, certificate_unknown});
}

TEST_CASE("AC-008: a raw public key proves itself as any", "[AC-008][rfc9846-4.5.2]") {
  const RawPublicKeys keys{.pins = {localhost().spki_pin()}};
  Between between = told(Told::certificate, raw_client(keys), raw_server());
  Message verify = between.inbox.front();
  verify.back() ^= 1;
  between.client.hear(verify);
  check_refused(between.client, {Error::bad_certificate_verify, decrypt_error});
}

}  // namespace
}  // namespace nacre::test
