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

constexpr Outcome misplaced{Error::unexpected_message, unexpected_message};
constexpr Outcome not_a_record{Error::bad_record_mac, bad_record_mac};
constexpr Outcome too_much{Error::too_much_skipped_early_data, bad_record_mac};

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

// All that comes of a message is its header.
void check_header(Side side, std::uint8_t type, std::size_t length, Outcome outcome) {
  CAPTURE(static_cast<int>(type), length);
  side.take(side.record(ContentType::handshake, Data{type} + number(3, length)));
  check_refused(side, outcome);
}

void check_waits(Side side, std::uint8_t type, std::size_t length) {
  CAPTURE(static_cast<int>(type), length);
  side.take(side.record(ContentType::handshake, Data{type} + number(3, length)));
  CHECK_FALSE(side.peer.error);
}

}  // namespace

TEST_CASE("AC-201: records without a byte are not passed over for ever",
          "[AC-201][rfc9846-4.3.10][rfc9846-5.2]") {
  constexpr std::size_t most = Limits{}.early_data_skipped / 16;
  for (const Make& make : skipping()) {
    Side side = make();
    for (std::size_t count = 0; count < most; ++count) side.take(header_of(0));
    REQUIRE_FALSE(side.peer.error);
    side.take(header_of(0));
    check_refused(side, too_much);
  }
  for (const Make& make : with_keys()) {
    Side side = make();
    Octets record = header_of(15);
    record.resize(record.size() + 15);
    side.take(record);
    check_refused(side, not_a_record);
  }
}

TEST_CASE("AC-201: an empty record has no place where there are neither keys nor early data",
          "[AC-201][rfc9846-5]") {
  Side side(server_config());
  side.take(header_of(0));
  check_refused(side, {Error::unexpected_record, unexpected_message});
}

TEST_CASE("AC-201: more early data than is passed over is refused by its header",
          "[AC-201][rfc9846-4.3.10]") {
  Side side = stateless();
  side.take(EarlyFlight::stray(16'000));
  REQUIRE_FALSE(side.peer.error);
  side.take(header_of(385));
  check_refused(side, too_much);
}

TEST_CASE("AC-202: a KeyUpdate that claims to be long is refused by its header",
          "[AC-202][rfc9846-4.7.3]") {
  for (const Make& make : with_application_keys()) {
    for (const std::size_t length : {2U, 65'532U}) {
      check_header(make(), 24, length, {Error::trailing_data, decode_error});
    }
    check_waits(make(), 24, 1);
  }
}

TEST_CASE("AC-202: a message that has no place after the handshake is refused by its header",
          "[AC-202][rfc9846-4.7]") {
  for (const Make& make : with_application_keys()) {
    for (const std::uint8_t type : Data{0, 1, 2, 5, 8, 11, 13, 15, 20, 25, 99, 254, 255}) {
      check_header(make(), type, 65'532, misplaced);
    }
  }
  check_header(connected_between().server, 4, 65'532, misplaced);
  check_waits(connected_between().client, 4, 65'532);
}

TEST_CASE("AC-202: a handshake waits for no message that it cannot take", "[AC-202][rfc9846-4]") {
  const auto awaited = [](std::size_t told_count) { return told(told_count).client; };
  struct State {
    Make make;
    std::vector<std::uint8_t> types;
  };
  const std::vector<State> states{
      {[] { return Side(server_config()); }, {1}},
      {[] { return retried_between().server; }, {1}},
      {[&] { return awaited(Told::nothing); }, {2}},
      {[&] { return awaited(Told::server_hello); }, {8}},
      {[&] { return awaited(Told::encrypted_extensions); }, {11, 13}},
      {[&] { return awaited(Told::certificate); }, {15}},
  };
  for (const State& state : states) {
    for (const std::uint8_t type : Data{0, 1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 25, 99, 254}) {
      if (std::ranges::find(state.types, type) == state.types.end()) {
        check_header(state.make(), type, 60'000, misplaced);
      } else {
        check_waits(state.make(), type, 60'000);
      }
    }
  }
}

TEST_CASE("AC-202: Finished and EndOfEarlyData are as long as they may be",
          "[AC-202][rfc9846-4.5.3][rfc9846-4.6]") {
  constexpr Outcome wrong{Error::bad_finished, decrypt_error};
  check_header(told(Told::certificate_verify).client, 20, 60'000, wrong);
  check_header(told(Told::certificate_verify).client, 20, 49, wrong);
  check_waits(told(Told::certificate_verify).client, 20, 48);
  check_header(told(Told::nothing).server, 20, 60'000, wrong);
  EarlyFlight flight;
  REQUIRE(flight.is_accepted());
  flight.server().take(flight.keys->record(ContentType::handshake, Octets{5, 0, 0, 1}));
  check_refused(flight.server(), {Error::trailing_data, decode_error});
}

}  // namespace nacre::test
