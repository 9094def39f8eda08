// How much to pad a record. RFC 9846, section 5.4.
#pragma once

#include <cstddef>

#include "nacre/config.h"

namespace nacre::record {

// What a config says about padding; both empty: none.
struct PaddingPolicy {
  std::size_t block = 0;                      // pad content to a multiple of this
  const PaddingFunction* function = nullptr;  // goes before `block`
};

// The zeros to add to so much content, cut to `room`: what WriteState::padding_room() says.
std::size_t padding_for(const PaddingPolicy& policy, std::size_t content_length, std::size_t room);

}  // namespace nacre::record
