// What name constraints cost, and which of them are compared. RFC 5280, section 4.2.1.10.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/certificate_parts.h"
#include "nacre/bytes.h"

namespace nacre::crypto {

// GeneralNames by their kind, which is the number of its tag (section 4.2.1.6).
struct NameTally {
  struct Kind {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
  };
  std::array<Kind, 9> kinds{};
  // The kinds that are there, a bit for each.
  std::uint32_t mask() const;
};

// The bases of the subtrees in nameConstraints, permitted or excluded.
NameTally constraints_in(const CertificateParts& certificate);
// The kind by kind larger of two.
NameTally larger_of(const NameTally& a, const NameTally& b);

// How many comparisons it takes at most to hold all names of `chain` against all constraints in it
// and in the anchor, of which `anchors` is the most. Long names, and kinds that take longer, count
// several times. Linear in the chain; a certificate that cannot be read has neither.
std::uint64_t name_comparisons(std::span<const Bytes> chain, const NameTally& anchors);

// The place in `path`, the anchor last, of a certificate that has a name of a kind in `kinds` below
// a constraint of that kind, critical or not; the size of the path where there is none. Self-issued
// certificates are exempt, but for the leaf (section 6.1.3).
std::size_t find_constrained(std::span<const Bytes> path, std::uint32_t kinds);

}  // namespace nacre::crypto
