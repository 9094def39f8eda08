// Path building, for the files of this room alone. RFC 5280, section 6. By BoringSSL's pki library,
// or by what stands in its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/anchor_store.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// DER certificates, the leaf first, the anchor last.
using Path = std::vector<std::string>;

// Why there is no path, as far as the search tells.
struct PathRefusal {
  std::optional<Error> error;  // the cause, where there is one alone
  bool over_budget = false;
  bool breaks_rule = false;  // the search says no more than that some rule of RFC 5280 is broken
  std::string reasons;       // in words
};

struct PathSearch {
  // The paths that were found: at most one, unless all were asked for.
  std::vector<Path> paths;
  PathRefusal refusal;
  // Memory ran out: nothing is known of the chain.
  bool out_of_memory = false;
};

// Within query.limits.path_iterations and path_time.
PathSearch find_path(const AnchorStore& anchors, const ChainQuery& query) noexcept;
PathSearch find_all_paths(const AnchorStore& anchors, const ChainQuery& query) noexcept;

// What an OCSP response says of a certificate, as of `time`. All DER. RFC 6960.
struct Staple {
  enum class Status : std::uint8_t { good, revoked, unsatisfactory };
  Status status = Status::unsatisfactory;
  std::string_view why = "cannot be checked";  // where unsatisfactory
};
Staple check_staple(Bytes response, Bytes certificate, Bytes issuer, UnixTime time) noexcept;

// Whether the search holds URIs against name constraints.
bool search_compares_uris() noexcept;

// Whether the search knows keys of that kind. Where it does not, the second look decides.
bool search_knows_key(const EVP_PKEY* key) noexcept;

}  // namespace nacre::crypto
