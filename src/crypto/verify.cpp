// Whether a chain may be believed: the path, the names, the pins. RFC 9846, section 4.5.1.4;
// RFC 5280, section 6; RFC 9525.
#include "nacre/verify.h"

#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

#include "crypto/candidates.h"
#include "crypto/certificate_impl.h"
#include "crypto/explain.h"
#include "crypto/name_constraints.h"
#include "crypto/path.h"
#include "crypto/revocation.h"

namespace nacre {
namespace crypto {
namespace {

constexpr const char* unparsable = "the peer's certificate cannot be parsed";

// Empty where one of them cannot be parsed, or memory is short.
Certificates parse_path(const Path& path) {
  Certificates certificates;
  for (const std::string& der : path) {
    auto x509 = read_x509(bytes_of(der));
    if (!x509) return {};
    certificates.push_back(*std::move(x509));
  }
  return certificates;
}

// RFC 5937, section 3.2: an anchor's own name constraints. Self-issued certificates are exempt,
// but for the leaf (RFC 5280, section 6.1.3).
std::optional<Fault> constraint_fault(const Certificates& path) {
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(static_cast<NAME_CONSTRAINTS*>(
      X509_get_ext_d2i(path.back().get(), NID_name_constraints, nullptr, nullptr)));
  for (std::size_t depth = 0; depth + 1 < path.size(); ++depth) {
    const X509* certificate = path[depth].get();
    if (depth > 0 && (X509_get_extension_flags(certificate) & EXFLAG_SI) != 0) continue;
    // fault: AC-094a
    if (constraints == nullptr ||
        NAME_CONSTRAINTS_check(certificate, constraints.get()) != X509_V_OK) {
      return Fault{Error::certificate_name_constraint, depth};
    }
  }
  return std::nullopt;
}

// What Nacre asks of a certificate that is not the anchor, and pki does not.
std::optional<Error> objection(Bytes der, const Policy& policy) {
  const auto parts = find_parts(der);
  if (!parts) return Error::chain_refused;
  // fault: AC-092a AC-092b.1
  if (has_oversized_key(*parts)) return Error::bad_certificate_key;
  if (!accepts_signature(policy, scheme_of_signature(*parts))) {
    return Error::certificate_weak_signature;
  }
  return std::nullopt;
}

bool looks_for_revocation(const ChainQuery& query) {
  return query.revocation != Revocation::off &&
         (query.crls != nullptr || query.revocation == Revocation::required || query.ocsp_asked ||
          !query.ocsp_response.empty());
}

// A self-signed leaf that is an anchor: it is believed for itself alone.
bool is_own_anchor(const Path& path) {
  return path.size() == 1 || (path.size() == 2 && path.front() == path.back());
}

const AnchorLimits* find_limits(const AnchorStore& anchors, const std::string& der) {
  const auto found = std::ranges::lower_bound(anchors.limits, der, {}, &AnchorLimits::der);
  return found != anchors.limits.end() && found->der == der ? &*found : nullptr;
}

// RFC 5280, section 6.1.4, (l): self-issued certificates do not count.
long issuers_between(const Path& path) {
  long count = 0;
  for (std::size_t depth = 1; depth + 1 < path.size(); ++depth) {
    const auto parts = find_parts(bytes_of(path[depth]));
    if (!parts || !std::ranges::equal(parts->subject, parts->issuer)) ++count;
  }
  return count;
}

std::optional<Error> anchor_date_fault(const AnchorLimits& anchor, const ChainQuery& query) {
  // fault: AC-177b
  if (!query.check_anchor_dates) return std::nullopt;
  if (query.time < anchor.not_before) return Error::certificate_not_yet_valid;
  if (query.time > anchor.not_after) return Error::certificate_expired;
  return std::nullopt;
}

// What an anchor says of itself, besides name constraints, holds where it vouches for others: RFC
// 5937, section 3.2.
std::optional<Fault> anchor_fault(const AnchorStore& anchors, const Path& path,
                                  const ChainQuery& query) {
  if (is_own_anchor(path)) return std::nullopt;
  const std::size_t depth = path.size() - 1;
  const AnchorLimits* const anchor = find_limits(anchors, path.back());
  if (anchor == nullptr) return Fault{Error::chain_refused, depth};
  // fault: AC-173
  if (!anchor->is_ca) {
    return Fault{
        Error::unknown_issuer, depth,
        " is a trust anchor, but by its basicConstraints or keyUsage no CA: it is believed "
        "for itself alone. Make the certificate of a CA the anchor"};
  }
  // fault: AC-176
  if (anchor->has_unknown_extension) {
    return Fault{Error::chain_refused, depth, " has a critical extension that Nacre does not know"};
  }
  const long between = issuers_between(path);
  // fault: AC-174
  if (anchor->path_length && between > *anchor->path_length) {
    return Fault{Error::chain_refused, depth,
                 " allows " + std::to_string(*anchor->path_length) +
                     " CAs below it, and the path has " + std::to_string(between)};
  }
  // fault: AC-175
  if (!serves(anchor->purposes, query.purpose)) {
    return Fault{Error::certificate_wrong_purpose, depth};
  }
  // fault: AC-177a
  if (const auto error = anchor_date_fault(*anchor, query)) return Fault{*error, depth};
  return std::nullopt;
}

// Names of these kinds are not compared with constraints by the search, and passed over where those
// are not critical: otherName, x400Address, ediPartyName, uniformResourceIdentifier, registeredID.
std::uint32_t kinds_not_compared() {
  constexpr std::uint32_t uri = std::uint32_t{1} << 6;
  constexpr std::uint32_t never = 1U << 0 | 1U << 3 | 1U << 5 | 1U << 8;
  return search_compares_uris() ? never : never | uri;
}

std::optional<Fault> passed_constraint_fault(const Path& path) {
  std::vector<Bytes> certificates;
  certificates.reserve(path.size());
  for (const std::string& der : path) certificates.push_back(bytes_of(der));
  const std::size_t depth = find_constrained(certificates, kinds_not_compared());
  if (depth == path.size()) return std::nullopt;
  return Fault{
      Error::certificate_name_constraint, depth,
      " has a name of a kind that a CA above it is constrained in, and that Nacre does not "
      "compare with constraints"};
}

// The same for a path. Few paths need to be parsed a second time.
std::optional<Fault> objection(const AnchorStore& anchors, const Path& path,
                               const ChainQuery& query) {
  for (std::size_t depth = 0; depth + 1 < path.size(); ++depth) {
    if (const auto error = objection(bytes_of(path[depth]), query.policy)) {
      return Fault{*error, depth};
    }
  }
  if (auto fault = anchor_fault(anchors, path, query)) return fault;
  // fault: AC-172a
  if (auto fault = passed_constraint_fault(path)) return fault;
  const AnchorLimits* const anchor = find_limits(anchors, path.back());
  // fault: AC-095c
  const bool is_constrained = anchor != nullptr && anchor->has_constraints;
  if (!is_constrained && !looks_for_revocation(query)) return std::nullopt;
  const Certificates certificates = parse_path(path);
  if (certificates.empty()) return Fault{Error::chain_refused, 0};
  if (is_constrained) {
    const auto fault = constraint_fault(certificates);
    ERR_clear_error();
    if (fault) return fault;
  }
  return revocation_fault(certificates, query);
}

// pki refuses what is BER and not DER, which X509's parser lets pass in parts of a certificate. It
// is asked too where it does not know the keys.
bool is_der(const Path& path) {
  std::vector<Der> encodings;
  for (const std::string& der : path) encodings.emplace_back(der.begin(), der.end());
  const bool read = make_path_anchors(encodings) != nullptr;
  ERR_clear_error();
  return read;
}

// The path that pki found, or another one where something is against that. `path` receives it.
ChainVerdict choose_path(const AnchorStore& anchors, const ChainQuery& query, const Path& first,
                         Path& path) {
  path = first;
  const auto fault = objection(anchors, first, query);
  if (!fault) return {};
  for (Path& other : find_all_paths(anchors, query).paths) {
    if (other == first || objection(anchors, other, query)) continue;
    path = std::move(other);
    return {};
  }
  SecondLook look;
  look.path = parse_path(first);
  return explain_fault(*fault, look, query);
}

ChainVerdict find_believable(const TrustAnchors::Impl& anchors, const ChainQuery& query,
                             Path& path) {
  const PathSearch search = find_path(*anchors.store, query);
  if (search.out_of_memory) return refuse(Error::out_of_memory, "memory is short");
  if (!search.paths.empty()) {
    return choose_path(*anchors.store, query, search.paths.front(), path);
  }
  const auto leaf = read_x509(query.chain.front());
  if (!leaf) return refuse(leaf.error(), unparsable);
  SecondLook look = look_again(*anchors.store, leaf->get(), query);
  if (look.beyond_pki && look.anchored && look.faults.empty()) {
    for (const auto& certificate : look.path) {
      path.emplace_back(text_of(der_of(certificate.get())));
    }
    // fault: AC-103a AC-171
    if (!is_der(path)) {
      return refuse(Error::chain_refused,
                    "a certificate of the chain is not DER, as RFC 5280 asks");
    }
    if (const auto fault = anchor_fault(*anchors.store, path, query)) {
      return explain_fault(*fault, look, query);
    }
    if (const auto fault = revocation_fault(look.path, query)) {
      return explain_fault(*fault, look, query);
    }
    return {};
  }
  // fault: AC-005a AC-090a AC-091 AC-094d AC-095a AC-099a AC-099b AC-099c AC-100a AC-103e AC-104a
  return explain_refusal(search.refusal, look, query, anchors.count);
}

// Each path that is tried costs so many comparisons of names with constraints, signed by whomever:
// the more they are, the fewer steps there are.
ChainVerdict find_within_bounds(const TrustAnchors::Impl& anchors, const ChainQuery& query,
                                Path& path) {
  const Limits& limits = query.limits;
  const std::uint64_t comparisons = name_comparisons(query.chain, anchors.store->constraints);
  // fault: AC-170a
  if (comparisons > limits.name_comparisons) {
    return refuse(
        Error::chain_too_complex,
        "the chain has more names than can be held against the name constraints in it and "
        "in the anchors. Have the peer send fewer certificates, or one with fewer names");
  }
  if (comparisons == 0 || limits.name_comparisons / comparisons >= limits.path_iterations) {
    return find_believable(anchors, query, path);
  }
  ChainQuery bounded = query;
  // fault: AC-170b
  bounded.limits.path_iterations =
      static_cast<std::uint32_t>(limits.name_comparisons / comparisons);
  return find_believable(anchors, bounded, path);
}

bool has_key(Bytes der, std::span<const SpkiPin> pins) {
  const auto parts = find_parts(der);
  return parts && std::ranges::find(pins, spki_pin(parts->key_info)) != pins.end();
}

// The leaf's own rights and names.
ChainVerdict judge_leaf(const ParsedCertificate& leaf, const ChainQuery& query, const Path& path) {
  ChainVerdict verdict;
  // fault: AC-010a.2
  if (!leaf.allows_signing()) {
    verdict = refuse(Error::certificate_wrong_purpose,
                     "the certificate's key usage does not allow digital signatures, which TLS 1.3 "
                     "needs. Have it reissued with digitalSignature");
  } else if (query.peer_name && !leaf.matches(*query.peer_name)) {
    const auto x509 = read_x509(query.chain.front());
    verdict =
        x509 ? explain_wrong_name(x509->get(), *query.peer_name) : refuse(x509.error(), unparsable);
  }
  if (verdict.error) verdict.path = subjects(parse_path(path));
  return verdict;
}

Result<UnixTime> not_after(const std::string& der) {
  TRY(const auto certificate, ParsedCertificate::view(bytes_of(der)));
  return certificate.not_after();
}

// Until when a path that is believed would be. The anchor counts where its own dates are looked at,
// and where it is the leaf.
ChainVerdict believed(const Path& path, bool with_anchor) {
  ChainVerdict verdict;
  // fault: AC-141b AC-177c
  const std::size_t dated = std::max<std::size_t>(path.size() - (with_anchor ? 0 : 1), 1);
  for (std::size_t depth = 0; depth < dated; ++depth) {
    const auto end = not_after(path[depth]);
    if (!end) return refuse(end.error(), "a certificate of the path cannot be parsed");
    verdict.valid_until = std::min(verdict.valid_until.value_or(*end), *end);
  }
  return verdict;
}

// `path` receives what was believed: with trust_anyone the leaf alone, since nothing else has
// proved anything.
ChainVerdict judge(const TrustAnchors::Impl& anchors, const ParsedCertificate& leaf,
                   const ChainQuery& query, std::span<const SpkiPin> pins, Path& path) {
  if (anchors.anyone) {
    path.emplace_back(text_of(query.chain.front()));
  } else {
    ChainVerdict verdict = find_within_bounds(anchors, query, path);
    if (!verdict.error) verdict = judge_leaf(leaf, query, path);
    if (verdict.error) return verdict;
  }
  const bool pinned = pins.empty() || std::ranges::any_of(path, [&](const std::string& der) {
                        return has_key(bytes_of(der), pins);
                      });
  if (pinned) return anchors.anyone ? ChainVerdict{} : believed(path, query.check_anchor_dates);
  ChainVerdict verdict =
      refuse(Error::pin_mismatch, "no certificate of the path has one of the " +
                                      std::to_string(pins.size()) +
                                      " pinned keys. If the peer changed its key, pin the new one");
  verdict.path = subjects(parse_path(path));
  return verdict;
}

}  // namespace

ChainVerdict judge_chain(const TrustAnchors::Impl& anchors, const ParsedCertificate& leaf,
                         const ChainQuery& query, std::span<const SpkiPin> pins) {
  Path path;
  ChainVerdict verdict = judge(anchors, leaf, query, pins, path);
  // Where a path was found, its search has parsed the leaf to the end. Where none was, what is no
  // certificate at all is told before whatever else speaks against the chain.
  const bool is_unread = verdict.error ? *verdict.error != Error::out_of_memory : anchors.anyone;
  if (!is_unread) return verdict;
  const auto x509 = read_x509(query.chain.front());
  // fault: AC-103c
  return x509 ? verdict : refuse(x509.error(), unparsable);
}

}  // namespace crypto

ChainVerdict check_chain(const TrustAnchors& anchors, const ChainQuery& query) {
  if (query.chain.empty()) return crypto::refuse(Error::bad_certificate, "there is no certificate");
  const auto leaf = crypto::ParsedCertificate::parse(query.chain.front());
  if (!leaf) return crypto::refuse(leaf.error(), crypto::unparsable);
  crypto::Path path;
  ChainVerdict verdict = crypto::judge(anchors.impl(), *leaf, query, {}, path);
  if (path.size() > 1 && path.front() != path.back()) {
    verdict.unused_lists = crypto::unused_lists(crypto::parse_path(path), query);
  }
  // A self-signed certificate that is an anchor is its own issuer.
  if (path.size() == 2 && path.front() == path.back()) path.pop_back();
  if (!verdict.error) {
    verdict.path = crypto::subjects(crypto::parse_path(path));
  } else if (anchors.impl().store != nullptr) {
    verdict.candidates = crypto::explain_candidates(*anchors.impl().store, query);
  }
  return verdict;
}

}  // namespace nacre
