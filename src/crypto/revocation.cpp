// Revocation lists, and what they say of a path. RFC 5280, sections 5 and 6.3.
//
// BoringSSL's X.509 verifier finds the list for a certificate and judges it. It goes on behind each
// objection, so that a list that covers nothing must be told from one that does.
#include "crypto/revocation.h"

#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/certificate_impl.h"
#include "crypto/file.h"
#include "crypto/hash.h"
#include "crypto/path_search.h"
#include "crypto/pem.h"
#include "crypto/words.h"
#include "nacre/try.h"

namespace nacre {
namespace crypto {
namespace {

// The verifier's objections to a certificate's list, by the certificate's place in the path.
struct Finding {
  int why_uncovered = X509_V_OK;
  bool revoked = false;
};
using Findings = std::vector<Finding>;

int findings_index() {
  static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

bool is_about_list(int code) {
  constexpr std::array codes{
      X509_V_ERR_UNABLE_TO_GET_CRL,
      X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
      X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
      X509_V_ERR_CRL_SIGNATURE_FAILURE,
      X509_V_ERR_CRL_NOT_YET_VALID,
      X509_V_ERR_CRL_HAS_EXPIRED,
      X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
      X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD,
      X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
      X509_V_ERR_DIFFERENT_CRL_SCOPE,
      X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
  };
  return std::ranges::find(codes, code) != codes.end();
}

// The path itself has been judged: only what concerns lists is noted.
int note_finding(int ok, X509_STORE_CTX* context) {
  auto* findings = static_cast<Findings*>(X509_STORE_CTX_get_ex_data(context, findings_index()));
  const auto depth = static_cast<std::size_t>(X509_STORE_CTX_get_error_depth(context));
  const int code = X509_STORE_CTX_get_error(context);
  if (ok != 0 || depth >= findings->size()) return 1;
  Finding& finding = (*findings)[depth];
  if (code == X509_V_ERR_CERT_REVOKED) finding.revoked = true;
  if (is_about_list(code) && finding.why_uncovered == X509_V_OK) finding.why_uncovered = code;
  return 1;
}

bssl::UniquePtr<STACK_OF(X509)> stack_of(std::span<const bssl::UniquePtr<X509>> certificates) {
  bssl::UniquePtr<STACK_OF(X509)> stack(sk_X509_new_null());
  for (const auto& certificate : certificates) {
    if (!stack || !bssl::PushToStack(stack.get(), bssl::UpRef(certificate.get()))) return nullptr;
  }
  return stack;
}

// Nothing where the verifier did not follow `path` to its end.
std::optional<Findings> look_up(const Certificates& path, const ChainQuery& query) {
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  const std::span all(path);
  const auto between = stack_of(all.subspan(1, path.size() - 2));
  const auto anchor = stack_of(all.last(1));
  Findings findings(path.size() - 1);
  if (!store || !context || !between || !anchor ||
      X509_STORE_CTX_init(context.get(), store.get(), path.front().get(), between.get()) != 1 ||
      X509_STORE_CTX_set_ex_data(context.get(), findings_index(), &findings) != 1) {
    return std::nullopt;
  }
  X509_STORE_CTX_set0_trusted_stack(context.get(), anchor.get());
  X509_STORE_CTX_set0_crls(context.get(), query.crls->impl().lists.get());
  X509_STORE_CTX_set_flags(
      context.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  X509_STORE_CTX_set_time_posix(context.get(), 0, query.time);
  X509_STORE_CTX_set_verify_cb(context.get(), note_finding);
  const bool verified = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
  bool same = verified && sk_X509_num(chain) == path.size();
  for (std::size_t i = 0; same && i < path.size(); ++i) {
    same = X509_cmp(sk_X509_value(chain, i), path[i].get()) == 0;
  }
  return same ? std::optional(std::move(findings)) : std::nullopt;
}

std::string why_text(int code) {
  switch (code) {
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return "there is no list of its issuer that could name it";
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "its issuer's list has expired";
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return "its issuer's list is not yet valid";
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
      return "the signature on its issuer's list does not verify";
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
      return "its issuer may not sign lists";
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
      return "its issuer's list is for other certificates";
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      return "its issuer's list has a critical extension that Nacre does not know";
    default:
      return "its issuer's list cannot be used";
  }
}

// RFC 5280, section 5.3.1.
constexpr std::array<std::string_view, 11> reasons{
    "unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
    "superseded",    "cessationOfOperation", "certificateHold", "",
    "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};

std::string_view reason_text(long reason) {
  if (reason < 0 || static_cast<std::size_t>(reason) >= reasons.size()) return {};
  return reasons[static_cast<std::size_t>(reason)];
}

// When and why, by the first list that names the certificate.
std::string revoked_text(const X509* certificate, const ChainQuery& query) {
  const STACK_OF(X509_CRL)* lists = query.crls->impl().lists.get();
  for (std::size_t i = 0; i < sk_X509_CRL_num(lists); ++i) {
    X509_CRL* list = sk_X509_CRL_value(lists, i);
    X509_REVOKED* entry = nullptr;
    if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(certificate)) != 0 ||
        X509_CRL_get0_by_serial(list, &entry, X509_get0_serialNumber(certificate)) != 1) {
      continue;
    }
    std::int64_t date = 0;
    ASN1_TIME_to_posix(X509_REVOKED_get0_revocationDate(entry), &date);
    const bssl::UniquePtr<ASN1_ENUMERATED> code(static_cast<ASN1_ENUMERATED*>(
        X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
    ERR_clear_error();
    const std::string_view reason = code ? reason_text(ASN1_ENUMERATED_get(code.get())) : "";
    return " was revoked by its issuer on " + date_text(date) +
           (reason.empty() ? "" : " (" + std::string(reason) + ")") + ". Have it replaced";
  }
  return " was revoked by its issuer. Have it replaced";
}

Fault unknown(std::size_t depth, const std::string& why) {
  return {Error::revocation_unknown, depth,
          " may have been revoked: " + why + ". Give a list that covers it"};
}

// RFC 7633, section 4: status_request among the features of the leaf.
bool must_staple(const X509* leaf) {
  const bssl::UniquePtr<ASN1_OBJECT> id(OBJ_txt2obj("1.3.6.1.5.5.7.1.24", 1));
  const int index = id ? X509_get_ext_by_OBJ(leaf, id.get(), -1) : -1;
  if (index < 0) return false;
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_get_ext(leaf, index));
  CBS content;
  CBS features;
  CBS_init(&content, ASN1_STRING_get0_data(value),
           static_cast<std::size_t>(ASN1_STRING_length(value)));
  if (!CBS_get_asn1(&content, &features, CBS_ASN1_SEQUENCE)) return true;
  std::uint64_t feature = 0;
  while (CBS_get_asn1_uint64(&features, &feature)) {
    if (feature == 5) return true;
  }
  // What cannot be read is taken for it.
  return CBS_len(&features) != 0 || CBS_len(&content) != 0;
}

// Whether that algorithm's hash is none that section 4.5.1.3 advises against. `algorithm` is the
// content of an AlgorithmIdentifier.
bool is_strong(CBS algorithm) {
  CBS object;
  if (!CBS_get_asn1(&algorithm, &object, CBS_ASN1_OBJECT)) return false;
  int digest = NID_undef;
  const int whole = OBJ_cbs2nid(&object);
  return OBJ_find_sigid_algs(whole, &digest, nullptr) == 0 ||
         (digest != NID_sha1 && digest != NID_md5 && digest != NID_md4);
}

// A responder's certificate is held to what holds for those of a chain.
bool accepts_responders(CBS certificates, const Policy& policy) {
  CBS list;
  if (!CBS_get_asn1(&certificates, &list, CBS_ASN1_SEQUENCE)) return false;
  while (CBS_len(&list) > 0) {
    CBS der;
    if (!CBS_get_asn1_element(&list, &der, CBS_ASN1_SEQUENCE)) return false;
    const std::uint8_t* at = CBS_data(&der);
    const bssl::UniquePtr<X509> certificate(
        d2i_X509(nullptr, &at, static_cast<long>(CBS_len(&der))));
    if (!certificate || !accepts_signature(policy, scheme_of_signature(certificate.get())) ||
        rsa_bits(certificate.get()).value_or(policy.minimum_rsa_bits) < policy.minimum_rsa_bits) {
      return false;
    }
  }
  return true;
}

// What pki does not ask of an OCSPResponse (RFC 6960, section 4.2.1). What is malformed, and error
// responses, are for it to refuse.
bool is_strong(Bytes response, const Policy& policy) {
  CBS rest;
  CBS part;
  CBS basic;
  CBS algorithm;
  CBS_init(&rest, response.data(), response.size());
  constexpr CBS_ASN1_TAG tag_0 = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;
  const bool has_basic = CBS_get_asn1(&rest, &rest, CBS_ASN1_SEQUENCE) &&
                         CBS_get_asn1(&rest, nullptr, CBS_ASN1_ENUMERATED) &&
                         CBS_get_asn1(&rest, &part, tag_0) &&
                         CBS_get_asn1(&part, &part, CBS_ASN1_SEQUENCE) &&
                         CBS_get_asn1(&part, nullptr, CBS_ASN1_OBJECT) &&
                         CBS_get_asn1(&part, &part, CBS_ASN1_OCTETSTRING) &&
                         CBS_get_asn1(&part, &basic, CBS_ASN1_SEQUENCE) &&
                         CBS_get_asn1(&basic, nullptr, CBS_ASN1_SEQUENCE) &&
                         CBS_get_asn1(&basic, &algorithm, CBS_ASN1_SEQUENCE) &&
                         CBS_get_asn1(&basic, nullptr, CBS_ASN1_BITSTRING);
  if (!has_basic) return true;
  return is_strong(algorithm) && (!CBS_get_asn1(&basic, &part, tag_0) || CBS_len(&part) == 0 ||
                                  accepts_responders(part, policy));
}

std::optional<Fault> staple_fault(const Certificates& path, const ChainQuery& query) {
  if (query.ocsp_response.empty()) {
    // fault: AC-101d
    if (!query.ocsp_asked || !must_staple(path.front().get())) return std::nullopt;
    return Fault{Error::bad_certificate_status, 0,
                 " must come with an OCSP response, and came without. Have the peer staple one"};
  }
  if (!is_strong(query.ocsp_response, query.policy)) {
    ERR_clear_error();
    return Fault{Error::bad_certificate_status, 0,
                 " came with an OCSP response that is signed by a weak algorithm or key. Have the "
                 "peer staple another one"};
  }
  // fault: AC-101c
  const Staple staple =
      check_staple(query.ocsp_response, der_of(path[0].get()), der_of(path[1].get()), query.time);
  ERR_clear_error();
  // fault: AC-101a AC-101b
  if (staple.status == Staple::Status::good) return std::nullopt;
  if (staple.status == Staple::Status::revoked) {
    return Fault{Error::certificate_revoked, 0,
                 " was revoked, by the OCSP response stapled. Have it replaced"};
  }
  return Fault{Error::bad_certificate_status, 0,
               " came with an OCSP response that " + std::string(staple.why) +
                   ". Have the peer staple a fresh one"};
}

std::optional<Fault> list_fault(const Certificates& path, const ChainQuery& query) {
  const bool required = query.revocation == Revocation::required;
  // A good response has been seen for the leaf, if any.
  const std::size_t first = query.ocsp_response.empty() ? 0 : 1;
  const bool open = required && first + 1 < path.size();
  if (query.crls == nullptr) {
    return open ? std::optional(unknown(first, "no list was given")) : std::nullopt;
  }
  const auto findings = look_up(path, query);
  if (!findings) return unknown(0, "the lists cannot be looked up");
  for (std::size_t depth = 0; depth < findings->size(); ++depth) {
    const Finding& finding = (*findings)[depth];
    if (finding.revoked && finding.why_uncovered == X509_V_OK) {
      return Fault{Error::certificate_revoked, depth, revoked_text(path[depth].get(), query)};
    }
  }
  for (std::size_t depth = first; required && depth < findings->size(); ++depth) {
    const int why = (*findings)[depth].why_uncovered;
    if (why != X509_V_OK) return unknown(depth, why_text(why));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fault> revocation_fault(const Certificates& path, const ChainQuery& query) {
  if (query.revocation == Revocation::off || path.size() < 2) return std::nullopt;
  // A self-signed certificate that is an anchor is its own issuer.
  if (path.size() == 2 && X509_cmp(path.front().get(), path.back().get()) == 0) return std::nullopt;
  if (auto fault = staple_fault(path, query)) return fault;
  return list_fault(path, query);
}

}  // namespace crypto

namespace {

// A list of attribute certificates says nothing of others, which the verifier does not see.
bool is_for_attributes(const X509_CRL* list) {
  const bssl::UniquePtr<ISSUING_DIST_POINT> scope(static_cast<ISSUING_DIST_POINT*>(
      X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, nullptr, nullptr)));
  return scope != nullptr && scope->onlyattr != 0;
}

}  // namespace

RevocationLists RevocationLists::Impl::share(std::shared_ptr<const Impl> impl) {
  return RevocationLists(std::move(impl));
}

std::size_t RevocationLists::size() const {
  return sk_X509_CRL_num(impl_->lists.get());
}

std::array<std::uint8_t, 32> RevocationLists::fingerprint() const {
  return impl_->fingerprint;
}

Result<RevocationLists> RevocationLists::from_der(std::span<const Bytes> lists) {
  const auto impl = std::make_shared<Impl>();
  impl->lists.reset(sk_X509_CRL_new_null());
  ENSURE(impl->lists != nullptr, Error::out_of_memory);
  crypto::Hash all(crypto::HashAlgorithm::sha256);
  for (const Bytes der : lists) {
    all.update(der);
    const std::uint8_t* at = der.data();
    bssl::UniquePtr<X509_CRL> list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    ENSURE(list && at == der.data() + der.size(), Error::bad_pem);
    const bool useless = is_for_attributes(list.get());
    ERR_clear_error();
    if (useless) continue;
    ENSURE(bssl::PushToStack(impl->lists.get(), std::move(list)), Error::out_of_memory);
  }
  std::ranges::copy(all.digest().bytes(), impl->fingerprint.begin());
  return Impl::share(impl);
}

Result<RevocationLists> RevocationLists::from_pem(std::string_view pem) {
  TRY(const auto blocks, crypto::read_pem(pem, "X509 CRL"));
  ENSURE(!blocks.empty(), Error::bad_pem);
  const std::vector<Bytes> lists(blocks.begin(), blocks.end());
  return from_der(lists);
}

Result<RevocationLists> RevocationLists::from_pem_file(const std::filesystem::path& path) {
  TRY(const std::string text, crypto::read_file(path));
  return from_pem(text);
}

}  // namespace nacre
