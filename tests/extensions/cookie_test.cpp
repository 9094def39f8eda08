#include "extensions/cookie.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("A cookie is opaque and never empty", "[rfc9846-4.3.2]") {
  STATIC_REQUIRE(round_trips<Cookie>(bytes<"0002 aabb">));
  STATIC_REQUIRE(rejects_every_truncation<Cookie>(bytes<"0002 aabb">));
  STATIC_REQUIRE(rejects_trailing_data<Cookie>(bytes<"0002 aabb">));
  STATIC_REQUIRE(rejects_inflated_lengths<Cookie>(bytes<"0002 aabb">, {{0, 2}}));
  CHECK(wire::read_all<Cookie>(with_vector({}, 2, 0, {})) == fail(Error::length_out_of_range));
  CHECK(wire::read_all<Cookie>(with_vector({}, 2, 1, {})));
  CHECK(wire::read_all<Cookie>(with_vector({}, 2, 0xffff, {})));
}

}  // namespace
}  // namespace nacre
