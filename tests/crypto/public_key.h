// The public half of a key share.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <vector>

#include "crypto/key_exchange.h"

namespace nacre::test {

inline std::vector<std::uint8_t> public_key(const crypto::KeyShare& share) {
  std::vector<std::uint8_t> key(share.public_key_size());
  REQUIRE(share.write_public_key(key));
  return key;
}

}  // namespace nacre::test
