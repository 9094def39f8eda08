// Path building by BoringSSL's pki library. RFC 5280, section 6.
//
// Compiled with exceptions, with signature_cache.cpp alone: pki throws bad_alloc. None leaves it.
#include <openssl/evp.h>
#include <openssl/pki/ocsp.h>
#include <openssl/pki/signature_verify_cache.h>
#include <openssl/pki/verify.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "crypto/certificate_parts.h"
#include "crypto/known_intermediates.h"
#include "crypto/path_search.h"
#include "crypto/signature_cache.h"
#include "crypto/words.h"

namespace nacre::crypto {

struct PathAnchors {
  std::unique_ptr<bssl::VerifyTrustStore> store;
  KnownIntermediates<bssl::CertPool> known = {};
};

namespace {

using bssl::CertificateVerifyOptions;

// The cache as pki asks for it.
class PkiCache final : public bssl::SignatureVerifyCache {
 public:
  explicit PkiCache(CheckedSignatures* checked) : checked_(checked) {}

  void Store(const std::string& key, Value value) noexcept override {
    // fault: AC-204a
    if (value == Value::kValid) checked_->store(key);
  }
  Value Check(const std::string& key) noexcept override {
    return checked_->check(key) ? Value::kValid : Value::kUnknown;
  }

 private:
  CheckedSignatures* checked_;
};

void set_options(CertificateVerifyOptions& options, const AnchorStore& anchors,
                 const ChainQuery& query, PkiCache& cache) {
  // fault: AC-010b
  options.key_purpose = query.purpose == Purpose::server
                            ? CertificateVerifyOptions::KeyPurpose::SERVER_AUTH
                            : CertificateVerifyOptions::KeyPurpose::CLIENT_AUTH;
  options.leaf_cert = text_of(query.chain.front());
  options.trust_store = anchors.search->store.get();
  options.min_rsa_modulus_length = query.policy.minimum_rsa_bits;
  options.time = query.time;
  // Zero would mean no limit.
  // fault: AC-093a AC-093b
  options.max_iteration_count = std::max<std::uint32_t>(query.limits.path_iterations, 1);
  options.deadline = std::chrono::steady_clock::now() + query.limits.path_time;
  if (query.signatures != nullptr) options.signature_verify_cache = &cache;
}

// `certificates`: DER each.
std::vector<std::string_view> views_of(const auto& certificates) {
  std::vector<std::string_view> views;
  views.reserve(certificates.size());
  for (const auto& der : certificates) views.push_back(text_of(der));
  return views;
}

// Null where there are none, or one cannot be parsed: pki makes no pool of such a list, but skips
// what it cannot parse of one that it is given.
std::shared_ptr<const bssl::CertPool> parse_intermediates(
    const std::vector<std::string_view>& list) {
  if (list.empty()) return nullptr;
  std::string diagnostic;
  return bssl::CertPool::FromCerts(list, &diagnostic);
}

// Those that Nacre can read too: of others it cannot tell what they would cost.
std::vector<std::string_view> readable(std::span<const Bytes> list) {
  std::vector<std::string_view> views;
  views.reserve(list.size());
  for (const Bytes der : list) {
    if (find_parts(der)) views.push_back(text_of(der));
  }
  return views;
}

// Baseline Requirements of the CA/Browser Forum, 4.9.10: no response is valid for longer.
constexpr std::int64_t staple_age = std::int64_t{10} * 86'400;

std::string_view why_text(bssl::OCSPVerifyResult::ResponseStatus status) {
  using enum bssl::OCSPVerifyResult::ResponseStatus;
  switch (status) {
    case PROVIDED:
      return "says `unknown`, or is not signed by the issuer or a responder of the issuer";
    case ERROR_RESPONSE:
      return "is the responder's error message";
    case BAD_PRODUCED_AT:
      return "was made outside of the certificate's validity";
    case NO_MATCHING_RESPONSE:
      return "is for another certificate";
    case INVALID_DATE:
      return "has expired, or is not yet valid";
    case PARSE_RESPONSE_ERROR:
    case PARSE_RESPONSE_DATA_ERROR:
      return "cannot be parsed";
    case UNHANDLED_CRITICAL_EXTENSION:
      return "has a critical extension that is not known";
    default:
      return "cannot be checked";
  }
}

// pki's reasons, without what it says about each certificate.
std::string reasons(const std::string& diagnostic) {
  std::vector<std::string> found;
  constexpr std::string_view mark = "ERROR: ";
  for (std::size_t at = diagnostic.find(mark); at != std::string::npos;
       at = diagnostic.find(mark, at)) {
    at += mark.size();
    const std::size_t end = std::min(diagnostic.find('\n', at), diagnostic.size());
    found.push_back(printable(std::string_view(diagnostic).substr(at, end - at)));
  }
  return found.empty() ? "it cannot be parsed" : list_text(found);
}

using Status = bssl::VerifyError::StatusCode;

// What pki's single code says. Nothing where it stands for several causes.
std::optional<Error> error_of(Status status) {
  switch (status) {
    case Status::CERTIFICATE_INVALID_SIGNATURE:
      return Error::certificate_bad_signature;
    case Status::CERTIFICATE_UNSUPPORTED_KEY:
      return Error::certificate_weak_key;
    case Status::CERTIFICATE_UNSUPPORTED_SIGNATURE_ALGORITHM:
      return Error::certificate_weak_signature;
    case Status::CERTIFICATE_EXPIRED:
      return Error::certificate_expired;
    case Status::CERTIFICATE_NOT_YET_VALID:
      return Error::certificate_not_yet_valid;
    case Status::CERTIFICATE_NO_MATCHING_EKU:
      return Error::certificate_wrong_purpose;
    case Status::CERTIFICATE_REVOKED:
      return Error::certificate_revoked;
    case Status::PATH_NOT_FOUND:
      return Error::unknown_issuer;
    default:
      return std::nullopt;
  }
}

bool is_budget(Status status) {
  return status == Status::PATH_ITERATION_COUNT_EXCEEDED ||
         status == Status::PATH_DEADLINE_EXCEEDED || status == Status::PATH_DEPTH_LIMIT_REACHED;
}

PathRefusal refusal_of(const bssl::VerifyError& error) {
  const Status status = error.Code();
  return {.error = error_of(status),
          .over_budget = is_budget(status),
          .breaks_rule = status == Status::CERTIFICATE_INVALID,
          .reasons = reasons(error.DiagnosticString())};
}

PathSearch no_memory() noexcept {
  PathSearch search;
  search.out_of_memory = true;
  return search;
}

}  // namespace

std::shared_ptr<const PathAnchors> make_path_anchors(
    const std::vector<Der>& certificates) noexcept {
  try {
    std::string diagnostic;
    auto store = bssl::VerifyTrustStore::FromDER(views_of(certificates), &diagnostic);
    if (store == nullptr) return nullptr;
    auto anchors = std::make_shared<PathAnchors>();
    anchors->store = std::move(store);
    return anchors;
  } catch (...) {
    return nullptr;
  }
}

PathSearch find_path(const AnchorStore& anchors, const ChainQuery& query) noexcept {
  try {
    PathSearch search;
    CertificateVerifyOptions options;
    PkiCache cache(query.signatures == nullptr ? nullptr : &query.signatures->impl().checked);
    set_options(options, anchors, query, cache);
    bssl::VerifyError error;
    const auto intermediates = query.chain.subspan(1);
    const auto known = anchors.search->known.find(intermediates);
    const auto views = known ? std::vector<std::string_view>{} : readable(intermediates);
    const auto pool = known ? known : parse_intermediates(views);
    options.extra_intermediates = pool.get();
    if (!pool) options.intermediates = views;
    auto path = bssl::CertificateVerify(options, &error, nullptr);
    if (path && pool && !known) anchors.search->known.keep(intermediates, pool);
    if (path) {
      search.paths.push_back(std::move(*path));
    } else {
      search.refusal = refusal_of(error);
    }
    return search;
  } catch (...) {
    return no_memory();
  }
}

PathSearch find_all_paths(const AnchorStore& anchors, const ChainQuery& query) noexcept {
  try {
    PathSearch search;
    CertificateVerifyOptions options;
    PkiCache cache(query.signatures == nullptr ? nullptr : &query.signatures->impl().checked);
    set_options(options, anchors, query, cache);
    options.intermediates = readable(query.chain.subspan(1));
    auto paths = bssl::CertificateVerifyAllPaths(options);
    if (paths) search.paths = std::move(*paths);
    return search;
  } catch (...) {
    return no_memory();
  }
}

Staple check_staple(Bytes response, Bytes certificate, Bytes issuer, UnixTime time) noexcept {
  try {
    auto details = bssl::OCSPVerifyResult::NOT_CHECKED;
    const auto status = bssl::CheckOCSP(text_of(response), text_of(certificate), text_of(issuer),
                                        time, staple_age, &details);
    if (status == bssl::OCSPRevocationStatus::GOOD) return {Staple::Status::good, ""};
    if (status == bssl::OCSPRevocationStatus::REVOKED) return {Staple::Status::revoked, ""};
    return {Staple::Status::unsatisfactory, why_text(details)};
  } catch (...) {
    return {};
  }
}

// Constraints that are critical refuse all URIs; others are passed over.
bool search_compares_uris() noexcept {
  return false;
}

bool search_knows_key(const EVP_PKEY* key) noexcept {
  return EVP_PKEY_id(key) != EVP_PKEY_ED25519 && EVP_PKEY_id(key) != EVP_PKEY_RSA_PSS;
}

}  // namespace nacre::crypto
