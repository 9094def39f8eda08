#include "messages/key_update.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"01">;

TEST_CASE("KeyUpdate is read and written back unchanged", "[rfc9846-4.7.3]") {
  STATIC_REQUIRE(round_trips<KeyUpdate>(encoding));
}

TEST_CASE("KeyUpdate is rejected wherever it is cut short", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_every_truncation<KeyUpdate>(encoding));
}

TEST_CASE("KeyUpdate ends where its last field does", "[rfc9846-4.7.3]") {
  STATIC_REQUIRE(rejects_trailing_data<KeyUpdate>(encoding));
}

TEST_CASE("KeyUpdate asks for an answer or does not", "[rfc9846-4.7.3]") {
  STATIC_REQUIRE(wire::read_all<KeyUpdate>(bytes<"00">)->request_update ==
                 KeyUpdateRequest::update_not_requested);
  STATIC_REQUIRE(wire::read_all<KeyUpdate>(bytes<"01">)->request_update ==
                 KeyUpdateRequest::update_requested);
}

TEST_CASE("KeyUpdate with any other value is refused", "[rfc9846-4.7.3]") {
  constexpr auto refused = [] {
    for (unsigned value = 2; value < 256; ++value) {
      const std::array message{static_cast<std::uint8_t>(value)};
      if (wire::read_all<KeyUpdate>(message) != fail(Error::bad_key_update)) return false;
    }
    return true;
  };
  STATIC_REQUIRE(refused());
}

}  // namespace
}  // namespace nacre
