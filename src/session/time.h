// Times that can be added and compared whatever a caller's clock says.
#pragma once

#include <algorithm>
#include <chrono>

#include "nacre/session.h"

namespace nacre {

// No time is later: far enough from the end of UnixTime that a lifetime can be added.
inline constexpr UnixTime end_of_time = UnixTime{1} << 60;

// Clocks of one fleet may differ by so much.
inline constexpr UnixTime clock_difference = 60;

constexpr UnixTime within_time(UnixTime time) {
  return std::clamp<UnixTime>(time, 0, end_of_time);
}

constexpr UnixTime within_time(std::chrono::seconds span) {
  return within_time(UnixTime{span.count()});
}

}  // namespace nacre
