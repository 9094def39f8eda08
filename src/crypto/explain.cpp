// Why a chain is refused, in words: what, why, and what to try.
#include "crypto/explain.h"

#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/x509.h>

#include <algorithm>

#include "crypto/certificate_impl.h"
#include "crypto/words.h"

namespace nacre::crypto {
namespace {

bool is_dead_end(Error error) {
  return error == Error::unknown_issuer || error == Error::untrusted_self_signed;
}

std::string who(const SecondLook& look, std::size_t depth) {
  if (depth >= look.path.size()) return "a certificate of the chain";
  const std::string subject = quoted(X509_get_subject_name(look.path[depth].get()));
  return (depth == 0 ? "the certificate of " : "the CA certificate of ") + subject;
}

// Where the issuer's certificate can be fetched, by authorityInfoAccess (RFC 5280, 4.2.2.1).
std::optional<std::string> issuer_address(const X509* certificate) {
  const bssl::UniquePtr<AUTHORITY_INFO_ACCESS> access(static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
  ERR_clear_error();
  for (std::size_t i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(entry->method) != NID_ad_ca_issuers || entry->location->type != GEN_URI) {
      continue;
    }
    const ASN1_STRING* address = entry->location->d.uniformResourceIdentifier;
    return printable(text_of(
        {ASN1_STRING_get0_data(address), static_cast<std::size_t>(ASN1_STRING_length(address))}));
  }
  return std::nullopt;
}

std::string date_sentence(const Fault& fault, const SecondLook& look, UnixTime checked) {
  const bool expired = fault.error == Error::certificate_expired;
  const X509* certificate = fault.depth < look.path.size() ? look.path[fault.depth].get() : nullptr;
  return who(look, fault.depth) + " " + date_words(fault.error, certificate) +
         "; it was checked for " + date_text(checked) +
         (expired ? ". Have it renewed, or set this machine's clock right"
                  : ". Set this machine's clock right, or wait");
}

std::string key_sentence(const Fault& fault, const SecondLook& look, const Policy& policy) {
  const auto bits =
      fault.depth < look.path.size() ? rsa_bits(look.path[fault.depth].get()) : std::nullopt;
  if (!bits) return who(look, fault.depth) + " has a key of a kind that is not accepted";
  return who(look, fault.depth) + " has an RSA key of " + std::to_string(*bits) +
         " bits; the policy asks for at least " + std::to_string(policy.minimum_rsa_bits) +
         ". Have it reissued for a stronger key";
}

std::string signature_sentence(const Fault& fault, const SecondLook& look) {
  const std::string algorithm = fault.depth < look.path.size()
                                    ? signature_text(look.path[fault.depth].get())
                                    : "an algorithm";
  return who(look, fault.depth) + " is signed with " + algorithm +
         ", which the policy does not accept. Have it reissued with a stronger signature";
}

std::string issuer_sentence(const SecondLook& look) {
  const X509* last = look.path.back().get();
  return who(look, look.path.size() - 1) + " was issued by " + quoted(X509_get_issuer_name(last));
}

std::string purpose_sentence(const Fault& fault, const SecondLook& look, Purpose purpose) {
  return who(look, fault.depth) + " may not be used by a TLS " +
         (purpose == Purpose::server ? "server" : "client") +
         ": its key usage or extended key usage does not allow it. Have it reissued for this use";
}

std::string sentence_for(const Fault& fault, const SecondLook& look, const ChainQuery& query) {
  if (!fault.detail.empty()) return who(look, fault.depth) + fault.detail;
  switch (fault.error) {
    case Error::certificate_expired:
    case Error::certificate_not_yet_valid:
      return date_sentence(fault, look, query.time);
    case Error::certificate_weak_key:
      return key_sentence(fault, look, query.policy);
    case Error::certificate_weak_signature:
      return signature_sentence(fault, look);
    case Error::certificate_bad_signature:
      return "the signature on " + who(look, fault.depth) +
             " does not verify with its issuer's key: it was altered, or another issuer has the "
             "same name";
    case Error::certificate_wrong_purpose:
      return purpose_sentence(fault, look, query.purpose);
    case Error::certificate_name_constraint:
      return "the names in " + who(look, fault.depth) +
             " lie outside of what a CA above it may issue for. Have it issued by another CA";
    case Error::bad_certificate_key:
      return who(look, fault.depth) + " has a key of a kind that Nacre does not use";
    case Error::certificate_revoked:
      return who(look, fault.depth) + " has a key that is known to be compromised";
    case Error::out_of_memory:
      return "memory is short";
    case Error::untrusted_self_signed:
      return who(look, 0) +
             " is signed by itself and is no trust anchor. If it is the right one, make it an "
             "anchor";
    default:
      return who(look, fault.depth) + " breaks a rule of RFC 5280";
  }
}

// Told apart by one rule. The path stops at the leaf, and either its issuer can be fetched from an
// address that it names, which is what CAs do for intermediates, or other certificates were sent
// and none of them issued it: an intermediate is missing. All else: the issuer is not known.
ChainVerdict explain_dead_end(const SecondLook& look, const ChainQuery& query,
                              std::size_t anchors) {
  const bool at_leaf = look.path.size() == 1;
  const auto address = issuer_address(look.path.back().get());
  if (at_leaf && (address || query.chain.size() > 1)) {
    return refuse(Error::missing_intermediate,
                  issuer_sentence(look) +
                      ", whose certificate was not sent and is no trust anchor" +
                      (address ? " (it is at " + *address + ")" : "") +
                      ". Have the peer send its whole chain");
  }
  return refuse(Error::unknown_issuer,
                issuer_sentence(look) + ", which is no trust anchor (" + std::to_string(anchors) +
                    " known). If that issuer is to be trusted, make its certificate an "
                    "anchor" +
                    (at_leaf ? "; if an intermediate is missing, have the peer send it" : ""));
}

// The fault to tell: the search's, where it names one and the second look saw the same.
std::optional<Fault> choose_fault(std::optional<Error> told, const SecondLook& look) {
  if (look.faults.empty()) return told ? std::optional<Fault>({*told, SIZE_MAX}) : std::nullopt;
  const auto same = std::ranges::find(look.faults, told.value_or(look.faults.front().error),
                                      [](const Fault& fault) { return fault.error; });
  if (look.beyond_pki || same == look.faults.end()) {
    const bool lost = is_dead_end(look.faults.front().error) && told && !is_dead_end(*told) &&
                      !look.beyond_pki && *told != Error::certificate_bad_signature;
    return lost ? Fault{*told, SIZE_MAX} : look.faults.front();
  }
  return *same;
}

ChainVerdict explain(const PathRefusal& refusal, const SecondLook& look, const ChainQuery& query,
                     std::size_t anchors) {
  if (refusal.over_budget) {
    return refuse(Error::chain_too_complex,
                  "no path to a trust anchor was found within " +
                      std::to_string(query.limits.path_iterations) + " steps and " +
                      std::to_string(query.limits.path_time.count()) +
                      " ms. Have the peer send fewer certificates, or raise the limit");
  }
  const std::optional<Fault> fault = choose_fault(refusal.error, look);
  const bool opaque = refusal.breaks_rule && !look.beyond_pki && fault && is_dead_end(fault->error);
  if (!fault || opaque || fault->error == Error::chain_refused) {
    return refuse(Error::chain_refused, who(look, fault ? fault->depth : 0) +
                                            " breaks a rule of RFC 5280: " + refusal.reasons);
  }
  if (fault->error == Error::unknown_issuer && !look.path.empty()) {
    return explain_dead_end(look, query, anchors);
  }
  return explain_fault(*fault, look, query);
}

}  // namespace

ChainVerdict refuse(Error error, std::string detail) {
  ChainVerdict verdict;
  verdict.error = error;
  verdict.detail = std::move(detail);
  return verdict;
}

std::string date_words(Error error, const X509* certificate) {
  const bool expired = error == Error::certificate_expired;
  std::string words = expired ? "has expired" : "is not yet valid";
  if (certificate == nullptr) return words;
  std::int64_t date = 0;
  ASN1_TIME_to_posix(expired ? X509_get0_notAfter(certificate) : X509_get0_notBefore(certificate),
                     &date);
  return words + (expired ? ": its last second was " : ": it starts on ") + date_text(date);
}

std::vector<std::string> subjects(const std::vector<bssl::UniquePtr<X509>>& path) {
  std::vector<std::string> names;
  names.reserve(path.size());
  for (const auto& certificate : path) {
    names.push_back(name_text(X509_get_subject_name(certificate.get())));
  }
  return names;
}

ChainVerdict explain_fault(const Fault& fault, const SecondLook& look, const ChainQuery& query) {
  ChainVerdict verdict = refuse(fault.error, sentence_for(fault, look, query));
  verdict.path = subjects(look.path);
  return verdict;
}

ChainVerdict explain_refusal(const PathRefusal& refusal, const SecondLook& look,
                             const ChainQuery& query, std::size_t anchors) {
  ChainVerdict verdict = explain(refusal, look, query, anchors);
  verdict.path = subjects(look.path);
  return verdict;
}

ChainVerdict explain_wrong_name(const X509* leaf, const PeerName& expected) {
  AlternativeNames names = alternative_names(leaf);
  std::vector<std::string>& all = names.dns;
  all.insert(all.end(), names.addresses.begin(), names.addresses.end());
  const std::string has = all.empty() ? "no name at all in subjectAltName" : list_text(all);
  return refuse(Error::certificate_wrong_name,
                "the certificate is for " + has + ", and not for " + std::string(expected.text()) +
                    ". Connect by a name that it has, or have it reissued");
}

}  // namespace nacre::crypto
