// Which keys there are, and reading them, by AWS-LC. It reads more kinds than Nacre uses: those are
// refused here.
#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <utility>

#include "crypto/aws_lc/pss_key.h"
#include "crypto/certificate_impl.h"
#include "crypto/hpke_impl.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

// RFC 5480, section 2.2: a point is uncompressed or compressed. AWS-LC reads the hybrid form too.
bool is_hybrid(std::uint8_t form) {
  return (form & 0xfe) == POINT_CONVERSION_HYBRID;
}

// RFC 5480, section 2.1.1: by its name, not by its parameters. A private key says in which form its
// public one came.
std::optional<KeyKind> curve_kind(const EVP_PKEY* key) {
  const EC_KEY* const ec = EVP_PKEY_get0_EC_KEY(key);
  if (ec != nullptr && EC_KEY_get_conv_form(ec) == POINT_CONVERSION_HYBRID) return std::nullopt;
  OPENSSL_BEGIN_ALLOW_DEPRECATED
  const bool is_named = ec != nullptr && EC_KEY_decoded_from_explicit_params(ec) == 0;
  OPENSSL_END_ALLOW_DEPRECATED
  return kind_of_curve(is_named ? EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) : NID_undef);
}

// Only a key that is bound to one hash, to MGF1 with the same, and to salts as long as it. A
// context for verifying starts out with what the key is bound to.
std::optional<KeyKind> pss_kind(const EVP_PKEY* key) {
  const bssl::UniquePtr<EVP_PKEY_CTX> context(
      EVP_PKEY_CTX_new(const_cast<EVP_PKEY*>(key), nullptr));
  const EVP_MD* hash = nullptr;
  const EVP_MD* mask_hash = nullptr;
  int salt = 0;
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_get_signature_md(context.get(), &hash) != 1 || hash == nullptr ||
      EVP_PKEY_CTX_get_rsa_mgf1_md(context.get(), &mask_hash) != 1 || mask_hash != hash ||
      EVP_PKEY_CTX_get_rsa_pss_saltlen(context.get(), &salt) != 1 ||
      salt != static_cast<int>(EVP_MD_size(hash))) {
    ERR_clear_error();
    return std::nullopt;
  }
  return kind_of_pss(hash);
}

std::optional<KeyKind> mldsa_kind(const EVP_PKEY* key) {
  switch (EVP_PKEY_pqdsa_get_type(key)) {
    case NID_MLDSA44:
      return KeyKind::mldsa44;
    case NID_MLDSA65:
      return KeyKind::mldsa65;
    case NID_MLDSA87:
      return KeyKind::mldsa87;
    default:
      return std::nullopt;
  }
}

// What `parse` reads, if it is all of `der`.
bssl::UniquePtr<EVP_PKEY> parse_whole(Bytes der, EVP_PKEY* (*parse)(CBS*)) {
  CBS rest;
  CBS_init(&rest, der.data(), der.size());
  bssl::UniquePtr<EVP_PKEY> key(parse(&rest));
  if (CBS_len(&rest) != 0) key = nullptr;
  ERR_clear_error();
  return key;
}

// The first byte of the key in a SubjectPublicKeyInfo; 0 where there is none.
std::uint8_t first_of_key(Bytes subject_public_key_info) {
  CBS all;
  CBS info;
  CBS bits;
  std::uint8_t unused = 0;
  std::uint8_t first = 0;
  CBS_init(&all, subject_public_key_info.data(), subject_public_key_info.size());
  const bool read = CBS_get_asn1(&all, &info, CBS_ASN1_SEQUENCE) == 1 &&
                    CBS_get_asn1(&info, nullptr, CBS_ASN1_SEQUENCE) == 1 &&
                    CBS_get_asn1(&info, &bits, CBS_ASN1_BITSTRING) == 1 &&
                    CBS_get_u8(&bits, &unused) == 1 && CBS_get_u8(&bits, &first) == 1;
  return read ? first : 0;
}

bool is_hybrid_point(const EVP_PKEY* key, std::uint8_t first) {
  return EVP_PKEY_id(key) == EVP_PKEY_EC && is_hybrid(first);
}

bssl::UniquePtr<EVP_PKEY> of_known_kind(bssl::UniquePtr<EVP_PKEY> key) {
  return key != nullptr && key_kind(key.get()) ? std::move(key) : nullptr;
}

}  // namespace

std::optional<KeyKind> key_kind(const EVP_PKEY* key) {
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_EC:
      return curve_kind(key);
    case EVP_PKEY_RSA:
      return KeyKind::rsa;
    case EVP_PKEY_RSA_PSS:
      return pss_kind(key);
    case EVP_PKEY_ED25519:
      return ed25519_kind(key);
    case EVP_PKEY_PQDSA:
      return mldsa_kind(key);
    default:
      return std::nullopt;
  }
}

bssl::UniquePtr<EVP_PKEY> parse_key_info(Bytes subject_public_key_info) {
  auto key = of_known_kind(parse_whole(subject_public_key_info, EVP_parse_public_key));
  const bool is_refused =
      key != nullptr && is_hybrid_point(key.get(), first_of_key(subject_public_key_info));
  return is_refused ? nullptr : std::move(key);
}

bssl::UniquePtr<EVP_PKEY> parse_private_key_info(Bytes private_key_info) {
  return of_known_kind(parse_whole(private_key_info, EVP_parse_private_key));
}

bool write_key_info(CBB* out, const EVP_PKEY* key) {
  const auto kind = key_kind(key);
  const auto parameters = kind ? pss_parameters(*kind) : std::nullopt;
  if (!parameters) return EVP_marshal_public_key(out, key) == 1;
  CBB info;
  CBB bits;
  return CBB_add_asn1(out, &info, CBS_ASN1_SEQUENCE) == 1 &&
         write_pss_algorithm(&info, *parameters) &&
         CBB_add_asn1(&info, &bits, CBS_ASN1_BITSTRING) == 1 && CBB_add_u8(&bits, 0) == 1 &&
         RSA_marshal_public_key(&bits, EVP_PKEY_get0_RSA(key)) == 1 && CBB_flush(out) == 1;
}

bssl::UniquePtr<X509> parse_x509(CRYPTO_BUFFER* der) {
  return bssl::UniquePtr<X509>(X509_parse_from_buffer(der));
}

EVP_PKEY* certificate_key(const X509* certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  if (key == nullptr || !key_kind(key)) return nullptr;
  const ASN1_BIT_STRING* const bits = X509_get0_pubkey_bitstr(certificate);
  const bool is_empty = bits == nullptr || ASN1_STRING_length(bits) < 1;
  return is_empty || is_hybrid_point(key, *ASN1_STRING_get0_data(bits)) ? nullptr : key;
}

bssl::UniquePtr<EVP_PKEY> parse_hpke_private_key(Bytes private_key_info) {
  bssl::UniquePtr<EVP_PKEY> key = parse_whole(private_key_info, EVP_parse_private_key);
  const bool known = key != nullptr && (EVP_PKEY_id(key.get()) == EVP_PKEY_X25519 ||
                                        key_kind(key.get()) == KeyKind::p256);
  return known ? std::move(key) : nullptr;
}

bssl::UniquePtr<EVP_PKEY> make_x25519_key(Bytes scalar) {
  return bssl::UniquePtr<EVP_PKEY>(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, scalar.data(), scalar.size()));
}

}  // namespace nacre::crypto
