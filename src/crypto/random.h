// Randomness. RFC 9846, appendix C.1.
#pragma once

#include "nacre/bytes.h"
#include "nacre/error.h"

namespace nacre::crypto {

// Fills `out` from the system's generator. Does not fail: BoringSSL ends the process where the
// system has no randomness.
void random_bytes(MutableBytes out);

}  // namespace nacre::crypto
