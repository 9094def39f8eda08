// The versions, which the build hands in.
#include "nacre/version.h"

namespace nacre {

std::string_view version() noexcept {
  return NACRE_VERSION " (" NACRE_CRYPTO_VERSION ")";
}

std::string_view crypto_version() noexcept {
  return NACRE_CRYPTO_VERSION;
}

}  // namespace nacre
