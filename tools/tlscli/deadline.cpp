// Waiting, with a bound.
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "tlscli/net.h"

namespace nacre::tlscli {

Deadline Deadline::after(double seconds) {
  constexpr double year = 365.0 * 24 * 3600;
  const std::chrono::duration<double> span(std::clamp(seconds, 0.0, year));
  return Deadline(std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(span));
}

int Deadline::poll_timeout() const {
  if (at_ == SteadyTime::max()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 86'400'000));
}

bool wait_for(int descriptor, short events, int stop, Deadline deadline) {
  std::array<pollfd, 2> ready{{{.fd = descriptor, .events = events, .revents = 0},
                               {.fd = stop, .events = POLLIN, .revents = 0}}};
  while (true) {
    const int count = ::poll(ready.data(), ready.size(), deadline.poll_timeout());
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return true;  // the next call on the socket tells
    if (deadline.has_passed()) return false;
  }
}

}  // namespace nacre::tlscli
