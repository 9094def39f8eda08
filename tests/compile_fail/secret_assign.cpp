// A secret cannot be assigned a copy.
// expect: deleted (function|operator)|is implicitly deleted|selected deleted
#include <utility>

#include "crypto/secret.h"

using nacre::crypto::HashSecret;

void replace(HashSecret& secret, HashSecret& other) {
#ifdef FAIL
  secret = other;
#else
  secret = std::move(other);
#endif
}
