// Reading certificates: PEM, what they say, and what is no certificate.
#include "crypto/certificate.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "crypto/issued.h"

namespace nacre::test {
namespace {

using crypto::Der;
using crypto::KeyType;
using crypto::ParsedCertificate;

Der self_signed(const crypto::IssueRequest& request) {
  return der_of(issue_self_signed(request));
}

// The first place of `what` in `where`.
Der::iterator find(Der& where, Bytes what) {
  const auto found = std::ranges::search(where, what);
  REQUIRE(!found.empty());
  return found.begin();
}

}  // namespace

TEST_CASE("a certificate tells what it says of itself", "[rfc5280-4.1]") {
  crypto::IssueRequest request = request_for("leaf");
  request.names = {"a.example", "*.b.example", "192.0.2.1", "2001:db8::1"};
  const auto ca = issue_self_signed(request_for_ca("authority"));
  const auto info = read_certificate(der_of(issue_by(ca, request)));
  REQUIRE(info);
  CHECK(info->subject == "CN=leaf");
  CHECK(info->issuer == "CN=authority");
  CHECK(info->serial.size() == 32);
  CHECK(info->dns_names == std::vector<std::string>{"a.example", "*.b.example"});
  CHECK(info->ip_addresses == std::vector<std::string>{"192.0.2.1", "2001:db8::1"});
  CHECK(info->uris.empty());
  CHECK(info->not_before == now - day);
  CHECK(info->not_after == now + 29 * day);
  CHECK(info->key == "EC P-256");
  CHECK(info->signature == "ecdsa-with-SHA256");
  CHECK_FALSE(info->is_ca);
  CHECK(read_certificate(der_of(ca)).value().is_ca);
}

TEST_CASE("text from a certificate comes as printable ASCII", "[rfc5280-4.1]") {
  crypto::IssueRequest request = request_for(
      "b\xc3\xbc"
      "cher\x1b[31m");
  request.names = {"evil\x1b[2J\n.example"};
  const auto info = read_certificate(self_signed(request));
  REQUIRE(info);
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  CHECK(std::ranges::all_of(info->subject, is_printable));
  CHECK(info->subject.starts_with("CN=b\\"));
  REQUIRE(info->dns_names.size() == 1);
  CHECK(info->dns_names.front() == "evil\\x1b[2J\\x0a.example");
}

TEST_CASE("the pin is the hash of the key, whoever signed the certificate", "[rfc7858]") {
  const auto ca = issue_self_signed(request_for_ca("authority"));
  const auto one = read_certificate(der_of(ca));
  const auto other = read_certificate(self_signed(request_for("leaf")));
  REQUIRE((one && other));
  CHECK(one->spki_sha256 != other->spki_sha256);
  CHECK(one->spki_sha256 != SpkiPin{});
}

TEST_CASE("names and key are the certificate's own bytes", "[rfc9846-4.5.1]") {
  const auto ca = issue_self_signed(request_for_ca("authority"));
  const auto root = ParsedCertificate::parse(der_of(ca)).value();
  const auto leaf = ParsedCertificate::parse(der_of(issue_by(ca, request_for("leaf")))).value();
  CHECK(std::ranges::equal(leaf.issuer(), root.subject()));
  CHECK_FALSE(std::ranges::equal(leaf.issuer(), leaf.subject()));
  CHECK(root.is_self_issued());
  CHECK_FALSE(leaf.is_self_issued());
  CHECK(crypto::PublicKey::from_key_info(leaf.key_info()));
  CHECK(leaf.signature_scheme() == SignatureScheme::ecdsa_secp256r1_sha256);
}

TEST_CASE("a key may sign where keyUsage allows it or is silent",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.2-47495d]") {
  crypto::IssueRequest request = request_for("leaf");
  CHECK(ParsedCertificate::parse(self_signed(request)).value().signing_key(2048));
  request.digital_signature = false;
  const auto parsed = ParsedCertificate::parse(self_signed(request)).value();
  CHECK_FALSE(parsed.allows_signing());
  const auto key = parsed.signing_key(2048);
  REQUIRE_FALSE(key);
  CHECK(key.error() == Error::certificate_wrong_purpose);
}

