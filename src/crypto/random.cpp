// Randomness. RFC 9846, appendix C.1.
#include "crypto/random.h"

#include <openssl/rand.h>

namespace nacre::crypto {

void random_bytes(MutableBytes out) {
  RAND_bytes(out.data(), out.size());
}

}  // namespace nacre::crypto
