#include "messages/end_of_early_data.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("EndOfEarlyData is empty", "[rfc9846-4.6]") {
  STATIC_REQUIRE(round_trips<EndOfEarlyData>(Bytes()));
  STATIC_REQUIRE(wire::read_all<EndOfEarlyData>(bytes<"00">) == fail(Error::trailing_data));
}

}  // namespace
}  // namespace nacre
