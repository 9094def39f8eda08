// Hexadecimal text and bytes, for vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/bytes.h"

namespace nacre::test {

// Bytes of hexadecimal digits; white space between bytes is skipped. Throws on anything else.
inline std::vector<std::uint8_t> unhex(std::string_view text) {
  const auto digit = [](char letter) -> unsigned {
    constexpr std::string_view digits = "0123456789abcdef";
    const char lower = letter >= 'A' && letter <= 'F' ? static_cast<char>(letter + 32) : letter;
    const std::size_t value = digits.find(lower);
    if (value == std::string_view::npos) throw std::invalid_argument("not hexadecimal");
    return static_cast<unsigned>(value);
  };
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\n') {
      ++at;
      continue;
    }
    bytes.push_back(static_cast<std::uint8_t>(digit(text[at]) << 4 | digit(text.at(at + 1))));
    at += 2;
  }
  return bytes;
}

inline std::string hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace nacre::test
