// Of a chain that is refused: why each issuer that it offers will not do.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <vector>

#include "crypto/issued.h"

namespace nacre::test {
namespace {

using Catch::Matchers::ContainsSubstring;

using crypto::Issued;

std::vector<std::string> candidates_of(const Family& family) {
  const auto made = family.issue();
  return Question({made.leaf, made.middle}).ask(trust(made.root)).candidates;
}

std::string only_one(const std::vector<std::string>& lines) {
  REQUIRE(lines.size() == 1);
  return lines.front();
}

}  // namespace

TEST_CASE("a believed chain has no candidates that failed", "[rfc5280-6.1]") {
  CHECK(candidates_of(Family()).empty());
}

TEST_CASE("each rule that an intermediate breaks is told", "[rfc5280-6.1.4]") {
  Family family;
  SECTION("it is no CA") {
    family.middle.is_ca = false;
    CHECK_THAT(only_one(candidates_of(family)), ContainsSubstring("is no CA"));
  }
  SECTION("it has expired") {
    family.middle.not_after = now - 1;
    CHECK_THAT(only_one(candidates_of(family)), ContainsSubstring("has expired: its last second"));
  }
  SECTION("it is not yet valid") {
    family.middle.not_before = now + 1;
    CHECK_THAT(only_one(candidates_of(family)), ContainsSubstring("is not yet valid"));
  }
  SECTION("its key is short") {
    family.middle.key = crypto::KeyType::rsa1024;
    CHECK_THAT(only_one(candidates_of(family)), ContainsSubstring("RSA key of 1024 bits"));
  }
  SECTION("its signature is weak") {
    family.middle.sha1 = true;
    CHECK_THAT(only_one(candidates_of(family)), ContainsSubstring("SHA1"));
  }
}

TEST_CASE("an issuer of the right name and another key is told, sent or trusted",
          "[rfc5280-6.1.4]") {
  const auto made = Family().issue();
  const auto twin = Family().issue();
  const ChainVerdict verdict = Question({made.leaf, twin.middle}).ask(trust(twin.root));
  CHECK(verdict.error);
  const std::string sent = only_one(verdict.candidates);
  CHECK_THAT(sent, ContainsSubstring("which was sent, did not sign the certificate"));
  const ChainVerdict other = Question({made.leaf, made.middle}).ask(trust(twin.root));
  CHECK(other.error);
  CHECK_THAT(only_one(other.candidates), ContainsSubstring("a trust anchor, did not sign"));
}

TEST_CASE("what leads nowhere, is of no use or cannot be parsed is told", "[rfc5280-6.1.4]") {
  const auto made = Family().issue();
  const Issued stranger = issue_self_signed(request_for_ca("stranger"));
  Question question({made.leaf, made.middle, stranger});
  question.chain.push_back({0x30, 0x00});
  const ChainVerdict verdict = question.ask(trust(issue_self_signed(request_for_ca("other"))));
  REQUIRE(verdict.candidates.size() == 3);
  CHECK_THAT(verdict.candidates[0], ContainsSubstring("leads no further: its issuer \"CN=root\""));
  CHECK_THAT(verdict.candidates[1], ContainsSubstring("is not the issuer of any"));
  CHECK_THAT(verdict.candidates[2],
             ContainsSubstring("certificate 4 was sent, but cannot be parsed"));
}

TEST_CASE("candidates cost no more signatures than the budget has steps", "[limits]") {
  // With no steps nothing is known of the twin's key, so nothing is said against it.
  const auto made = Family().issue();
  const auto twin = Family().issue();
  Question question({made.leaf, twin.middle});
  question.query.limits.path_iterations = 0;
  CHECK(question.ask(trust(twin.root)).candidates.empty());
}

}  // namespace nacre::test
