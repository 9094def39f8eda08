// How long a socket may wait.
#include "connection/deadline.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace nacre {

Deadline::Deadline(std::chrono::milliseconds timeout) {
  if (timeout.count() > 0) end_ = std::chrono::steady_clock::now() + timeout;
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
