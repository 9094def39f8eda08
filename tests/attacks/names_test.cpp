// Names in certificates, and what CAs may say of them. RFC 5280, sections 4.2.1.6 and 4.2.1.10;
// RFC 9525, section 6.
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <vector>

#include "attacks/der.h"
#include "crypto/certificate.h"

namespace nacre::test {
namespace {

using crypto::KeyType;

std::string told(const std::optional<Error>& error) {
  return error ? std::string(name(*error)) : "none";
}

// Names of the leaf, and subtrees of a CA above it.
struct Constrained {
  std::string what;
  std::vector<Data> names;
  std::vector<Data> permitted;
  std::vector<Data> excluded;
  bool believed = false;
  std::string expected = "a.example.com";
};

// pki judges by the one kind of key, X509's verifier by the other, and an anchor's own constraints
// are looked at by themselves.
void check_constrained(const Constrained& test) {
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    for (const bool at_anchor : {false, true}) {
      INFO(test.what);
      CAPTURE(kind, at_anchor);
      Trio trio(kind);
      const Data constraints = name_constraints(test.permitted, test.excluded);
      if (at_anchor) {
        trio.root_extensions = {constraints};
      } else {
        trio.ca.extensions.push_back(constraints);
      }
      trio.leaf.extensions.back() = subject_alternative_names(test.names);
      const auto error = trio.error(test.expected);
      CHECK((told(error) == "none") == test.believed);
    }
  }
}

Data other_name(std::string_view oid, const Data& value) {
  return der::constructed(0, der::oid(oid) + der::constructed(0, value));
}
Data smtp_utf8(std::string_view text) {
  return other_name("1.3.6.1.5.5.7.8.9", der::text(0x0c, text));
}

Data ip4(std::uint8_t first, std::uint8_t last = 1) {
  return address({first, 0, 0, last});
}
Data ip4_range(std::uint8_t first) {
  return address({first, 0, 0, 0, 255, 0, 0, 0});
}

std::optional<Error> error_for(const std::string& common_name, const std::vector<Data>& names,
                               const std::string& expected, KeyType kind = KeyType::p256) {
  Trio trio(kind);
  trio.leaf = leaf_draft(entity(common_name, kind), trio.middle, names);
  return trio.error(expected);
}

}  // namespace

