#include "extensions/number_set.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("A NumberSet takes each 16-bit value once") {
  NumberSet set;
  for (std::uint32_t value = 0; value <= 0xffff; ++value) {
    if (!set.add(static_cast<std::uint16_t>(value))) FAIL(value);
  }
  for (std::uint32_t value = 0; value <= 0xffff; ++value) {
    if (set.add(static_cast<std::uint16_t>(value))) FAIL(value);
  }
}

TEST_CASE("Distinct values are told from repeated ones") {
  CHECK(all_distinct(std::array{1, 2, 3}));
  CHECK(all_distinct(std::array{0, 64, 65'535}));
  CHECK_FALSE(all_distinct(std::array{1, 2, 1}));
}

}  // namespace
}  // namespace nacre
