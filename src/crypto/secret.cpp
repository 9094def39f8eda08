// Wiping and comparing in constant time.
#include "crypto/secret.h"

#include <openssl/mem.h>

#include <array>

#include "crypto/marks.h"

// BoringSSL's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {

void wipe(MutableBytes bytes) noexcept NACRE_NONALLOCATING {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

void wipe(std::string& text) noexcept NACRE_NONALLOCATING {
  OPENSSL_cleanse(text.data(), text.size());
}

bool equal_in_constant_time(Bytes a, Bytes b) noexcept NACRE_NONALLOCATING {
  if (a.size() != b.size()) return false;
  const std::array<std::uint8_t, 1> differ{CRYPTO_memcmp(a.data(), b.data(), a.size()) != 0};
  mark_public(differ);
  return differ.front() == 0;
}

}  // namespace nacre::crypto
