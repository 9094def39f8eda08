// JA4 against the examples of its definition, and fingerprints that are known of browsers.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extensions/hello_bytes.h"
#include "nacre/client_hello.h"

namespace nacre {
namespace {

using namespace test;

std::string fingerprint(const RawHello& hello) {
  const std::vector<std::uint8_t> body = encode(hello);
  return std::string(ja4(ClientHelloView::read(body).value()).text());
}

void erase(RawHello& hello, std::uint16_t type) {
  std::erase_if(hello.extensions, [&](const RawExtension& e) { return e.type == type; });
}

void replace(RawHello& hello, RawExtension extension) {
  erase(hello, extension.type);
  hello.extensions.push_back(std::move(extension));
}

TEST_CASE("JA4 of the example in its definition") {
  CHECK(fingerprint(chrome()) == "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST_CASE("JA4 of a later browser, with Encrypted Client Hello") {
  RawHello hello = chrome();
  erase(hello, 0x4469);
  erase(hello, 0x0015);
  hello.extensions.push_back({0x44cd, {}});
  hello.extensions.push_back({0xfe0d, {}});
  CHECK(fingerprint(hello) == "t13d1516h2_8daaf6152771_d8a2da3f94cd");
}

TEST_CASE("JA4 does not depend on the order of suites and extensions, but on that of schemes") {
  RawHello hello = chrome();
  std::ranges::reverse(hello.suites);
  std::ranges::reverse(hello.extensions);
  CHECK(fingerprint(hello) == "t13d1516h2_8daaf6152771_e5627efa2ab1");
  replace(hello, schemes({0x0804, 0x0403, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601}));
  CHECK(fingerprint(hello) == "t13d1516h2_8daaf6152771_8b78003a6112");
}

TEST_CASE("JA4 ignores GREASE wherever it is", "[rfc8701-3]") {
  RawHello hello = chrome();
  erase(hello, 0x5a5a);
  erase(hello, 0xcaca);
  std::erase(hello.suites, 0x2a2a);
  replace(hello, versions({0x0304, 0x0303}));
  CHECK(fingerprint(hello) == fingerprint(chrome()));
  for (std::uint32_t i = 0; i < 16; ++i) {
    const auto value = static_cast<std::uint16_t>(0x0a0a + 0x1010 * i);
    hello.suites.push_back(value);
    hello.extensions.push_back({value, {}});
  }
  replace(hello, versions({0xfafa, 0x0304}));
  replace(hello, schemes({0x0a0a, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
                          0xfafa}));
  CHECK(fingerprint(hello) == fingerprint(chrome()));
  // What only looks like it counts.
  hello.suites.push_back(0x0a1a);
  CHECK(fingerprint(hello).starts_with("t13d1616h2_"));
}

TEST_CASE("JA4 tells whether there is a server_name, and hashes it not") {
  RawHello hello = chrome();
  erase(hello, 0x0000);
  CHECK(fingerprint(hello) == "t13i1515h2_8daaf6152771_e5627efa2ab1");
}

TEST_CASE("JA4 has the first and last character of the first protocol") {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"h2", "h2"},
      {"http/1.1", "h1"},
      {"h", "hh"},
      {"Zz9", "Z9"},
      {"\xab", "ab"},
      {"\xab\xcd", "ad"},
      {"\x30\xab", "3b"},
      {"\x30\x31\xab\xcd", "3d"},
      {"\x30\xab\xcd\x31", "01"},
      {"\x0a\x0a", "0a"},
      {"/x", "28"},
      {"x:", "7a"},
      {"@1", "41"},
      {"[a", "51"},
      {"a`", "60"},
      {"{a", "71"},
  };
  for (const auto& [protocol, characters] : cases) {
    CAPTURE(protocol);
    RawHello hello = chrome();
    replace(hello, protocols({protocol, "other"}));
    CHECK(fingerprint(hello) ==
          "t13d1516" + std::string(characters) + "_8daaf6152771_e5627efa2ab1");
  }
  RawHello without = chrome();
  erase(without, 0x0010);
  CHECK(fingerprint(without) == "t13d151500_8daaf6152771_e5627efa2ab1");
}

TEST_CASE("JA4 has the highest version that is offered") {
  RawHello hello = chrome();
  for (const auto& [offered, characters] :
       std::vector<std::pair<std::vector<std::uint16_t>, std::string>>{
           {{0x0301, 0x0303, 0x0302}, "12"},
           {{0x0302}, "11"},
           {{0x0301}, "10"},
           {{0x0300}, "s3"},
           {{0x0002}, "s2"},
           {{0xfeff}, "d1"},
           {{0x0304, 0xfefd}, "d2"},
           {{0xfefc}, "d3"},
           {{0x0304, 0x7f1c}, "00"},
           {{0x3a3a}, "00"}}) {
    replace(hello, versions(offered));
    CHECK(fingerprint(hello).substr(1, 2) == characters);
  }
  erase(hello, 0x002b);
  CHECK(fingerprint(hello).substr(1, 2) == "12");
  hello.version = 0x0301;
  CHECK(fingerprint(hello).substr(1, 2) == "10");
}

TEST_CASE("JA4 has zeros where there is nothing to hash") {
  const RawHello nothing{.suites = {0x0a0a}, .extensions = {{0x1a1a, {}}}};
  CHECK(fingerprint(nothing) == "t12i000000_000000000000_000000000000");
  const RawHello names{.suites = {0x0a0a}, .extensions = {sni("a.test"), protocols({"h2"})}};
  CHECK(fingerprint(names) == "t12d0002h2_000000000000_000000000000");
  const RawHello old{.version = 0x0301,
                     .suites = {0x002f, 0x000a, 0x00ff},
                     .extensions = {},
                     .has_extensions = false};
  CHECK(fingerprint(old) == "t10i030000_2e40d5c6b5eb_000000000000");
}

TEST_CASE("JA4 of extensions without signature algorithms ends without an underscore") {
  const RawHello hello{.suites = {0x1301},
                       .extensions = {groups({0x001d}), versions({0x0304}), {0x0017, {}}}};
  CHECK(fingerprint(hello) == "t13i010300_0f2cb44170f4_826453ca4d1a");
}

TEST_CASE("JA4 counts to 99 and hashes what is more, the same number twice too") {
  RawHello hello{.suites = {}, .extensions = {}};
  for (std::uint16_t i = 0; i < 150; ++i) {
    hello.suites.push_back(static_cast<std::uint16_t>(0xc100 - i));
    hello.extensions.push_back({static_cast<std::uint16_t>(0x5000 + i), {}});
  }
  hello.suites.push_back(0xc100);
  CHECK(fingerprint(hello) == "t12i999900_1a8e68474d5a_2516daada1a0");
  hello.suites.assign(32'767, 0xc0ff);
  CHECK(fingerprint(hello) == "t12i999900_c953aac8bc12_2516daada1a0");
}

}  // namespace
}  // namespace nacre
