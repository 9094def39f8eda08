// A secret cannot be copied.
// expect: deleted (function|constructor|copy constructor)
#include <utility>

#include "crypto/secret.h"

using nacre::crypto::HashSecret;

HashSecret taken(HashSecret& secret) {
#ifdef FAIL
  return secret;
#else
  return std::move(secret);
#endif
}
