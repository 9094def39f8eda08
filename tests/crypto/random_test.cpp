// Randomness fills what it is given.
#include "crypto/random.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>

using namespace nacre;

TEST_CASE("random bytes differ from draw to draw and reach every byte", "[crypto][rfc9846-c.1]") {
  std::array<std::uint8_t, 64> a{};
  std::array<std::uint8_t, 64> b{};
  std::array<bool, 64> set{};
  for (int draw = 0; draw < 20; ++draw) {
    crypto::random_bytes(a);
    crypto::random_bytes(b);
    REQUIRE(a != b);
    for (std::size_t at = 0; at < a.size(); ++at) set.at(at) = set.at(at) || a.at(at) != 0;
  }
  CHECK(std::ranges::all_of(set, [](bool reached) { return reached; }));
  crypto::random_bytes({});
}
