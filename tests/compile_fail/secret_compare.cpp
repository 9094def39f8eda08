// Secrets are compared in constant time, or not at all.
// expect: no match for .operator==|invalid operands to binary expression
#include "crypto/secret.h"

using nacre::crypto::HashSecret;

bool same(const HashSecret& a, const HashSecret& b) {
#ifdef FAIL
  return a == b;
#else
  return nacre::crypto::equal_in_constant_time(a.reveal(), b.reveal());
#endif
}
