// Signing and verifying. RFC 9846, sections 4.3.3 and 4.5.2.
#include "crypto/signature.h"

#include <openssl/bytestring.h>
#include <openssl/curve25519.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

// One scheme of CertificateVerify, and the kind of key that it is bound to. rsa_pkcs1_* has no row:
// TLS 1.3 allows it within certificates alone. Best first.
struct SchemeRow {
  SignatureScheme scheme;
  KeyKind kind;
  const EVP_MD* (*hash)();  // null: the scheme hashes by itself
};

constexpr std::array<SchemeRow, 13> scheme_rows{{
    {SignatureScheme::ecdsa_secp256r1_sha256, KeyKind::p256, EVP_sha256},
    {SignatureScheme::ecdsa_secp384r1_sha384, KeyKind::p384, EVP_sha384},
    {SignatureScheme::ecdsa_secp521r1_sha512, KeyKind::p521, EVP_sha512},
    {SignatureScheme::ed25519, KeyKind::ed25519, nullptr},
    {SignatureScheme::mldsa65, KeyKind::mldsa65, nullptr},
    {SignatureScheme::mldsa87, KeyKind::mldsa87, nullptr},
    {SignatureScheme::mldsa44, KeyKind::mldsa44, nullptr},
    {SignatureScheme::rsa_pss_rsae_sha256, KeyKind::rsa, EVP_sha256},
    {SignatureScheme::rsa_pss_rsae_sha384, KeyKind::rsa, EVP_sha384},
    {SignatureScheme::rsa_pss_rsae_sha512, KeyKind::rsa, EVP_sha512},
    {SignatureScheme::rsa_pss_pss_sha256, KeyKind::rsa_pss_sha256, EVP_sha256},
    {SignatureScheme::rsa_pss_pss_sha384, KeyKind::rsa_pss_sha384, EVP_sha384},
    {SignatureScheme::rsa_pss_pss_sha512, KeyKind::rsa_pss_sha512, EVP_sha512},
}};

const SchemeRow* find_row(KeyKind kind, SignatureScheme scheme) {
  for (const SchemeRow& row : scheme_rows) {
    // fault: AC-004c
    if (row.scheme == scheme && row.kind == kind) return &row;
  }
  return nullptr;
}

const EVP_MD* hash_of(const SchemeRow& row) {
  return row.hash == nullptr ? nullptr : row.hash();
}

// Section 4.3.3: PSS with MGF1 over the same hash, and a salt as long as its output.
bool set_padding(const SchemeRow& row, EVP_PKEY_CTX* context) {
  // fault: AC-004d
  return !is_rsa(row.kind) ||
         (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

std::string_view kind_name(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256:
      return "EC P-256";
    case KeyKind::p384:
      return "EC P-384";
    case KeyKind::p521:
      return "EC P-521";
    case KeyKind::rsa:
      return "RSA";
    case KeyKind::rsa_pss_sha256:
    case KeyKind::rsa_pss_sha384:
    case KeyKind::rsa_pss_sha512:
      return "RSA-PSS";
    case KeyKind::ed25519:
      return "Ed25519";
    case KeyKind::mldsa44:
      return "ML-DSA-44";
    case KeyKind::mldsa65:
      return "ML-DSA-65";
    case KeyKind::mldsa87:
      return "ML-DSA-87";
  }
  return "unknown";
}

}  // namespace

std::optional<KeyKind> kind_of_curve(int nid) {
  switch (nid) {
    case NID_X9_62_prime256v1:
      return KeyKind::p256;
    case NID_secp384r1:
      return KeyKind::p384;
    case NID_secp521r1:
      return KeyKind::p521;
    default:
      return std::nullopt;
  }
}

std::optional<KeyKind> kind_of_pss(const EVP_MD* hash) {
  switch (EVP_MD_type(hash)) {
    case NID_sha256:
      return KeyKind::rsa_pss_sha256;
    case NID_sha384:
      return KeyKind::rsa_pss_sha384;
    case NID_sha512:
      return KeyKind::rsa_pss_sha512;
    default:
      return std::nullopt;
  }
}

Preferences<SignatureScheme, 16> schemes_of(KeyKind kind) {
  Preferences<SignatureScheme, 16> schemes;
  for (const SchemeRow& row : scheme_rows) {
    if (row.kind == kind) schemes.add(row.scheme);
  }
  return schemes;
}

PrivateKey::PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<std::size_t> PrivateKey::sign(SignatureScheme scheme, Bytes content,
                                     MutableBytes out) const {
  const SchemeRow* const row = find_row(impl_->kind, scheme);
  ENSURE(row != nullptr, Error::wrong_key_for_scheme);
  const int longest = EVP_PKEY_size(impl_->key.get());
  ENSURE(longest > 0, Error::signing_failed);
  ENSURE(out.size() >= static_cast<std::size_t>(longest), Error::buffer_too_small);
  if (const Bytes key = impl_->ed25519.reveal(); !key.empty()) {
    ENSURE(ED25519_sign(out.data(), content.data(), content.size(), key.data()) == 1,
           Error::signing_failed);
    return ED25519_SIGNATURE_LEN;
  }
  bssl::ScopedEVP_MD_CTX hashing;
  EVP_PKEY_CTX* context = nullptr;
  std::size_t written = out.size();
  if (EVP_DigestSignInit(hashing.get(), &context, hash_of(*row), nullptr, impl_->key.get()) != 1 ||
      !set_padding(*row, context) ||
      EVP_DigestSign(hashing.get(), out.data(), &written, content.data(), content.size()) != 1) {
    ERR_clear_error();
    return fail(Error::signing_failed);
  }
  return written;
}