TEST_CASE("AC-090: constraints on e-mail addresses in punycode are no trap", "[AC-090]") {
  const std::string long_label(2'000, 'a');
  std::string many;
  for (int i = 0; i < 600; ++i) many += "xn--a.";
  for (const std::string& domain : {std::string("xn--a"), "xn--" + long_label,
                                    "xn--" + std::string(513, '9') + "-" + long_label, many + "com",
                                    std::string("xn--\x80\xff\x00zz", 9), std::string("xn--"),
                                    std::string(".xn--99999999999"), std::string("....")}) {
    CAPTURE(domain.substr(0, 20), domain.size());
    for (const Data& name :
         {email("user@other.example"), email(std::string("user@") + long_label)}) {
      check_constrained(
          {"an address outside", {dns_name("a.example.com"), name}, {email(domain)}, {}});
    }
    check_constrained({"an address within, excluded",
                       {dns_name("a.example.com"), email("user@" + domain)},
                       {},
                       {email(domain)}});
    // A SmtpUTF8Mailbox (RFC 9598) is nothing that Nacre reads: it is neither taken for an address
    // nor for a host.
    Trio trio;
    trio.ca.extensions.push_back(name_constraints({email(domain)}, {}));
    trio.leaf.extensions.back() = subject_alternative_names({smtp_utf8("user@" + domain)});
    CHECK(trio.error("a.example.com"));
  }
}

TEST_CASE("AC-095: what a CA may not certify is not believed", "[AC-095][rfc5280-4.2.1.10]") {
  const Data name = dns_name("a.example.com");
  for (const Constrained& test : std::vector<Constrained>{
           {"permitted in another case", {name}, {dns_name("EXAMPLE.Com")}, {}, true},
           {"excluded in another case", {name}, {}, {dns_name("EXAMPLE.Com")}},
           {"the name in another case", {dns_name("A.Example.COM")}, {}, {dns_name("example.com")}},
           {"another label that ends alike", {name}, {dns_name("xample.com")}, {}},
           {"one name of two", {name, dns_name("b.example")}, {dns_name("example.com")}, {}},
           {"all excluded", {name}, {}, {dns_name("")}},
           {"permitted and excluded", {name}, {dns_name("com")}, {dns_name("example.com")}},
           {"a wildcard beside what is permitted",
            {dns_name("*.example.com")},
            {dns_name("b.example.com")},
            {}},
           {"a wildcard within what is permitted",
            {dns_name("*.example.com")},
            {dns_name("example.com")},
            {},
            true},
           {"a wildcard that covers what is permitted",
            {dns_name("*.example.com")},
            {dns_name("a.example.com")},
            {}},
           {"a wildcard that covers what is excluded",
            {dns_name("*.example.com")},
            {},
            {dns_name("a.example.com")}},
           {"an address where names are permitted",
            {name, ip4(10)},
            {dns_name("example.com"), ip4_range(11)},
            {}},
           {"an address that is excluded", {name, ip4(10)}, {}, {ip4_range(10)}},
           {"an address of the other kind", {name, address(Data(16, 1))}, {ip4_range(10)}, {}},
           {"an address with a zone", {name, address(Data(17, 1))}, {ip4_range(10)}, {}},
           {"a mask with holes", {name, ip4(10)}, {address({10, 0, 0, 0, 255, 0, 255, 0})}, {}},
           {"a range of nine bytes", {name, ip4(10)}, {address(Data(9, 0))}, {}},
           {"a URI outside", {name, uri("https://b.example/x")}, {uri(".example.com")}, {}},
           {"a URI excluded", {name, uri("https://b.example.com/x")}, {}, {uri(".example.com")}},
           {"a URI without a host", {name, uri("urn:b")}, {uri(".example.com")}, {}},
           {"a URI of an address",
            {name, uri("https://[fe80::1%25eth0]/")},
            {uri("example.com")},
            {}},
           {"an e-mail address outside",
            {name, email("user@b.example")},
            {email("example.com")},
            {}},
       }) {
    check_constrained(test);
  }
}

TEST_CASE("AC-095: two CAs that agree on nothing certify nothing", "[AC-095][rfc5280-4.2.1.10]") {
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    for (const std::string expected : {"x.a.example", "x.b.example", "a.example"}) {
      Trio trio(kind);
      trio.ca.extensions.push_back(name_constraints({dns_name("a.example")}, {}));
      const Entity below = entity("below", kind);
      const Draft second =
          ca_draft(below, trio.middle, {name_constraints({dns_name("b.example")}, {})});
      const Draft leaf = leaf_draft(trio.bottom, below, {dns_name(expected)});
      const Inquiry inquiry{
          .chain = {leaf.sign(below), second.sign(trio.middle), trio.ca.sign(trio.top)},
          .roots = {root_of(trio.top)},
          .name = expected};
      CHECK(inquiry.ask().error);
    }
    // Nor does one that names no subtree at all.
    Trio empty(kind);
    empty.ca.extensions.push_back(extension("2.5.29.30", true, der::sequence({})));
    CHECK(empty.error());
  }
}

TEST_CASE("AC-095: a common name is no way round constraints", "[AC-095][rfc5280-4.2.1.10]") {
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    Trio trio(kind);
    trio.ca.extensions.push_back(name_constraints({}, {dns_name("evil.example")}));
    trio.leaf = leaf_draft(entity("evil.example", kind), trio.middle, {});
    CHECK(trio.error("evil.example"));
  }
  for (const std::string zoned : {"fe80::1%eth0", "[fe80::1%25eth0]", "fe80::1%"}) {
    CHECK(PeerName::parse(zoned) == fail(Error::bad_name));
  }
}

