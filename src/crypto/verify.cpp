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

// The same for a path. Few paths need to be parsed a second time.
std::optional<Fault> objection(const AnchorStore& anchors, const Path& path,
                               const ChainQuery& query) {
  for (std::size_t depth = 0; depth + 1 < path.size(); ++depth) {
    if (const auto error = objection(bytes_of(path[depth]), query.policy)) {
      return Fault{*error, depth};
    }
  }
  // fault: AC-095c
  const bool is_constrained = std::ranges::binary_search(anchors.constrained, path.back());
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
    // fault: AC-103a
    if (!is_der(path)) {
      return refuse(Error::chain_refused,
                    "a certificate of the chain is not DER, as RFC 5280 asks");
    }
    if (const auto fault = revocation_fault(look.path, query)) {
      return explain_fault(*fault, look, query);
    }
    return {};
  }
  // fault: AC-005a AC-090a AC-091 AC-094d AC-095a AC-099a AC-099b AC-099c AC-100a AC-103e AC-104a
  return explain_refusal(search.refusal, look, query, anchors.count);
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

// Until when a path that is believed would be: all of it but the anchor, whose own dates are not
// looked at. A leaf that is its own anchor counts.
ChainVerdict believed(const Path& path) {
  ChainVerdict verdict;
  // fault: AC-141b
  for (std::size_t depth = 0; depth == 0 || depth + 1 < path.size(); ++depth) {
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
    ChainVerdict verdict = find_believable(anchors, query, path);
    if (!verdict.error) verdict = judge_leaf(leaf, query, path);
    if (verdict.error) return verdict;
  }
  const bool pinned = pins.empty() || std::ranges::any_of(path, [&](const std::string& der) {
                        return has_key(bytes_of(der), pins);
                      });
  if (pinned) return anchors.anyone ? ChainVerdict{} : believed(path);
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
