// Trust anchors in the two forms that the verifiers take, for the files of this room alone.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/credentials.h"
#include "crypto/pem.h"

namespace nacre::crypto {

// Anchors in the form that the search for a path takes: the library's path.cpp knows it.
struct PathAnchors;

struct AnchorStore {
  std::shared_ptr<const PathAnchors> search;
  // The same anchors for X509_verify_cert: see diagnose.h.
  bssl::UniquePtr<X509_STORE> x509;
  // Those with name constraints of their own, which the search does not look at. DER, sorted.
  std::vector<std::string> constrained;
};

// Null where the search cannot read one of them, or where memory is short.
std::shared_ptr<const PathAnchors> make_path_anchors(const std::vector<Der>& certificates) noexcept;

}  // namespace nacre::crypto
