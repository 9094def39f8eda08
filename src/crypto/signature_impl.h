// What stands behind PrivateKey and PublicKey, for the files of this room alone.
#pragma once

#include <openssl/bytestring.h>
#include <openssl/curve25519.h>
#include <openssl/evp.h>

#include <cstdint>
#include <optional>

#include "crypto/library.h"
#include "crypto/secret.h"
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

// Nothing for a kind that Nacre does not use. In the library's keys.cpp, as the parsers are.
std::optional<KeyKind> key_kind(const EVP_PKEY* key);
// That of an EC key on the curve `nid`, and that of an id-RSASSA-PSS key bound to `hash`.
std::optional<KeyKind> kind_of_curve(int nid);
std::optional<KeyKind> kind_of_pss(const EVP_MD* hash);

// Whether the point has an order of 8 or less: then one signature fits every message.
bool has_small_order(Bytes ed25519_key);
// Nothing for such a key.
std::optional<KeyKind> ed25519_kind(const EVP_PKEY* key);

constexpr bool is_rsa(KeyKind kind) {
  return kind == KeyKind::rsa || kind == KeyKind::rsa_pss_sha256 ||
         kind == KeyKind::rsa_pss_sha384 || kind == KeyKind::rsa_pss_sha512;
}

// A shorter one is no protection, and a longer one costs more than it gives.
inline constexpr int min_rsa_bits = 2048;
inline constexpr int max_rsa_bits = 8192;

// Null where `subject_public_key_info` holds no key of those kinds.
bssl::UniquePtr<EVP_PKEY> parse_key_info(Bytes subject_public_key_info);

// Null where `private_key_info`, PKCS#8, holds no key of those kinds.
bssl::UniquePtr<EVP_PKEY> parse_private_key_info(Bytes private_key_info);

// Writes the SubjectPublicKeyInfo of `key`.
bool write_key_info(CBB* out, const EVP_PKEY* key);

// The schemes of a CertificateVerify that a key of this kind can make, best first.
Preferences<SignatureScheme, 16> schemes_of(KeyKind kind);

struct PrivateKey::Impl {
  bssl::UniquePtr<EVP_PKEY> key;
  KeyKind kind;
  // The same, where it is Ed25519: as ED25519_sign takes it, which allocates nothing.
  Secret<ED25519_PRIVATE_KEY_LEN> ed25519 = {};
};

}  // namespace nacre::crypto
