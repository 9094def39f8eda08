// Revocation lists: what they refuse, and what becomes of a certificate that none covers.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/issued.h"

namespace nacre::test {
namespace {

using Catch::Matchers::ContainsSubstring;
using crypto::CrlRequest;
using crypto::Issued;

CrlRequest list_of(const std::vector<Issued>& revoked) {
  CrlRequest request;
  request.this_update = now - day;
  request.next_update = now + day;
  request.revoked = revoked;
  request.revoked_at = now - 2 * day;
  return request;
}

std::string list_by(const Issued& issuer, const CrlRequest& request) {
  return crypto::issue_crl(request, issuer).value();
}

ChainVerdict ask(const Family::Certificates& made, const std::string& lists,
                 Revocation revocation) {
  Question question({made.leaf, made.middle});
  const auto crls = RevocationLists::from_pem(lists).value();
  question.query.crls = &crls;
  question.query.revocation = revocation;
  return question.name("a.example").ask(trust(made.root));
}

Revocation either() {
  return GENERATE(Revocation::if_known, Revocation::required);
}

// Refuses where lists are required, and believes where they are not.
void check_uncovered(const Family::Certificates& made, const std::string& lists,
                     const std::string& words) {
  CHECK_FALSE(ask(made, lists, Revocation::if_known).error);
  const ChainVerdict verdict = ask(made, lists, Revocation::required);
  CHECK(verdict.error == Error::revocation_unknown);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=a.example"));
  CHECK_THAT(verdict.detail, ContainsSubstring(words));
}

}  // namespace

TEST_CASE("a leaf that its issuer's list names is refused, with date and reason", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  const std::string lists =
      list_by(made.root, list_of({})) + list_by(made.middle, list_of({made.leaf}));
  const ChainVerdict verdict = ask(made, lists, either());
  CHECK(verdict.error == Error::certificate_revoked);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=a.example") &&
                                 ContainsSubstring("2026-11-21 00:00:00 UTC") &&
                                 ContainsSubstring("keyCompromise"));
  CHECK(verdict.path.size() == 3);
}

TEST_CASE("an intermediate that the root's list names is refused", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  const std::string lists =
      list_by(made.root, list_of({made.middle})) + list_by(made.middle, list_of({}));
  const ChainVerdict verdict = ask(made, lists, either());
  CHECK(verdict.error == Error::certificate_revoked);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=middle"));
}

TEST_CASE("lists that name no certificate of the path let it be believed", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  const Issued other = issue_by(made.middle, request_for_host("b.example"));
  const std::string lists =
      list_by(made.root, list_of({})) + list_by(made.middle, list_of({other}));
  CHECK_FALSE(ask(made, lists, either()).error);
}

TEST_CASE("lists are not looked at where revocation is off", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  CHECK_FALSE(ask(made, list_by(made.middle, list_of({made.leaf})), Revocation::off).error);
}

TEST_CASE("without lists a chain is believed unless they are required", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  Question question({made.leaf, made.middle});
  question.name("a.example");
  CHECK_FALSE(question.ask(trust(made.root)).error);
  question.query.revocation = Revocation::required;
  CHECK(question.ask(trust(made.root)).error == Error::revocation_unknown);
}

TEST_CASE("a list covers its own issuer's certificates alone", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  check_uncovered(made, list_by(made.root, list_of({made.leaf})), "no list of its issuer");
}

TEST_CASE("every certificate below the anchor needs a list where they are required",
          "[rfc5280-6.3]") {
  const auto made = Family().issue();
  const ChainVerdict verdict = ask(made, list_by(made.middle, list_of({})), Revocation::required);
  CHECK(verdict.error == Error::revocation_unknown);
  CHECK_THAT(verdict.detail, ContainsSubstring("CN=middle"));
}

TEST_CASE("an expired list covers nothing", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  CrlRequest request = list_of({});
  request.next_update = now - 1;
  check_uncovered(made, list_by(made.middle, request), "has expired");
}

TEST_CASE("a list of the future covers nothing", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  CrlRequest request = list_of({});
  request.this_update = now + 1;
  check_uncovered(made, list_by(made.middle, request), "not yet valid");
}

