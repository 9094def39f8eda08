// Trust anchors in the two forms that the verifiers take, for the files of this room alone.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/credentials.h"
#include "crypto/name_constraints.h"
#include "crypto/pem.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// Anchors in the form that the search for a path takes: the library's path.cpp knows it.
struct PathAnchors;

// What an anchor says of itself, which the search does not look at. RFC 5937, section 3.2.
struct AnchorLimits {
  std::string der;
  // Whether it may issue: of version 1 or 2, or with basicConstraints and keyUsage that allow it.
  bool is_ca = false;
  bool has_constraints = false;          // nameConstraints
  bool has_unknown_extension = false;    // a critical one
  std::optional<long> path_length = {};  // of basicConstraints
  std::uint32_t purposes = 0;            // XKU_*, all of them where there is no extKeyUsage
  UnixTime not_before = 0;
  UnixTime not_after = 0;
};

struct AnchorStore {
  std::shared_ptr<const PathAnchors> search;
  // The same anchors for X509_verify_cert: see diagnose.h.
  bssl::UniquePtr<X509_STORE> x509;
  // Of each of them, sorted by `der`.
  std::vector<AnchorLimits> limits;
  // Of each kind the most constraints that an anchor has.
  NameTally constraints;
};

// Null where the search cannot read one of them, or where memory is short.
std::shared_ptr<const PathAnchors> make_path_anchors(const std::vector<Der>& certificates) noexcept;

}  // namespace nacre::crypto
