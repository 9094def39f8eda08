// Wiping and comparing in constant time.
#include "crypto/secret.h"

#include <openssl/mem.h>

#include <array>

#include "crypto/marks.h"

namespace nacre::crypto {

void wipe(MutableBytes bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  if (a.size() != b.size()) return false;
  const std::array<std::uint8_t, 1> differ{CRYPTO_memcmp(a.data(), b.data(), a.size()) != 0};
  mark_public(differ);
  return differ.front() == 0;
}

}  // namespace nacre::crypto
