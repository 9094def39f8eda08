// Memory that the application gives for one connection, handed out in blocks.
#include "crypto/arena.h"

#include <algorithm>
#include <limits>
#include <memory>

namespace nacre::crypto {

#pragma clang unsafe_buffer_usage begin
Arena* Arena::make(MutableBytes storage) noexcept {
  void* front = storage.data();
  std::size_t size = storage.size();
  if (std::align(unit, sizeof(Arena) + 2 * unit, front, size) == nullptr) return nullptr;
  constexpr std::size_t own = (sizeof(Arena) + unit - 1) / unit;
  const std::size_t most = std::numeric_limits<std::uint32_t>::max();
  auto* units = static_cast<Unit*>(front) + own;
  return std::construct_at(static_cast<Arena*>(front),
                           Arena(std::span(units, std::min(size / unit - own, most))));
}

void Arena::release(void* memory) noexcept {
  (static_cast<Unit*>(memory) - 1)->is_free.store(true, std::memory_order_release);
}
#pragma clang unsafe_buffer_usage end

Arena::Arena(std::span<Unit> units) : units_(units) {
  std::construct_at(&units_.front(), static_cast<std::uint32_t>(units.size()));
}

void* Arena::allocate(std::size_t size) noexcept {
  if (size > (units_.size() - 1) * unit) return nullptr;
  const auto wanted = static_cast<std::uint32_t>(1 + (size + unit - 1) / unit);
  for (std::size_t at = 0; at < units_.size(); at += units_[at].size) {
    if (!units_[at].is_free.load(std::memory_order_acquire)) continue;
    join_free(at);
    if (units_[at].size < wanted) continue;
    split(at, wanted);
    units_[at].is_free.store(false, std::memory_order_relaxed);
    return &units_[at + 1];
  }
  return nullptr;
}

// With the free blocks behind it.
void Arena::join_free(std::size_t at) noexcept {
  Unit& block = units_[at];
  for (std::size_t next = at + block.size; next < units_.size(); next = at + block.size) {
    if (!units_[next].is_free.load(std::memory_order_acquire)) return;
    block.size += units_[next].size;
  }
}

void Arena::split(std::size_t at, std::uint32_t size) noexcept {
  const std::uint32_t rest = units_[at].size - size;
  if (rest < 2) return;  // a head alone is of no use
  std::construct_at(&units_[at + size], rest);
  units_[at].size = size;
}

}  // namespace nacre::crypto
