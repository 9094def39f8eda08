// Where the parts of a certificate lie, and what is in the extensions that Nacre reads.
#include "crypto/certificate_parts.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificate.h"
#include "crypto/issued.h"
#include "crypto/x509_oracle.h"
#include "support/library.h"

namespace nacre::test {
namespace {

using crypto::Der;
using crypto::KeyType;
using crypto::ParsedCertificate;
using Octets = std::vector<std::uint8_t>;

constexpr std::uint8_t key_usage = 15;
constexpr std::uint8_t subject_alt_name = 17;
constexpr std::uint8_t ext_key_usage = 37;

// Of less than 128 bytes.
Octets element(std::uint8_t tag, const Octets& content) {
  Octets out{tag, static_cast<std::uint8_t>(content.size())};
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Octets join(std::initializer_list<Octets> parts) {
  Octets out;
  for (const Octets& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

// An extension under id-ce.
Octets extension(std::uint8_t number, const Octets& value, const Octets& critical = {}) {
  return element(0x30, join({{6, 3, 0x55, 0x1d, number}, critical, element(4, value)}));
}

bool is_refused(const Octets& extensions) {
  return !crypto::find_extensions(extensions);
}

const Octets signing{3, 2, 7, 0x80};
const Octets one_name{0x30, 3, 0x82, 1, 'a'};
const Octets one_purpose{0x30, 3, 6, 1, 0x2a};

// The first place of `what`, which must be there.
Der::iterator find(Der& where, const Octets& what) {
  const auto found = std::ranges::search(where, what);
  REQUIRE(!found.empty());
  return found.begin();
}

bool is_a_example(std::string_view name) {
  return std::ranges::equal(name, std::string_view("a.example"), {},
                            [](unsigned char c) { return std::tolower(c); });
}

Der leaf_der(KeyType key = KeyType::p256) {
  crypto::IssueRequest request = request_for_host("a.example");
  request.key = key;
  return der_of(issue_self_signed(request));
}

}  // namespace

TEST_CASE("extensions that Nacre reads are found among others", "[rfc5280-4.2]") {
  const Octets all =
      join({extension(14, {1, 2, 3}), extension(key_usage, {3, 3, 7, 0x81, 0x80}, {1, 1, 0xff}),
            extension(subject_alt_name, one_name), extension(ext_key_usage, one_purpose)});
  const auto found = crypto::find_extensions(all);
  REQUIRE(found);
  CHECK(found->key_usage == 0x8081);
  CHECK(std::ranges::equal(found->names, Octets{0x82, 1, 'a'}));
  REQUIRE(found->purposes);
  CHECK(std::ranges::equal(*found->purposes, Octets{6, 1, 0x2a}));
  const auto none = crypto::find_extensions({});
  REQUIRE(none);
  CHECK_FALSE(none->key_usage);
  CHECK_FALSE(none->purposes);
  CHECK(none->names.empty());
}

TEST_CASE("what should be an extension is one, to its end", "[rfc5280-4.2]") {
  CHECK_FALSE(is_refused(extension(99, {5, 0}, {1, 1, 0})));
  CHECK(is_refused(extension(99, {5, 0}, {1, 2, 0, 0})));
  CHECK(is_refused(extension(99, {5, 0}, {1, 0})));
  CHECK(is_refused(extension(99, {5, 0}, {2, 1, 0})));
  CHECK(is_refused(element(0x30, {6, 3, 0x55, 0x1d, 99})));
  CHECK(is_refused(element(0x30, {6, 3, 0x55, 0x1d, 99, 4, 0, 5, 0})));
  CHECK(is_refused(element(0x31, {6, 3, 0x55, 0x1d, 99, 4, 0})));
  CHECK(is_refused(element(0x30, {4, 0})));
  CHECK(is_refused({0x30}));
  CHECK(is_refused({0x30, 0x80, 0, 0}));
  CHECK(is_refused({0x30, 0x81, 7, 6, 3, 0x55, 0x1d, 99, 4, 0}));
}

TEST_CASE("an extension that Nacre reads is there once", "[rfc5280-4.2]") {
  for (const auto& [number, value] : {std::pair(key_usage, signing),
                                      {subject_alt_name, one_name},
                                      {ext_key_usage, one_purpose}}) {
    const Octets one = extension(number, value);
    CHECK_FALSE(is_refused(one));
    CHECK(is_refused(join({one, one})));
    CHECK(is_refused(join({one, extension(14, {}), one})));
  }
  // Even where the first has no name in it.
  const Octets empty = extension(subject_alt_name, {0x30, 0});
  CHECK_FALSE(is_refused(empty));
  CHECK(is_refused(join({empty, extension(subject_alt_name, one_name)})));
}

TEST_CASE("keyUsage is a BIT STRING in DER", "[rfc5280-4.2.1.3]") {
  const auto refused = [](const Octets& value) { return is_refused(extension(key_usage, value)); };
  CHECK_FALSE(refused({3, 1, 0}));
  CHECK_FALSE(refused({3, 4, 0, 1, 2, 3}));
  CHECK(refused({}));
  CHECK(refused({3, 0}));
  CHECK(refused({3, 1, 1}));
  CHECK(refused({3, 2, 8, 0}));
  CHECK(refused({3, 2, 7, 0x81}));
  CHECK(refused({3, 2, 7, 0x80, 0}));
  CHECK(refused({3, 0x81, 2, 7, 0x80}));
  CHECK(refused({4, 2, 7, 0x80}));
  CHECK(refused({0x23, 4, 3, 2, 7, 0x80}));
}

TEST_CASE("extKeyUsage is a list of object identifiers", "[rfc5280-4.2.1.12]") {
  const auto refused = [](const Octets& value) {
    return is_refused(extension(ext_key_usage, value));
  };
  CHECK_FALSE(refused({0x30, 0}));
  CHECK(refused({0x30, 3, 4, 1, 0x2a}));
  CHECK(refused({0x30, 2, 6, 0}));
  CHECK(refused({0x30, 3, 6, 1, 0x80}));
  CHECK(refused({0x30, 3, 6, 2, 0x2a}));
  CHECK(refused({0x30, 0, 0}));
  CHECK(refused({6, 1, 0x2a}));
}

TEST_CASE("subjectAltName is a list of GeneralNames", "[rfc5280-4.2.1.6]") {
  const auto refused = [](const Octets& value) {
    return is_refused(extension(subject_alt_name, value));
  };
  for (const std::uint8_t tag :
       std::initializer_list<std::uint8_t>{0xa0, 0x81, 0x82, 0xa3, 0xa4, 0xa5, 0x86, 0x87, 0x88}) {
    CHECK_FALSE(refused({0x30, 2, tag, 0}));
    CHECK(refused({0x30, 2, static_cast<std::uint8_t>(tag ^ 0x20), 0}));
    CHECK(refused({0x30, 2, static_cast<std::uint8_t>(tag ^ 0xc0), 0}));
  }
  CHECK(refused({0x30, 2, 0x89, 0}));
  CHECK(refused({0x30, 2, 0x30, 0}));
  CHECK(refused({0x30, 3, 0x82, 2, 'a'}));
  CHECK(refused({0x30, 2, 0x82, 0, 0}));
  CHECK(refused({0x82, 1, 'a'}));
  CHECK(refused({}));
}

TEST_CASE("parts lie where a certificate of that version has them", "[rfc5280-4.1]") {
  const Octets version_3{0xa0, 3, 2, 1, 2};
  for (const std::uint8_t version : std::initializer_list<std::uint8_t>{0, 1, 2, 3, 0x80}) {
    Der der = leaf_der();
    *(find(der, version_3) + 4) = version;
    CHECK(crypto::find_parts(der).has_value() == (version == 2));
    CHECK(ParsedCertificate::view(der).has_value() == (version == 2));
  }
}

TEST_CASE("what is read without the library's parser is what that parser reads", "[rfc5280-4.1]") {
  for (const KeyType key : {KeyType::p256, KeyType::ed25519, KeyType::rsa2048}) {
    const Der der = leaf_der(key);
    const auto read = ParsedCertificate::view(der).value();
    const auto parsed = ParsedCertificate::parse(der).value();
    CHECK(std::ranges::equal(read.subject(), parsed.subject()));
    CHECK(std::ranges::equal(read.key_info(), parsed.key_info()));
    CHECK(read.is_self_issued() == parsed.is_self_issued());
    CHECK(read.not_after().value() == read_certificate(der).value().not_after);
    CHECK(read.allows_signing() == crypto::x509_allows_signing(der));
    CHECK(read.matches(PeerName::parse("a.example").value()));
    CHECK(read.signing_key(2048));
  }
  crypto::IssueRequest request = request_for("leaf");
  request.digital_signature = false;
  const Der der = der_of(issue_self_signed(request));
  CHECK_FALSE(ParsedCertificate::view(der).value().allows_signing());
  CHECK(crypto::x509_allows_signing(der) == false);
}

// Dates before 1950 and after 2049 are GeneralizedTimes.
TEST_CASE("the end of a certificate is read in both of its forms", "[rfc5280-4.1.2.5]") {
  for (const UnixTime end : {UnixTime{2'524'607'999}, UnixTime{2'524'608'000}}) {
    crypto::IssueRequest request = request_for("leaf");
    request.not_after = end;
    const Der der = der_of(issue_self_signed(request));
    CHECK(ParsedCertificate::view(der).value().not_after().value() == end);
  }
  Der der = leaf_der();
  *(find(der, {0x17, 13}) + 2) = 'x';
  CHECK_FALSE(ParsedCertificate::parse(der));
}

TEST_CASE("every change of one byte is refused by the quick reader, or read as the parser reads it",
          "[rfc5280-4.1]") {
  const Der original = leaf_der();
  const auto name = PeerName::parse("a.example").value();
  for (std::size_t at = 0; at < original.size(); ++at) {
    for (const std::uint8_t mask : std::initializer_list<std::uint8_t>{0x01, 0x20, 0x80, 0xff}) {
      Der der = original;
      der[at] ^= mask;
      const auto read = ParsedCertificate::view(der);
      const auto allows_signing = crypto::x509_allows_signing(der);
      CAPTURE(at, mask);
      const auto parsed = ParsedCertificate::parse(der);
      REQUIRE((!parsed || (read && allows_signing)));
      // AWS-LC's parser takes strings in parts, which are not DER.
      if (!is_over_aws_lc()) REQUIRE(parsed.has_value() == allows_signing.has_value());
      if (!parsed) continue;
      const CertificateInfo info = read_certificate(der).value();
      REQUIRE(read->allows_signing() == allows_signing);
      REQUIRE(read->not_after().value() == info.not_after);
      const bool has_name = info.dns_names.size() == 1 && is_a_example(info.dns_names.front());
      REQUIRE(read->matches(name) == has_name);
    }
  }
}

}  // namespace nacre::test