TEST_CASE("a key that is too short does not sign", "[rfc9846-4.5.1.2]") {
  crypto::IssueRequest request = request_for("leaf");
  request.key = KeyType::rsa2048;
  const auto parsed = ParsedCertificate::parse(self_signed(request)).value();
  CHECK(parsed.signing_key(2048));
  const auto key = parsed.signing_key(2049);
  REQUIRE_FALSE(key);
  CHECK(key.error() == Error::certificate_weak_key);
}

TEST_CASE("every truncation of a certificate is refused", "[rfc9846-4.5.1]") {
  crypto::IssueRequest request = request_for_host("a.example");
  request.key = GENERATE(KeyType::p256, KeyType::ed25519, KeyType::rsa_pss2048);
  const Der der = self_signed(request);
  REQUIRE(ParsedCertificate::parse(der));
  for (std::size_t size = 0; size < der.size(); ++size) {
    const auto parsed = ParsedCertificate::parse(Bytes(der).first(size));
    REQUIRE_FALSE(parsed);
    REQUIRE(parsed.error() == Error::bad_certificate);
  }
}

TEST_CASE("a certificate with a byte behind it is refused", "[rfc9846-4.5.1]") {
  Der der = self_signed(request_for("leaf"));
  der.push_back(0);
  CHECK_FALSE(ParsedCertificate::parse(der));
}

TEST_CASE("a certificate with any byte changed is read or refused, and never believed",
          "[rfc5280-6.1]") {
  const auto ca = issue_self_signed(request_for_ca("authority"));
  const TrustAnchors anchors = trust(ca);
  Question question({issue_by(ca, request_for_host("a.example"))});
  question.name("a.example");
  REQUIRE_FALSE(question.ask(anchors).error);
  const Der original = question.chain.front();
  for (std::size_t at = 0; at < original.size(); ++at) {
    question.chain.front() = original;
    question.chain.front()[at] ^= 0x01;
    REQUIRE(question.ask(anchors).error);
  }
}

TEST_CASE("a malformed subjectAltName spoils the certificate", "[rfc5280-4.2.1.6]") {
  crypto::IssueRequest request = request_for("leaf");
  request.names = {"a.example"};
  Der der = self_signed(request);
  REQUIRE(ParsedCertificate::parse(der));
  // The name's length runs past the end of the list.
  *(find(der, bytes_of("a.example")) - 1) = 0x7f;
  CHECK_FALSE(ParsedCertificate::parse(der));
}

TEST_CASE("PEM may stand among other text and other blocks", "[rfc7468-2]") {
  const auto one = issue_self_signed(request_for("one"));
  const auto two = issue_self_signed(request_for("two"));
  const std::string text =
      "a note\n" + one.certificate_pem + one.key_pem + "\r\nmore -----\n" + two.certificate_pem;
  const auto read = read_pem_certificates(text);
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK(read->front() == der_of(one));
  CHECK(read->back() == der_of(two));
}

TEST_CASE("PEM may come in one line, or with the line ends of Windows", "[rfc7468-2]") {
  const auto issued = issue_self_signed(request_for("one"));
  std::string windows;
  std::string one_line;
  for (const char c : issued.certificate_pem) {
    windows += c == '\n' ? "\r\n" : std::string(1, c);
    one_line += c == '\n' ? std::string() : std::string(1, c);
  }
  CHECK(read_pem_certificates(windows).value().front() == der_of(issued));
  CHECK(read_pem_certificates(one_line).value().front() == der_of(issued));
}

TEST_CASE("what is no PEM certificate is refused", "[rfc7468-2]") {
  const std::string good = issue_self_signed(request_for("one")).certificate_pem;
  CHECK(read_pem_certificates("") == fail(Error::bad_pem));
  CHECK(read_pem_certificates("-----BEGIN ") == fail(Error::bad_pem));
  CHECK(read_pem_certificates("-----BEGIN CERTIFICATE-----\n") == fail(Error::bad_pem));
  CHECK(read_pem_certificates(good.substr(0, good.size() - 8)) == fail(Error::bad_pem));
  CHECK(read_pem_certificates("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n") ==
        fail(Error::bad_pem));
  CHECK(read_pem_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END X-----\n") ==
        fail(Error::bad_pem));
  CHECK(read_pem_certificates(issue_self_signed(request_for("one")).key_pem) ==
        fail(Error::bad_pem));
  CHECK(read_certificate(bytes_of("no certificate")).error() == Error::bad_certificate);
}

}  // namespace nacre::test
