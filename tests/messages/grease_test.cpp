#include "messages/grease.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "nacre/names.h"

namespace nacre {
namespace {

// As RFC 8701, section 2, lists them.
constexpr std::array<std::uint16_t, 16> values{0x0a0a, 0x1a1a, 0x2a2a, 0x3a3a, 0x4a4a, 0x5a5a,
                                               0x6a6a, 0x7a7a, 0x8a8a, 0x9a9a, 0xaaaa, 0xbaba,
                                               0xcaca, 0xdada, 0xeaea, 0xfafa};

TEST_CASE("There are sixteen GREASE values, and no other", "[rfc8701-2]") {
  int found = 0;
  for (std::uint32_t value = 0; value <= 0xffff; ++value) {
    found += is_grease(static_cast<NamedGroup>(value)) ? 1 : 0;
  }
  CHECK(found == 16);
  for (const std::uint16_t value : values) CHECK(is_grease(static_cast<ExtensionType>(value)));
}

TEST_CASE("An index gives each GREASE value, and wraps", "[rfc8701-2]") {
  for (std::uint8_t i = 0; i < 16; ++i) {
    CHECK(grease<CipherSuite>(i) == static_cast<CipherSuite>(values.at(i)));
  }
  STATIC_REQUIRE(grease<CipherSuite>(16) == grease<CipherSuite>(0));
  STATIC_REQUIRE(grease<CipherSuite>(255) == grease<CipherSuite>(15));
}

}  // namespace
}  // namespace nacre
