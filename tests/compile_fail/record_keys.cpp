// Sealing and opening keys cannot be copied, so that no nonce is used twice, and nothing of them
// can be had but the records that they protect.

// expect 1: deleted
// expect 2: deleted
// expect 3: private
// expect 4: private
// expect 5: deleted
// expect 6: nodiscard

#include <utility>

#include "record/read_state.h"
#include "record/write_state.h"

using namespace nacre;
using namespace nacre::record;

Result<std::size_t> move_and_seal(WriteState write, MutableBytes outgoing) {
  WriteState moved = std::move(write);
  return moved.seal(ContentType::alert, {}, 0, outgoing);
}

#if FAIL == 1
RecordSealer copy(const RecordSealer& sealer) {
  return sealer;
}
#elif FAIL == 2
void assign(RecordOpener& to, const RecordOpener& from) {
  to = from;
}
#elif FAIL == 3
Bytes secret_of(const TrafficKeys& keys) {
  return keys.secret_.reveal();
}
#elif FAIL == 4
void rewind(RecordSealer& sealer) {
  sealer.sequence_ = 0;
}
#elif FAIL == 5
WriteState copy(const WriteState& write) {
  return write;
}
#elif FAIL == 6
void forget_the_result(ReadState& read, MutableBytes record) {
  read.open(record, false);
}
#endif
