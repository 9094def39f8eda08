// The random value of both hellos. RFC 9846, section 4.2.2.
#pragma once

#include <array>
#include <cstdint>

namespace nacre {

using Random = std::array<std::uint8_t, 32>;

}  // namespace nacre
