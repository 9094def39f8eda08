#include "extensions/psk_key_exchange_modes.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("psk_key_exchange_modes is a list, never empty", "[rfc9846-4.3.9]") {
  using T = PskKeyExchangeModes;
  STATIC_REQUIRE(round_trips<T>(bytes<"02 01 0b">));
  STATIC_REQUIRE(rejects_every_truncation<T>(bytes<"02 01 0b">));
  STATIC_REQUIRE(rejects_trailing_data<T>(bytes<"02 01 0b">));
  STATIC_REQUIRE(wire::read_all<T>(bytes<"00">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(
      contains(wire::read_all<T>(bytes<"02 01 0b">)->ke_modes, PskKeyExchangeMode::psk_dhe_ke));
}

}  // namespace
}  // namespace nacre
