// A secret does not become bytes by itself: reveal() is the one way, and can be searched for.
// expect: no viable conversion|could not convert|cannot convert
#include "crypto/secret.h"

using nacre::crypto::HashSecret;

nacre::Bytes bytes(const HashSecret& secret) {
#ifdef FAIL
  return secret;
#else
  return secret.reveal();
#endif
}
