// Making keys, by BoringSSL.
#include "crypto/generate.h"

namespace nacre::crypto {
namespace {

const EVP_PKEY_ALG* algorithm_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256:
      return EVP_pkey_ec_p256();
    case KeyKind::p384:
      return EVP_pkey_ec_p384();
    case KeyKind::p521:
      return EVP_pkey_ec_p521();
    case KeyKind::ed25519:
      return EVP_pkey_ed25519();
    case KeyKind::mldsa44:
      return EVP_pkey_ml_dsa_44();
    case KeyKind::mldsa65:
      return EVP_pkey_ml_dsa_65();
    case KeyKind::mldsa87:
      return EVP_pkey_ml_dsa_87();
    default:
      return nullptr;
  }
}

}  // namespace

bssl::UniquePtr<EVP_PKEY> generate_key(KeyKind kind) {
  const EVP_PKEY_ALG* algorithm = algorithm_of(kind);
  return bssl::UniquePtr<EVP_PKEY>(algorithm == nullptr ? nullptr
                                                        : EVP_PKEY_generate_from_alg(algorithm));
}

bool write_private_key_info(CBB* out, const EVP_PKEY* key) {
  return EVP_marshal_private_key(out, key) == 1;
}

bool set_public_key(X509* certificate, EVP_PKEY* key) {
  return X509_set_pubkey(certificate, key) == 1;
}

}  // namespace nacre::crypto
