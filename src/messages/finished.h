// Finished. RFC 9846, section 4.5.3.
#pragma once

#include <cstddef>

#include "nacre/error.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

// verify_data is as long as the transcript hash: whoever compares it checks that.
struct Finished {
  static constexpr auto type = HandshakeType::finished;
  static constexpr std::size_t longest = 48;  // of our hashes
  static constexpr auto too_long = Error::bad_finished;

  wire::Remainder verify_data;

  static constexpr auto wire = wire::fields(&Finished::verify_data);

  friend constexpr bool operator==(const Finished&, const Finished&) = default;
};

}  // namespace nacre
