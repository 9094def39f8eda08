// Views of bytes. A view never owns: whoever hands one out says how long it lives.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "nacre/attributes.h"

namespace nacre {

// Bytes that are read.
using Bytes = std::span<const std::uint8_t>;
// Bytes that may be written.
using MutableBytes = std::span<std::uint8_t>;

// Text as bytes, and bytes as text. Neither copies: the result lives as long as its argument.
NACRE_API Bytes bytes_of(std::string_view text NACRE_LIFETIMEBOUND);
NACRE_API std::string_view text_of(Bytes bytes NACRE_LIFETIMEBOUND);

}  // namespace nacre
