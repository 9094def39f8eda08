// EndOfEarlyData. RFC 9846, section 4.6.
#pragma once

#include <cstddef>

#include "nacre/error.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct EndOfEarlyData {
  static constexpr auto type = HandshakeType::end_of_early_data;
  static constexpr std::size_t longest = 0;
  static constexpr auto too_long = Error::trailing_data;

  static constexpr auto wire = wire::fields();

  friend constexpr bool operator==(const EndOfEarlyData&, const EndOfEarlyData&) = default;
};

}  // namespace nacre
