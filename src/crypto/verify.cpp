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

// Null where memory is short: pki has parsed all of `path`.
Certificates parse_path(const Path& path) {
  Certificates certificates;
  for (const std::string& der : path) {
    const auto parsed = ParsedCertificate::parse(bytes_of(der));
    if (!parsed) return {};
    certificates.push_back(bssl::UpRef(parsed->impl().x509.get()));
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
    if (constraints == nullptr ||
        NAME_CONSTRAINTS_check(certificate, constraints.get()) != X509_V_OK) {
      return Fault{Error::certificate_name_constraint, depth};
    }
  }
  return std::nullopt;
}

// What Nacre asks of a path that pki does not.
std::optional<Fault> objection(const AnchorStore& anchors, const Path& path,
                               const Certificates& certificates, const ChainQuery& query) {
  if (certificates.empty()) return Fault{Error::chain_refused, 0};
  for (std::size_t depth = 0; depth + 1 < certificates.size(); ++depth) {
    const X509* certificate = certificates[depth].get();
    if (has_oversized_key(certificate)) return Fault{Error::bad_certificate_key, depth};
    if (!accepts_signature(query.policy, certificate)) {
      return Fault{Error::certificate_weak_signature, depth};
    }
  }
  if (std::ranges::binary_search(anchors.constrained, path.back())) {
    const auto fault = constraint_fault(certificates);
    ERR_clear_error();
    if (fault) return fault;
  }
  return revocation_fault(certificates, query);
}

// pki refuses what is BER and not DER, which X509's parser lets pass in parts of a certificate. It
// is asked too where it does not know the keys.
bool is_der(const Certificates& path) {
  std::vector<Der> encodings;
  for (const auto& certificate : path) encodings.push_back(der_of(certificate.get()));
  const bool read = make_pki_store(encodings) != nullptr;
  ERR_clear_error();
  return read;
}

// The path that pki found, or another one where something is against that. `path` receives it.
ChainVerdict choose_path(const AnchorStore& anchors, const ChainQuery& query, const Path& first,
                         Certificates& path) {
  path = parse_path(first);
  const auto fault = objection(anchors, first, path, query);
  if (!fault) return {};
  for (const Path& other : find_all_paths(anchors, query).paths) {
    if (other == first) continue;
    Certificates certificates = parse_path(other);
    if (objection(anchors, other, certificates, query)) continue;
    path = std::move(certificates);
    return {};
  }
  SecondLook look;
  look.path = std::exchange(path, {});
  return explain_fault(*fault, look, query);
}

ChainVerdict find_believable(const TrustAnchors::Impl& anchors, const ParsedCertificate& leaf,
                             const ChainQuery& query, Certificates& path) {
  const PathSearch search = find_path(*anchors.store, query);
  if (search.out_of_memory) return refuse(Error::out_of_memory, "memory is short");
  if (!search.paths.empty()) {
    return choose_path(*anchors.store, query, search.paths.front(), path);
  }
  SecondLook look = look_again(*anchors.store, leaf, query);
  if (look.beyond_pki && look.anchored && look.faults.empty()) {
    if (!is_der(look.path)) {
      return refuse(Error::chain_refused,
                    "a certificate of the chain is not DER, as RFC 5280 asks");
    }
    if (const auto fault = revocation_fault(look.path, query)) {
      return explain_fault(*fault, look, query);
    }
    path = std::move(look.path);
    return {};
  }
  return explain_refusal(search.error, look, query, anchors.count);
}

bool has_key(const X509* certificate, std::span<const SpkiPin> pins) {
  std::uint8_t* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  if (size < 0) return false;
  const bssl::UniquePtr<std::uint8_t> owner(encoded);
  const SpkiPin pin = spki_pin({encoded, static_cast<std::size_t>(size)});
  return std::ranges::find(pins, pin) != pins.end();
}

// The leaf's own rights and names.
ChainVerdict judge_leaf(const ParsedCertificate& leaf, const ChainQuery& query,
                        const Certificates& path) {
  ChainVerdict verdict;
  if (!leaf.allows_signing()) {
    verdict = refuse(Error::certificate_wrong_purpose,
                     "the certificate's key usage does not allow digital signatures, which TLS 1.3 "
                     "needs. Have it reissued with digitalSignature");
  } else if (query.peer_name && !leaf.matches(*query.peer_name)) {
    verdict = explain_wrong_name(leaf.impl().x509.get(), *query.peer_name);
  }
  if (verdict.error) verdict.path = subjects(path);
  return verdict;
}

// `path` receives what was believed: with trust_anyone the leaf alone, since nothing else has
// proved anything.
ChainVerdict judge(const TrustAnchors::Impl& anchors, const ChainQuery& query,
                   std::span<const SpkiPin> pins, Certificates& path) {
  if (query.chain.empty()) return refuse(Error::bad_certificate, "there is no certificate");
  const auto leaf = ParsedCertificate::parse(query.chain.front());
  if (!leaf) return refuse(leaf.error(), "the peer's certificate cannot be parsed");
  if (anchors.anyone) {
    path.push_back(bssl::UpRef(leaf->impl().x509.get()));
  } else {
    ChainVerdict verdict = find_believable(anchors, *leaf, query, path);
    if (!verdict.error) verdict = judge_leaf(*leaf, query, path);
    if (verdict.error) return verdict;
  }
  const bool pinned = pins.empty() || std::ranges::any_of(path, [&](const auto& c) {
                        return has_key(c.get(), pins);
                      });
  if (pinned) return {};
  ChainVerdict verdict =
      refuse(Error::pin_mismatch, "no certificate of the path has one of the " +
                                      std::to_string(pins.size()) +
                                      " pinned keys. If the peer changed its key, pin the new one");
  verdict.path = subjects(path);
  return verdict;
}

}  // namespace

ChainVerdict judge_chain(const TrustAnchors::Impl& anchors, const ChainQuery& query,
                         std::span<const SpkiPin> pins) {
  Certificates path;
  return judge(anchors, query, pins, path);
}

}  // namespace crypto

ChainVerdict check_chain(const TrustAnchors& anchors, const ChainQuery& query) {
  crypto::Certificates path;
  ChainVerdict verdict = crypto::judge(anchors.impl(), query, {}, path);
  // A self-signed certificate that is an anchor is its own issuer.
  if (path.size() == 2 && X509_cmp(path.front().get(), path.back().get()) == 0) path.pop_back();
  if (!verdict.error) {
    verdict.path = crypto::subjects(path);
  } else if (anchors.impl().store != nullptr) {
    verdict.candidates = crypto::explain_candidates(*anchors.impl().store, query);
  }
  return verdict;
}

}  // namespace nacre
