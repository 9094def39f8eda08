// Letters and digits of ASCII, whatever the locale. RFC 4343, section 3.
#pragma once

namespace nacre::crypto {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace nacre::crypto
