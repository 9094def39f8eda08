#include "cost.h"

#include <cstdio>
#include <cstdlib>

namespace {

// Of all threads; a race would lose a few.
std::uint64_t executed = 0;

}  // namespace

// The compiler calls these at each edge, and the linker sends the calls here (CMakeLists.txt).
extern "C" {
void __wrap___sanitizer_cov_trace_pc_guard(std::uint32_t* guard);
void __wrap___sanitizer_cov_trace_pc_guard_init(std::uint32_t* start, std::uint32_t* stop);

__attribute__((no_sanitize("coverage"), no_sanitize("all"))) void
__wrap___sanitizer_cov_trace_pc_guard(std::uint32_t*) {
  ++executed;
}
void __wrap___sanitizer_cov_trace_pc_guard_init(std::uint32_t*, std::uint32_t*) {}
}

namespace nacre::fuzz {

std::uint64_t edges() {
  return executed;
}

CostBound::CostBound(std::size_t input, const Cost& cost, std::uint64_t signatures)
    : input_(input),
      allowed_(cost.fixed + cost.per_byte * input + signature_cost * signatures),
      start_(executed) {}

CostBound::~CostBound() {
  const std::uint64_t cost = executed - start_;
  static const bool prints = std::getenv("NACRE_COST") != nullptr;
  if (prints) {
    std::fprintf(stderr, "%zu bytes, %llu edges of %llu\n", input_,
                 static_cast<unsigned long long>(cost), static_cast<unsigned long long>(allowed_));
    return;
  }
  if (cost <= allowed_) return;
  std::fprintf(stderr, "an input of %zu bytes cost %llu edges; %llu are allowed\n", input_,
               static_cast<unsigned long long>(cost), static_cast<unsigned long long>(allowed_));
  std::abort();
}

}  // namespace nacre::fuzz
