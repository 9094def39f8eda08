// Wiping and comparing in constant time.
#include "crypto/secret.h"

#include <openssl/mem.h>

namespace nacre::crypto {

void wipe(MutableBytes bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace nacre::crypto
