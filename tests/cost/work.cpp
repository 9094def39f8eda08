// Counts the blocks of code that were run.
#include "cost/work.h"

namespace {
std::uint64_t counted = 0;
}  // namespace

// Called by what was compiled with -fsanitize-coverage=trace-pc.
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" void __sanitizer_cov_trace_pc() {
  ++counted;
}

namespace nacre::test {

std::uint64_t work() {
  return counted;
}

}  // namespace nacre::test
