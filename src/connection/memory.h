// Objects of the connection on the heap: wiped when they go, and null where there is no memory.
#pragma once

#include <cstddef>

#include "crypto/box.h"

namespace nacre {

// make_unique<T>() of a T derived from this is null when the allocation fails.
struct OnWipedHeap {
  static void* operator new(std::size_t size) noexcept { return crypto::allocate(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    crypto::release(memory, size);
  }
};

}  // namespace nacre
