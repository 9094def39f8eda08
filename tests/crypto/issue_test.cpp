// Certificates that are issued for tests: each key type from the request to a signature checked.
#include "crypto/issue.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/certificate.h"
#include "crypto/credentials.h"
#include "crypto/issued.h"

namespace nacre::test {
namespace {

using crypto::Issued;
using crypto::KeyType;

KeyType any_key_type() {
  return GENERATE(KeyType::p256, KeyType::p384, KeyType::p521, KeyType::rsa2048, KeyType::rsa3072,
                  KeyType::rsa_pss2048, KeyType::ed25519, KeyType::mldsa44, KeyType::mldsa65,
                  KeyType::mldsa87);
}

}  // namespace

TEST_CASE("an issued key signs what its certificate's key verifies", "[rfc9846-4.5.2]") {
  crypto::IssueRequest request = request_for_host("a.example");
  request.key = any_key_type();
  const Issued issued = issue_self_signed(request);
  const auto credential = Credential::from_pem(issued.certificate_pem, issued.key_pem);
  REQUIRE(credential);
  const auto key = credential->impl().parsed.front().signing_key(2048);
  REQUIRE(key);
  std::array<std::uint8_t, crypto::max_signature_size> signature{};
  for (const SignatureScheme scheme : credential->schemes()) {
    const auto size = credential->impl().key->sign(scheme, bytes_of("content"), signature);
    REQUIRE(size);
    CHECK(key->verify(scheme, bytes_of("content"), Bytes(signature).first(*size)));
    CHECK_FALSE(key->verify(scheme, bytes_of("Content"), Bytes(signature).first(*size)));
  }
}

TEST_CASE("every key type serves as an authority", "[rfc5280-6.1]") {
  crypto::IssueRequest request = request_for_ca("authority");
  request.key = any_key_type();
  const Issued ca = issue_self_signed(request);
  Question question({issue_by(ca, request_for_host("a.example"))});
  const ChainVerdict verdict = question.name("a.example").ask(trust(ca));
  CHECK_FALSE(verdict.error);
  CHECK(verdict.detail.empty());
  CHECK(verdict.path == std::vector<std::string>{"CN=a.example", "CN=authority"});
}

TEST_CASE("every key type serves a leaf under an intermediate", "[rfc5280-6.1]") {
  const Issued root = issue_self_signed(request_for_ca("root"));
  crypto::IssueRequest middle = request_for_ca("middle");
  crypto::IssueRequest leaf = request_for_host("a.example");
  middle.key = leaf.key = any_key_type();
  const Issued intermediate = issue_by(root, middle);
  Question question({issue_by(intermediate, leaf), intermediate});
  const ChainVerdict verdict = question.name("a.example").ask(trust(root));
  CHECK_FALSE(verdict.error);
  CHECK(verdict.path.size() == 3);
}

TEST_CASE("a long RSA key is issued too", "[rfc5280-4.1]") {
  crypto::IssueRequest request = request_for("leaf");
  request.key = KeyType::rsa4096;
  CHECK(read_certificate(der_of(issue_self_signed(request))).value().key == "RSA 4096");
}

TEST_CASE("an issuer that is no certificate and key is refused", "[rfc5280-4.1]") {
  const Issued ca = issue_self_signed(request_for_ca("authority"));
  const Issued no_key{ca.certificate_pem, ""};
  const Issued no_certificate{"", ca.key_pem};
  const auto without_key = crypto::issue(request_for("leaf"), &no_key);
  REQUIRE_FALSE(without_key);
  CHECK(without_key.error() == Error::bad_pem);
  CHECK_FALSE(crypto::issue(request_for("leaf"), &no_certificate));
}

TEST_CASE("dates that X.509 cannot say are refused", "[rfc5280-4.1.2.5]") {
  crypto::IssueRequest request = request_for("leaf");
  request.not_after = request.not_before - 1;
  CHECK_FALSE(crypto::issue(request, nullptr));
  request.not_after = 300'000'000'000;
  CHECK_FALSE(crypto::issue(request, nullptr));
  // Beyond 2049 a GeneralizedTime is written.
  request.not_after = 2'600'000'000;
  CHECK(read_certificate(der_of(issue_self_signed(request))).value().not_after == 2'600'000'000);
}

}  // namespace nacre::test
