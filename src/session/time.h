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

// What a peer has proved of itself: by CertificateVerify, or by an external PSK.
struct ProvedTime {
  UnixTime at = 0;
  UnixTime valid_until = end_of_time;  // that is still believed: the path's earliest notAfter

  // Whether it counts at `now`, where it does for `age` at most.
  constexpr bool is_fresh(UnixTime now, std::chrono::seconds age) const {
    now = within_time(now);
    return at - clock_difference <= now && now < end(age);
  }
  // From when on it does not.
  constexpr UnixTime end(std::chrono::seconds age) const {
    // fault: AC-140a AC-141a
    return std::min(within_time(within_time(at) + within_time(age)), within_time(valid_until) + 1);
  }
};

}  // namespace nacre
