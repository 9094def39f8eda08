#include "extensions/early_data.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("early_data is empty in hellos", "[rfc9846-4.3.10]") {
  STATIC_REQUIRE(round_trips<EarlyDataIndication>(Bytes()));
  STATIC_REQUIRE(wire::read_all<EarlyDataIndication>(bytes<"00">) == fail(Error::trailing_data));
}

TEST_CASE("early_data is a number in a ticket", "[rfc9846-4.3.10]") {
  using T = EarlyDataInTicket;
  STATIC_REQUIRE(round_trips<T>(bytes<"00004000">));
  STATIC_REQUIRE(rejects_every_truncation<T>(bytes<"00004000">));
  STATIC_REQUIRE(rejects_trailing_data<T>(bytes<"00004000">));
  STATIC_REQUIRE(wire::read_all<T>(bytes<"ffffffff">)->max_early_data_size == 0xffffffff);
}

}  // namespace
}  // namespace nacre
