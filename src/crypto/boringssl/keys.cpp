// Which keys there are, and reading them, by BoringSSL: each parser is told the kinds that Nacre
// uses.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/x509.h>

#include <array>
#include <span>
#include <utility>

#include "crypto/certificate_impl.h"
#include "crypto/hpke_impl.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

// BoringSSL reads id-RSASSA-PSS keys only where they are bound to one hash, which a context for
// verifying starts out with.
std::optional<KeyKind> pss_kind(const EVP_PKEY* key) {
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr));
  const EVP_MD* hash = nullptr;
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_get_signature_md(context.get(), &hash) != 1 || hash == nullptr) {
    return std::nullopt;
  }
  return kind_of_pss(hash);
}

std::span<const EVP_PKEY_ALG* const> key_algorithms() {
  static const std::array<const EVP_PKEY_ALG*, 11> algorithms{
      EVP_pkey_ec_p256(),        EVP_pkey_ec_p384(),
      EVP_pkey_ec_p521(),        EVP_pkey_rsa(),
      EVP_pkey_ed25519(),        EVP_pkey_rsa_pss_sha256(),
      EVP_pkey_rsa_pss_sha384(), EVP_pkey_rsa_pss_sha512(),
      EVP_pkey_ml_dsa_44(),      EVP_pkey_ml_dsa_65(),
      EVP_pkey_ml_dsa_87()};
  return algorithms;
}

}  // namespace

std::optional<KeyKind> key_kind(const EVP_PKEY* key) {
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_EC:
      return kind_of_curve(EVP_PKEY_get_ec_curve_nid(key));
    case EVP_PKEY_RSA:
      return KeyKind::rsa;
    case EVP_PKEY_RSA_PSS:
      return pss_kind(key);
    case EVP_PKEY_ED25519:
      return ed25519_kind(key);
    case EVP_PKEY_ML_DSA_44:
      return KeyKind::mldsa44;
    case EVP_PKEY_ML_DSA_65:
      return KeyKind::mldsa65;
    case EVP_PKEY_ML_DSA_87:
      return KeyKind::mldsa87;
    default:
      return std::nullopt;
  }
}

bssl::UniquePtr<EVP_PKEY> parse_key_info(Bytes subject_public_key_info) {
  const auto algorithms = key_algorithms();
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_from_subject_public_key_info(
      subject_public_key_info.data(), subject_public_key_info.size(), algorithms.data(),
      algorithms.size()));
  if (key == nullptr) ERR_clear_error();
  return key != nullptr && key_kind(key.get()) ? std::move(key) : nullptr;
}

bssl::UniquePtr<EVP_PKEY> parse_private_key_info(Bytes private_key_info) {
  const auto algorithms = key_algorithms();
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_from_private_key_info(
      private_key_info.data(), private_key_info.size(), algorithms.data(), algorithms.size()));
  if (key == nullptr) ERR_clear_error();
  return key;
}

bool write_key_info(CBB* out, const EVP_PKEY* key) {
  return EVP_marshal_public_key(out, key) == 1;
}

bssl::UniquePtr<X509> parse_x509(CRYPTO_BUFFER* der) {
  const auto algorithms = key_algorithms();
  return bssl::UniquePtr<X509>(
      X509_parse_with_algorithms(der, algorithms.data(), algorithms.size()));
}

EVP_PKEY* certificate_key(const X509* certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  return key != nullptr && key_kind(key) ? key : nullptr;
}

bssl::UniquePtr<EVP_PKEY> parse_hpke_private_key(Bytes private_key_info) {
  const std::array<const EVP_PKEY_ALG*, 2> algorithms{EVP_pkey_x25519(), EVP_pkey_ec_p256()};
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_from_private_key_info(
      private_key_info.data(), private_key_info.size(), algorithms.data(), algorithms.size()));
  if (key == nullptr) ERR_clear_error();
  return key;
}

bssl::UniquePtr<EVP_PKEY> make_x25519_key(Bytes scalar) {
  return bssl::UniquePtr<EVP_PKEY>(
      EVP_PKEY_from_raw_private_key(EVP_pkey_x25519(), scalar.data(), scalar.size()));
}

}  // namespace nacre::crypto
