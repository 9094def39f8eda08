// Each reason for which a chain is refused, told by its own cause, with what a person needs to
// know.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/issued.h"

namespace nacre::test {
namespace {

using Catch::Matchers::ContainsSubstring;
using crypto::Issued;
using crypto::IssueRequest;
using crypto::KeyType;

}  // namespace

TEST_CASE("a chain in order is believed, and its path told", "[rfc5280-6.1]") {
  const ChainVerdict verdict = judge({});
  CHECK_FALSE(verdict.error);
  CHECK(verdict.detail.empty());
  CHECK(verdict.path == std::vector<std::string>{"CN=a.example", "CN=middle", "CN=root"});
}

TEST_CASE("intermediates may come in any order, and with others",
          "[rfc9846-4.5.1][rfc9846-4.5.1-6b2f57]") {
  const auto made = Family().issue();
  const Issued second = issue_by(made.middle, request_for_ca("second"));
  const Issued leaf = issue_by(second, request_for_host("a.example"));
  const Issued stranger = issue_self_signed(request_for_ca("stranger"));
  Question question({leaf, stranger, made.middle, made.root, second});
  const ChainVerdict verdict = question.name("a.example").ask(trust(made.root));
  CHECK_FALSE(verdict.error);
  CHECK(verdict.path.size() == 4);
}

TEST_CASE("the first certificate is the peer's own, whatever comes behind it",
          "[rfc9846-4.5.1][rfc9846-4.5.1-6b2f57]") {
  const auto made = Family().issue();
  Question question({made.middle, made.leaf});
  CHECK(question.name("a.example").ask(trust(made.root)).error);
}

TEST_CASE("an issuer that nobody trusts is told by name", "[rfc5280-6.1]") {
  const Issued ca = issue_self_signed(request_for_ca("their authority"));
  const Issued other = issue_self_signed(request_for_ca("our authority"));
  const Issued leaf = issue_by(ca, request_for_host("a.example"));
  const ChainVerdict verdict = Question({leaf}).name("a.example").ask(trust(other));
  CHECK(verdict.error == Error::unknown_issuer);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=their authority"));
  CHECK_THAT(verdict.detail, ContainsSubstring("(1 known)"));
  CHECK(verdict.path == std::vector<std::string>{"CN=a.example"});
}

TEST_CASE("a whole chain under a root that nobody trusts has an unknown issuer", "[rfc5280-6.1]") {
  const auto made = Family().issue();
  const Issued other = issue_self_signed(request_for_ca("our authority"));
  const bool with_root = GENERATE(false, true);
  std::vector<Issued> chain{made.leaf, made.middle};
  if (with_root) chain.push_back(made.root);
  const ChainVerdict verdict = Question(chain).name("a.example").ask(trust(other));
  CHECK(verdict.error == Error::unknown_issuer);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=root"));
  CHECK(verdict.path.size() == chain.size());
}

TEST_CASE("an anchor of the same name with another key is not the issuer", "[rfc5280-6.1]") {
  const Issued real = issue_self_signed(request_for_ca("authority"));
  const Issued namesake = issue_self_signed(request_for_ca("authority"));
  const Issued leaf = issue_by(real, request_for_host("a.example"));
  const ChainVerdict verdict = Question({leaf}).name("a.example").ask(trust(namesake));
  CHECK(verdict.error == Error::unknown_issuer);
}

TEST_CASE("an intermediate that was not sent is told from an unknown issuer", "[rfc9846-4.5.1]") {
  const auto made = Family().issue();
  SECTION("by the address at which the leaf says its issuer is") {
    const ChainVerdict verdict = Question({made.leaf}).name("a.example").ask(trust(made.root));
    CHECK(verdict.error == Error::missing_intermediate);
    CHECK_THAT(verdict.detail, ContainsSubstring("CN=middle"));
    CHECK_THAT(verdict.detail, ContainsSubstring("http://ca.example/issuer.cer"));
  }
  SECTION("by other certificates that were sent, none of which is the issuer") {
    const Issued stranger = issue_self_signed(request_for_ca("stranger"));
    const Issued leaf = issue_by(stranger, request_for_host("a.example"));
    Question question({leaf, made.middle});
    const ChainVerdict verdict = question.name("a.example").ask(trust(made.root));
    CHECK(verdict.error == Error::missing_intermediate);
    CHECK_THAT(verdict.detail, ContainsSubstring("CN=stranger"));
  }
}

TEST_CASE("a self-signed certificate is believed only as an anchor", "[rfc5280-6.1]") {
  IssueRequest request = request_for_host("a.example");
  request.key = GENERATE(KeyType::p256, KeyType::ed25519);
  const Issued self = issue_self_signed(request);
  const Issued other = issue_self_signed(request_for_ca("our authority"));
  const ChainVerdict refused = Question({self}).name("a.example").ask(trust(other));
  CHECK(refused.error == Error::untrusted_self_signed);
  CHECK_THAT(refused.detail, ContainsSubstring("CN=a.example"));
  const ChainVerdict believed = Question({self}).name("a.example").ask(trust(self));
  CHECK_FALSE(believed.error);
  CHECK(believed.path == std::vector<std::string>{"CN=a.example"});
  CHECK(Question({self}).at(now + 40 * day).ask(trust(self)).error == Error::certificate_expired);
}

TEST_CASE("an anchor vouches for others and not for itself", "[rfc5280-6.1.1]") {
  const Issued ca = issue_self_signed(request_for_ca("authority"));
  IssueRequest request = request_for_host("a.example");
  request.key = GENERATE(KeyType::p256, KeyType::ed25519);
  const Issued leaf = issue_by(ca, request);
  CHECK(Question({leaf}).ask(trust(leaf)).error == Error::unknown_issuer);
}

TEST_CASE("a certificate is valid from its first second to its last", "[rfc5280-4.1.2.5]") {
  const Issued ca = issue_self_signed(request_for_ca("authority"));
  IssueRequest request = request_for_host("a.example");
  request.key = GENERATE(KeyType::p256, KeyType::ed25519);
  Question question({issue_by(ca, request)});
  const TrustAnchors anchors = trust(ca);
  CHECK_FALSE(question.at(now - day).ask(anchors).error);
  CHECK_FALSE(question.at(now + 29 * day).ask(anchors).error);
  CHECK(question.at(now - day - 1).ask(anchors).error == Error::certificate_not_yet_valid);
  CHECK(question.at(now + 29 * day + 1).ask(anchors).error == Error::certificate_expired);
}

TEST_CASE("what has expired is told with its date", "[rfc5280-4.1.2.5]") {
  Family family;
  SECTION("the leaf") {
    family.leaf.not_after = now - 1;
    const ChainVerdict verdict = judge(family);
    CHECK(verdict.error == Error::certificate_expired);
    CHECK_THAT(verdict.detail, ContainsSubstring("the certificate of \"CN=a.example\""));
    CHECK_THAT(verdict.detail, ContainsSubstring("2026-11-22 23:59:59 UTC"));
    CHECK_THAT(verdict.detail, ContainsSubstring("2026-11-23 00:00:00 UTC"));
    CHECK(verdict.path.size() == 3);
  }
  SECTION("the intermediate") {
    family.middle.not_after = now - 1;
    const ChainVerdict verdict = judge(family);
    CHECK(verdict.error == Error::certificate_expired);
    CHECK_THAT(verdict.detail, ContainsSubstring("the CA certificate of \"CN=middle\""));
  }
  SECTION("but an anchor's dates do not matter") {
    family.root.not_after = now - 1;
    CHECK_FALSE(judge(family).error);
    family.leaf.key = family.middle.key = KeyType::ed25519;
    CHECK_FALSE(judge(family).error);
  }
}

TEST_CASE("what is not yet valid is told with its date", "[rfc5280-4.1.2.5]") {
  Family family;
  family.middle.not_before = now + day;
  const ChainVerdict verdict = judge(family);
  CHECK(verdict.error == Error::certificate_not_yet_valid);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=middle"));
  CHECK_THAT(verdict.detail, ContainsSubstring("2026-11-24 00:00:00 UTC"));
}

TEST_CASE("a wrong name is told with the names that the certificate has", "[rfc9525-6]") {
  Family family;
  family.leaf.names = {"b.example", "*.c.example", "192.0.2.9"};
  const ChainVerdict verdict = judge(family);
  CHECK(verdict.error == Error::certificate_wrong_name);
  CHECK_THAT(verdict.detail, ContainsSubstring("b.example, *.c.example, 192.0.2.9"));
  CHECK_THAT(verdict.detail, ContainsSubstring("a.example"));
  family.leaf.names.clear();
  CHECK_THAT(judge(family).detail, ContainsSubstring("no name"));
}

TEST_CASE("a long list of names is cut", "[rfc9525-6]") {
  Family family;
  family.leaf.names.clear();
  for (int i = 0; i < 50; ++i) family.leaf.names.push_back("n" + std::to_string(i) + ".example");
  const ChainVerdict verdict = judge(family);
  CHECK_THAT(verdict.detail, ContainsSubstring("and 42 more"));
}

TEST_CASE("without a name to expect, names are not looked at", "[rfc9525-6]") {
  const Issued ca = issue_self_signed(request_for_ca("authority"));
  CHECK_FALSE(Question({issue_by(ca, request_for("nameless"))}).ask(trust(ca)).error);
}

TEST_CASE("a short RSA key anywhere in the path is refused", "[rfc9846-9.2]") {
  Family family;
  IssueRequest& weak = family.*GENERATE(&Family::root, &Family::middle, &Family::leaf);
  weak.key = KeyType::rsa1024;
  const ChainVerdict verdict = judge(family);
  CHECK(verdict.error == Error::certificate_weak_key);
  CHECK_THAT(verdict.detail, ContainsSubstring("\"CN=" + weak.common_name + "\""));
  CHECK_THAT(verdict.detail, ContainsSubstring("1024 bits"));
}

TEST_CASE("the policy decides how short an RSA key may be", "[rfc9846-9.2]") {
  Family family;
  family.leaf.key = KeyType::rsa2048;
  const auto made = family.issue();
  Question question({made.leaf, made.middle});
  CHECK_FALSE(question.ask(trust(made.root)).error);
  question.query.policy.minimum_rsa_bits = 3072;
  CHECK(question.ask(trust(made.root)).error == Error::certificate_weak_key);
}

TEST_CASE("a SHA-1 signature is refused, but for an anchor's own", "[rfc9846-4.3.3]") {
  Family family;
  IssueRequest& weak = family.*GENERATE(&Family::middle, &Family::leaf);
  family.root.sha1 = true;
  CHECK_FALSE(judge(family).error);
  weak.sha1 = true;
  family.root.key = family.middle.key = GENERATE(KeyType::p256, KeyType::rsa2048);
  const ChainVerdict verdict = judge(family);
  CHECK(verdict.error == Error::certificate_weak_signature);
  CHECK_THAT(verdict.detail, ContainsSubstring("\"CN=" + weak.common_name + "\""));
  CHECK_THAT(verdict.detail, ContainsSubstring("SHA1") || ContainsSubstring("sha1"));
}

TEST_CASE("the policy limits the signatures of a chain, not the anchor's own", "[rfc9846-4.3.3]") {
  Family family;
  family.root.key = KeyType::p384;
  const auto made = family.issue();
  Question question({made.leaf, made.middle});
  question.query.policy.certificate_signature_schemes = {SignatureScheme::ecdsa_secp256r1_sha256};
  const ChainVerdict verdict = question.ask(trust(made.root));
  CHECK(verdict.error == Error::certificate_weak_signature);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=middle"));
  CHECK_THAT(verdict.detail, ContainsSubstring("ecdsa-with-SHA384"));
  // With the intermediate as the anchor, the signature on it no longer counts.
  CHECK_FALSE(question.ask(trust(made.middle)).error);
}

TEST_CASE("where one path breaks the policy, another is taken", "[rfc9846-4.3.3]") {
  // One authority, certified by two roots. The newer certificate, which is tried first, is signed
  // with an algorithm that the policy does not take.
  IssueRequest strong = request_for_ca("strong root");
  strong.key = KeyType::p384;
  const Issued weak_root = issue_self_signed(request_for_ca("weak root"));
  const Issued strong_root = issue_self_signed(strong);
  IssueRequest middle = request_for_ca("middle");
  middle.key = KeyType::p384;
  middle.not_before -= day;
  const Issued by_strong = issue_by(strong_root, middle);
  middle.key_pem = by_strong.key_pem;
  middle.not_before += day;
  const Issued by_weak = issue_by(weak_root, middle);
  Question question({issue_by(by_weak, request_for_host("a.example")), by_weak, by_strong});
  const auto anchors =
      TrustAnchors::from_pem(weak_root.certificate_pem + strong_root.certificate_pem).value();
  CHECK(question.ask(anchors).path.back() == "CN=weak root");
  question.query.policy.certificate_signature_schemes = {SignatureScheme::ecdsa_secp384r1_sha384};
  const ChainVerdict verdict = question.ask(anchors);
  CHECK_FALSE(verdict.error);
  REQUIRE(verdict.path.size() == 3);
  CHECK(verdict.path.back() == "CN=strong root");
}

TEST_CASE("a certificate serves the purpose that it names", "[rfc5280-4.2.1.12]") {
  const Issued ca = issue_self_signed(request_for_ca("authority"));
  IssueRequest request = request_for_host("a.example");
  request.key = GENERATE(KeyType::p256, KeyType::ed25519);
  request.server_purpose = false;
  request.client_purpose = true;
  Question client({issue_by(ca, request)});
  const TrustAnchors anchors = trust(ca);
  const ChainVerdict verdict = client.ask(anchors);
  CHECK(verdict.error == Error::certificate_wrong_purpose);
  CHECK_THAT(verdict.detail, ContainsSubstring("TLS server"));
  CHECK_FALSE(client.purpose(Purpose::client).ask(anchors).error);
  request.server_purpose = true;
  request.client_purpose = false;
  Question server({issue_by(ca, request)});
  CHECK(server.purpose(Purpose::client).ask(anchors).error == Error::certificate_wrong_purpose);
  request.server_purpose = false;
  Question either({issue_by(ca, request)});
  CHECK_FALSE(either.ask(anchors).error);
  CHECK_FALSE(either.purpose(Purpose::client).ask(anchors).error);
}

TEST_CASE("a leaf whose keyUsage forbids signing is refused",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.2-47495d]") {
  Family family;
  family.leaf.digital_signature = false;
  const ChainVerdict verdict = judge(family);
  CHECK(verdict.error == Error::certificate_wrong_purpose);
  CHECK_THAT(verdict.detail, ContainsSubstring("digitalSignature"));
}