TEST_CASE("AC-096: the common name is never a host's", "[AC-096][rfc9525-6]") {
  const std::string host = "a.example";
  std::vector<Data> many;
  for (int i = 0; i < 10'000; ++i) many.push_back(dns_name("n" + std::to_string(i) + ".example"));
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    for (const std::vector<Data>& names : {std::vector<Data>{},
                                           {ip4(10)},
                                           {email("a@a.example")},
                                           {uri("https://a.example/")},
                                           {other_name("1.2.3", der::text(0x0c, host))},
                                           {der::constructed(4, der::name(host))},
                                           {dns_name("b.example")},
                                           {dns_name("")},
                                           {dns_name(std::string(70'000, 'a'))},
                                           many}) {
      CAPTURE(kind, names.size());
      CHECK(error_for(host, names, host, kind));
    }
    CHECK(told(error_for(host, {}, host, kind)) == "certificate_wrong_name");
    CHECK(told(error_for("192.0.2.1", {dns_name("192.0.2.1")}, "192.0.2.1", kind)) ==
          "certificate_wrong_name");
    CHECK(told(error_for("b.example", {dns_name(host)}, host, kind)) == "none");
    CHECK(told(error_for("b.example", {dns_name(host)}, "b.example", kind)) ==
          "certificate_wrong_name");
  }
}

TEST_CASE("AC-097: a wildcard is one whole label, the first, of three or more",
          "[AC-097][rfc9525-6.3]") {
  struct Pattern {
    std::string pattern;
    std::string host;
  };
  for (const Pattern& test : std::vector<Pattern>{
           {"f*.example.com", "foo.example.com"},
           {"*o.example.com", "foo.example.com"},
           {"f*o.example.com", "foo.example.com"},
           {"foo*.example.com", "foo.example.com"},
           {"xn--*.example.com", "xn--bcher-kva.example.com"},
           {"xn--b*.example.com", "xn--bcher-kva.example.com"},
           {"*xn--bcher-kva.example.com", "xn--bcher-kva.example.com"},
           {"*.com", "example.com"},
           {"*", "localhost"},
           {"*.", "localhost"},
           {"*.*", "example.com"},
           {"*.*.com", "foo.example.com"},
           {"**.example.com", "foo.example.com"},
           {"foo.*.com", "foo.example.com"},
           {"foo.example.*", "foo.example.com"},
           {"*.example.com", "a.foo.example.com"},
           {"*.example.com", "example.com"},
           {"*example.com", "example.com"},
           {"*.foo.example.com.", "a.foo.example.com"},
           {".example.com", "foo.example.com"},
           {"*..example.com", "foo.example.com"},
           {"*.0.2.1", "192.0.2.1"},
       }) {
    CAPTURE(test.pattern, test.host);
    CHECK(told(error_for("leaf", {dns_name(test.pattern)}, test.host)) == "certificate_wrong_name");
  }
  CHECK_FALSE(error_for("leaf", {dns_name("*.example.com")}, "foo.example.com"));
  CHECK_FALSE(error_for("leaf", {dns_name("*.example.com")}, "xn--bcher-kva.example.com"));
}

TEST_CASE("AC-098: a name of one kind is not taken for another", "[AC-098][rfc5280-4.2.1.6]") {
  const Data host = der::raw("a.example");
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    for (int tag = 0; tag < 256; ++tag) {
      if (tag == 0x82) continue;
      CAPTURE(kind, tag);
      const Data odd = der::element(static_cast<std::uint8_t>(tag), host);
      CHECK(error_for("leaf", {odd}, "a.example", kind));
    }
    // Names of kinds that are not for hosts, in good order, say nothing.
    const std::vector<Data> others{
        other_name("1.2.3", der::element(0x16, host)),
        other_name("1.3.6.1.5.5.7.8.9", der::element(0x0c, host)),
        der::constructed(3, der::element(0x31, {})),
        der::constructed(4, der::name("a.example")),
        der::constructed(5, der::constructed(1, der::element(0x0c, host))),
        der::primitive(8, {0x2a, 3})};
    for (const Data& other : others) {
      CHECK(error_for("leaf", {other}, "a.example", kind));
      (void)error_for("leaf", {other, dns_name("a.example")}, "a.example", kind);
    }
    const Trio trio(kind);
    const Data leaf =
        leaf_draft(trio.bottom, trio.middle, {others.at(0), others.at(1), others.at(5)})
            .sign(trio.middle);
    const auto info = read_certificate(leaf);
    REQUIRE(info);
    CHECK(info->dns_names.empty());
    CHECK(info->ip_addresses.empty());
    CHECK(info->uris.empty());
  }
}

TEST_CASE("AC-098: a list's x400Address is compared with none of another kind", "[AC-098]") {
  const Data x400 = der::constructed(3, Data{0x30, 0x02, 0x05, 0x00});
  const auto point = [](const Data& name) {
    return der::constructed(0, der::constructed(0, name));
  };
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    for (const auto& [ours, theirs] :
         {std::pair(x400, x400), std::pair(x400, uri("http://a.example")),
          std::pair(uri("http://a.example"), x400), std::pair(dns_name("a"), x400)}) {
      Trio trio(kind);
      trio.leaf.extensions.push_back(
          extension("2.5.29.31", false, der::sequence({der::sequence({point(ours)})})));
      const Data algorithm = signature_algorithm(kind);
      const Data scope = extension("2.5.29.28", true, der::sequence({point(theirs)}));
      const Data body =
          der::sequence({der::integer(1), algorithm, trio.middle.name(), der::time(now - 10),
                         der::time(now + 10), der::constructed(0, der::sequence({scope}))});
      const Data signature =
          crypto::sign_anyhow(signature_of(kind), trio.middle.key_pem, body).value();
      const Data list = der::sequence({body, algorithm, der::bit_string(signature)});
      const std::vector<Bytes> all{list};
      const auto lists = RevocationLists::from_der(all);
      if (!lists) continue;
      Inquiry inquiry = trio.inquiry();
      inquiry.change = [&](ChainQuery& query) {
        query.crls = &*lists;
        query.revocation = Revocation::required;
      };
      CHECK(inquiry.ask().error);
    }
  }
}

}  // namespace nacre::test