TEST_CASE("AC-207: an entry of any authentic list revokes, expired or not",
          "[AC-207][rfc5280-6.3]") {
  const auto made = Family().issue();
  CrlRequest expired = list_of({made.leaf});
  expired.next_update = now - 1;
  CrlRequest to_come = list_of({made.leaf});
  to_come.this_update = now + 1;
  CrlRequest newer = list_of({});
  newer.this_update += 1;
  const std::string root = list_by(made.root, list_of({}));
  const std::string others = list_by(made.middle, newer);
  for (const CrlRequest& request : {expired, to_come, list_of({made.leaf})}) {
    const std::string naming = list_by(made.middle, request);
    const std::vector<std::string> orders{naming, root + naming, root + others + naming,
                                          root + naming + others};
    for (const std::string& lists : orders) {
      CHECK(ask(made, lists, either()).error == Error::certificate_revoked);
    }
  }
}

TEST_CASE("AC-207: a namesake's list hides no entry, and makes none", "[AC-207][rfc5280-6.3]") {
  const auto made = Family().issue();
  const Issued namesake = issue_self_signed(request_for_ca("middle"));
  const std::string root = list_by(made.root, list_of({}));
  const std::string theirs = list_by(namesake, list_of({}));
  const std::string naming = list_by(made.middle, list_of({made.leaf}));
  CHECK(ask(made, root + theirs + naming, either()).error == Error::certificate_revoked);
  CHECK(ask(made, root + naming + theirs, either()).error == Error::certificate_revoked);
  const std::string false_one = list_by(namesake, list_of({made.leaf}));
  const std::string own = list_by(made.middle, list_of({}));
  CHECK_FALSE(ask(made, root + false_one + own, either()).error);
  CHECK_FALSE(ask(made, root + own + false_one, either()).error);
}

TEST_CASE("a list that another key signed covers nothing", "[rfc5280-6.3]") {
  const auto made = Family().issue();
  const Issued impostor = issue_self_signed(request_for_ca("middle"));
  check_uncovered(made, list_by(impostor, list_of({made.leaf})), "does not verify");
}

TEST_CASE("AC-208: a list that was given and not used is told, with its reason",
          "[AC-208][rfc5280-6.3]") {
  const auto made = Family().issue();
  const Issued impostor = issue_self_signed(request_for_ca("middle"));
  const Issued stranger = issue_self_signed(request_for_ca("stranger"));
  CrlRequest expired = list_of({});
  expired.next_update = now - 1;
  const std::string used = list_by(made.root, list_of({}));
  const std::vector<std::string> told{
      "the list of \"CN=middle\" has a signature that does not verify",
      "the list of \"CN=stranger\" is of another issuer", "the list of \"CN=middle\" has expired"};
  const std::string lists = list_by(impostor, list_of({})) + list_by(stranger, list_of({})) + used +
                            list_by(made.middle, expired);
  CHECK(ask(made, lists, Revocation::if_known).unused_lists == told);
  // Of a chain that is refused for it, too.
  CHECK(ask(made, lists, Revocation::required).unused_lists == told);
  CHECK(ask(made, lists, Revocation::off).unused_lists.empty());
  // One that names a certificate has been used, though it has expired.
  expired.revoked = {made.leaf};
  CHECK(ask(made, used + list_by(made.middle, expired), Revocation::if_known).unused_lists.empty());
}

TEST_CASE("lists are looked at under keys that pki does not know", "[rfc5280-6.3]") {
  Family family;
  family.middle.key = crypto::KeyType::ed25519;
  const auto made = family.issue();
  const std::string lists =
      list_by(made.root, list_of({})) + list_by(made.middle, list_of({made.leaf}));
  CHECK(ask(made, lists, either()).error == Error::certificate_revoked);
}

TEST_CASE("a list that cannot be parsed is an error, as is none", "[rfc5280-5.1]") {
  const auto made = Family().issue();
  const std::string list = list_by(made.middle, list_of({}));
  CHECK(RevocationLists::from_pem(list + list).value().size() == 2);
  CHECK(RevocationLists::from_pem("") == fail(Error::bad_pem));
  crypto::Der der = crypto::read_pem(list, "X509 CRL").value().front();
  der.push_back(0);
  const std::vector<Bytes> longer{der};
  CHECK(RevocationLists::from_der(longer) == fail(Error::bad_pem));
  der.resize(der.size() / 2);
  const std::vector<Bytes> cut{der};
  CHECK(RevocationLists::from_der(cut) == fail(Error::bad_pem));
  CHECK(RevocationLists::from_pem_file("/nonexistent") == fail(Error::file_unreadable));
}

}  // namespace nacre::test
