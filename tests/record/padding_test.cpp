// How much to pad a record. RFC 9846, section 5.4.
#include "record/padding.h"

#include <catch2/catch_test_macros.hpp>

using namespace nacre;
using namespace nacre::record;

TEST_CASE("padding to a block fills content up to its multiple", "[rfc9846-5.4]") {
  for (std::size_t block = 2; block <= 300; ++block) {
    for (std::size_t length = 0; length <= 700; length += 7) {
      const std::size_t padding = padding_for({.block = block}, length, 16'384);
      if ((length + padding) % block != 0 || padding >= block) {
        FAIL("block " << block << ", length " << length << ": " << padding);
      }
    }
  }
}

TEST_CASE("no block, or one of a byte, pads nothing", "[rfc9846-5.4]") {
  for (const std::size_t length : {0u, 1u, 100u, 16'384u}) {
    CHECK(padding_for({}, length, 16'384) == 0);
    CHECK(padding_for({.block = 1}, length, 16'384) == 0);
  }
}

TEST_CASE("padding is cut to the room", "[rfc9846-5.4][rfc8449-4]") {
  CHECK(padding_for({.block = 1'000}, 1, 16'384) == 999);
  CHECK(padding_for({.block = 1'000}, 1, 998) == 998);
  CHECK(padding_for({.block = 1'000}, 1, 0) == 0);
}

TEST_CASE("the user's function goes before the block, and is cut too", "[rfc9846-5.4]") {
  std::size_t asked = 0;
  const PaddingFunction function = [&](std::size_t length) {
    asked = length;
    return length * 2;
  };
  CHECK(padding_for({.block = 16, .function = &function}, 100, 16'384) == 200);
  CHECK(asked == 100);
  CHECK(padding_for({.block = 16, .function = &function}, 100, 150) == 150);
  const PaddingFunction none;
  CHECK(padding_for({.block = 16, .function = &none}, 10, 150) == 6);
}
