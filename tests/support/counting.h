// Counts allocations, BoringSSL's with ours: malloc itself is replaced. Not under the sanitizers
// and valgrind, which replace it too.
#pragma once

#include <cstddef>

#include "support/sweep.h"

#if defined(NACRE_WATCHED) || defined(NACRE_VALGRIND) || !defined(__GLIBC__)
#define NACRE_OTHER_MALLOC 1
#endif

namespace nacre::test {

// Of this thread, until now: how many, and how much in all, whether it was given back or not.
std::size_t allocations();
std::size_t allocated_bytes();

std::size_t allocations_in(auto&& action) {
  const std::size_t before = allocations();
  action();
  return allocations() - before;
}

std::size_t allocated_bytes_in(auto&& action) {
  const std::size_t before = allocated_bytes();
  action();
  return allocated_bytes() - before;
}

}  // namespace nacre::test
