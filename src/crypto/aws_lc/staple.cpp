// Stapled OCSP responses over AWS-LC, in the place of BoringSSL's pki library. RFC 6960.
//
// AWS-LC's structures give the single responses and check the signature. What they do not give, or
// would hold against this machine's clock, is read here.
#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

#include <algorithm>

#include "crypto/aws_lc/strict_der.h"
#include "crypto/certificate_impl.h"
#include "crypto/diagnose.h"
#include "crypto/path_search.h"

namespace nacre::crypto {
namespace {

// Baseline Requirements of the CA/Browser Forum, 4.9.10: no response is valid for longer.
constexpr std::int64_t staple_age = std::int64_t{10} * 86'400;

constexpr CBS_ASN1_TAG explicit_tag(unsigned number) {
  return CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | number;
}

// Parts of a BasicOCSPResponse that AWS-LC's structure hides.
struct Parts {
  std::int64_t produced_at = 0;
  CBS responses;
  CBS extensions;  // empty where there are none
  CBS certificates;
};

std::optional<std::int64_t> read_time(CBS* from) {
  CBS element;
  if (CBS_get_asn1_element(from, &element, CBS_ASN1_GENERALIZEDTIME) != 1) return std::nullopt;
  const std::uint8_t* at = CBS_data(&element);
  const bssl::UniquePtr<ASN1_GENERALIZEDTIME> parsed(
      d2i_ASN1_GENERALIZEDTIME(nullptr, &at, static_cast<long>(CBS_len(&element))));
  std::int64_t time = 0;
  if (parsed == nullptr || ASN1_TIME_to_posix(parsed.get(), &time) != 1) return std::nullopt;
  return time;
}

std::optional<Parts> read_parts(Bytes response) {
  Parts parts;
  CBS rest;
  CBS part;
  CBS basic;
  CBS body;
  CBS_init(&rest, response.data(), response.size());
  CBS_init(&parts.extensions, nullptr, 0);
  CBS_init(&parts.certificates, nullptr, 0);
  if (CBS_get_asn1(&rest, &rest, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_asn1(&rest, nullptr, CBS_ASN1_ENUMERATED) != 1 ||
      CBS_get_asn1(&rest, &part, explicit_tag(0)) != 1 ||
      CBS_get_asn1(&part, &part, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_asn1(&part, nullptr, CBS_ASN1_OBJECT) != 1 ||
      CBS_get_asn1(&part, &part, CBS_ASN1_OCTETSTRING) != 1 ||
      CBS_get_asn1(&part, &basic, CBS_ASN1_SEQUENCE) != 1 || CBS_len(&part) != 0 ||
      CBS_get_asn1(&basic, &body, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_asn1(&basic, nullptr, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_asn1(&basic, nullptr, CBS_ASN1_BITSTRING) != 1) {
    return std::nullopt;
  }
  CBS wrapped;
  int is_there = 0;
  if (CBS_get_optional_asn1(&basic, &wrapped, &is_there, explicit_tag(0)) != 1 ||
      (is_there == 1 && CBS_get_asn1(&wrapped, &parts.certificates, CBS_ASN1_SEQUENCE) != 1) ||
      CBS_len(&basic) != 0) {
    return std::nullopt;
  }
  // version v1 is the default; responderID
  if (CBS_peek_asn1_tag(&body, explicit_tag(0)) == 1 ||
      CBS_get_any_asn1_element(&body, nullptr, nullptr, nullptr) != 1) {
    return std::nullopt;
  }
  const auto produced_at = read_time(&body);
  if (!produced_at || CBS_get_asn1(&body, &parts.responses, CBS_ASN1_SEQUENCE) != 1 ||
      CBS_get_optional_asn1(&body, &parts.extensions, &is_there, explicit_tag(1)) != 1 ||
      CBS_len(&body) != 0) {
    return std::nullopt;
  }
  if (is_there == 0) CBS_init(&parts.extensions, nullptr, 0);
  parts.produced_at = *produced_at;
  return parts;
}

// None is known here. What cannot be read is taken for one.
bool has_critical(CBS extensions) {
  CBS list;
  if (CBS_len(&extensions) == 0) return false;
  if (CBS_get_asn1(&extensions, &list, CBS_ASN1_SEQUENCE) != 1) return true;
  while (CBS_len(&list) > 0) {
    CBS extension;
    if (CBS_get_asn1(&list, &extension, CBS_ASN1_SEQUENCE) != 1 ||
        CBS_get_asn1(&extension, nullptr, CBS_ASN1_OBJECT) != 1 ||
        CBS_peek_asn1_tag(&extension, CBS_ASN1_BOOLEAN) == 1) {
      return true;
    }
  }
  return false;
}

// SingleResponse ends in singleExtensions [1] EXPLICIT Extensions OPTIONAL.
bool has_critical_in_single(CBS responses) {
  while (CBS_len(&responses) > 0) {
    CBS single;
    CBS extensions;
    int is_there = 0;
    if (CBS_get_asn1(&responses, &single, CBS_ASN1_SEQUENCE) != 1 ||
        CBS_get_asn1(&single, nullptr, CBS_ASN1_SEQUENCE) != 1 ||
        CBS_get_any_asn1_element(&single, nullptr, nullptr, nullptr) != 1 ||
        CBS_get_asn1(&single, nullptr, CBS_ASN1_GENERALIZEDTIME) != 1 ||
        CBS_get_optional_asn1(&single, nullptr, nullptr, explicit_tag(0)) != 1 ||
        CBS_get_optional_asn1(&single, &extensions, &is_there, explicit_tag(1)) != 1 ||
        CBS_len(&single) != 0 || (is_there == 1 && has_critical(extensions))) {
      return true;
    }
  }
  return false;
}

bool is_about(OCSP_SINGLERESP* single, const X509* certificate, const X509* issuer) {
  const OCSP_CERTID* const id = OCSP_SINGLERESP_get0_id(single);
  ASN1_OBJECT* hash = nullptr;
  OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, const_cast<OCSP_CERTID*>(id));
  const int nid = hash == nullptr ? NID_undef : OBJ_obj2nid(hash);
  if (nid != NID_sha1 && nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512) return false;
  const bssl::UniquePtr<OCSP_CERTID> own(
      OCSP_cert_to_id(EVP_get_digestbynid(nid), certificate, issuer));
  return own != nullptr && OCSP_id_cmp(own.get(), id) == 0;
}

bool is_in_date(const ASN1_GENERALIZEDTIME* from, const ASN1_GENERALIZEDTIME* to, UnixTime time) {
  std::int64_t first = 0;
  std::int64_t last = 0;
  if (from == nullptr || ASN1_TIME_to_posix(from, &first) != 1) return false;
  if (to != nullptr && (ASN1_TIME_to_posix(to, &last) != 1 || last <= time)) return false;
  return first <= time && first >= time - staple_age;
}

constexpr std::string_view not_vouched =
    "says `unknown`, or is not signed by the issuer or a responder of the issuer";

// The strictest of those in date: revoked, unknown, good.
Staple strictest(OCSP_BASICRESP* basic, const X509* certificate, const X509* issuer,
                 UnixTime time) {
  Staple found{Staple::Status::unsatisfactory, "is for another certificate"};
  bool is_provided = false;
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* const single = OCSP_resp_get0(basic, static_cast<std::size_t>(i));
    if (!is_about(single, certificate, issuer)) continue;
    ASN1_GENERALIZEDTIME* from = nullptr;
    ASN1_GENERALIZEDTIME* to = nullptr;
    const int status = OCSP_single_get0_status(single, nullptr, nullptr, &from, &to);
    if (!is_in_date(from, to, time)) {
      if (!is_provided) found.why = "has expired, or is not yet valid";
      continue;
    }
    if (status == V_OCSP_CERTSTATUS_REVOKED) {
      found = {Staple::Status::revoked, ""};
    } else if (status == V_OCSP_CERTSTATUS_GOOD) {
      if (!is_provided) found = {Staple::Status::good, ""};
    } else if (found.status != Staple::Status::revoked) {
      found = {Staple::Status::unsatisfactory, not_vouched};
    }
    is_provided = true;
  }
  return found;
}

// The responder that the response names is `signer`, and its key made the signature.
bool is_signed_by(OCSP_BASICRESP* basic, X509* signer) {
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  const bssl::UniquePtr<STACK_OF(X509)> signers(sk_X509_new_null());
  const bool is =
      store && signers && certificate_key(signer) != nullptr &&
      bssl::PushToStack(signers.get(), bssl::UpRef(signer)) &&
      OCSP_basic_verify(basic, signers.get(), store.get(), OCSP_NOINTERN | OCSP_NOVERIFY) == 1;
  ERR_clear_error();
  return is;
}

// RFC 6960, section 4.2.2.2: issued by the issuer itself, to sign responses.
bool is_responder_of(X509* issuer, X509* responder, UnixTime time) {
  const std::uint32_t flags = X509_get_extension_flags(responder);
  const bool is = (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) == 0 &&
                  (flags & EXFLAG_XKUSAGE) != 0 &&
                  (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) != 0 &&
                  X509_check_issued(issuer, responder) == X509_V_OK &&
                  !date_fault(responder, time) && encoding_fault(der_of(responder)).empty() &&
                  X509_verify(responder, certificate_key(issuer)) == 1;
  ERR_clear_error();
  return is;
}

bool is_signed(OCSP_BASICRESP* basic, CBS certificates, X509* issuer, UnixTime time) {
  if (is_signed_by(basic, issuer)) return true;
  while (CBS_len(&certificates) > 0) {
    CBS der;
    if (CBS_get_asn1_element(&certificates, &der, CBS_ASN1_SEQUENCE) != 1) return false;
    const auto responder = read_x509({CBS_data(&der), CBS_len(&der)});
    if (responder && is_responder_of(issuer, responder->get(), time) &&
        is_signed_by(basic, responder->get())) {
      return true;
    }
  }
  return false;
}

bssl::UniquePtr<OCSP_RESPONSE> parse_response(Bytes response) {
  const std::uint8_t* at = response.data();
  bssl::UniquePtr<OCSP_RESPONSE> parsed(
      d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(response.size())));
  std::uint8_t* encoded = nullptr;
  const int size = parsed ? i2d_OCSP_RESPONSE(parsed.get(), &encoded) : -1;
  const bssl::UniquePtr<std::uint8_t> owner(encoded);
  // What is not DER would be checked as if it were.
  const bool same =
      size >= 0 && std::ranges::equal(response, Bytes(encoded, static_cast<std::size_t>(size)));
  return same ? std::move(parsed) : nullptr;
}

Staple judge_staple(Bytes response, X509* certificate, X509* issuer, UnixTime time) {
  constexpr auto unsatisfactory = Staple::Status::unsatisfactory;
  constexpr std::string_view malformed = "cannot be parsed";
  const auto parsed = parse_response(response);
  if (parsed == nullptr) return {unsatisfactory, malformed};
  if (OCSP_response_status(parsed.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return {unsatisfactory, "is the responder's error message"};
  }
  const bssl::UniquePtr<OCSP_BASICRESP> basic(OCSP_response_get1_basic(parsed.get()));
  const auto parts = read_parts(response);
  if (basic == nullptr || !parts) return {unsatisfactory, malformed};
  if (has_critical(parts->extensions) || has_critical_in_single(parts->responses)) {
    return {unsatisfactory, "has a critical extension that is not known"};
  }
  if (date_fault(certificate, parts->produced_at)) {
    return {unsatisfactory, "was made outside of the certificate's validity"};
  }
  const Staple staple = strictest(basic.get(), certificate, issuer, time);
  const bool decides = staple.status != unsatisfactory;
  if (decides && !is_signed(basic.get(), parts->certificates, issuer, time)) {
    return {unsatisfactory, not_vouched};
  }
  return staple;
}

}  // namespace

Staple check_staple(Bytes response, Bytes certificate, Bytes issuer, UnixTime time) noexcept {
  const auto own = read_x509(certificate);
  const auto above = read_x509(issuer);
  if (!own || !above) return {};
  const Staple staple = judge_staple(response, own->get(), above->get(), time);
  ERR_clear_error();
  return staple;
}

}  // namespace nacre::crypto
