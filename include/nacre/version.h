// Which Nacre this is, and which library of cryptography is inside it.
#pragma once

#include <string_view>

#include "nacre/attributes.h"

namespace nacre {

// Nacre's version and that of its cryptography, as in "0.1.0 (BoringSSL boring-sys-5.4.0)".
NACRE_API std::string_view version() noexcept;

// The library of cryptography and the pinned source that it was built from, as in "BoringSSL
// boring-sys-5.4.0" or "AWS-LC aws-lc-sys-0.47.0"; with the word "prebuilt" in place of a number
// where the build was given a finished one.
NACRE_API std::string_view crypto_version() noexcept;

}  // namespace nacre