Preferences<SignatureScheme, 16> PrivateKey::schemes() const {
  return schemes_of(impl_->kind);
}

bool PrivateKey::belongs_to(Bytes subject_public_key_info) const {
  const bssl::UniquePtr<EVP_PKEY> theirs = parse_key_info(subject_public_key_info);
  return theirs != nullptr && EVP_PKEY_eq(impl_->key.get(), theirs.get()) == 1;
}

namespace {

// RFC 8410, section 4: SubjectPublicKeyInfo of an Ed25519 key, up to the key.
constexpr std::array<std::uint8_t, 12> ed25519_info{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

// Null where `key` is an Ed25519 key of ours.
EVP_PKEY* library_key(const auto& key) {
  const auto* owned = std::get_if<0>(&key);
  return owned == nullptr ? nullptr : static_cast<EVP_PKEY*>(owned->get());
}

bool is_ed25519_info(Bytes info) {
  return info.size() == ed25519_info.size() + ed25519_key_size &&
         std::ranges::equal(info.first(ed25519_info.size()), ed25519_info);
}

}  // namespace

void PublicKey::FreeKey::operator()(void* key) const noexcept {
  EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

Result<PublicKey> PublicKey::from_key_info(Bytes subject_public_key_info,
                                           std::uint32_t minimum_rsa_bits) {
  if (is_ed25519_info(subject_public_key_info)) {
    Ed25519 key{};
    std::ranges::copy(subject_public_key_info.subspan(ed25519_info.size()), key.bytes.begin());
    ENSURE(!has_small_order(key.bytes), Error::bad_certificate_key);
    return PublicKey(KeyKind::ed25519, key);
  }
  bssl::UniquePtr<EVP_PKEY> key = parse_key_info(subject_public_key_info);
  ENSURE(key != nullptr, Error::bad_certificate_key);
  const std::optional<KeyKind> kind = key_kind(key.get());
  ENSURE(kind, Error::bad_certificate_key);
  if (is_rsa(*kind)) {
    const int bits = EVP_PKEY_bits(key.get());
    // fault: AC-092b.2
    ENSURE(bits <= max_rsa_bits, Error::bad_certificate_key);
    ENSURE(bits >= 0 && static_cast<std::uint32_t>(bits) >= minimum_rsa_bits,
           Error::certificate_weak_key);
  }
  return PublicKey(*kind, std::unique_ptr<void, FreeKey>(key.release()));
}

// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }.
bool has_form_of_key_info(Bytes bytes) {
  CBS rest;
  CBS info;
  CBS part;
  CBS_init(&rest, bytes.data(), bytes.size());
  return CBS_get_asn1(&rest, &info, CBS_ASN1_SEQUENCE) == 1 && CBS_len(&rest) == 0 &&
         CBS_get_asn1(&info, &part, CBS_ASN1_SEQUENCE) == 1 &&
         CBS_get_asn1(&info, &part, CBS_ASN1_BITSTRING) == 1 && CBS_len(&info) == 0;
}

Result<PublicKey> PublicKey::from_raw(Bytes subject_public_key_info,
                                      std::uint32_t minimum_rsa_bits) {
  ENSURE(has_form_of_key_info(subject_public_key_info), Error::bad_raw_public_key);
  return from_key_info(subject_public_key_info, minimum_rsa_bits);
}

bool PublicKey::fits(SignatureScheme scheme) const {
  return find_row(kind_, scheme) != nullptr;
}

Preferences<SignatureScheme, 16> PublicKey::schemes() const {
  return schemes_of(kind_);
}

Result<void> PublicKey::verify(SignatureScheme scheme, Bytes content, Bytes signature) const {
  const SchemeRow* const row = find_row(kind_, scheme);
  ENSURE(row != nullptr, Error::wrong_key_for_scheme);
  if (const auto* ed25519 = std::get_if<Ed25519>(&key_)) {
    ENSURE(signature.size() == ED25519_SIGNATURE_LEN &&
               ED25519_verify(content.data(), content.size(), signature.data(),
                              ed25519->bytes.data()) == 1,
           Error::bad_certificate_verify);
    return {};
  }
  bssl::ScopedEVP_MD_CTX hashing;
  EVP_PKEY_CTX* context = nullptr;
  if (EVP_DigestVerifyInit(hashing.get(), &context, hash_of(*row), nullptr, library_key(key_)) !=
          1 ||
      !set_padding(*row, context) ||
      EVP_DigestVerify(hashing.get(), signature.data(), signature.size(), content.data(),
                       // fault: AC-011d
                       content.size()) != 1) {
    ERR_clear_error();
    return fail(Error::bad_certificate_verify);
  }
  return {};
}

std::string PublicKey::description() const {
  std::string text(kind_name(kind_));
  if (is_rsa(kind_)) text += " " + std::to_string(EVP_PKEY_bits(library_key(key_)));
  return text;
}

SpkiPin spki_pin(Bytes subject_public_key_info) {
  SpkiPin pin{};
  SHA256(subject_public_key_info.data(), subject_public_key_info.size(), pin.data());
  return pin;
}

}  // namespace nacre::crypto
