// What stands behind PrivateKey and PublicKey, for the files of this room alone.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <optional>

#include "crypto/signature.h"

namespace nacre::crypto {

// The kinds of key that Nacre uses. An id-RSASSA-PSS key names its hash.
enum class KeyKind : std::uint8_t {
  p256,
  p384,
  p521,
  rsa,
  rsa_pss_sha256,
  rsa_pss_sha384,
  rsa_pss_sha512,
  ed25519,
  mldsa44,
  mldsa65,
  mldsa87
};

// Nothing for a kind that Nacre does not use.
std::optional<KeyKind> key_kind(const EVP_PKEY* key);

// The schemes of a CertificateVerify that a key of this kind can make, best first.
Preferences<SignatureScheme, 16> schemes_of(KeyKind kind);

struct PrivateKey::Impl {
  bssl::UniquePtr<EVP_PKEY> key;
  KeyKind kind;
};

struct PublicKey::Impl {
  bssl::UniquePtr<EVP_PKEY> key;
  KeyKind kind;
};

}  // namespace nacre::crypto
