// What OCSP responses and revocation lists say of a path. RFC 5280, section 6.3; RFC 6960.
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

// RFC 5280, section 5.3.1.
constexpr std::array<std::string_view, 11> reasons{
    "unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
    "superseded",    "cessationOfOperation", "certificateHold", "",
    "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};

std::string_view reason_text(long reason) {
  if (reason < 0 || static_cast<std::size_t>(reason) >= reasons.size()) return {};
  return reasons[static_cast<std::size_t>(reason)];
}

// When and why.
std::string revoked_text(const X509_REVOKED* entry) {
  std::int64_t date = 0;
  ASN1_TIME_to_posix(X509_REVOKED_get0_revocationDate(entry), &date);
  const bssl::UniquePtr<ASN1_ENUMERATED> code(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  ERR_clear_error();
  const std::string_view reason = code ? reason_text(ASN1_ENUMERATED_get(code.get())) : "";
  return " was revoked by its issuer on " + date_text(date) +
         (reason.empty() ? "" : " (" + std::string(reason) + ")") + ". Have it replaced";
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

// What all lists say together: one entry is enough, and so is one list that covers it.
ListAnswer ask_lists(const Certificates& path, std::size_t depth, const ChainQuery& query) {
  ListAnswer best;
  for (const auto& list : query.crls->impl().lists) {
    const ListAnswer answer = list->ask(path, depth, query.time);
    // fault: AC-207a
    if (answer.entry != nullptr || answer.out_of_memory) return answer;
    best.lack = std::max(best.lack, answer.lack);
  }
  return best;
}

std::string lack_text(ListLack lack) {
  return lack == ListLack::issuer ? "there is no list of its issuer that could name it"
                                  : "its issuer's list " + std::string(words_of(lack));
}

std::optional<Fault> list_fault(const Certificates& path, const ChainQuery& query) {
  const bool required = query.revocation == Revocation::required;
  // A good response has been seen for the leaf, if any.
  const std::size_t first = query.ocsp_response.empty() ? 0 : 1;
  const bool open = required && first + 1 < path.size();
  if (query.crls == nullptr) {
    return open ? std::optional(unknown(first, "no list was given")) : std::nullopt;
  }
  std::optional<Fault> uncovered;
  for (std::size_t depth = 0; depth + 1 < path.size(); ++depth) {
    const ListAnswer answer = ask_lists(path, depth, query);
    if (answer.out_of_memory) return Fault{Error::out_of_memory, depth};
    if (answer.entry != nullptr) {
      return Fault{Error::certificate_revoked, depth, revoked_text(answer.entry)};
    }
    const bool must_cover = required && depth >= first && !uncovered;
    if (must_cover && answer.lack != ListLack::nothing) {
      uncovered = unknown(depth, lack_text(answer.lack));
    }
  }
  return uncovered;
}

}  // namespace

std::optional<Fault> revocation_fault(const Certificates& path, const ChainQuery& query) {
  if (query.revocation == Revocation::off || path.size() < 2) return std::nullopt;
  // A self-signed certificate that is an anchor is its own issuer.
  if (path.size() == 2 && X509_cmp(path.front().get(), path.back().get()) == 0) return std::nullopt;
  if (auto fault = staple_fault(path, query)) return fault;
  const auto fault = list_fault(path, query);
  ERR_clear_error();
  return fault;
}

std::vector<std::string> unused_lists(const Certificates& path, const ChainQuery& query) {
  std::vector<std::string> told;
  if (query.crls == nullptr || query.revocation == Revocation::off || path.size() < 2) return told;
  for (const auto& list : query.crls->impl().lists) {
    ListLack lack = ListLack::issuer;
    for (std::size_t depth = 0; depth + 1 < path.size(); ++depth) {
      const ListAnswer answer = list->ask(path, depth, query.time);
      lack = std::max(lack, answer.entry != nullptr ? ListLack::nothing : answer.lack);
    }
    // fault: AC-208
    if (lack == ListLack::nothing) continue;
    told.push_back("the list of " + quoted(list->issuer()) + " " + std::string(words_of(lack)));
  }
  ERR_clear_error();
  return told;
}

}  // namespace crypto

RevocationLists RevocationLists::Impl::share(std::shared_ptr<const Impl> impl) {
  return RevocationLists(std::move(impl));
}

std::size_t RevocationLists::size() const {
  return impl_->lists.size();
}

std::array<std::uint8_t, 32> RevocationLists::fingerprint() const {
  return impl_->fingerprint;
}

Result<RevocationLists> RevocationLists::from_der(std::span<const Bytes> lists) {
  const auto impl = std::make_shared<Impl>();
  crypto::Hash all(crypto::HashAlgorithm::sha256);
  for (const Bytes der : lists) {
    all.update(der);
    TRY(auto list, crypto::RevocationList::parse(der));
    impl->lists.push_back(std::move(list));
  }
  impl->fingerprint = all.digest().sha256();
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
