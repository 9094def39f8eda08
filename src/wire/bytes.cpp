// Views of bytes and of text. Characters and bytes are of one size, and either may be looked at as
// the other.
#include "nacre/bytes.h"

namespace nacre {

// The length is that of the view itself: nothing can be overrun that was not before.
#pragma clang unsafe_buffer_usage begin

Bytes bytes_of(std::string_view text) {
  const void* const data = text.data();
  return Bytes(static_cast<const std::uint8_t*>(data), text.size());
}

std::string_view text_of(Bytes bytes) {
  const void* const data = bytes.data();
  return std::string_view(static_cast<const char*>(data), bytes.size());
}

#pragma clang unsafe_buffer_usage end

}  // namespace nacre
