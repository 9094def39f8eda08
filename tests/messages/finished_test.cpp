#include "messages/finished.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("Finished is its verify_data, however long", "[rfc9846-4.5.3]") {
  STATIC_REQUIRE(round_trips<Finished>(Bytes()));
  STATIC_REQUIRE(round_trips<Finished>(bytes<"0102030405060708">));
  STATIC_REQUIRE(wire::read_all<Finished>(bytes<"010203">)->verify_data.bytes.size() == 3);
}

}  // namespace
}  // namespace nacre
