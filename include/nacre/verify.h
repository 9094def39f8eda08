// Certificates: what they say, and whether a chain may be believed. RFC 9846, section 4.5.1;
// RFC 5280; RFC 9525.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/credentials.h"
#include "nacre/error.h"
#include "nacre/limits.h"
#include "nacre/policies.h"
#include "nacre/policy.h"

namespace nacre {

// Seconds since 1970-01-01 UTC.
using UnixTime = std::int64_t;

// Which side the certificate's holder plays.
enum class Purpose : std::uint8_t { server, client };

// A name to expect of a peer: a DNS name (without a trailing dot, A-labels, lower case) or an IP
// address. Small and copyable; owns its bytes.
class NACRE_API PeerName {
 public:
  // Errors: bad_name. "example.com", "192.0.2.1", "2001:db8::1"; "[2001:db8::1]" too.
  static Result<PeerName> parse(std::string_view text);

  // Whether this is an IP address, not a DNS name.
  bool is_address() const { return address_size_ != 0; }
  // The DNS name, or the address as it was written, without brackets.
  std::string_view text() const NACRE_LIFETIMEBOUND { return {text_.data(), text_size_}; }
  // 4 or 16 bytes; empty for a DNS name.
  Bytes address() const NACRE_LIFETIMEBOUND { return Bytes(address_).first(address_size_); }

 private:
  PeerName() = default;
  std::array<char, 255> text_{};
  std::uint8_t text_size_ = 0;
  std::array<std::uint8_t, 16> address_{};
  std::uint8_t address_size_ = 0;
};

// What a certificate says of itself. Not verified by being read.
struct CertificateInfo {
  std::string subject;  // RFC 2253 style, for people
  std::string issuer;
  std::vector<std::uint8_t> issuer_name;  // the same, DER: as certificate_authorities has it
  std::string serial;                     // hexadecimal
  std::vector<std::string> dns_names;     // subjectAltName
  std::vector<std::string> ip_addresses;  // subjectAltName
  std::vector<std::string> uris;          // subjectAltName
  UnixTime not_before = 0;
  UnixTime not_after = 0;
  std::string key;        // "EC P-256", "RSA 2048", "Ed25519", "ML-DSA-65"
  std::string signature;  // "ecdsa-with-SHA256"
  bool is_ca = false;
  SpkiPin spki_sha256{};
};

// Errors: bad_certificate.
NACRE_API Result<CertificateInfo> read_certificate(Bytes der);

// The DER certificates of a PEM text, in order. Errors: bad_pem.
NACRE_API Result<std::vector<std::vector<std::uint8_t>>> read_pem_certificates(
    std::string_view pem);

// What becomes of a certificate that no revocation list covers. A list covers the certificates of
// the issuer that signed it. It covers none where its nextUpdate has passed or its thisUpdate has
// not come, where its signature fails or its issuer may not sign lists, where its scope is another
// (RFC 5280, section 5.2.5), where it has a critical extension that is not known, and where it is
// an indirect or delta list, or one for some reasons alone. A list without nextUpdate does not
// expire. One of several that covers a certificate is enough, and so is one that names it: an entry
// revokes wherever the list's signature verifies and no critical extension is unknown, whether the
// list has expired or not. (A delta's removeFromCRL is no such entry.) An anchor is not looked up.
enum class Revocation : std::uint8_t {
  // Neither lists nor OCSP responses are looked at, nor whether one must be stapled.
  off,
  // It is believed; only a certificate that a list names is refused (certificate_revoked).
  if_known,
  // It is refused (revocation_unknown). So every certificate below the anchor needs a list; for
  // the leaf a stapled OCSP response serves as well.
  required,
};

struct ChainQuery {
  // The leaf first, intermediates in any order. DER.
  std::span<const Bytes> chain;
  // What the leaf must be for; nothing: names are not looked at.
  std::optional<PeerName> peer_name;
  UnixTime time = 0;
  Purpose purpose = Purpose::server;
  Policy policy = policy_2026;
  Limits limits = {};
  // The lists to look up every certificate below the anchor in; null: none. Outlives the call.
  const RevocationLists* crls = nullptr;
  Revocation revocation = Revocation::if_known;
  // The leaf's OCSPResponse (RFC 6960) as it was stapled, DER; empty: none. What is malformed,
  // outside of its dates, older than ten days, for another certificate, an error response, or not
  // signed by the leaf's issuer or a responder with that issuer's certificate for it, and what
  // says `unknown`, is refused (bad_certificate_status; RFC 6066, section 8), whatever lists say.
  // `revoked` is certificate_revoked.
  Bytes ocsp_response = {};
  // Whether the peer was asked to staple one. If so, none is bad_certificate_status for a leaf that
  // says that it comes with one ("must-staple"; RFC 7633).
  bool ocsp_asked = false;
  // Whether an anchor must be within its own dates to vouch for others (certificate_expired,
  // certificate_not_yet_valid). RFC 5280 leaves that to whoever chose the anchor.
  bool check_anchor_dates = false;
  // Where signatures that were checked are remembered; null: nowhere. Outlives the call.
  const SignatureCache* signatures = nullptr;
};

// Why a chain is believed or not.
struct ChainVerdict {
  std::optional<Error> error;  // nothing: the chain may be believed
  // In words, with what led there: the names that the certificate has, the issuer that is missing,
  // the date that has passed. Holds text from certificates, escaped to printable ASCII.
  std::string detail = {};
  // Of a chain that is believed: the last second in which it would be, the earliest notAfter of its
  // path. The anchor's counts where ChainQuery::check_anchor_dates is set. Nothing where no dates
  // are looked at (danger::trust_anyone).
  std::optional<UnixTime> valid_until = {};
  // The path from the leaf to the anchor: subjects, for people; as far as it was found.
  std::vector<std::string> path = {};
  // Of a chain that is refused, by check_chain alone: the certificates that could have been the
  // issuer of another one, sent along or anchors, and what speaks against each, in words.
  std::vector<std::string> candidates = {};
  // Of a path that was found, by check_chain alone, where revocation is looked at: the lists that
  // were given and covered none of its certificates, and why, in words.
  std::vector<std::string> unused_lists = {};
};

// Builds and checks a path from the chain's leaf to an anchor, then the leaf's names. Bounded by
// Limits::path_iterations, Limits::name_comparisons and Limits::path_time. Thread-safe.
//
// An anchor vouches for others within what it says of itself (RFC 5937, section 3.2): it must be a
// CA by its basicConstraints and keyUsage, unless it is of version 1 or 2, and its path length, its
// extKeyUsage, its name constraints and critical extensions hold. Its dates hold only where
// ChainQuery::check_anchor_dates is set. A self-signed leaf that is an anchor is believed for
// itself alone, under the rules for leaves.
//
// Constraints on host names, addresses of both kinds and directory names are compared. A name of
// another kind (a URI, say, unless the library of cryptography compares them) below a constraint of
// that kind is refused, be it critical or not (certificate_name_constraint).
NACRE_API ChainVerdict check_chain(const TrustAnchors& anchors, const ChainQuery& query);

}  // namespace nacre
