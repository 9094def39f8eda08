// ML-KEM (FIPS 203), the other half of a hybrid. draft-ietf-tls-ecdhe-mlkem.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

enum class Kem : std::uint8_t { none, mlkem768, mlkem1024 };

struct KemSizes {
  std::size_t public_key;
  std::size_t ciphertext;
  std::size_t secret;
};

constexpr KemSizes sizes(Kem kem) {
  switch (kem) {
    case Kem::none:
      return {0, 0, 0};
    case Kem::mlkem768:
      return {1184, 1088, 32};
    case Kem::mlkem1024:
      return {1568, 1568, 32};
  }
  return {0, 0, 0};
}

inline constexpr std::size_t kem_seed_size = 64;

// Bytes that a private key takes in memory, aligned for a std::uint16_t.
std::size_t kem_private_key_size(Kem kem);

// The private key of a seed, into `private_key`.
Result<void> kem_generate(Kem kem, Bytes seed, MutableBytes private_key);

// The encoded public key of a private key, into `public_key`.
Result<void> kem_public_key(Kem kem, Bytes private_key, MutableBytes public_key);

// Errors: bad_key_share for a ciphertext of the wrong length. A wrong ciphertext of the right
// length gives a secret that nobody else has.
Result<void> kem_decapsulate(Kem kem, Bytes private_key, Bytes ciphertext, MutableBytes secret);

// Errors: bad_key_share for a public key of the wrong length or with a coefficient out of range.
Result<void> kem_encapsulate(Kem kem, Bytes public_key, MutableBytes ciphertext,
                             MutableBytes secret);

}  // namespace nacre::crypto
