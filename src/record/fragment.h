// Handshake messages on their way into records. RFC 9846, section 5.1.
#pragma once

#include <cstddef>

#include "nacre/bytes.h"
#include "nacre/try.h"
#include "record/padding.h"
#include "record/write_state.h"

namespace nacre::record {

struct Fragmented {
  std::size_t consumed = 0;  // bytes of the messages that are in records
  std::size_t produced = 0;  // bytes of `outgoing` written
};

// The room that the next record of `pending` bytes wants: as much as fits one record.
std::size_t room_for_fragment(const WriteState& write, std::size_t pending) noexcept;

// Writes handshake bytes as records, as many as `outgoing` has room for; the last one may end where
// the room does. The caller gives only messages that travel under the same keys: records end where
// `messages` end, as section 5.1 wants before a key change. Errors: buffer_too_small when there is
// not even room for one byte; those of WriteState::seal().
Result<Fragmented> write_handshake(WriteState& write, Bytes messages, const PaddingPolicy& padding,
                                   MutableBytes outgoing);

}  // namespace nacre::record
