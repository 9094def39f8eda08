// What a peer makes us hold or do before it has proved anything. RFC 9846, sections 4, 4.3.10, 5.1
// and 5.2.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "attacks/early_flight.h"
#include "attacks/side.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Outcome not_a_record{Error::bad_record_mac, bad_record_mac};

Side stateless() {
  return Side(server_config().stateless_retry(std::array<std::uint8_t, 32>{1, 2, 3}));
}

Octets header_of(std::size_t length) {
  return {23, 3, 3, static_cast<std::uint8_t>(length >> 8),
          static_cast<std::uint8_t>(length & 0xff)};
}

// Sides that pass over early data: one that has heard nothing, and two that have rejected some,
// with keys and without.
const std::vector<Make>& skipping() {
  static const std::vector<Make> sides{
      stateless,
      [] {
        EarlyFlight flight(EarlyFlight::Change(retry), {});
        return std::move(flight.server());
      },
      [] {
        // Without a guard no early data is taken.
        EarlyFlight flight({}, [](Resumable& pair) {
          pair.server = [&pair](ServerConfig::Builder& builder) {
            builder = server_config().ticket_keys(pair.keys).clock([] { return now; });
          };
        });
        return std::move(flight.server());
      },
  };
  return sides;
}

}  // namespace

TEST_CASE("AC-201: a record that has no room for a tag is not passed over, nor waited for",
          "[AC-201][rfc9846-4.3.10][rfc9846-5.2]") {
  for (const Make& make : skipping()) {
    for (const std::size_t length : {0U, 1U, 15U}) {
      CAPTURE(length);
      Side side = make();
      REQUIRE_FALSE(side.peer.error);
      side.take(header_of(length));
      check_refused(side, not_a_record);
    }
    Side side = make();
    for (int i = 0; i < 100; ++i) side.take(EarlyFlight::stray(16));
    CHECK_FALSE(side.peer.error);
  }
  for (const Make& make : with_keys()) {
    Side side = make();
    side.take(header_of(15));
    check_refused(side, not_a_record);
  }
}

TEST_CASE("AC-201: more early data than is passed over is refused by its header",
          "[AC-201][rfc9846-4.3.10]") {
  Side side = stateless();
  side.take(EarlyFlight::stray(16'000));
  REQUIRE_FALSE(side.peer.error);
  side.take(header_of(385));
  check_refused(side, {Error::too_much_skipped_early_data, bad_record_mac});
}

}  // namespace nacre::test
