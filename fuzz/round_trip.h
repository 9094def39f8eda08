// What the fuzz targets of codecs share.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "nacre/bytes.h"
#include "wire/codec.h"

namespace nacre::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

// What libFuzzer gives, as Bytes.
inline Bytes input_of(const std::uint8_t* data, std::size_t size) {
#pragma clang unsafe_buffer_usage begin
  return Bytes(data, size);
#pragma clang unsafe_buffer_usage end
}

// Whatever is accepted must be written back byte for byte, into exactly the room that it needs.
template <class T>
void round_trip(Bytes input) {
  const auto value = wire::read_all<T>(input);
  if (!value) return;
  static std::array<std::uint8_t, 1 << 18> buffer;
  require(input.size() <= buffer.size());
  wire::Writer writer(MutableBytes(buffer).first(input.size()));
  require(wire::write(writer, *value).has_value());
  require(std::ranges::equal(writer.written(), input));
  if (input.empty()) return;
  wire::Writer narrow(MutableBytes(buffer).first(input.size() - 1));
  require(wire::write(narrow, *value) == fail(Error::buffer_too_small));
}

}  // namespace nacre::fuzz
