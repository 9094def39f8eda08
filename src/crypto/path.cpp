// Path building by BoringSSL's pki library. RFC 5280, section 6.
//
// Compiled with exceptions, with signature_cache.cpp alone: pki throws bad_alloc. None leaves it.
#include <openssl/pki/ocsp.h>
#include <openssl/pki/verify.h>

#include <algorithm>
#include <chrono>

#include "crypto/path_search.h"
#include "crypto/signature_cache.h"

namespace nacre::crypto {
namespace {

using bssl::CertificateVerifyOptions;

void set_options(CertificateVerifyOptions& options, const AnchorStore& anchors,
                 const ChainQuery& query) {
  options.key_purpose = query.purpose == Purpose::server
                            ? CertificateVerifyOptions::KeyPurpose::SERVER_AUTH
                            : CertificateVerifyOptions::KeyPurpose::CLIENT_AUTH;
  options.leaf_cert = text_of(query.chain.front());
  for (const Bytes der : query.chain.subspan(1)) options.intermediates.push_back(text_of(der));
  options.trust_store = anchors.pki.get();
  options.min_rsa_modulus_length = query.policy.minimum_rsa_bits;
  options.time = query.time;
  // Zero would mean no limit.
  options.max_iteration_count = std::max<std::uint32_t>(query.limits.path_iterations, 1);
  options.deadline = std::chrono::steady_clock::now() + query.limits.path_time;
  if (query.signatures != nullptr)
    options.signature_verify_cache = &query.signatures->impl().checked;
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

PathSearch no_memory() noexcept {
  PathSearch search;
  search.out_of_memory = true;
  return search;
}

}  // namespace

std::unique_ptr<bssl::VerifyTrustStore> make_pki_store(
    const std::vector<Der>& certificates) noexcept {
  try {
    std::vector<std::string_view> views;
    views.reserve(certificates.size());
    for (const Der& der : certificates) views.push_back(text_of(der));
    std::string diagnostic;
    return bssl::VerifyTrustStore::FromDER(views, &diagnostic);
  } catch (...) {
    return nullptr;
  }
}

PathSearch find_path(const AnchorStore& anchors, const ChainQuery& query) noexcept {
  try {
    PathSearch search;
    CertificateVerifyOptions options;
    set_options(options, anchors, query);
    auto path = bssl::CertificateVerify(options, &search.error, nullptr);
    if (path) search.paths.push_back(std::move(*path));
    return search;
  } catch (...) {
    return no_memory();
  }
}

PathSearch find_all_paths(const AnchorStore& anchors, const ChainQuery& query) noexcept {
  try {
    PathSearch search;
    CertificateVerifyOptions options;
    set_options(options, anchors, query);
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

}  // namespace nacre::crypto
