#include "extensions/offered_set.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("An OfferedSet holds what was added, and nothing else", "[rfc9846-4.3]") {
  OfferedSet offered;
  offered.add(ExtensionType::key_share);
  offered.add(static_cast<ExtensionType>(0x7a7a));
  for (std::uint32_t value = 0; value <= 0xffff; ++value) {
    const bool expected = value == 51 || value == 0x7a7a;
    if (offered.contains(static_cast<ExtensionType>(value)) != expected) FAIL(value);
  }
}

TEST_CASE("An OfferedSet is taken from a block of extensions", "[rfc9846-4.3]") {
  constexpr auto offered =
      OfferedSet::of(*Extensions::from_encoding(bytes<"002b 0003 020304 0a0a 0000">));
  STATIC_REQUIRE(offered.contains(ExtensionType::supported_versions));
  STATIC_REQUIRE(offered.contains(static_cast<ExtensionType>(0x0a0a)));
  STATIC_REQUIRE_FALSE(offered.contains(ExtensionType::key_share));
  STATIC_REQUIRE_FALSE(OfferedSet().contains(ExtensionType::server_name));
}

TEST_CASE("An OfferedSet has room for four types that Nacre does not know", "[rfc9846-4.3]") {
  OfferedSet offered;
  for (const int type : {0x0a0a, 0x1a1a, 0x0a0a, 0xfe0d, 0x2a2a, 0x0a0a}) {
    offered.add(static_cast<ExtensionType>(type));
  }
  CHECK(offered.contains(static_cast<ExtensionType>(0x2a2a)));
  CHECK_FALSE(offered.contains(static_cast<ExtensionType>(0)));
}

}  // namespace
}  // namespace nacre
