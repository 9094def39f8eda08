// A secret comes from the one before, and from nothing else: no main secret without a handshake
// secret, and no traffic secret of data from the handshake's.
// expect 1: (private|no matching)
// expect 2: no member named|has no member
// expect 3: (no member named|has no member)
#include "handshake/key_schedule.h"

using namespace nacre;

#if FAIL == 1
MainSecret out_of_nothing(crypto::HashSecret secret) {
  return MainSecret(crypto::HashAlgorithm::sha256, std::move(secret));
}
#elif FAIL == 2
auto data_too_early(const HandshakeSecret& secret, Bytes hash) {
  return secret.exporter(hash);
}
#elif FAIL == 3
auto no_key_exchange(EarlySecret secret) {
  return std::move(secret).traffic({});
}
#else
Result<HandshakeTraffic> in_order(EarlySecret early, crypto::SharedSecret shared_secret,
                                  Bytes hash) {
  auto handshake = std::move(early).mix(std::move(shared_secret));
  if (!handshake) return fail(handshake.error());
  return (*std::move(handshake)).traffic(hash);
}
#endif
