// Handshake messages on their way into records. RFC 9846, section 5.1.
#include "record/fragment.h"

#include <algorithm>

namespace nacre::record {

std::size_t room_for_fragment(const WriteState& write, std::size_t pending) noexcept {
  return write.expansion() + std::min(pending, write.max_content());
}

Result<Fragmented> write_handshake(WriteState& write, Bytes messages, const PaddingPolicy& padding,
                                   MutableBytes outgoing) {
  Fragmented done;
  while (done.consumed < messages.size()) {
    const Bytes pending = messages.subspan(done.consumed);
    const MutableBytes room = outgoing.subspan(done.produced);
    // A short last record is worth writing only if nothing else was written.
    if (done.produced > 0 && room.size() < room_for_fragment(write, pending.size())) break;
    const Bytes fragment = pending.first(std::min(pending.size(), write.content_room(room.size())));
    ENSURE(!fragment.empty(), Error::buffer_too_small);
    const std::size_t zeros =
        padding_for(padding, fragment.size(), write.padding_room(fragment.size(), room.size()));
    TRY(const std::size_t size, write.seal(ContentType::handshake, fragment, zeros, room));
    done.consumed += fragment.size();
    done.produced += size;
  }
  return done;
}

}  // namespace nacre::record
