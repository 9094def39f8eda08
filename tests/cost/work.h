// Counts work: the blocks of code that were run, of those files that tests/cost/CMakeLists.txt has
// compiled for it. The same on every machine, and under every load.
#pragma once

#include <cstdint>

namespace nacre::test {

// Until now.
std::uint64_t work();

std::uint64_t work_in(auto&& action) {
  const std::uint64_t before = work();
  action();
  return work() - before;
}

}  // namespace nacre::test
