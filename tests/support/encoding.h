// Encodings for tests: hexadecimal literals, and what every codec must do with one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "nacre/bytes.h"
#include "nacre/error.h"
#include "wire/codec.h"

namespace nacre::test {

template <std::size_t N>
struct Literal {
  consteval Literal(const char (&literal)[N]) { std::ranges::copy(literal, text.begin()); }
  constexpr std::string_view view() const { return {text.data(), N - 1}; }
  std::array<char, N> text{};
};

constexpr std::uint8_t digit_value(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

// The bytes that `text` spells: bytes<"0303 00 ff">. Blanks are skipped.
template <Literal text>
inline constexpr auto bytes = [] {
  constexpr auto count = [] {
    return static_cast<std::size_t>(
        std::ranges::count_if(text.view(), [](char c) { return c != ' '; }));
  }();
  static_assert(count % 2 == 0);
  std::array<std::uint8_t, count / 2> result{};
  std::size_t digits = 0;
  for (const char c : text.view()) {
    if (c == ' ') continue;
    std::uint8_t& byte = result.at(digits / 2);
    byte = static_cast<std::uint8_t>(byte << 4 | digit_value(c));
    ++digits;
  }
  return result;
}();

// Whether `error` is one of those that decode_error stands for.
constexpr bool is_decode_error(Error error) {
  return error == Error::truncated || error == Error::trailing_data ||
         error == Error::length_out_of_range;
}

template <class T>
constexpr bool round_trips(Bytes encoding) {
  const auto value = wire::read_all<T>(encoding);
  if (!value) return false;
  std::array<std::uint8_t, 512> buffer{};
  wire::Writer writer(buffer);
  return wire::write(writer, *value) && std::ranges::equal(writer.written(), encoding);
}

// Whether each proper prefix of `encoding` is refused for being cut short.
template <class T>
constexpr bool rejects_every_truncation(Bytes encoding) {
  for (std::size_t size = 0; size < encoding.size(); ++size) {
    if (wire::read_all<T>(encoding.first(size)) != fail(Error::truncated)) return false;
  }
  return true;
}

// Where a length stands in an encoding, and in how many bytes.
struct LengthField {
  std::size_t offset;
  std::size_t width;
};

// Whether `encoding` is refused when any of its lengths is one more, or as large as can be.
template <class T, std::size_t Size>
constexpr bool rejects_inflated_lengths(const std::array<std::uint8_t, Size>& encoding,
                                        std::initializer_list<LengthField> lengths) {
  for (const LengthField& length : lengths) {
    auto one_more = encoding;
    ++one_more.at(length.offset + length.width - 1);
    auto largest = encoding;
    for (std::size_t i = 0; i < length.width; ++i) largest.at(length.offset + i) = 0xff;
    for (const auto& inflated : {one_more, largest}) {
      const auto value = wire::read_all<T>(inflated);
      if (value || !is_decode_error(value.error())) return false;
    }
  }
  return true;
}

// What one more byte behind a well-formed encoding gives.
template <class T, std::size_t Size>
constexpr bool rejects_trailing_data(const std::array<std::uint8_t, Size>& encoding) {
  std::array<std::uint8_t, Size + 1> longer{};
  std::ranges::copy(encoding, longer.begin());
  return wire::read_all<T>(longer) == fail(Error::trailing_data);
}

// `before`, a vector of `size` times `fill` whose length takes `width` bytes, and `after`.
inline std::vector<std::uint8_t> with_vector(Bytes before, std::size_t width, std::size_t size,
                                             Bytes after, std::uint8_t fill = 0x61) {
  std::vector<std::uint8_t> encoding(before.begin(), before.end());
  for (std::size_t i = 1; i <= width; ++i) {
    encoding.push_back(static_cast<std::uint8_t>(size >> (8 * (width - i)) & 0xff));
  }
  encoding.insert(encoding.end(), size, fill);
  encoding.insert(encoding.end(), after.begin(), after.end());
  return encoding;
}

}  // namespace nacre::test
