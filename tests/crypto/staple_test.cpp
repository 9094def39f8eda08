// Stapled OCSP responses, as openssl makes them: tests/data/ocsp/make.sh.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/issued.h"

namespace nacre::test {
namespace {

using Catch::Matchers::ContainsSubstring;
using crypto::Der;

Der read(const std::string& name) {
  std::ifstream file(NACRE_TEST_DATA "/ocsp/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + name);
  return Der(std::istreambuf_iterator<char>(file), {});
}

UnixTime made_at() {
  return std::stoll(std::string(text_of(read("made_at.txt"))));
}

// The leaf's own certificate says that it comes with a staple.
struct Asked {
  Der response = {};
  UnixTime after = 60;  // seconds behind the making of the response
  Revocation revocation = Revocation::if_known;
  bool asked = true;

  ChainVerdict verdict() const {
    const Der leaf = read("leaf.cer");
    const Der root = read("root.cer");
    const std::vector<Bytes> chain{leaf};
    const std::vector<Bytes> roots{root};
    ChainQuery query;
    query.chain = chain;
    query.peer_name = PeerName::parse("a.example").value();
    query.time = made_at() + after;
    query.revocation = revocation;
    query.ocsp_response = response;
    query.ocsp_asked = asked;
    return check_chain(TrustAnchors::from_der(roots).value(), query);
  }
};

void check_bad(const Asked& asked, const std::string& words) {
  const ChainVerdict verdict = asked.verdict();
  CHECK(verdict.error == Error::bad_certificate_status);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=leaf") && ContainsSubstring(words));
}

}  // namespace

TEST_CASE("a good response of the issuer or its responder is enough, though lists are required",
          "[rfc6960-3.2]") {
  const std::string name = GENERATE("good.der", "delegated.der");
  CHECK_FALSE(Asked{.response = read(name)}.verdict().error);
  CHECK_FALSE(Asked{.response = read(name), .revocation = Revocation::required}.verdict().error);
}

TEST_CASE("a response that says revoked refuses the leaf", "[rfc6960-2.2]") {
  const ChainVerdict verdict = Asked{.response = read("revoked.der")}.verdict();
  CHECK(verdict.error == Error::certificate_revoked);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=leaf"));
}

TEST_CASE("a response that does not serve is refused by its own cause", "[rfc6066-8]") {
  check_bad({.response = read("unknown.der")}, "says `unknown`");
  check_bad({.response = read("stranger.der")}, "not signed by the issuer");
  check_bad({.response = read("pretender.der")}, "not signed by the issuer");
  check_bad({.response = read("other.der")}, "for another certificate");
  check_bad({.response = read("try_later.der")}, "error message");
  check_bad({.response = {0x30, 0x00}}, "cannot be parsed");
  check_bad({.response = read("weak.der")}, "weak algorithm or key");
  check_bad({.response = read("short.der")}, "weak algorithm or key");
}

TEST_CASE("a response serves between its dates alone", "[rfc6960-3.2]") {
  constexpr UnixTime week = 7 * day;
  CHECK_FALSE(Asked{.response = read("good.der"), .after = week - 1}.verdict().error);
  check_bad({.response = read("good.der"), .after = week + 1}, "has expired");
  check_bad({.response = read("good.der"), .after = -1}, "not yet valid");
}

TEST_CASE("a response that was altered where it is signed is refused", "[rfc6960-3.2]") {
  const Der response = read("good.der");
  std::size_t refused = 0;
  // ResponseData begins within the first 40 bytes, and is longer than 100.
  for (std::size_t i = 40; i < 140; ++i) {
    Der altered = response;
    altered[i] ^= 1;
    refused += Asked{.response = altered}.verdict().error.has_value();
  }
  CHECK(refused == 100);
}

TEST_CASE("a leaf that must be stapled is refused without, if a staple was asked for",
          "[rfc7633-4]") {
  check_bad({}, "came without");
  CHECK_FALSE(Asked{.asked = false}.verdict().error);
  CHECK_FALSE(Asked{.revocation = Revocation::off}.verdict().error);
  CHECK(Asked{.revocation = Revocation::required, .asked = false}.verdict().error ==
        Error::revocation_unknown);
}

TEST_CASE("a leaf that need not be stapled is believed without", "[rfc7633-4]") {
  const bool must = GENERATE(false, true);
  Family family;
  family.leaf.must_staple = must;
  const auto made = family.issue();
  Question question({made.leaf, made.middle});
  question.query.ocsp_asked = true;
  const ChainVerdict verdict = question.name("a.example").ask(trust(made.root));
  CHECK(verdict.error == (must ? std::optional(Error::bad_certificate_status) : std::nullopt));
}

}  // namespace nacre::test
