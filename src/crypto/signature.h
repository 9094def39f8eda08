// Signatures: private and public keys, and the schemes that each may use. RFC 9846, section 4.3.3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "nacre/bytes.h"
#include "nacre/credentials.h"
#include "nacre/names.h"
#include "nacre/policy.h"
#include "nacre/try.h"

namespace nacre::crypto {

using nacre::max_signature_size;

enum class KeyKind : std::uint8_t;

inline constexpr std::size_t ed25519_key_size = 32;

// Shared by copies; immutable and thread-safe.
class PrivateKey {
 public:
  // PKCS#8, SEC 1 or PKCS#1, without a password. RSA has 2048 to 8192 bits. Errors: bad_pem,
  // unsupported_key.
  static Result<PrivateKey> from_pem(std::string_view pem);
  static Result<PrivateKey> from_der(Bytes der);

  // Signs `content` (hashing it as the scheme says) into `out`, and returns the length. Errors:
  // signing_failed, wrong_key_for_scheme, buffer_too_small.
  Result<std::size_t> sign(SignatureScheme scheme, Bytes content, MutableBytes out) const;

  // The schemes that this key can sign with in a CertificateVerify, best first.
  Preferences<SignatureScheme, 16> schemes() const;

  // DER SubjectPublicKeyInfo. Errors: buffer_too_small.
  Result<std::size_t> public_key_info(MutableBytes out) const;
  // Whether this key is the other half of the key in `subject_public_key_info`.
  bool belongs_to(Bytes subject_public_key_info) const;

  struct Impl;
  explicit PrivateKey(std::shared_ptr<const Impl> impl);
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

// A peer's key, from its certificate. Immutable and thread-safe; an Ed25519 key allocates nothing.
class PublicKey {
 public:
  // Errors: bad_certificate_key, certificate_weak_key (RSA below `minimum_rsa_bits`).
  static Result<PublicKey> from_key_info(Bytes subject_public_key_info,
                                         std::uint32_t minimum_rsa_bits = 2048);
  // The same, for a key that came by itself (RFC 7250). Errors: those, and bad_raw_public_key for
  // what is no SubjectPublicKeyInfo at all.
  static Result<PublicKey> from_raw(Bytes subject_public_key_info, std::uint32_t minimum_rsa_bits);

  // Whether the key can be used with `scheme` in a CertificateVerify of TLS 1.3: the curve of ECDSA
  // is fixed by the scheme, rsa_pss_pss needs an id-RSASSA-PSS key, and rsa_pkcs1 never fits.
  bool fits(SignatureScheme scheme) const;
  // The schemes that fit, best first.
  Preferences<SignatureScheme, 16> schemes() const;

  // Errors: wrong_key_for_scheme, bad_certificate_verify.
  Result<void> verify(SignatureScheme scheme, Bytes content, Bytes signature) const;

  // "EC P-256", "RSA 2048", "Ed25519", "ML-DSA-65".
  std::string description() const;

 private:
  // The library's own object, which the source file knows.
  struct FreeKey {
    void operator()(void* key) const noexcept;
  };
  struct Ed25519 {
    std::array<std::uint8_t, ed25519_key_size> bytes;
  };

  PublicKey(KeyKind kind, std::variant<std::unique_ptr<void, FreeKey>, Ed25519> key)
      : kind_(kind), key_(std::move(key)) {}

  KeyKind kind_;
  std::variant<std::unique_ptr<void, FreeKey>, Ed25519> key_;
};

// Whether this looks like a SubjectPublicKeyInfo, of whatever kind.
bool has_form_of_key_info(Bytes bytes);

// SHA-256 of a SubjectPublicKeyInfo.
SpkiPin spki_pin(Bytes subject_public_key_info);

}  // namespace nacre::crypto
