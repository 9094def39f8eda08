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

// An RSA key with e = 3, made to fit a signature of `content` by PKCS #1 with SHA-256: nobody knows
// its factors, but the signature verifies.
struct FittedRsa {
  std::vector<std::uint8_t> key_info;  // DER SubjectPublicKeyInfo
  std::vector<std::uint8_t> signature;
};
// The modulus has so many bits, at least 2048, a multiple of 8. Errors: crypto_failure.
Result<FittedRsa> fit_rsa(unsigned bits, Bytes content);

}  // namespace nacre::crypto
