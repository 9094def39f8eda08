// Path building over AWS-LC, in the place of BoringSSL's pki library. RFC 5280, section 6.
//
// Issuers are tried by their names, and each path that ends in an anchor is judged by itself, so
// that X509_verify_cert cannot take another one. Compiled with exceptions, as pki's caller is:
// where memory is short, nothing is known.
#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "crypto/aws_lc/way.h"
#include "crypto/known_intermediates.h"
#include "crypto/path_search.h"

namespace nacre::crypto {

using Certificates = std::vector<Certificate>;

struct PathAnchors {
  Certificates certificates;
  KnownIntermediates<Certificates> known = {};
};

namespace {

using Clock = std::chrono::steady_clock;

bool is_newer(const X509* a, const X509* b) {
  std::int64_t a_from = 0;
  std::int64_t b_from = 0;
  ASN1_TIME_to_posix(X509_get0_notBefore(a), &a_from);
  ASN1_TIME_to_posix(X509_get0_notBefore(b), &b_from);
  return a_from > b_from;
}

// A step is an issuer that is tried; each costs one of the budget.
class Search {
 public:
  Search(const PathAnchors& anchors, const ChainQuery& query, bool wants_all)
      : anchors_(anchors),
        query_(query),
        wants_all_(wants_all),
        steps_(std::max<std::uint32_t>(query.limits.path_iterations, 1)),
        deadline_(Clock::now() + query.limits.path_time),
        leaf_(read_certificate(query.chain.front())),
        known_(anchors.known.find(others())),
        others_(known_ ? known_ : read_others()) {
    for (const Certificate& other : *others_) take(other);
  }

  PathSearch run() {
    if (leaf_) {
      way_.push_back(&*leaf_);
      extend();
    }
    if (!found_.paths.empty() && !known_) anchors_.known.keep(others(), others_);
    if (found_.paths.empty()) {
      found_.refusal.over_budget = exhausted_;
      if (found_.refusal.reasons.empty()) found_.refusal.reasons = "it cannot be parsed";
    }
    return std::move(found_);
  }

 private:
  std::span<const Bytes> others() const { return query_.chain.subspan(1); }

  // Those that can be parsed.
  std::shared_ptr<const Certificates> read_others() const {
    Certificates read_ones;
    for (const Bytes der : others()) {
      if (auto certificate = read_certificate(der)) read_ones.push_back(*std::move(certificate));
    }
    return std::make_shared<const Certificates>(std::move(read_ones));
  }

  // The newest are tried first.
  void take(const Certificate& certificate) {
    const auto place = std::ranges::find_if(sent_, [&](const Certificate* other) {
      return is_newer(certificate.x509.get(), other->x509.get());
    });
    sent_.insert(place, &certificate);
  }

  bool is_done() const {
    return exhausted_ || found_.out_of_memory || (!wants_all_ && !found_.paths.empty());
  }

  bool take_step() {
    if (steps_ == 0 || Clock::now() >= deadline_) exhausted_ = true;
    if (!exhausted_) --steps_;
    return !exhausted_;
  }

  // A certificate that is no CA can be its own issuer, where it is an anchor.
  bool issues(const Certificate& issuer) const {
    X509* const last = way_.back()->x509.get();
    if (way_.size() == 1 && issuer.der == way_.back()->der) {
      return (X509_get_extension_flags(last) & EXFLAG_SI) != 0;
    }
    return X509_check_issued(issuer.x509.get(), last) == X509_V_OK;
  }

  bool is_on_way(const Certificate& certificate) const {
    return std::ranges::any_of(
        way_, [&](const Certificate* other) { return other->der == certificate.der; });
  }

  void judge_way() {
    const std::optional<Objection> objection = objection_to(way_, query_);
    ERR_clear_error();
    if (objection) {
      found_.out_of_memory |= objection->error == Error::out_of_memory;
      found_.refusal.reasons = objection->text;
      found_.refusal.error = objection->error;
      return;
    }
    Path path;
    for (const Certificate* certificate : way_) path.push_back(certificate->der);
    found_.paths.push_back(std::move(path));
  }

  struct Issuers {
    std::vector<const Certificate*> anchors;
    std::vector<const Certificate*> others;
  };

  // Once for each: to compare two certificates takes as long as their names are.
  const Issuers& issuers() {
    const auto [found, is_new] = issuers_.try_emplace(way_.back());
    if (!is_new) return found->second;
    for (const Certificate& anchor : anchors_.certificates) {
      if (issues(anchor)) found->second.anchors.push_back(&anchor);
    }
    for (const Certificate* candidate : sent_) {
      if (issues(*candidate) && !is_anchor(*candidate)) found->second.others.push_back(candidate);
    }
    return found->second;
  }

  void extend() {
    const Issuers& above = issuers();
    for (const Certificate* anchor : above.anchors) {
      if (is_done() || !take_step()) return;
      way_.push_back(anchor);
      judge_way();
      way_.pop_back();
    }
    for (const Certificate* candidate : above.others) {
      if (is_done()) return;
      if (is_on_way(*candidate)) continue;
      if (!take_step()) return;
      way_.push_back(candidate);
      extend();
      way_.pop_back();
    }
  }

  // It has been tried as one.
  bool is_anchor(const Certificate& certificate) const {
    return std::ranges::any_of(anchors_.certificates, [&](const Certificate& anchor) {
      return anchor.der == certificate.der;
    });
  }

  const PathAnchors& anchors_;
  const ChainQuery& query_;
  const bool wants_all_;
  std::uint32_t steps_;
  const Clock::time_point deadline_;
  const std::optional<Certificate> leaf_;
  const std::shared_ptr<const Certificates> known_;
  const std::shared_ptr<const Certificates> others_;
  std::vector<const Certificate*> sent_;  // of `others_`
  std::map<const Certificate*, Issuers> issuers_;
  Way way_;
  PathSearch found_;
  bool exhausted_ = false;
};

PathSearch search(const AnchorStore& anchors, const ChainQuery& query, bool wants_all) noexcept {
  try {
    return Search(*anchors.search, query, wants_all).run();
  } catch (...) {
    PathSearch none;
    none.out_of_memory = true;
    return none;
  }
}

}  // namespace

std::shared_ptr<const PathAnchors> make_path_anchors(
    const std::vector<Der>& certificates) noexcept {
  try {
    const auto anchors = std::make_shared<PathAnchors>();
    for (const Der& der : certificates) {
      auto certificate = read_certificate(der);
      if (!certificate || !certificate->encoding_fault.empty()) return nullptr;
      anchors->certificates.push_back(*std::move(certificate));
    }
    return anchors;
  } catch (...) {
    return nullptr;
  }
}

PathSearch find_path(const AnchorStore& anchors, const ChainQuery& query) noexcept {
  return search(anchors, query, false);
}

PathSearch find_all_paths(const AnchorStore& anchors, const ChainQuery& query) noexcept {
  return search(anchors, query, true);
}

bool search_compares_uris() noexcept {
  return true;
}

// All of them: what the search refuses is refused.
bool search_knows_key(const EVP_PKEY* /*key*/) noexcept {
  return true;
}

}  // namespace nacre::crypto
