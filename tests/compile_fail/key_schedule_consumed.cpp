// A step of the key schedule consumes the secret that it is made from: an lvalue cannot be used up,
// and no secret can be copied.
// expect 1: (discards qualifiers|rvalue ref-qualifier|passing)
// expect 2: deleted
#include "handshake/key_schedule.h"

using namespace nacre;

#if FAIL == 1
auto twice(HandshakeSecret& secret, Bytes hash) {
  return secret.traffic(hash);
}
#elif FAIL == 2
HandshakeSecret copied(const HandshakeSecret& secret) {
  return secret;
}
#else
auto once(HandshakeSecret& secret, Bytes hash) {
  return std::move(secret).traffic(hash);
}
#endif
