// How long a socket may wait. Zero: without bound.
#pragma once

#include <chrono>
#include <optional>

#include "nacre/try.h"

namespace nacre {

class Deadline {
 public:
  // When so much time has passed: a year at most, and at once where it is negative.
  static std::chrono::steady_clock::time_point end_of(std::chrono::milliseconds timeout);

  explicit Deadline(std::chrono::milliseconds timeout);
  explicit Deadline(std::chrono::steady_clock::time_point end) : end_(end) {}

  // The time that is left. Nothing: no bound.
  std::optional<std::chrono::milliseconds> left() const;
  // Waits until `descriptor` is ready for `events` of poll(2). Errors: timed_out, transport.
  Result<void> wait(int descriptor, short events) const;

 private:
  std::optional<std::chrono::steady_clock::time_point> end_;
};

}  // namespace nacre
