#include "wire/writer.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre::wire {
namespace {

using test::bytes;

TEST_CASE("A Writer writes numbers most significant byte first", "[rfc9846-3.3]") {
  constexpr auto written = [] {
    std::array<std::uint8_t, 6> buffer{};
    Writer writer(buffer);
    return writer.integer<1>(1) && writer.integer<2>(0x0203) && writer.integer<3>(0x040506) &&
           std::ranges::equal(writer.written(), bytes<"010203040506">);
  };
  STATIC_REQUIRE(written());
}

// Not while compiling: the sanitizers are to see that no bit is shifted out.
TEST_CASE("A Writer writes a number of eight bytes with each bit set", "[rfc9846-3.3]") {
  std::array<std::uint8_t, 16> buffer{};
  Writer writer(buffer);
  REQUIRE(writer.integer<8>(0xffffffffffffffff));
  REQUIRE(writer.integer<8>(0xfedcba9876543210));
  CHECK(std::ranges::equal(writer.written(), bytes<"fffffffffffffffffedcba9876543210">));
}

TEST_CASE("A full Writer fails and writes nothing", "[rfc9846-3]") {
  constexpr auto full = [] {
    std::array<std::uint8_t, 3> buffer{};
    Writer writer(buffer);
    return writer.integer<2>(1) && writer.integer<2>(1) == fail(Error::buffer_too_small) &&
           writer.bytes(bytes<"0102">) == fail(Error::buffer_too_small) && !writer.claim(2) &&
           writer.used() == 2 && writer.bytes(bytes<"07">) &&
           std::ranges::equal(buffer, bytes<"000107">);
  };
  STATIC_REQUIRE(full());
}

TEST_CASE("A Writer puts a vector's length in front of it", "[rfc9846-3.4]") {
  constexpr auto nested = [] {
    std::array<std::uint8_t, 16> buffer{};
    Writer writer(buffer);
    const auto written = writer.vector<3>([](Writer& outer) {
      return outer.vector<2>([](Writer& inner) { return inner.bytes(bytes<"aabb">); });
    });
    return written && std::ranges::equal(writer.written(), bytes<"000004 0002 aabb">);
  };
  STATIC_REQUIRE(nested());
}

TEST_CASE("A vector that its length cannot tell is refused", "[rfc9846-3.4]") {
  std::array<std::uint8_t, 512> buffer{};
  Writer writer(buffer);
  REQUIRE(
      writer.vector<1>([](Writer& body) { return body.bytes(std::array<std::uint8_t, 255>{}); }));
  REQUIRE(writer.vector<1>([](Writer& body) {
    return body.bytes(std::array<std::uint8_t, 256>{});
  }) == fail(Error::buffer_too_small));
  Writer roomy(buffer);
  REQUIRE(roomy.vector<1>([](Writer& body) {
    return body.bytes(std::array<std::uint8_t, 256>{});
  }) == fail(Error::length_out_of_range));
}

TEST_CASE("A Writer lends its room to be filled in place", "[rfc9846-3]") {
  constexpr auto in_place = [] {
    std::array<std::uint8_t, 4> buffer{};
    Writer writer(buffer);
    const auto claimed = writer.claim(2);
    if (!claimed || writer.rest().size() != 2) return false;
    std::ranges::fill(*claimed, std::uint8_t{7});
    return std::ranges::equal(writer.written(), bytes<"0707">);
  };
  STATIC_REQUIRE(in_place());
}

}  // namespace
}  // namespace nacre::wire
