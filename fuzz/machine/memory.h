// Memory that is counted, and fails: the linker puts these in the place of malloc and its kin, for
// the objects of the library and of its library of cryptography.
#pragma once

#include <cstddef>

namespace nacre::machine {

// Of this thread's allocations from now on, so many succeed and the one behind them fails, once.
// Negative: all succeed.
void fail_allocation_after(std::ptrdiff_t count);
// Whether one has failed since.
bool has_failed();
// Bytes that this thread has taken and not returned; less than 0 where it returned another's.
std::ptrdiff_t held();

}  // namespace nacre::machine
