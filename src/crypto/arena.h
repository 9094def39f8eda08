// Memory that the application gives for one connection, handed out in blocks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "nacre/bytes.h"

namespace nacre::crypto {

// One thread allocates at a time; any thread releases. It has nothing to destroy.
class Arena {
 public:
  // What stands before each block, and what a block's size is rounded up to.
  static constexpr std::size_t unit = 16;

  // At the front of `storage`, the rest of which it hands out. Null where that is too small.
  static Arena* make(MutableBytes storage) noexcept;

  // `size` bytes aligned for any object, or null. The first place that is large enough: what lies
  // free between blocks may be too small for anything.
  void* allocate(std::size_t size) noexcept;
  // Returns what allocate() gave, wiped.
  static void release(void* memory) noexcept;

 private:
  // The head of a block, which lies in the units behind it.
  struct alignas(unit) Unit {
    explicit Unit(std::uint32_t units) : size(units) {}
    std::uint32_t size;  // in units, this one included
    std::atomic<bool> is_free = true;
  };
  static_assert(sizeof(Unit) == unit);

  explicit Arena(std::span<Unit> units);
  void join_free(std::size_t at) noexcept;
  void split(std::size_t at, std::uint32_t size) noexcept;

  // Only heads are objects of this type: the first, and each that the one before leads to.
  std::span<Unit> units_;
};

}  // namespace nacre::crypto
