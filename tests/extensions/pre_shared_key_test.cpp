// The pre_shared_key extension. RFC 9846, section 4.3.11.
#include "extensions/pre_shared_key.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <iterator>
#include <vector>

#include "support/encoding.h"
#include "support/hex.h"

namespace nacre {
namespace {

using test::bytes;

// `identities` of one byte each, and `binders` of 32.
std::vector<std::uint8_t> offered(std::uint8_t identities, std::uint8_t binders) {
  std::vector<std::uint8_t> data{0, static_cast<std::uint8_t>(7 * identities)};
  for (std::uint8_t i = 0; i < identities; ++i) {
    for (const int octet : {0, 1, 0x61 + i, 0, 0, 0, 7}) {
      data.push_back(static_cast<std::uint8_t>(octet));
    }
  }
  data.push_back(0);
  data.push_back(static_cast<std::uint8_t>(33 * binders));
  for (std::uint8_t i = 0; i < binders; ++i) {
    data.push_back(32);
    data.resize(data.size() + 32, i);
  }
  return data;
}

TEST_CASE("Identities and binders are read in their order", "[rfc9846-4.3.11]") {
  const auto data = offered(3, 3);
  const auto psks = wire::read_all<OfferedPsks>(data);
  REQUIRE(psks);
  CHECK(psks->check());
  CHECK(psks->binders_size() == 2 + 3 * 33);
  std::uint8_t next = 0x61;
  for (const PskIdentity& offered_psk : psks->identities) {
    CHECK(offered_psk.identity.bytes.front() == next++);
    CHECK(offered_psk.obfuscated_ticket_age == 7);
  }
  CHECK(next == 0x64);
}

TEST_CASE("There are as many binders as identities", "[rfc9846-4.3.11]") {
  for (std::uint8_t identities = 1; identities < 4; ++identities) {
    for (std::uint8_t binders = 1; binders < 4; ++binders) {
      const auto data = offered(identities, binders);
      const auto psks = wire::read_all<OfferedPsks>(data);
      REQUIRE(psks);
      if (identities == binders) {
        CHECK(psks->check());
      } else {
        CHECK(psks->check() == fail(Error::binder_count));
      }
    }
  }
}

TEST_CASE("An offer has at least one identity and one binder of 32 bytes", "[rfc9846-4.3.11]") {
  CHECK(wire::read_all<OfferedPsks>(offered(0, 1)) == fail(Error::length_out_of_range));
  CHECK(wire::read_all<OfferedPsks>(offered(1, 0)) == fail(Error::length_out_of_range));
  auto empty_identity = offered(1, 1);
  empty_identity.at(3) = 0;
  CHECK_FALSE(wire::read_all<OfferedPsks>(empty_identity));
  auto short_binder = offered(1, 1);
  short_binder.at(11) = 31;
  CHECK_FALSE(wire::read_all<OfferedPsks>(short_binder));
}

}  // namespace
}  // namespace nacre
