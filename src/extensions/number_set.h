// A set of 16-bit code points.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace nacre {

// One bit for each code point: 8 KiB, so that looking for duplicates costs the same for each value,
// whatever a peer sends.
class NumberSet {
 public:
  // Adds `value`. Returns false when it was there already.
  constexpr bool add(auto value) {
    const auto number = static_cast<std::uint16_t>(value);
    std::uint64_t& word = words_.at(number / 64);
    const std::uint64_t bit = std::uint64_t{1} << number % 64;
    if ((word & bit) != 0) return false;
    word |= bit;
    return true;
  }

 private:
  std::array<std::uint64_t, 65'536 / 64> words_{};
};

// Whether no number occurs twice in `values`, or in what `number` makes of each.
template <class Number = std::identity>
constexpr bool all_distinct(const auto& values, Number number = {}) {
  NumberSet seen;
  for (const auto& value : values) {
    if (!seen.add(std::invoke(number, value))) return false;
  }
  return true;
}

}  // namespace nacre
