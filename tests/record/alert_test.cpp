// Alerts as they travel. RFC 9846, section 6.
#include "record/alert.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "nacre/error.h"
#include "record/support.h"

using namespace nacre;
using namespace nacre::record;

TEST_CASE("the level of an alert says nothing about its class", "[rfc9846-6][rfc9846-6-5c6247]") {
  for (unsigned level = 0; level <= 0xff; ++level) {
    const std::array<std::uint8_t, 2> content{static_cast<std::uint8_t>(level), 40};
    CHECK(gives(read_alert(content), AlertDescription::handshake_failure));
  }
  CHECK(classify(AlertDescription::handshake_failure) == AlertClass::error);
}

TEST_CASE("every alert but close_notify and user_canceled is an error, unknown ones too",
          "[rfc9846-6][rfc9846-6.1][rfc9846-6.2][rfc9846-6-2e70bb]") {
  for (unsigned value = 0; value <= 0xff; ++value) {
    const AlertClass expected = value == 0    ? AlertClass::closure
                                : value == 90 ? AlertClass::warning
                                              : AlertClass::error;
    CAPTURE(value);
    CHECK(classify(static_cast<AlertDescription>(value)) == expected);
  }
}

TEST_CASE("an alert is exactly two bytes", "[rfc9846-5.1][rfc9846-6][rfc9846-5.1-a61020]") {
  for (std::size_t size = 0; size <= 8; ++size) {
    const std::vector<std::uint8_t> content(size, 1);
    CAPTURE(size);
    CHECK(read_alert(content).has_value() == (size == 2));
  }
  CHECK(read_alert({}) == fail(Error::bad_alert));
}

TEST_CASE("an alert is sent at the level that its class wants",
          "[rfc9846-6][rfc9846-6.1][rfc9846-6-5c6247][rfc9846-6.1-277dde]") {
  using Encoded = std::array<std::uint8_t, 2>;
  CHECK(encode(AlertDescription::close_notify) == Encoded{1, 0});
  CHECK(encode(AlertDescription::user_canceled) == Encoded{1, 90});
  for (unsigned value = 1; value <= 0xff; ++value) {
    if (value == 90) continue;
    const auto number = static_cast<std::uint8_t>(value);
    CHECK(encode(static_cast<AlertDescription>(number)) == Encoded{2, number});
  }
}

TEST_CASE("a sent alert reads back", "[rfc9846-6]") {
  for (unsigned value = 0; value <= 0xff; ++value) {
    const auto description = static_cast<AlertDescription>(value);
    CHECK(gives(read_alert(encode(description)), description));
  }
}
