// What holds for staples, ours and a peer's. RFC 9846, section 4.5.1.1.
#pragma once

#include <cstddef>

#include "wire/codec.h"

namespace nacre {

// opaque SerializedSCT<1..2^16-1>; SerializedSCT sct_list<1..2^16-1>. RFC 6962, section 3.3.
using TimestampList = wire::Vector<wire::Opaque<1, 0xffff>, 1, 0xffff>;

// What fits in the extension block of a leaf, with what stands around both staples.
inline constexpr std::size_t max_staples = 0xffff - 16;

}  // namespace nacre
