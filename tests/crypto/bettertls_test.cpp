// BetterTLS: path building and name constraints, each case by its expected verdict.
#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "crypto/pem.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace nacre::test {
namespace {

using crypto::Der;
using Json = nlohmann::json;

// Within the validity of the certificates: 2026-12-18.
constexpr UnixTime time_of_check = 1'797'592'000;

std::string read_compressed(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::string text;
  std::vector<char> block(std::size_t{1} << 20);
  for (;;) {
    const int size = gzread(file.get(), block.data(), static_cast<unsigned>(block.size()));
    if (size < 0) throw std::runtime_error("cannot read " + path);
    if (size == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(size));
  }
}

Der decode(const std::string& base64) {
  return crypto::read_pem("-----BEGIN X-----" + base64 + "-----END X-----", "X").value().at(0);
}

// All cases, and the certificates that they share.
struct Cases {
  Json json;
  std::vector<Der> pool;
  TrustAnchors anchors;

  static Cases load() {
    Json json = Json::parse(read_compressed(NACRE_TEST_DATA "/bettertls/bettertls_pooled.json.gz"));
    std::vector<Der> pool;
    for (const Json& text : json.at("certPool")) pool.push_back(decode(text.get<std::string>()));
    const Der root = decode(json.at("trustRoot").get<std::string>());
    const std::vector<Bytes> roots{root};
    return {std::move(json), std::move(pool), TrustAnchors::from_der(roots).value()};
  }

  ChainVerdict check(const Json& test) const {
    std::vector<Bytes> chain;
    for (const Json& place : test.at("certificates")) {
      chain.emplace_back(pool.at(place.get<std::size_t>()));
    }
    ChainQuery query;
    query.chain = chain;
    query.time = time_of_check;
    query.peer_name = PeerName::parse(test.at("hostname").get<std::string>()).value();
    return check_chain(anchors, query);
  }
};

const Cases& cases() {
  static const Cases loaded = Cases::load();
  return loaded;
}

// Causes counted by name; "" stands for a chain that is believed.
using Tally = std::map<std::string, int>;

// Runs a suite, and names each case whose verdict is not the expected one.
Tally run(const std::string& suite) {
  Tally tally;
  for (const Json& test : cases().json.at("suites").at(suite).at("testCases")) {
    const ChainVerdict verdict = cases().check(test);
    const bool accept = test.at("expected") == "ACCEPT";
    if (accept == verdict.error.has_value()) {
      FAIL_CHECK(suite << " " << test.at("id") << ": expected " << test.at("expected") << ", "
                       << (verdict.error ? name(*verdict.error) : "believed") << ": "
                       << verdict.detail);
    }
    ++tally[verdict.error ? std::string(name(*verdict.error)) : ""];
  }
  return tally;
}

// The cause that a case of path building is made to have.
Error cause_of(const Json& test) {
  for (const Json& feature : test.at("requiredFeatures")) {
    if (feature == "INVALID_REASON_EXPIRED") return Error::certificate_expired;
    if (feature == "INVALID_REASON_NAME_CONSTRAINTS") return Error::certificate_name_constraint;
    if (feature == "INVALID_REASON_BAD_EKU") return Error::certificate_wrong_purpose;
    if (feature == "INVALID_REASON_DEPRECATED_CRYPTO") return Error::certificate_weak_signature;
  }
  return Error::chain_refused;  // no CA, by missing or false basicConstraints
}

}  // namespace

// No case differs: where a suite marks a failure as a warning only, Nacre agrees as well.
TEST_CASE("BetterTLS: path building has the expected verdicts", "[rfc5280-6.1][bettertls]") {
  CHECK(run("pathbuilding") == Tally{{"", 45},
                                     {"certificate_expired", 6},
                                     {"certificate_name_constraint", 6},
                                     {"certificate_weak_signature", 6},
                                     {"certificate_wrong_purpose", 6},
                                     {"chain_refused", 12}});
}

TEST_CASE("BetterTLS: path building tells the cause that each case has",
          "[rfc5280-6.1][bettertls]") {
  int refused = 0;
  for (const Json& test : cases().json.at("suites").at("pathbuilding").at("testCases")) {
    if (test.at("expected") != "REJECT") continue;
    CAPTURE(test.at("id").get<int>());
    const ChainVerdict verdict = cases().check(test);
    CHECK(verdict.error == cause_of(test));
    CHECK(verdict.path.size() >= 3);
    ++refused;
  }
  CHECK(refused == 36);
}

TEST_CASE("BetterTLS: name constraints have the expected verdicts",
          "[rfc5280-4.2.1.10][rfc9525-6][bettertls]") {
  CHECK(run("nameconstraints") == Tally{{"", 820},
                                        {"bad_certificate", 506},
                                        {"certificate_name_constraint", 5326},
                                        {"certificate_wrong_name", 2797},
                                        {"chain_refused", 42}});
}

}  // namespace nacre::test
