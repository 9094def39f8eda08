// NIST PKITS: path validation, each case by its expected verdict, with its lists required.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/pem.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"
#include "support/library.h"

namespace nacre::test {
namespace {

using crypto::Der;
using Json = nlohmann::json;

// Within the validity of the certificates: 2026-11-23.
constexpr UnixTime time_of_check = 1'795'392'000;

Der read(const std::string& name) {
  std::ifstream file(NACRE_TEST_DATA "/pkits/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + name);
  return Der(std::istreambuf_iterator<char>(file), {});
}

// The anchor is first, the leaf last.
ChainVerdict check(const Json& test) {
  std::vector<Der> certificates;
  for (const auto& name : test.at("certs").get<std::vector<std::string>>()) {
    certificates.push_back(read("certs/" + name + ".crt"));
  }
  std::vector<Der> lists;
  for (const auto& name : test.at("crls").get<std::vector<std::string>>()) {
    lists.push_back(read("crls/" + name + ".crl"));
  }
  const std::vector<Bytes> roots{certificates.front()};
  const std::vector<Bytes> chain(certificates.rbegin(), certificates.rend() - 1);
  const auto crls = RevocationLists::from_der(std::vector<Bytes>(lists.begin(), lists.end()));
  if (!crls) {
    // What cannot be parsed covers nothing.
    return {.error = crls.error(), .detail = "a list cannot be parsed", .path = {}};
  }
  ChainQuery query;
  query.chain = chain;
  query.time = time_of_check;
  query.crls = &*crls;
  query.revocation = Revocation::required;
  return check_chain(TrustAnchors::from_der(roots).value(), query);
}

// Why Nacre's verdict is another.
constexpr const char* policies =
    "the case sets initial policies (RFC 5280, section 6.1.1), which TLS has no use for";
constexpr const char* dsa = "DSA, and SHA-1";
constexpr const char* crl_key =
    "the list is signed by a key of the CA other than that which signed the certificate, and is "
    "looked for on the path alone";
// The one difference between the libraries: X509_verify_cert, over AWS-LC, does as RFC 5280 says.
constexpr const char* uri = "pki refuses names of type URI under constraints of that type";
constexpr const char* relative =
    "a distribution point named relative to the issuer (nameRelativeToCRLIssuer)";
constexpr const char* reasons = "lists for some reasons alone cover nothing";
constexpr const char* indirect = "indirect lists, which another authority signs, cover nothing";
constexpr const char* delta = "what a delta list makes good again, the base list still names";

struct Difference {
  const char* reason;
  std::string_view error;  // its name; empty: believed
};

const std::map<std::string, Difference> differences{
    {"4.1.4 Valid DSA Signatures Test4", {dsa, "certificate_weak_signature"}},
    {"4.1.5 Valid DSA Parameter Inheritance Test5", {dsa, "certificate_weak_signature"}},
    {"4.4.19 Valid Separate Certificate and CRL Keys Test19", {crl_key, "revocation_unknown"}},
    {"4.5.4 Valid Basic Self-Issued New With Old Test4", {crl_key, "revocation_unknown"}},
    {"4.5.6 Valid Basic Self-Issued CRL Signing Key Test6", {crl_key, "revocation_unknown"}},
    {"4.8.1 All Certificates Same Policy Test1 (Subpart 3)", {policies, ""}},
    {"4.8.2 All Certificates No Policies Test2 (Subpart 2)", {policies, ""}},
    {"4.8.3 Different Policies Test3 (Subpart 2)", {policies, ""}},
    {"4.8.3 Different Policies Test3 (Subpart 3)", {policies, ""}},
    {"4.8.6 Overlapping Policies Test6 (Subpart 3)", {policies, ""}},
    {"4.8.14 AnyPolicy Test14 (Subpart 2)", {policies, ""}},
    {"4.10.1.2 Valid Policy Mapping Test1 (Subpart 2)", {policies, ""}},
    {"4.10.1.3 Valid Policy Mapping Test1 (Subpart 3)", {policies, ""}},
    {"4.10.3 Valid Policy Mapping Test3 (Subpart 1)", {policies, ""}},
    {"4.10.5 Valid Policy Mapping Test5 (Subpart 2)", {policies, ""}},
    {"4.10.6 Valid Policy Mapping Test6 (Subpart 2)", {policies, ""}},
    {"4.10.13 Valid Policy Mapping Test13 (Subpart 3)", {policies, ""}},
    {"4.12.3 inhibitAnyPolicy Test3 (Subpart 2)", {policies, ""}},
    {"4.13.34 Valid URI nameConstraints Test34", {uri, "chain_refused"}},
    {"4.13.36 Valid URI nameConstraints Test36", {uri, "chain_refused"}},
    {"4.14.4 Valid distributionPoint Test4", {relative, "revocation_unknown"}},
    {"4.14.5 Valid distributionPoint Test5", {relative, "revocation_unknown"}},
    {"4.14.7 Valid distributionPoint Test7", {relative, "revocation_unknown"}},
    {"4.14.18 Valid onlySomeReasons Test18", {reasons, "revocation_unknown"}},
    {"4.14.19 Valid onlySomeReasons Test19", {reasons, "revocation_unknown"}},
    {"4.14.22 Valid IDP with indirectCRL Test22", {indirect, "revocation_unknown"}},
    {"4.14.24 Valid IDP with indirectCRL Test24", {indirect, "revocation_unknown"}},
    {"4.14.25 Valid IDP with indirectCRL Test25", {indirect, "revocation_unknown"}},
    {"4.14.28 Valid cRLIssuer Test28", {indirect, "revocation_unknown"}},
    {"4.14.29 Valid cRLIssuer Test29", {indirect, "revocation_unknown"}},
    {"4.14.30 Valid cRLIssuer Test30", {indirect, "revocation_unknown"}},
    {"4.14.33 Valid cRLIssuer Test33", {indirect, "revocation_unknown"}},
    {"4.15.5 Valid delta-CRL Test5", {delta, "certificate_revoked"}},
};

}  // namespace

TEST_CASE("PKITS: every case has its verdict, but for those explained", "[pkits][rfc5280-6.1]") {
  const Json tests = Json::parse(std::ifstream(NACRE_TEST_DATA "/pkits/pkits_tests.json"));
  std::size_t different = 0;
  for (const Json& test : tests) {
    const std::string title =
        test.at("number").get<std::string>() + " " + test.at("name").get<std::string>();
    const bool valid = test.at("should_validate").get<bool>();
    const ChainVerdict verdict = check(test);
    const std::string_view found = verdict.error ? name(*verdict.error) : "";
    auto explained = differences.find(title);
    if (is_over_aws_lc() && explained != differences.end() && explained->second.reason == uri) {
      explained = differences.end();
      ++different;
    }
    INFO(title << ": " << found << ": " << verdict.detail);
    if (explained == differences.end()) {
      CHECK(found.empty() == valid);
      continue;
    }
    ++different;
    INFO(explained->second.reason);
    CHECK(found.empty() != valid);
    CHECK(found == explained->second.error);
  }
  CHECK(different == differences.size());
  CHECK(tests.size() == 247);
}

}  // namespace nacre::test
