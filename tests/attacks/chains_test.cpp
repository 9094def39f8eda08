// What a chain may cost before anybody has vouched for it, and what must not be believed although a
// path was found. RFC 5280, sections 4.2.1.10 and 6.1; RFC 5937, section 3.2.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "attacks/der.h"
#include "crypto/name_constraints.h"
#include "crypto/x509_oracle.h"

namespace nacre::test {
namespace {

using crypto::KeyType;

// When the chains of tests/data/chains are valid.
constexpr UnixTime time_of_cases = 1'796'140'000;

std::vector<Data> certificates_in(const std::string& file) {
  std::ifstream stream(NACRE_TEST_DATA "/chains/" + file);
  const std::string pem(std::istreambuf_iterator<char>(stream), {});
  return read_pem_certificates(pem).value();
}

Inquiry chain_case(const std::string& name, const std::string& host, Purpose purpose) {
  return {.chain = certificates_in(name + ".chain.pem"),
          .roots = certificates_in(name + ".roots.pem"),
          .name = host,
          .change = [purpose](ChainQuery& query) {
            query.time = time_of_cases;
            query.purpose = purpose;
          }};
}

const std::vector<KeyType>& key_kinds() {
  static const std::vector<KeyType> all{KeyType::p256, KeyType::ed25519};
  return all;
}

// Each of so many, by a function of its number.
template <class Make>
std::vector<Data> numbered(std::size_t count, Make make) {
  std::vector<Data> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(make(std::to_string(i)));
  return names;
}

Data directory_name(const std::string& common_name) {
  return der::constructed(4, der::name(common_name));
}

// The kinds of which comparing costs something.
std::vector<std::function<Data(const std::string&)>> makers() {
  return {[](const std::string& i) { return dns_name("n" + i + ".example"); },
          [](const std::string& i) { return email("n" + i + "@example"); },
          [](const std::string& i) { return uri("https://n" + i + ".example/"); },
          [](const std::string& i) { return directory_name("n" + i); }};
}

bool is_too_complex(const Inquiry& inquiry) {
  return inquiry.ask().error == Error::chain_too_complex;
}

// A leaf with those names below a CA with those constraints, and the anchor's.
Trio constrained(KeyType kind, const std::vector<Data>& names, const Data& constraints) {
  Trio trio(kind);
  trio.leaf.extensions.back() = subject_alternative_names(names);
  trio.ca.extensions.push_back(constraints);
  return trio;
}

std::vector<Error> faults_of(const Inquiry& inquiry) {
  const std::vector<Bytes> roots(inquiry.roots.begin(), inquiry.roots.end());
  const std::vector<Bytes> chain(inquiry.chain.begin(), inquiry.chain.end());
  ChainQuery query;
  query.chain = chain;
  query.time = now;
  return crypto::second_look_faults(TrustAnchors::from_der(roots).value(), query);
}

bool has(const std::vector<Error>& faults, Error error) {
  return std::ranges::find(faults, error) != faults.end();
}

}  // namespace

TEST_CASE("AC-170: names are not held against constraints beyond what the limit says",
          "[AC-170][rfc5280-4.2.1.10]") {
  // Its CA has 12,647 elements in 31,836 octets, and is passed over (AC-209).
  CHECK(chain_case("name-constraints-dos", "", Purpose::client).ask().error ==
        Error::missing_intermediate);
  for (const KeyType kind : key_kinds()) {
    for (const auto& make : makers()) {
      CAPTURE(kind);
      const std::vector<Data> names = numbered(520, make);
      CHECK(is_too_complex(constrained(kind, names, name_constraints({}, names)).inquiry("")));
      // Those of the anchor count as well.
      Trio trio(kind);
      trio.root_extensions.push_back(name_constraints({}, names));
      trio.leaf.extensions.back() = subject_alternative_names(names);
      CHECK(is_too_complex(trio.inquiry("")));
    }
  }
}

TEST_CASE("AC-170: the more comparisons a path costs, the fewer are tried",
          "[AC-170][rfc5280-4.2.1.10]") {
  std::vector<Data> names = numbered(60, [](const std::string& i) { return dns_name(i + ".x"); });
  names.push_back(dns_name("a.example"));
  const std::vector<Data> excluded =
      numbered(60, [](const std::string& i) { return dns_name(i + ".y"); });
  Trio trio = constrained(KeyType::p256, names, name_constraints({}, excluded));
  Inquiry inquiry = trio.inquiry("a.example");
  CHECK_FALSE(inquiry.ask().error);
  std::uint64_t each = 0;
  inquiry.change = [&each](ChainQuery& query) {
    each = crypto::name_comparisons(query.chain, {});
    query.limits.name_comparisons = each * 20;
  };
  CHECK_FALSE(inquiry.ask().error);
  // 61 names, 60 constraints, and what their length adds.
  CHECK(each >= 61U * 60U);
  CHECK(each < 2U * 61U * 60U);
  inquiry.change = [&each](ChainQuery& query) { query.limits.name_comparisons = each; };
  const ChainVerdict one_step = inquiry.ask();
  CHECK(one_step.error == Error::chain_too_complex);
  CHECK(one_step.detail.find("within 1 steps") != std::string::npos);
  inquiry.change = [&each](ChainQuery& query) { query.limits.name_comparisons = each - 1; };
  CHECK(inquiry.ask().detail.find("more names than") != std::string::npos);
}

TEST_CASE("AC-170: constraints that nobody trusted has signed are not looked at",
          "[AC-170][rfc5280-6.1]") {
  for (const KeyType kind : key_kinds()) {
    CAPTURE(kind);
    Trio trio =
        constrained(kind, {dns_name("a.example")}, name_constraints({}, {dns_name("a.example")}));
    const Inquiry proved = trio.inquiry();
    CHECK(has(faults_of(proved), Error::certificate_name_constraint));
    CHECK(proved.ask().error == Error::certificate_name_constraint);
    // The CA's certificate is another's work, or has no issuer here.
    Inquiry forged = proved;
    forged.chain.back() = trio.ca.sign(entity("stranger", kind));
    CHECK(has(faults_of(forged), Error::certificate_bad_signature));
    CHECK_FALSE(has(faults_of(forged), Error::certificate_name_constraint));
    CHECK(forged.ask().error == Error::certificate_bad_signature);
    Inquiry unknown = proved;
    unknown.roots = {root_of(entity("another root", kind))};
    CHECK(has(faults_of(unknown), Error::unknown_issuer));
    CHECK_FALSE(has(faults_of(unknown), Error::certificate_name_constraint));
    CHECK(unknown.ask().error == Error::unknown_issuer);
  }
}

TEST_CASE("AC-171: extensions by the hundred are read, and one that is there twice is found",
          "[AC-171][rfc5280-4.2]") {
  for (const KeyType kind : key_kinds()) {
    CAPTURE(kind);
    const auto unknown = [](std::size_t i) {
      return extension("1.2.3." + std::to_string(1 + i / 128) + "." + std::to_string(i % 128),
                       false, {});
    };
    Trio trio(kind);
    const std::size_t known = trio.leaf.extensions.size();
    for (std::size_t i = 0; i < 600; ++i) trio.leaf.extensions.push_back(unknown(i));
    CHECK_FALSE(trio.error());
    for (const std::size_t twin : {known, known + 300, known + 598}) {
      Trio spoilt = trio;
      spoilt.leaf.extensions.back() = spoilt.leaf.extensions.at(twin);
      CAPTURE(twin);
      CHECK(spoilt.error());
    }
  }
}

TEST_CASE("AC-209: a certificate of more elements than its length justifies is not read",
          "[AC-209][rfc5280-4.1]") {
  const auto unknown = [](const std::string& i) {
    return extension("1.2.3." + i, false, der::primitive(0x04, {}));
  };
  for (const KeyType kind : key_kinds()) {
    CAPTURE(kind);
    Trio trio(kind);
    const auto with_names = [&](const std::vector<Data>& names) {
      Trio changed = trio;
      changed.leaf.extensions.back() = subject_alternative_names(names);
      return changed.error("a.example");
    };
    // As many names of an ordinary length as there is room for; and empty ones.
    std::vector<Data> names =
        numbered(3'700, [](const std::string& i) { return dns_name("host-" + i + ".example"); });
    names.push_back(dns_name("a.example"));
    CHECK_FALSE(with_names(names));
    names.insert(names.end(), 5'000, dns_name(""));
    CHECK(with_names(names) == Error::bad_certificate);
    // Below the surface too: in an extension that nobody knows.
    Trio deep = trio;
    deep.leaf.extensions.push_back(extension(
        "1.2.3.4", false, der::sequence(std::vector<Data>(30'000, der::primitive(0x04, {})))));
    CHECK(deep.error() == Error::bad_certificate);
    Trio many = trio;
    for (const Data& each : numbered(3'000, unknown)) many.leaf.extensions.push_back(each);
    CHECK(many.error() == Error::bad_certificate);
  }
}

TEST_CASE("AC-172: a constraint of a kind that is not compared is not passed over",
          "[AC-172][rfc5280-4.2.1.10]") {
  CHECK(chain_case("uri-constraint-not-critical", "", Purpose::client).ask().error ==
        Error::certificate_name_constraint);
  const Data other_name =
      der::constructed(0, der::oid("1.2.3.4") + der::constructed(0, der::text(0x0c, "a")));
  const Data registered = der::primitive(8, {0x2a, 0x03, 0x04});
  struct Kind {
    Data name;
    Data constraint;
  };
  const std::vector<Kind> kinds{{uri("https://b.example/"), uri("a.example")},
                                {other_name, other_name},
                                {registered, registered}};
  for (const KeyType kind : key_kinds()) {
    for (const Kind& each : kinds) {
      for (const bool at_anchor : {false, true}) {
        for (const bool critical : {false, true}) {
          CAPTURE(kind, each.name, at_anchor, critical);
          Trio trio(kind);
          const Data permitted = der::constructed(0, der::sequence({each.constraint}));
          (at_anchor ? trio.root_extensions : trio.ca.extensions)
              .push_back(extension("2.5.29.30", critical, der::sequence({permitted})));
          CHECK_FALSE(trio.error());
          trio.leaf.extensions.back() =
              subject_alternative_names({dns_name("a.example"), each.name});
          CHECK(trio.error());
        }
      }
    }
  }
}

TEST_CASE("AC-173: an anchor that is no CA is believed for itself alone",
          "[AC-173][rfc5280-4.2.1.9][rfc5937-3.2]") {
  CHECK(chain_case("anchor-is-a-server-certificate", "bank.example.com", Purpose::server)
            .ask()
            .error == Error::unknown_issuer);
  for (const KeyType kind : key_kinds()) {
    CAPTURE(kind);
    const Entity server = entity("server", kind);
    const Data key_usage_of_signer = extension("2.5.29.15", true, der::element(0x03, {7, 0x80}));
    const std::vector<std::vector<Data>> ways{
        {},                                               // no basicConstraints, of version 3
        {basic_constraints(false)},                       // CA:FALSE
        {basic_constraints(true), key_usage_of_signer}};  // keyUsage without keyCertSign
    for (const auto& extensions : ways) {
      CAPTURE(extensions.size());
      Draft self = leaf_draft(server, server, {});
      self.extensions = extensions;
      self.extensions.push_back(subject_alternative_names({dns_name("server.example")}));
      const Data anchor = self.sign(server);
      const Inquiry alone{.chain = {anchor}, .roots = {anchor}, .name = "server.example"};
      CHECK_FALSE(alone.ask().error);
      const Data victim =
          leaf_draft(entity("bank", kind), server, {dns_name("bank.example")}).sign(server);
      const Inquiry forged{.chain = {victim, anchor}, .roots = {anchor}, .name = "bank.example"};
      // Without keyCertSign it is no issuer at all, and one may be missing.
      const auto error = forged.ask().error;
      REQUIRE(error);
      CHECK(alert_for(*error) == AlertDescription::unknown_ca);
      const Inquiry without{.chain = {victim}, .roots = {anchor}, .name = "bank.example"};
      CHECK(without.ask().error == Error::unknown_issuer);
    }
  }
}

TEST_CASE("AC-174: an anchor's own path length holds", "[AC-174][rfc5280-4.2.1.9][rfc5937-3.2]") {
  CHECK(chain_case("anchor-pathlen-0", "a.example.com", Purpose::server).ask().error ==
        Error::chain_refused);
  for (const KeyType kind : key_kinds()) {
    for (const std::size_t length : {0U, 1U}) {
      CAPTURE(kind, length);
      Trio trio(kind);
      Draft root = ca_draft(trio.top, trio.top);
      root.extensions.front() = basic_constraints(true, length);
      Inquiry inquiry = trio.inquiry();
      inquiry.roots = {root.sign(trio.top)};
      CHECK(inquiry.ask().error ==
            (length == 0 ? std::optional(Error::chain_refused) : std::nullopt));
      // A leaf of its own is within.
      inquiry.chain = {leaf_draft(trio.bottom, trio.top, {dns_name("a.example")}).sign(trio.top)};
      CHECK_FALSE(inquiry.ask().error);
    }
  }
}

TEST_CASE("AC-175: an anchor serves the purpose that it names",
          "[AC-175][rfc5280-4.2.1.12][rfc5937-3.2]") {
  CHECK(chain_case("anchor-eku-client", "a.example.com", Purpose::server).ask().error ==
        Error::certificate_wrong_purpose);
  const auto usage = [](const std::string& purpose) {
    return extension("2.5.29.37", false, der::sequence({der::oid(purpose)}));
  };
  for (const KeyType kind : key_kinds()) {
    CAPTURE(kind);
    Trio trio(kind);
    trio.root_extensions = {usage("1.3.6.1.5.5.7.3.2")};
    CHECK(trio.error() == Error::certificate_wrong_purpose);
    for (const char* purpose : {"1.3.6.1.5.5.7.3.1", "2.5.29.37.0"}) {
      trio.root_extensions = {usage(purpose)};
      CHECK_FALSE(trio.error());
    }
  }
}

TEST_CASE("AC-176: a critical extension of an anchor that is not known is not passed over",
          "[AC-176][rfc5937-2]") {
  for (const KeyType kind : key_kinds()) {
    for (const bool critical : {false, true}) {
      CAPTURE(kind, critical);
      Trio trio(kind);
      trio.root_extensions = {extension("1.2.3.4", critical, der::integer(1))};
      CHECK(trio.error() == (critical ? std::optional(Error::chain_refused) : std::nullopt));
    }
  }
}

TEST_CASE("AC-177: an anchor's dates hold where they are asked for", "[AC-177][rfc5280-6.1.1]") {
  for (const KeyType kind : key_kinds()) {
    CAPTURE(kind);
    Trio trio(kind);
    Draft root = ca_draft(trio.top, trio.top);
    const auto ask = [&](UnixTime from, UnixTime to, bool check) {
      root.validity = der::sequence({der::time(from), der::time(to)});
      Inquiry inquiry = trio.inquiry();
      inquiry.roots = {root.sign(trio.top)};
      inquiry.change = [check](ChainQuery& query) { query.check_anchor_dates = check; };
      return inquiry.ask().error;
    };
    CHECK_FALSE(ask(now - 100, now - 1, false));
    CHECK(ask(now - 100, now - 1, true) == Error::certificate_expired);
    CHECK(ask(now + 1, now + 100, true) == Error::certificate_not_yet_valid);
    CHECK_FALSE(ask(now, now, true));
  }
}

}  // namespace nacre::test
