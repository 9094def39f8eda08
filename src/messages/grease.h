// Values that are reserved to mean nothing, so that peers stay used to the unknown. RFC 8701.
#pragma once

#include <cstdint>
#include <type_traits>

namespace nacre {

// The `index`th of the 16 values, modulo 16: 0x0a0a, 0x1a1a, ... 0xfafa. For cipher suites,
// extensions, named groups, signature schemes and versions.
template <class T>
  requires std::is_same_v<std::underlying_type_t<T>, std::uint16_t>
constexpr T grease(std::uint8_t index) {
  return static_cast<T>(0x0a0a + 0x1010 * (index % 16));
}

template <class T>
  requires std::is_same_v<std::underlying_type_t<T>, std::uint16_t>
constexpr bool is_grease(T value) {
  const auto number = static_cast<std::uint16_t>(value);
  return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
}

}  // namespace nacre
