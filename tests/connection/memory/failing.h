// Memory that fails.
#pragma once

#include <atomic>
#include <cstddef>

namespace nacre::test {

// So many more of the calls of `new` succeed, and the one behind them throws; negative: all
// succeed.
extern volatile std::atomic<std::ptrdiff_t> until_failure;

}  // namespace nacre::test
