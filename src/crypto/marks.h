// Tells valgrind what is secret, and what of a secret may be seen. Both do nothing but in a build
// that looks for branches and addresses which depend on secrets (NACRE_VALGRIND).
#pragma once

#include "nacre/bytes.h"

#if defined(NACRE_VALGRIND)
#include <valgrind/memcheck.h>
#endif

namespace nacre::crypto {

// From here on, `bytes` and whatever is computed from them are secret.
inline void mark_secret([[maybe_unused]] Bytes bytes) {
#if defined(NACRE_VALGRIND)
  VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
#endif
}

// `bytes` go to the peer, or are a verdict that everyone sees.
inline void mark_public([[maybe_unused]] Bytes bytes) {
#if defined(NACRE_VALGRIND)
  VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size());
#endif
}

}  // namespace nacre::crypto
