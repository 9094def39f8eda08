// Cipher suites: what each one is made of. RFC 9846, section 9.1 and appendix B.4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/hash.h"
#include "nacre/names.h"
#include "nacre/try.h"

namespace nacre::crypto {

enum class AeadAlgorithm : std::uint8_t { aes_128_gcm, aes_256_gcm, chacha20_poly1305 };

struct CipherSuiteProperties {
  CipherSuite suite;
  AeadAlgorithm aead;
  std::size_t key_size;
  HashAlgorithm hash;
  // Records that one key may protect, section 5.5: 2^24.5 for AES-GCM. ChaCha20-Poly1305 has no
  // bound below that of the sequence number.
  std::uint64_t confidentiality_limit;
};

inline constexpr std::array<CipherSuiteProperties, 3> cipher_suites{{
    {CipherSuite::tls_aes_128_gcm_sha256, AeadAlgorithm::aes_128_gcm, 16, HashAlgorithm::sha256,
     23'726'566},
    {CipherSuite::tls_aes_256_gcm_sha384, AeadAlgorithm::aes_256_gcm, 32, HashAlgorithm::sha384,
     23'726'566},
    {CipherSuite::tls_chacha20_poly1305_sha256, AeadAlgorithm::chacha20_poly1305, 32,
     HashAlgorithm::sha256, UINT64_MAX},
}};

constexpr Result<CipherSuiteProperties> properties(CipherSuite suite) {
  for (const CipherSuiteProperties& row : cipher_suites) {
    if (row.suite == suite) return row;
  }
  return fail(Error::unoffered_cipher_suite);
}

}  // namespace nacre::crypto
