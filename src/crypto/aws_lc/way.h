// A path that the search over AWS-LC has in hand, and what stands against it, for path.cpp alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificate_impl.h"
#include "nacre/verify.h"

namespace nacre::crypto {

struct Certificate {
  bssl::UniquePtr<X509> x509;
  std::string der;
  std::string_view encoding_fault;  // see strict_der.h
};

// Nothing where it cannot be parsed.
std::optional<Certificate> read_certificate(Bytes der);

// From the leaf to the anchor.
using Way = std::vector<const Certificate*>;

// What stands against a path.
struct Objection {
  std::string text;
  std::optional<Error> error = {};  // where it says more than that a rule is broken
};

std::optional<Objection> objection_to(const Way& way, const ChainQuery& query);

}  // namespace nacre::crypto
