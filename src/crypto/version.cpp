// The versions, which the build hands in.
#include "nacre/version.h"

namespace nacre {

std::string_view version() noexcept {
  return NACRE_VERSION " (BoringSSL " NACRE_BORINGSSL_VERSION ")";
}

std::string_view crypto_version() noexcept {
  return "BoringSSL " NACRE_BORINGSSL_VERSION;
}

}  // namespace nacre
