// Who has issued our credentials, for the names that a peer lists. RFC 9846, section 4.3.4.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/credentials.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre {

// Each name that a peer lists is looked up once, however many credentials there are. The order is
// by our own names alone, so that a peer's choice of names makes no look-up longer.
class IssuerIndex {
 public:
  // `credentials` live as long as this. Errors: bad_configuration for more than 65,536 issuers.
  static Result<IssuerIndex> make(std::span<const Credential> credentials);

  // The number of the issuer that has this DER Name.
  std::optional<std::uint16_t> find(Bytes name) const {
    const auto found = std::ranges::lower_bound(names_, Name{name});
    if (found == names_.end() || *found != Name{name}) return std::nullopt;
    return static_cast<std::uint16_t>(found - names_.begin());
  }
  // The issuers of the certificates of one credential, by its place.
  std::span<const std::uint16_t> of(std::size_t credential) const { return chains_.at(credential); }

 private:
  struct Name {
    Bytes bytes;

    // Most names of a peer's are told apart by their length.
    std::strong_ordering operator<=>(const Name& other) const {
      if (bytes.size() != other.bytes.size()) return bytes.size() <=> other.bytes.size();
      return text_of(bytes) <=> text_of(other.bytes);
    }
    bool operator==(const Name& other) const { return std::is_eq(*this <=> other); }
  };

  std::vector<Name> names_;  // in their order, each once
  std::vector<std::vector<std::uint16_t>> chains_;
};

}  // namespace nacre
