// Trust anchors in the two forms that BoringSSL's verifiers take, for the files of this room alone.
#pragma once

#include <openssl/pki/verify.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/credentials.h"
#include "crypto/pem.h"

namespace nacre::crypto {

struct AnchorStore {
  std::unique_ptr<bssl::VerifyTrustStore> pki;
  // The same anchors for X509_verify_cert: see diagnose.h.
  bssl::UniquePtr<X509_STORE> x509;
  // Those with name constraints of their own, which `pki` does not look at. DER, sorted.
  std::vector<std::string> constrained;
};

// Null where `pki` cannot read one of them, or where memory is short. In path.cpp.
std::unique_ptr<bssl::VerifyTrustStore> make_pki_store(
    const std::vector<Der>& certificates) noexcept;

}  // namespace nacre::crypto
