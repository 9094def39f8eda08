// How long a socket may wait.
#include "connection/deadline.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace nacre {

std::chrono::steady_clock::time_point Deadline::end_of(std::chrono::milliseconds timeout) {
  constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365);
  // fault: AC-241i
  return std::chrono::steady_clock::now() +
         std::clamp(timeout, std::chrono::milliseconds(0), longest);
}

Deadline::Deadline(std::chrono::milliseconds timeout) {
  // fault: AC-241j
  if (timeout.count() != 0) end_ = end_of(timeout);
}

std::optional<std::chrono::milliseconds> Deadline::left() const {
  if (!end_) return std::nullopt;
  const auto now = std::chrono::steady_clock::now();
  return std::chrono::ceil<std::chrono::milliseconds>(std::max(*end_, now) - now);
}

Result<void> Deadline::wait(int descriptor, short events) const {
  while (true) {
    const auto remaining = left();
    const auto longest = std::chrono::milliseconds(std::numeric_limits<int>::max());
    const int milliseconds =
        remaining ? static_cast<int>(std::min(*remaining, longest).count()) : -1;
    pollfd polled{descriptor, events, 0};
    const int ready = ::poll(&polled, 1, milliseconds);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(Error::transport);
    if (ready == 0 && remaining && remaining <= longest) return fail(Error::timed_out);
  }
}

}  // namespace nacre
