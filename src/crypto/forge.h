// Signatures that no honest CA or peer makes, for tests that forge. Not part of the library: the
// tests link it with the issuer.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "nacre/bytes.h"
#include "nacre/error.h"
#include "nacre/try.h"

namespace nacre::crypto {

struct AnySignature {
  int hash_bits = 256;   // 160: SHA-1; 0: the key's algorithm hashes by itself
  bool pss = false;      // of an RSA key: otherwise PKCS #1 v1.5
  int salt_length = -1;  // of PSS; -1: as long as the hash
};

// Signs `content` with a PKCS#8 key in PEM. Errors: bad_pem, crypto_failure.
Result<std::vector<std::uint8_t>> sign_anyhow(const AnySignature& how, std::string_view key_pem,
                                              Bytes content);

}  // namespace nacre::crypto
