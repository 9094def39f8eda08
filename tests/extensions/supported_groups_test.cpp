#include "extensions/supported_groups.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>

#include "nacre/try.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"0006 11ec 001d 0a0a">;

constexpr Result<void> check(Bytes data) {
  TRY(const auto groups, wire::read_all<SupportedGroups>(data));
  return groups.check();
}

TEST_CASE("supported_groups is read and written back unchanged", "[rfc9846-4.3.7]") {
  using T = SupportedGroups;
  STATIC_REQUIRE(round_trips<T>(encoding));
  STATIC_REQUIRE(rejects_every_truncation<T>(encoding));
  STATIC_REQUIRE(rejects_trailing_data<T>(encoding));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(encoding, {{0, 2}}));
}

TEST_CASE("The list of groups keeps its bounds", "[rfc9846-4.3.7]") {
  const auto groups = [](std::size_t size) {
    return wire::read_all<SupportedGroups>(with_vector({}, 2, size, {}));
  };
  CHECK(groups(0) == fail(Error::length_out_of_range));
  CHECK(groups(1) == fail(Error::length_out_of_range));
  CHECK(groups(2));
  CHECK(groups(0xfffe));
  CHECK(groups(0xffff) == fail(Error::truncated));
}

TEST_CASE("No group is listed twice", "[rfc9846-4.3.7][rfc9846-4.3.7-a0c94c]") {
  CHECK(check(encoding));
  CHECK(check(bytes<"0006 001d 11ec 001d">) == fail(Error::duplicate_value));
  CHECK(check(bytes<"0004 fafa fafa">) == fail(Error::duplicate_value));
}

TEST_CASE("Groups are written in the order of preference", "[rfc9846-4.3.7]") {
  std::array<std::uint8_t, 16> buffer{};
  wire::Writer writer(buffer);
  REQUIRE(write_extension_of<SupportedGroups>(
      writer, std::array{NamedGroup::x25519_mlkem768, NamedGroup::x25519}));
  CHECK(std::ranges::equal(writer.written(), bytes<"000a 0006 0004 11ec 001d">));
}

}  // namespace
}  // namespace nacre
