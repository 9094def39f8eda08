// Alerts as they travel. RFC 9846, section 6.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nacre/alert.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::record {

enum class AlertLevel : std::uint8_t { warning = 1, fatal = 2 };

// What a received alert means. The level has no say in it.
enum class AlertClass : std::uint8_t {
  closure,  // close_notify: the peer sends no more
  warning,  // user_canceled: close_notify follows
  error,    // any other, unknown ones too: the connection is dead
};

constexpr AlertClass classify(AlertDescription description) noexcept {
  switch (description) {
    case AlertDescription::close_notify:
      return AlertClass::closure;
    // fault: AC-024
    case AlertDescription::user_canceled:
      // fault: AC-088a
      return AlertClass::warning;
    default:
      return AlertClass::error;
  }
}

inline constexpr std::size_t alert_size = 2;

// The content of an alert record, at the level that section 6 wants.
constexpr std::array<std::uint8_t, alert_size> encode(AlertDescription description) noexcept {
  const bool fatal = classify(description) == AlertClass::error;
  return {static_cast<std::uint8_t>(fatal ? AlertLevel::fatal : AlertLevel::warning),
          static_cast<std::uint8_t>(description)};
}

// Reads the content of an alert record, whatever its level says. Errors: bad_alert.
Result<AlertDescription> read_alert(Bytes content) noexcept NACRE_NONALLOCATING;

}  // namespace nacre::record
