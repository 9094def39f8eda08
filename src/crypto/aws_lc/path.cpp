// Path building over AWS-LC, in the place of BoringSSL's pki library. RFC 5280, section 6.
//
// Issuers are tried by their names, and each path that ends in an anchor is put before
// X509_verify_cert, alone, so that it cannot take another one. What it does not ask and pki does is
// asked here. An anchor is believed as it is: of its extensions Nacre looks at name constraints
// alone. Compiled with exceptions, as pki's caller is: where memory is short, nothing is known.
#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "crypto/aws_lc/pss_key.h"
#include "crypto/aws_lc/strict_der.h"
#include "crypto/certificate_impl.h"
#include "crypto/diagnose.h"
#include "crypto/hash.h"
#include "crypto/path_search.h"
#include "crypto/signature_cache.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {

struct PathAnchors {
  std::vector<bssl::UniquePtr<X509>> certificates;
};

namespace {

// From the leaf to the anchor.
using Way = std::vector<X509*>;
using Clock = std::chrono::steady_clock;

int complaints_index() {
  static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

struct Complaints {
  std::size_t anchor_depth;
  int first = X509_V_OK;
};

bool is_about_extensions(int code) {
  constexpr std::array codes{X509_V_ERR_INVALID_CA, X509_V_ERR_INVALID_PURPOSE,
                             X509_V_ERR_PATH_LENGTH_EXCEEDED,
                             X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION};
  return std::ranges::find(codes, code) != codes.end();
}

// Passes over what an anchor's extensions say.
int note_complaint(int ok, X509_STORE_CTX* context) {
  if (ok != 0) return ok;
  auto* complaints =
      static_cast<Complaints*>(X509_STORE_CTX_get_ex_data(context, complaints_index()));
  const auto depth = static_cast<std::size_t>(X509_STORE_CTX_get_error_depth(context));
  const int code = X509_STORE_CTX_get_error(context);
  if (depth > 0 && depth == complaints->anchor_depth && is_about_extensions(code)) return 1;
  if (complaints->first == X509_V_OK) complaints->first = code;
  return 0;
}

bssl::UniquePtr<STACK_OF(X509)> stack_of_way(std::span<X509* const> certificates) {
  bssl::UniquePtr<STACK_OF(X509)> stack(sk_X509_new_null());
  for (X509* certificate : certificates) {
    if (!stack || !bssl::PushToStack(stack.get(), bssl::UpRef(certificate))) return nullptr;
  }
  return stack;
}

// The leaf may be the anchor: then X509_verify_cert has it once.
bool is_own_anchor(const Way& way) {
  return way.size() == 2 && X509_cmp(way[0], way[1]) == 0;
}

bool has_chain(const X509_STORE_CTX* context, const Way& way) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  const std::size_t size = is_own_anchor(way) ? 1 : way.size();
  if (sk_X509_num(chain) != size) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (X509_cmp(sk_X509_value(chain, i), way[i]) != 0) return false;
  }
  return true;
}

// What stands against a path.
struct Objection {
  std::string text;
  std::optional<Error> error = {};  // where it says more than that a rule is broken
};

const Objection no_memory{"memory is short", Error::out_of_memory};

// What X509_verify_cert objects to. Names in a subject are no host names, so that constraints are
// not held against them.
std::optional<Objection> verifier_objection(const Way& way) {
  if (is_own_anchor(way)) {
    const bool is_signed = X509_verify(way.front(), certificate_key(way.back())) == 1;
    ERR_clear_error();
    if (!is_signed) return Objection{"its signature does not verify"};
  }
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  const auto between = stack_of_way(std::span(way).subspan(1, way.size() - 2));
  const bssl::UniquePtr<STACK_OF(ASN1_OBJECT)> any_policy(sk_ASN1_OBJECT_new_null());
  Complaints complaints{.anchor_depth = way.size() - 1};
  if (!store || !context || !between || !any_policy ||
      X509_STORE_add_cert(store.get(), way.back()) != 1 ||
      X509_STORE_CTX_init(context.get(), store.get(), way.front(), between.get()) != 1 ||
      X509_STORE_CTX_set_ex_data(context.get(), complaints_index(), &complaints) != 1) {
    return no_memory;
  }
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME |
                                              X509_V_FLAG_POLICY_CHECK);
  X509_STORE_CTX_set_depth(context.get(), static_cast<int>(way.size()));
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (X509_VERIFY_PARAM_set1_policies(parameters, any_policy.get()) != 1) return no_memory;
  X509_STORE_CTX_set_verify_cb(context.get(), note_complaint);
  const bool verified = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (verified && has_chain(context.get(), way)) return std::nullopt;
  const int code =
      complaints.first != X509_V_OK ? complaints.first : X509_STORE_CTX_get_error(context.get());
  if (code == X509_V_ERR_OUT_OF_MEM) return no_memory;
  return Objection{verified ? "its path cannot be followed" : X509_verify_cert_error_string(code)};
}