TEST_CASE("a name outside of what the CA may issue for is refused", "[rfc5280-4.2.1.10]") {
  Family family;
  IssueRequest& constrained = family.*GENERATE(&Family::root, &Family::middle);
  family.leaf.key = family.middle.key = GENERATE(KeyType::p256, KeyType::ed25519);
  constrained.permitted_dns = {"other.example"};
  const ChainVerdict verdict = judge(family);
  CHECK(verdict.error == Error::certificate_name_constraint);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=a.example"));
  constrained.permitted_dns = {"other.example", "example"};
  CHECK_FALSE(judge(family).error);
}

TEST_CASE("a signature that does not verify is refused", "[rfc5280-6.1.3]") {
  Family family;
  family.root.key = family.middle.key = family.leaf.key =
      GENERATE(KeyType::p256, KeyType::ed25519, KeyType::mldsa44, KeyType::rsa2048);
  const auto made = family.issue();
  Question question({made.leaf, made.middle});
  question.chain.front().back() ^= 1;
  const ChainVerdict verdict = question.ask(trust(made.root));
  CHECK(verdict.error == Error::certificate_bad_signature);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=a.example"));
}

TEST_CASE("a signature on a CA's certificate that does not verify is told as that one's",
          "[rfc5280-6.1.3]") {
  Family family;
  family.leaf.key = GENERATE(KeyType::p256, KeyType::ed25519);
  const auto made = family.issue();
  Question question({made.leaf, made.middle});
  question.chain.at(1).back() ^= 1;
  const ChainVerdict verdict = question.ask(trust(made.root));
  CHECK(verdict.error == Error::certificate_bad_signature);
  CHECK_THAT(verdict.detail, ContainsSubstring("the CA certificate"));
}

TEST_CASE("what is no CA does not issue", "[rfc5280-4.2.1.9]") {
  Family family;
  family.leaf.key = GENERATE(KeyType::p256, KeyType::ed25519);
  const auto made = family.issue();
  const Issued child = issue_by(made.leaf, request_for_host("b.example"));
  Question question({child, made.leaf, made.middle});
  const ChainVerdict verdict = question.name("b.example").ask(trust(made.root));
  REQUIRE(verdict.error);
  CHECK((verdict.error == Error::chain_refused || verdict.error == Error::missing_intermediate));
}

TEST_CASE("a path longer than its CA allows is refused", "[rfc5280-4.2.1.9]") {
  Family family;
  family.middle.path_length = 0;
  CHECK_FALSE(judge(family).error);
  const auto made = family.issue();
  IssueRequest below = request_for_ca("below");
  IssueRequest leaf = request_for_host("a.example");
  below.key = leaf.key = GENERATE(KeyType::p256, KeyType::ed25519);
  const Issued second = issue_by(made.middle, below);
  Question question({issue_by(second, leaf), second, made.middle});
  CHECK(question.ask(trust(made.root)).error == Error::chain_refused);
}

}  // namespace nacre::test
