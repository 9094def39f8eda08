#include "extensions/server_name.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "nacre/try.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"0009 00 0006 612e6263 2e64">;  // "a.bc.d"

constexpr Result<void> check(Bytes data) {
  TRY(const auto list, wire::read_all<ServerNameList>(data));
  return list.check();
}

constexpr bool is_name(std::string_view name) {
  std::array<std::uint8_t, 300> buffer{};
  std::ranges::copy(name, buffer.begin());
  return is_dns_name(Bytes(buffer).first(name.size()));
}

TEST_CASE("server_name is read and written back unchanged", "[rfc6066-3]") {
  STATIC_REQUIRE(round_trips<ServerNameList>(encoding));
  STATIC_REQUIRE(rejects_every_truncation<ServerNameList>(encoding));
  STATIC_REQUIRE(rejects_trailing_data<ServerNameList>(encoding));
  STATIC_REQUIRE(rejects_inflated_lengths<ServerNameList>(encoding, {{0, 2}, {3, 2}}));
  STATIC_REQUIRE(wire::read_all<ServerNameList>(encoding)->host_name().size() == 6);
  STATIC_REQUIRE(check(encoding));
}

TEST_CASE("An empty list of names does not parse", "[rfc6066-3]") {
  STATIC_REQUIRE(check(bytes<"0000">) == fail(Error::length_out_of_range));
}

TEST_CASE("server_name holds exactly one host_name", "[rfc6066-3]") {
  STATIC_REQUIRE(check(bytes<"0008 00 0001 61 00 0001 62">) == fail(Error::bad_server_name));
  STATIC_REQUIRE(check(bytes<"0004 07 0001 61">) == fail(Error::bad_server_name));
  STATIC_REQUIRE(check(bytes<"0003 00 0000">) == fail(Error::bad_server_name));
}

TEST_CASE("Names of unknown types are ignored", "[rfc6066-3]") {
  STATIC_REQUIRE(check(bytes<"0008 07 0001 2a 00 0001 62">));
  STATIC_REQUIRE(
      wire::read_all<ServerNameList>(bytes<"0008 07 0001 2a 00 0001 62">)->host_name().front() ==
      'b');
}

TEST_CASE("A host_name is a DNS name", "[rfc6066-3]") {
  STATIC_REQUIRE(is_name("localhost"));
  STATIC_REQUIRE(is_name("www.EXAMPLE.com"));
  STATIC_REQUIRE(is_name("xn--bcher-kva.example"));
  STATIC_REQUIRE(is_name("_tls.a-b.1and1.example"));
  STATIC_REQUIRE(is_name("1.2.3.4a"));
}

TEST_CASE("A host_name is no address", "[rfc6066-3]") {
  STATIC_REQUIRE_FALSE(is_name("192.0.2.1"));
  STATIC_REQUIRE_FALSE(is_name("2130706433"));
  STATIC_REQUIRE_FALSE(is_name("2001:db8::1"));
  STATIC_REQUIRE_FALSE(is_name("[2001:db8::1]"));
}

TEST_CASE("A host_name has no empty labels, and no trailing dot", "[rfc6066-3]") {
  STATIC_REQUIRE_FALSE(is_name(""));
  STATIC_REQUIRE_FALSE(is_name("."));
  STATIC_REQUIRE_FALSE(is_name("example.com."));
  STATIC_REQUIRE_FALSE(is_name(".example.com"));
  STATIC_REQUIRE_FALSE(is_name("example..com"));
}

TEST_CASE("A host_name holds nothing but letters, digits, hyphens and underscores", "[rfc6066-3]") {
  for (unsigned c = 0; c < 256; ++c) {
    const std::array name{std::uint8_t{'a'}, static_cast<std::uint8_t>(c), std::uint8_t{'z'}};
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    INFO(c);
    CHECK(is_dns_name(name) == allowed.contains(static_cast<char>(c)));
  }
}

TEST_CASE("Labels and names have their greatest lengths", "[rfc6066-3]") {
  const std::string label(63, 'a');
  CHECK(is_name(label + ".b"));
  CHECK_FALSE(is_name(label + "a.b"));
  const std::string name = label + "." + label + "." + label + "." + std::string(61, 'a');
  CHECK(name.size() == 253);
  CHECK(is_name(name));
  CHECK_FALSE(is_name(name + "a"));
}

TEST_CASE("A host_name is written as a list of one", "[rfc6066-3]") {
  std::array<std::uint8_t, 16> buffer{};
  wire::Writer writer(buffer);
  REQUIRE(write_server_name(writer, bytes<"6162">));
  CHECK(std::ranges::equal(writer.written(), bytes<"0000 0007 0005 00 0002 6162">));
}

TEST_CASE("A server acknowledges server_name without data", "[rfc6066-3]") {
  STATIC_REQUIRE(round_trips<ServerNameAcknowledgment>(Bytes()));
  STATIC_REQUIRE(wire::read_all<ServerNameAcknowledgment>(bytes<"00">) ==
                 fail(Error::trailing_data));
}

}  // namespace
}  // namespace nacre