// The verifier's verdict hangs on the path alone, so that it is remembered: time, purpose and
// policy are looked at elsewhere.
std::optional<Objection> remembered_objection(const Way& way, const SignatureCache* cache) {
  if (cache == nullptr) return verifier_objection(way);
  Hash hash(HashAlgorithm::sha256);
  for (const X509* certificate : way) hash.update(der_of(certificate));
  const std::string key(text_of(hash.digest().bytes()));
  CheckedSignatures& checked = cache->impl().checked;
  const std::optional<bool> known = checked.check(key);
  if (known == true) return std::nullopt;
  if (known) return Objection{"its path was refused before"};
  std::optional<Objection> objection = verifier_objection(way);
  if (!objection || !objection->error) checked.store(key, !objection);
  return objection;
}

// RFC 5280, section 4.2.1.9, also for a self-issued CA, whose own length X509_verify_cert passes
// over.
bool keeps_path_lengths(const Way& way) {
  std::int64_t between = 0;
  for (std::size_t depth = 1; depth + 1 < way.size(); ++depth) {
    const long length = X509_get_pathlen(way[depth]);
    if (length >= 0 && between > length) return false;
    if ((X509_get_extension_flags(way[depth]) & EXFLAG_SI) == 0) ++between;
  }
  return true;
}

bool has_purpose(X509* certificate, Purpose purpose) {
  const std::uint32_t own = purpose == Purpose::server ? XKU_SSL_SERVER : XKU_SSL_CLIENT;
  return (X509_get_extended_key_usage(certificate) & (own | XKU_ANYEKU)) != 0;
}

// RSASSA-PSS with the parameters that TLS knows, and all else that has a name in it.
bool has_known_signature(const X509* certificate) {
  const auto scheme = scheme_of_signature(certificate);
  if (!scheme || X509_get_signature_nid(certificate) != NID_rsassaPss) return scheme.has_value();
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const auto* encoded = static_cast<const ASN1_STRING*>(value);
  const Bytes found{ASN1_STRING_get0_data(encoded),
                    static_cast<std::size_t>(ASN1_STRING_length(encoded))};
  constexpr std::array kinds{KeyKind::rsa_pss_sha256, KeyKind::rsa_pss_sha384,
                             KeyKind::rsa_pss_sha512};
  return std::ranges::any_of(
      kinds, [&](KeyKind kind) { return std::ranges::equal(found, pss_parameters(kind).value()); });
}

std::optional<Objection> key_objection(X509* certificate, const Policy& policy) {
  if (certificate_key(certificate) == nullptr) {
    return Objection{"its key is of a kind that Nacre does not use", Error::bad_certificate_key};
  }
  const bool is_short =
      rsa_bits(certificate).value_or(policy.minimum_rsa_bits) < policy.minimum_rsa_bits;
  return is_short ? std::optional(Objection{"its RSA key is too short"}) : std::nullopt;
}

// What is asked of a certificate below the anchor.
std::optional<Objection> own_objection(X509* certificate, bool is_leaf, const ChainQuery& query) {
  if (!has_known_signature(certificate)) {
    return Objection{"its signature is of a kind that Nacre does not use",
                     Error::certificate_weak_signature};
  }
  if (auto objection = key_objection(certificate, query.policy)) return objection;
  if (date_fault(certificate, query.time)) return Objection{"it is not valid at the time"};
  if (!has_purpose(certificate, query.purpose)) return Objection{"it is for another purpose"};
  if (!is_leaf && X509_check_ca(certificate) != 1) return Objection{"it is no CA"};
  const std::string_view fault = encoding_fault(der_of(certificate));
  return fault.empty() ? std::nullopt : std::optional(Objection{std::string(fault)});
}

