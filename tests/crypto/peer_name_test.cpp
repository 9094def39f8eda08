// Names to expect of a peer, and whether a certificate is for them.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "crypto/certificate.h"
#include "crypto/issued.h"

namespace nacre::test {
namespace {

crypto::ParsedCertificate certificate_for(const std::vector<std::string>& names) {
  crypto::IssueRequest request = request_for("common.example");
  request.names = names;
  return crypto::ParsedCertificate::parse(der_of(issue_self_signed(request))).value();
}

bool matches(const std::string& pattern, std::string_view name) {
  return certificate_for({pattern}).matches(PeerName::parse(name).value());
}

}  // namespace

TEST_CASE("a DNS name is kept in lower case and without its trailing dot", "[rfc9525-2]") {
  const auto name = PeerName::parse("WWW.Example.COM.");
  REQUIRE(name);
  CHECK(name->text() == "www.example.com");
  CHECK_FALSE(name->is_address());
  CHECK(name->address().empty());
}

TEST_CASE("names that a host may have are taken", "[rfc9525-2]") {
  const std::string_view text =
      GENERATE("localhost", "a", "a.b.c.d.e", "xn--bcher-kva.example", "_sip.example",
               "3com.example", "1.2.3.example", "a-b.example");
  CHECK(PeerName::parse(text).value().text() == text);
}

TEST_CASE("texts that are no host name are refused", "[rfc9525-2]") {
  const std::string_view text = GENERATE(
      "", ".", "..", ".example.com", "a..b", "a b", "*.example.com", "-a.example", "a-.example",
      "b\xc3\xbc"
      "cher.example",
      "a/b", "example.com:443", "256.1.1.1", "1.2.3", "1.2.3.4.5", "0x7f.1", "[192.0.2.1]", "[]",
      "[example.com]", "2001:db8::1::", "fe80::1%eth0", "user@example.com", "example.com..");
  CHECK(PeerName::parse(text) == fail(Error::bad_name));
}

TEST_CASE("a name with a zero byte is refused", "[rfc9525-2]") {
  CHECK(PeerName::parse(std::string_view("good.example\0.evil", 18)) == fail(Error::bad_name));
  CHECK(PeerName::parse(std::string_view("192.0.2.1\0", 10)) == fail(Error::bad_name));
}

TEST_CASE("names end at 253 characters and labels at 63", "[rfc9525-2]") {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  REQUIRE(longest.size() == 253);
  CHECK(PeerName::parse(longest));
  CHECK(PeerName::parse(longest + "."));
  CHECK(PeerName::parse(longest + "a") == fail(Error::bad_name));
  CHECK(PeerName::parse(label + "a.example") == fail(Error::bad_name));
}

TEST_CASE("addresses are told from names, with and without brackets", "[rfc9525-2]") {
  const auto four = PeerName::parse("192.0.2.1");
  REQUIRE(four);
  CHECK(four->is_address());
  CHECK(four->address().size() == 4);
  CHECK(four->address()[3] == 1);
  const auto six = PeerName::parse("[2001:DB8::1]");
  REQUIRE(six);
  CHECK(six->address().size() == 16);
  CHECK(six->text() == "2001:db8::1");
  CHECK(PeerName::parse("::ffff:192.0.2.1").value().address().size() == 16);
}

TEST_CASE("names match in any case", "[rfc9525-6.3]") {
  CHECK(matches("Example.COM", "example.com"));
  CHECK(matches("example.com", "EXAMPLE.com"));
  CHECK_FALSE(matches("example.com", "example.org"));
  CHECK_FALSE(matches("example.com", "www.example.com"));
  CHECK_FALSE(matches("www.example.com", "example.com"));
}

TEST_CASE("a wildcard stands for exactly one label", "[rfc9525-6.3]") {
  CHECK(matches("*.example.com", "foo.example.com"));
  CHECK(matches("*.EXAMPLE.com", "foo.example.com"));
  CHECK(matches("*.example.com", "xn--bcher-kva.example.com"));
  CHECK_FALSE(matches("*.example.com", "example.com"));
  CHECK_FALSE(matches("*.example.com", "bar.foo.example.com"));
  CHECK_FALSE(matches("*.example.com", "foo.example.org"));
}

TEST_CASE("a wildcard is the whole left-most label or nothing", "[rfc9525-6.3]") {
  const std::string pattern =
      GENERATE("f*.example.com", "*oo.example.com", "f*o.example.com", "xn--*.example.com",
               "foo.*.com", "**.example.com", "*.*.com", "*foo.example.com");
  CHECK_FALSE(matches(pattern, "foo.example.com"));
}

TEST_CASE("a wildcard has at least two labels behind it", "[rfc9525-6.3]") {
  CHECK_FALSE(matches("*.com", "example.com"));
  CHECK_FALSE(matches("*", "localhost"));
  CHECK(matches("localhost", "localhost"));
}

TEST_CASE("a name in a certificate with a trailing dot or a zero byte matches nothing",
          "[rfc9525-6.3]") {
  CHECK_FALSE(matches("example.com.", "example.com"));
  CHECK_FALSE(matches(std::string("example.com\0.evil.example", 24), "example.com"));
}

TEST_CASE("an address matches an address and never a name", "[rfc9525-6.5]") {
  CHECK(matches("192.0.2.1", "192.0.2.1"));
  CHECK_FALSE(matches("192.0.2.1", "192.0.2.2"));
  CHECK(matches("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"));
  CHECK_FALSE(matches("::ffff:192.0.2.1", "192.0.2.1"));
  CHECK_FALSE(matches("*.0.2.1", "192.0.2.1"));
  CHECK_FALSE(matches("*.2.1", "192.0.2.1"));
}

TEST_CASE("any one of several names will do", "[rfc9525-6.3]") {
  const auto certificate = certificate_for({"a.example", "*.b.example", "192.0.2.7"});
  CHECK(certificate.matches(PeerName::parse("a.example").value()));
  CHECK(certificate.matches(PeerName::parse("x.b.example").value()));
  CHECK(certificate.matches(PeerName::parse("192.0.2.7").value()));
  CHECK_FALSE(certificate.matches(PeerName::parse("b.example").value()));
}

TEST_CASE("the common name is never looked at", "[rfc9525-6.4]") {
  CHECK_FALSE(certificate_for({}).matches(PeerName::parse("common.example").value()));
  CHECK_FALSE(certificate_for({"a.example"}).matches(PeerName::parse("common.example").value()));
}

}  // namespace nacre::test
