// Making keys, for the issuer of test certificates alone. In the library's generate.cpp.
#pragma once

#include <openssl/x509.h>

#include "crypto/signature_impl.h"

namespace nacre::crypto {

// Null for a kind of RSA key, or where memory is short.
bssl::UniquePtr<EVP_PKEY> generate_key(KeyKind kind);

// Writes `key` as PKCS#8.
bool write_private_key_info(CBB* out, const EVP_PKEY* key);

bool set_public_key(X509* certificate, EVP_PKEY* key);

}  // namespace nacre::crypto
