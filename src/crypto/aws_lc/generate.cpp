// Making keys, by AWS-LC.
#include "crypto/generate.h"

#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/rsa.h>

#include "crypto/aws_lc/pss_key.h"

namespace nacre::crypto {
namespace {

struct Parameters {
  int id;
  int nid;  // the curve, or the parameter set
};

Parameters parameters_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256:
      return {EVP_PKEY_EC, NID_X9_62_prime256v1};
    case KeyKind::p384:
      return {EVP_PKEY_EC, NID_secp384r1};
    case KeyKind::p521:
      return {EVP_PKEY_EC, NID_secp521r1};
    case KeyKind::ed25519:
      return {EVP_PKEY_ED25519, NID_undef};
    case KeyKind::mldsa44:
      return {EVP_PKEY_PQDSA, NID_MLDSA44};
    case KeyKind::mldsa65:
      return {EVP_PKEY_PQDSA, NID_MLDSA65};
    case KeyKind::mldsa87:
      return {EVP_PKEY_PQDSA, NID_MLDSA87};
    default:
      return {EVP_PKEY_NONE, NID_undef};
  }
}

bool set_parameters(EVP_PKEY_CTX* context, const Parameters& parameters) {
  if (parameters.id == EVP_PKEY_EC) {
    return EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, parameters.nid) == 1;
  }
  return parameters.id != EVP_PKEY_PQDSA ||
         EVP_PKEY_CTX_pqdsa_set_params(context, parameters.nid) == 1;
}

}  // namespace

bssl::UniquePtr<EVP_PKEY> generate_key(KeyKind kind) {
  const Parameters parameters = parameters_of(kind);
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_id(parameters.id, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1 ||
      !set_parameters(context.get(), parameters) || EVP_PKEY_keygen(context.get(), &key) != 1) {
    return nullptr;
  }
  return bssl::UniquePtr<EVP_PKEY>(key);
}

bool write_private_key_info(CBB* out, const EVP_PKEY* key) {
  const auto kind = key_kind(key);
  const auto parameters = kind ? pss_parameters(*kind) : std::nullopt;
  if (!parameters) return EVP_marshal_private_key(out, key) == 1;
  CBB info;
  CBB rsa;
  return CBB_add_asn1(out, &info, CBS_ASN1_SEQUENCE) == 1 && CBB_add_asn1_uint64(&info, 0) == 1 &&
         write_pss_algorithm(&info, *parameters) &&
         CBB_add_asn1(&info, &rsa, CBS_ASN1_OCTETSTRING) == 1 &&
         RSA_marshal_private_key(&rsa, EVP_PKEY_get0_RSA(key)) == 1 && CBB_flush(out) == 1;
}

// X509_set_pubkey cannot write id-RSASSA-PSS: its parts are set one by one.
bool set_public_key(X509* certificate, EVP_PKEY* key) {
  const auto kind = key_kind(key);
  const auto parameters = kind ? pss_parameters(*kind) : std::nullopt;
  if (!parameters) return X509_set_pubkey(certificate, key) == 1;
  bssl::UniquePtr<ASN1_STRING> value(ASN1_STRING_type_new(V_ASN1_SEQUENCE));
  std::uint8_t* rsa = nullptr;
  std::size_t size = 0;
  if (!value ||
      ASN1_STRING_set(value.get(), parameters->data(),
                      static_cast<ossl_ssize_t>(parameters->size())) != 1 ||
      RSA_public_key_to_bytes(&rsa, &size, EVP_PKEY_get0_RSA(key)) != 1) {
    return false;
  }
  bssl::UniquePtr<std::uint8_t> owner(rsa);
  if (X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate), OBJ_nid2obj(NID_rsassaPss),
                             V_ASN1_SEQUENCE, value.get(), rsa, static_cast<int>(size)) != 1) {
    return false;
  }
  // Both are the certificate's now.
  [[maybe_unused]] const auto* const parameter = value.release();
  [[maybe_unused]] const auto* const bits = owner.release();
  return true;
}

}  // namespace nacre::crypto
