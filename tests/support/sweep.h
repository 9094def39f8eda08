// Whether a sanitizer watches: each step then costs about ten times as much.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NACRE_WATCHED 1
#endif
#endif

namespace nacre::test {

#ifdef NACRE_WATCHED
inline constexpr bool is_watched = true;
#else
inline constexpr bool is_watched = false;
#endif

// Sweeps go through each bit or size in the first build, and through each seventh in those that
// repeat it. Seven divides no number of bits or of octets that a sweep goes through.
inline constexpr std::size_t sweep_step = NACRE_SWEEP_STEP;

}  // namespace nacre::test
