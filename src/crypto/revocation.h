// Whether a certificate of a path was revoked, for the files of this room alone. RFC 5280,
// section 6.3.
#pragma once

#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/diagnose.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace nacre {

struct RevocationLists::Impl {
  bssl::UniquePtr<STACK_OF(X509_CRL)> lists;
  std::array<std::uint8_t, 32> fingerprint{};

  static RevocationLists share(std::shared_ptr<const Impl> impl);
};

namespace crypto {

// From the leaf to the anchor.
using Certificates = std::vector<bssl::UniquePtr<X509>>;

// What the OCSP response and the lists of `query` say against a path that is otherwise in order.
// Errors: certificate_revoked, bad_certificate_status, revocation_unknown.
std::optional<Fault> revocation_fault(const Certificates& path, const ChainQuery& query);

}  // namespace crypto

}  // namespace nacre
