// A set of 16-bit code points.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "nacre/attributes.h"

namespace nacre {

// One bit for each code point: 8 KiB, so that looking for duplicates costs the same for each value,
// whatever a peer sends. Few of them are ever touched: a word has a value once `known_` says so.
class NumberSet {
 public:
  // Not `= default`, which would zero the words.
  // NOLINTNEXTLINE(modernize-use-equals-default,cppcoreguidelines-pro-type-member-init)
  constexpr NumberSet() {}

  // Adds `value`. Returns false when it was there already.
  constexpr bool add(auto value) {
    const auto number = static_cast<std::uint16_t>(value);
    std::uint64_t& word = words_.at(number / bits);
    if (set_bit(known_.at(number / bits / bits), number / bits)) word = 0;
    return set_bit(word, number);
  }

  constexpr bool contains(auto value) const {
    const auto number = static_cast<std::uint16_t>(value);
    return has_bit(known_.at(number / bits / bits), number / bits) &&
           has_bit(words_.at(number / bits), number);
  }

 private:
  static constexpr std::size_t bits = 64;  // in a word

  static constexpr bool has_bit(std::uint64_t word, std::size_t number) {
    return (word >> number % bits & 1) != 0;
  }

  // Whether the bit was not set.
  static constexpr bool set_bit(std::uint64_t& word, std::size_t number) {
    const std::uint64_t bit = std::uint64_t{1} << number % bits;
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

  std::array<std::uint64_t, 65'536 / bits> words_;
  std::array<std::uint64_t, 65'536 / bits / bits> known_{};
};

// Whether no number occurs twice in `values`, or in what `number` makes of each.
template <class Number = std::identity>
constexpr bool all_distinct(const auto& values, Number number = {}) {
  NACRE_UNINITIALIZED NumberSet seen;
  for (const auto& value : values) {
    if (!seen.add(std::invoke(number, value))) return false;
  }
  return true;
}

}  // namespace nacre
