// Whether a certificate of a path was revoked, for the files of this room alone. RFC 5280,
// section 6.3.
#pragma once

#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/diagnose.h"
#include "crypto/revocation_list.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace nacre {

struct RevocationLists::Impl {
  std::vector<std::unique_ptr<const crypto::RevocationList>> lists;
  std::array<std::uint8_t, 32> fingerprint{};

  static RevocationLists share(std::shared_ptr<const Impl> impl);
};

namespace crypto {

// What the OCSP response and the lists of `query` say against a path that is otherwise in order.
// Errors: certificate_revoked, bad_certificate_status, revocation_unknown, out_of_memory.
std::optional<Fault> revocation_fault(const Certificates& path, const ChainQuery& query);

// ChainVerdict::unused_lists, for a path that was found.
std::vector<std::string> unused_lists(const Certificates& path, const ChainQuery& query);

}  // namespace crypto

}  // namespace nacre
