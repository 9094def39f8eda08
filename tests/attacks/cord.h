// A transport in one thread: a Stream holds one end, a Peer the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "nacre/stream.h"
#include "nacre/try.h"
#include "support/peers.h"

namespace nacre::test {

// What stays with the test.
struct FarEnd {
  explicit FarEnd(Connection connection) : peer(std::move(connection)) {}

  Peer peer;
  std::size_t cut = SIZE_MAX;  // of what the Peer says, bytes that still reach the Stream
  Octets last;                 // what reaches it then, once the Peer has no more to say or is cut
  std::size_t reads = 0;
  std::size_t ends = 0;  // reads that gave nothing, for there is no more
};

struct Cord {
  explicit Cord(FarEnd& far) : far_end_(&far) {}

  Result<std::size_t> read(MutableBytes in) {
    FarEnd& far = *far_end_;
    ++far.reads;
    far.peer.run();
    std::size_t size = move(far.peer.outbox, in.first(std::min(in.size(), far.cut)));
    if (far.cut != SIZE_MAX) far.cut -= size;
    if (size == 0) size = move(far.last, in);
    far.ends += size == 0 ? 1U : 0U;
    ENSURE(far.ends <= 10, Error::timed_out);  // whoever never stops
    return size;
  }

  Result<std::size_t> write(Bytes out) {
    append(far_end_->peer.inbox, out);
    far_end_->peer.run();
    return out.size();
  }

 private:
  static std::size_t move(Octets& from, MutableBytes to) {
    const std::size_t size = std::min(from.size(), to.size());
    std::ranges::copy(Bytes(from).first(size), to.begin());
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
  }

  FarEnd* far_end_;
};

}  // namespace nacre::test
