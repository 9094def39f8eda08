// Credentials and trust anchors.
#include "crypto/credentials.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crypto/issued.h"
#include "nacre/danger.h"

namespace nacre::test {
namespace {

using crypto::Issued;
using crypto::KeyType;

// A file that goes when the test does.
struct File {
  std::filesystem::path path;

  File(const std::string& name, const std::string& text)
      : path(std::filesystem::temp_directory_path() / ("nacre_credentials_" + name)) {
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }
};

// What the kernel says of a set-user-ID program.
bool is_privileged = false;

Error error_of(const Result<Credential>& result) {
  REQUIRE_FALSE(result);
  return result.error();
}

Error error_of(const Result<TrustAnchors>& result) {
  REQUIRE_FALSE(result);
  return result.error();
}

}  // namespace

// In the C library's place, which asks the kernel.
extern "C" char* secure_getenv(const char* name) noexcept {
  return is_privileged ? nullptr : std::getenv(name);
}

TEST_CASE("a credential keeps the certificate_list that a Certificate message carries",
          "[rfc9846-4.5.1]") {
  const Issued ca = issue_self_signed(request_for_ca("authority"));
  const Issued leaf = issue_by(ca, request_for_host("a.example"));
  const auto credential =
      Credential::from_pem(leaf.certificate_pem + ca.certificate_pem, leaf.key_pem);
  REQUIRE(credential);
  std::vector<std::uint8_t> expected;
  for (const crypto::Der& der : {der_of(leaf), der_of(ca)}) {
    expected.insert(expected.end(), {0, static_cast<std::uint8_t>(der.size() >> 8),
                                     static_cast<std::uint8_t>(der.size() & 0xff)});
    expected.insert(expected.end(), der.begin(), der.end());
    expected.insert(expected.end(), {0, 0});
  }
  CHECK(credential->impl().certificate_list == expected);
  CHECK(credential->impl().parsed.size() == 2);
  CHECK(credential->impl().key);
}

TEST_CASE("a credential knows the schemes of its key", "[rfc9846-4.3.3]") {
  const auto [type, scheme] = GENERATE(
      table<KeyType, SignatureScheme>({{KeyType::p256, SignatureScheme::ecdsa_secp256r1_sha256},
                                       {KeyType::p384, SignatureScheme::ecdsa_secp384r1_sha384},
                                       {KeyType::p521, SignatureScheme::ecdsa_secp521r1_sha512},
                                       {KeyType::rsa2048, SignatureScheme::rsa_pss_rsae_sha256},
                                       {KeyType::rsa_pss2048, SignatureScheme::rsa_pss_pss_sha256},
                                       {KeyType::ed25519, SignatureScheme::ed25519},
                                       {KeyType::mldsa44, SignatureScheme::mldsa44},
                                       {KeyType::mldsa65, SignatureScheme::mldsa65},
                                       {KeyType::mldsa87, SignatureScheme::mldsa87}}));
  crypto::IssueRequest request = request_for("leaf");
  request.key = type;
  const Issued issued = issue_self_signed(request);
  const auto credential = Credential::from_pem(issued.certificate_pem, issued.key_pem);
  REQUIRE(credential);
  CHECK(credential->schemes().contains(scheme));
  CHECK(*credential->schemes().begin() == scheme);
}

TEST_CASE("a credential can be held to some of its schemes", "[rfc9846-4.3.3]") {
  using enum SignatureScheme;
  auto request = request_for_host("localhost");
  request.key = crypto::KeyType::rsa2048;
  const crypto::Issued leaf = crypto::issue(request, nullptr).value();
  const Credential all = Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  const std::array wanted{rsa_pss_rsae_sha512, rsa_pss_rsae_sha256};
  const auto some = all.with_schemes(wanted);
  REQUIRE(some);
  CHECK(std::ranges::equal(some->schemes(), wanted));
  CHECK(all.schemes().size() > wanted.size());
  CHECK_FALSE(all.with_schemes({}));
  CHECK_FALSE(all.with_schemes(std::array{rsa_pss_rsae_sha256, ed25519}));
}

TEST_CASE("a key that belongs to another certificate is refused", "[rfc9846-4.5.1]") {
  const Issued one = issue_self_signed(request_for("one"));
  const Issued two = issue_self_signed(request_for("two"));
  CHECK(error_of(Credential::from_pem(one.certificate_pem, two.key_pem)) == Error::key_mismatch);
  // The key of the second certificate in the chain will not do.
  CHECK(error_of(Credential::from_pem(one.certificate_pem + two.certificate_pem, two.key_pem)) ==
        Error::key_mismatch);
}

TEST_CASE("what cannot be a credential is told by its cause",
          "[rfc9846-4.5.1][rfc9846-4.5.1.2-47495d]") {
  const Issued good = issue_self_signed(request_for("good"));
  CHECK(error_of(Credential::from_pem("", good.key_pem)) == Error::bad_pem);
  CHECK(error_of(Credential::from_pem(good.certificate_pem, "")) == Error::bad_pem);
  const std::string not_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK(error_of(Credential::from_pem(not_der, good.key_pem)) == Error::bad_certificate);
  CHECK(error_of(Credential::from_pem(good.certificate_pem + not_der, good.key_pem)) ==
        Error::bad_certificate);
  crypto::IssueRequest silent = request_for("silent");
  silent.digital_signature = false;
  const Issued mute = issue_self_signed(silent);
  CHECK(error_of(Credential::from_pem(mute.certificate_pem, mute.key_pem)) ==
        Error::certificate_wrong_purpose);
  const auto key = crypto::read_pem(good.key_pem, "PRIVATE KEY").value().front();
  CHECK(error_of(Credential::from_der({}, key)) == Error::bad_certificate);
}

TEST_CASE("a chain whose key is elsewhere is a credential without a key", "[rfc9846-4.5.1]") {
  const Issued issued = issue_self_signed(request_for("leaf"));
  const auto credential = Credential::from_chain_pem(issued.certificate_pem);
  REQUIRE(credential);
  CHECK_FALSE(credential->impl().key);
  CHECK(credential->schemes().contains(SignatureScheme::ecdsa_secp256r1_sha256));
}

TEST_CASE("a credential signs outside a handshake, by its schemes alone", "[rfc9846-4.5.2]") {
  const auto [type, scheme] = GENERATE(
      table<KeyType, SignatureScheme>({{KeyType::p256, SignatureScheme::ecdsa_secp256r1_sha256},
                                       {KeyType::rsa2048, SignatureScheme::rsa_pss_rsae_sha384},
                                       {KeyType::ed25519, SignatureScheme::ed25519},
                                       {KeyType::mldsa87, SignatureScheme::mldsa87}}));
  crypto::IssueRequest request = request_for("leaf");
  request.key = type;
  const Issued issued = issue_self_signed(request);
  const Credential credential =
      Credential::from_pem(issued.certificate_pem, issued.key_pem).value();
  std::array<std::uint8_t, max_signature_size> room{};
  const auto size = credential.sign(scheme, bytes_of("content"), room);
  REQUIRE(size);
  const auto key = credential.impl().parsed.front().signing_key(2048).value();
  CHECK(key.verify(scheme, bytes_of("content"), Bytes(room).first(*size)));
  CHECK_FALSE(key.verify(scheme, bytes_of("Content"), Bytes(room).first(*size)));
  CHECK(credential.sign(scheme, {}, room));
  CHECK(credential.sign(scheme, {}, MutableBytes(room).first(8)) == fail(Error::buffer_too_small));
  CHECK(credential.sign(SignatureScheme::ecdsa_secp521r1_sha512, {}, room) ==
        fail(Error::wrong_key_for_scheme));
}

TEST_CASE("a credential does not sign without its key, nor by what it is not held to",
          "[rfc9846-4.5.2]") {
  using enum SignatureScheme;
  std::array<std::uint8_t, max_signature_size> room{};
  const Issued issued = issue_self_signed(request_for("leaf"));
  const auto elsewhere = Credential::from_chain_pem(issued.certificate_pem).value();
  CHECK(elsewhere.sign(ecdsa_secp256r1_sha256, {}, room) == fail(Error::signing_failed));
  crypto::IssueRequest request = request_for("leaf");
  request.key = KeyType::rsa2048;
  const Issued rsa = issue_self_signed(request);
  const auto some = Credential::from_pem(rsa.certificate_pem, rsa.key_pem)
                        .value()
                        .with_schemes(std::array{rsa_pss_rsae_sha512});
  REQUIRE(some);
  CHECK(some->sign(rsa_pss_rsae_sha512, {}, room));
  CHECK(some->sign(rsa_pss_rsae_sha256, {}, room) == fail(Error::wrong_key_for_scheme));
}

TEST_CASE("a credential comes from files and from DER as well", "[rfc9846-4.5.1]") {
  const Issued issued = issue_self_signed(request_for("leaf"));
  const File chain("chain.pem", issued.certificate_pem);
  const File key("key.pem", issued.key_pem);
  CHECK(Credential::from_pem_files(chain.path, key.path));
  CHECK(error_of(Credential::from_pem_files(chain.path, "/nowhere/key.pem")) ==
        Error::file_unreadable);
  CHECK(error_of(Credential::from_pem_files(std::filesystem::temp_directory_path(), key.path)) ==
        Error::file_unreadable);
  const crypto::Der leaf = der_of(issued);
  const std::array<Bytes, 1> views{leaf};
  const auto key_der = crypto::read_pem(issued.key_pem, "PRIVATE KEY").value().front();
  CHECK(Credential::from_der(views, key_der));
}

TEST_CASE("anchors come from PEM, and what cannot be parsed is skipped", "[rfc5280-6.1.1]") {
  const Issued one = issue_self_signed(request_for_ca("one"));
  const Issued two = issue_self_signed(request_for_ca("two"));
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const auto anchors = TrustAnchors::from_pem(one.certificate_pem + broken + two.certificate_pem);
  REQUIRE(anchors);
  CHECK(anchors->size() == 2);
  CHECK(error_of(TrustAnchors::from_pem(broken)) == Error::bad_pem);
  CHECK(error_of(TrustAnchors::from_pem("")) == Error::bad_pem);
  CHECK(error_of(TrustAnchors::from_pem_file("/nowhere")) == Error::file_unreadable);
}

TEST_CASE("anchors come from DER, all of them or none", "[rfc5280-6.1.1]") {
  const crypto::Der root = der_of(issue_self_signed(request_for_ca("one")));
  const std::array<Bytes, 1> good{root};
  CHECK(TrustAnchors::from_der(good).value().size() == 1);
  const std::array<Bytes, 2> bad{root, Bytes(root).first(9)};
  CHECK(error_of(TrustAnchors::from_der(bad)) == Error::bad_certificate);
  CHECK(error_of(TrustAnchors::from_der({})) == Error::no_trust_anchors);
}

TEST_CASE("anchors know the names that certificate_authorities carries", "[rfc9846-4.3.4]") {
  const Issued ca = issue_self_signed(request_for_ca("one"));
  const auto subject = crypto::ParsedCertificate::parse(der_of(ca)).value();
  std::vector<std::uint8_t> expected{0, static_cast<std::uint8_t>(subject.subject().size())};
  expected.insert(expected.end(), subject.subject().begin(), subject.subject().end());
  CHECK(trust(ca).impl().authorities == expected);
}

TEST_CASE("SSL_CERT_FILE names the system's bundle", "[rfc5280-6.1.1]") {
  const File bundle("roots.pem", issue_self_signed(request_for_ca("one")).certificate_pem);
  REQUIRE(setenv("SSL_CERT_FILE", bundle.path.c_str(), 1) == 0);
  const auto anchors = TrustAnchors::from_system();
  setenv("SSL_CERT_FILE", "/nowhere/roots.pem", 1);
  const auto missing = TrustAnchors::from_system();
  unsetenv("SSL_CERT_FILE");
  REQUIRE(anchors);
  CHECK(anchors->size() == 1);
  CHECK(error_of(missing) == Error::file_unreadable);
}

TEST_CASE("AC-240: a privileged process does not read SSL_CERT_FILE", "[AC-240][rfc5280-6.1.1]") {
  const File bundle("roots.pem", issue_self_signed(request_for_ca("one")).certificate_pem);
  REQUIRE(setenv("SSL_CERT_FILE", bundle.path.c_str(), 1) == 0);
  is_privileged = true;
  const auto anchors = TrustAnchors::from_system();
  is_privileged = false;
  const auto named = TrustAnchors::from_system();
  unsetenv("SSL_CERT_FILE");
  REQUIRE(named);
  CHECK(named->size() == 1);
  // The system's, if there are any.
  CHECK((!anchors || anchors->size() > 1));
}

TEST_CASE("the system's own bundle is read where there is one", "[rfc5280-6.1.1]") {
  unsetenv("SSL_CERT_FILE");
  if (!std::filesystem::exists("/etc/ssl/certs/ca-certificates.crt")) SKIP("no bundle here");
  const auto anchors = TrustAnchors::from_system();
  REQUIRE(anchors);
  CHECK(anchors->size() > 20);
}

TEST_CASE("whoever trusts anyone has no anchor and no authority to name", "[danger]") {
  const TrustAnchors anchors = danger::trust_anyone();
  CHECK(anchors.size() == 0);
  CHECK(anchors.impl().anyone);
  CHECK(anchors.impl().authorities.empty());
}

}  // namespace nacre::test