std::optional<Objection> objection_to(const Way& way, const ChainQuery& query) {
  for (std::size_t depth = 0; depth + 1 < way.size(); ++depth) {
    if (auto objection = own_objection(way[depth], depth == 0, query)) return objection;
  }
  if (auto objection = key_objection(way.back(), query.policy)) return objection;
  if (!keeps_path_lengths(way)) return Objection{"the path is longer than a CA of it allows"};
  if (const auto fault = excess(way.front(), Way(way.begin() + 1, way.end()))) {
    return Objection{"there is too much to check", fault->error};
  }
  return remembered_objection(way, query.signatures);
}

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
  Search(const AnchorStore& anchors, const ChainQuery& query, bool wants_all)
      : anchors_(anchors.search->certificates),
        query_(query),
        wants_all_(wants_all),
        steps_(std::max<std::uint32_t>(query.limits.path_iterations, 1)),
        deadline_(Clock::now() + query.limits.path_time) {
    for (const Bytes der : query.chain) {
      auto x509 = read_x509(der);
      if (!x509 && sent_.empty()) return;  // no leaf
      if (x509) take(*std::move(x509));
    }
  }

  PathSearch run() {
    if (!sent_.empty()) {
      way_.push_back(sent_.front().get());
      extend();
    }
    if (found_.paths.empty()) {
      found_.refusal.over_budget = exhausted_;
      if (found_.refusal.reasons.empty()) found_.refusal.reasons = "it cannot be parsed";
    }
    return std::move(found_);
  }

 private:
  // The newest are tried first.
  void take(bssl::UniquePtr<X509> certificate) {
    const auto above = sent_.begin() + (sent_.empty() ? 0 : 1);
    const auto place = std::find_if(above, sent_.end(), [&](const auto& other) {
      return is_newer(certificate.get(), other.get());
    });
    sent_.insert(place, std::move(certificate));
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
  bool issues(const X509* issuer) const {
    const X509* last = way_.back();
    if (way_.size() == 1 && X509_cmp(issuer, last) == 0) {
      return (X509_get_extension_flags(last) & EXFLAG_SI) != 0;
    }
    return X509_check_issued(issuer, last) == X509_V_OK;
  }

  bool is_on_way(const X509* certificate) const {
    return std::ranges::any_of(way_,
                               [&](X509* other) { return X509_cmp(other, certificate) == 0; });
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
    for (const X509* certificate : way_) path.emplace_back(text_of(der_of(certificate)));
    found_.paths.push_back(std::move(path));
  }

  void extend() {
    for (const auto& anchor : anchors_) {
      if (is_done()) return;
      if (!issues(anchor.get())) continue;
      if (!take_step()) return;
      way_.push_back(anchor.get());
      judge_way();
      way_.pop_back();
    }
    for (std::size_t i = 1; i < sent_.size(); ++i) {
      if (is_done()) return;
      X509* const candidate = sent_[i].get();
      if (!issues(candidate) || is_on_way(candidate) || is_anchor(candidate)) continue;
      if (!take_step()) return;
      way_.push_back(candidate);
      extend();
      way_.pop_back();
    }
  }

  // It has been tried as one.
  bool is_anchor(const X509* certificate) const {
    return std::ranges::any_of(
        anchors_, [&](const auto& anchor) { return X509_cmp(anchor.get(), certificate) == 0; });
  }

  const std::vector<bssl::UniquePtr<X509>>& anchors_;
  const ChainQuery& query_;
  const bool wants_all_;
  std::uint32_t steps_;
  const Clock::time_point deadline_;
  std::vector<bssl::UniquePtr<X509>> sent_;  // the leaf first
  Way way_;
  PathSearch found_;
  bool exhausted_ = false;
};

PathSearch search(const AnchorStore& anchors, const ChainQuery& query, bool wants_all) noexcept {
  try {
    return Search(anchors, query, wants_all).run();
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
      auto x509 = read_x509(der);
      if (!x509 || !encoding_fault(der).empty()) return nullptr;
      anchors->certificates.push_back(*std::move(x509));
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

// All of them: what the search refuses is refused.
bool search_knows_key(const EVP_PKEY* /*key*/) noexcept {
  return true;
}

}  // namespace nacre::crypto
