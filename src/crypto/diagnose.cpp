// A second look at a chain, by the library's X.509 verifier. RFC 5280, section 6.
#include "crypto/diagnose.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>

#include <algorithm>
#include <utility>

#include "crypto/certificate_impl.h"
#include "crypto/path_search.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

struct Observed {
  int code;
  std::size_t depth;
};

int observed_index() {
  static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

Error error_of(int code) {
  switch (code) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return Error::unknown_issuer;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Error::untrusted_self_signed;
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
      return Error::bad_certificate_key;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return Error::certificate_bad_signature;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return Error::certificate_name_constraint;
    case X509_V_ERR_INVALID_PURPOSE:
      return Error::certificate_wrong_purpose;
    case X509_V_ERR_CERT_REVOKED:
      return Error::certificate_revoked;
    case X509_V_ERR_OUT_OF_MEM:
      return Error::out_of_memory;
    default:
      return Error::chain_refused;
  }
}

// Whether the verifier may look further: not at what nobody trusted has signed, since what that
// says can cost as much as its author likes. Issuers are looked for first, and signatures before
// names.
bool is_unproved(int code) {
  switch (error_of(code)) {
    case Error::unknown_issuer:
    case Error::untrusted_self_signed:
    case Error::certificate_bad_signature:
    case Error::bad_certificate_key:
    case Error::out_of_memory:
      return true;
    default:
      return false;
  }
}

// Notes each fault.
int note_fault(int ok, X509_STORE_CTX* context) {
  auto* faults =
      static_cast<std::vector<Observed>*>(X509_STORE_CTX_get_ex_data(context, observed_index()));
  const int depth = X509_STORE_CTX_get_error_depth(context);
  const int code = X509_STORE_CTX_get_error(context);
  // fault: AC-005b AC-090b AC-094c AC-095b AC-099d AC-099e AC-100b AC-104b
  if (ok == 0) {
    faults->push_back({code, static_cast<std::size_t>(depth)});
    // fault: AC-170c
    if (is_unproved(code)) return 0;
  }
  return 1;
}

// What is told first: what the others may follow from.
int rank(Error error) {
  switch (error) {
    case Error::out_of_memory:
      return 0;
    case Error::untrusted_self_signed:
    case Error::unknown_issuer:
    case Error::missing_intermediate:
      return 1;
    case Error::certificate_weak_signature:
      return 2;
    case Error::certificate_weak_key:
      return 3;
    case Error::certificate_bad_signature:
      return 4;
    case Error::certificate_revoked:
      return 5;
    case Error::certificate_expired:
    case Error::certificate_not_yet_valid:
      return 6;
    case Error::certificate_name_constraint:
      return 7;
    case Error::certificate_wrong_purpose:
      return 8;
    default:
      return 9;
  }
}

// A leaf is no CA, so that EXFLAG_SS does not tell.
bool is_self_signed(X509* certificate) {
  EVP_PKEY* key = certificate_key(certificate);
  const bool is = (X509_get_extension_flags(certificate) & EXFLAG_SI) != 0 && key != nullptr &&
                  X509_verify(certificate, key) == 1;
  ERR_clear_error();
  return is;
}

// Dates of an anchor are not looked at, as pki does not, unless it is the leaf too.
void check_dates(SecondLook& look, UnixTime time) {
  const bool has_anchor = look.anchored && look.path.size() > 1;
  for (std::size_t depth = 0; depth + has_anchor < look.path.size(); ++depth) {
    const auto error = date_fault(look.path[depth].get(), time);
    if (error) look.faults.push_back({*error, depth});
  }
}

bool beyond_pki(const X509* certificate) {
  const EVP_PKEY* key = certificate_key(certificate);
  return key != nullptr && !search_knows_key(key);
}

// RFC 9846, section 4.3.3: signature_algorithms_cert says nothing of the anchor's own signature.
void check_strength(SecondLook& look, const Policy& policy) {
  for (std::size_t depth = 0; depth < look.path.size(); ++depth) {
    X509* certificate = look.path[depth].get();
    const bool is_root =
        depth + 1 == look.path.size() && (look.anchored || is_self_signed(certificate));
    if (!is_root && !accepts_signature(policy, scheme_of_signature(certificate))) {
      look.faults.push_back({Error::certificate_weak_signature, depth});
    }
    if (certificate_key(certificate) == nullptr || (!is_root && has_oversized_key(certificate))) {
      look.faults.push_back({Error::bad_certificate_key, depth});
    }
    if (rsa_bits(certificate).value_or(policy.minimum_rsa_bits) < policy.minimum_rsa_bits) {
      look.faults.push_back({Error::certificate_weak_key, depth});
    }
    look.beyond_pki |= beyond_pki(certificate);
  }
}

using Certificates = std::vector<bssl::UniquePtr<X509>>;

Certificates other_certificates(const ChainQuery& query) {
  Certificates others;
  for (const Bytes der : query.chain.subspan(1)) {
    auto x509 = read_x509(der);
    if (x509) others.push_back(*std::move(x509));
  }
  return others;
}

// Finds intermediates that lead to an anchor by their names, since X509_verify_cert does not try
// again where it has chosen a wrong one. Without a way to an anchor, the longest way is taken.
class IssuerSearch {
 public:
  IssuerSearch(X509_STORE_CTX* context, const Certificates& candidates, std::uint32_t budget)
      : context_(context), candidates_(candidates), budget_(budget), above_(candidates.size()) {}

  std::vector<X509*> run(const X509* leaf) {
    extend(look_above(leaf));
    std::vector<X509*> found;
    found.reserve(longest_.size());
    for (const std::size_t i : longest_) found.push_back(candidates_[i].get());
    return found;
  }

 private:
  struct Above {
    bool is_anchor = false;
    std::vector<std::size_t> issuers = {};  // of the candidates
  };

  Above look_above(const X509* certificate) const {
    X509* issuer = nullptr;
    Above above{.is_anchor = X509_STORE_CTX_get1_issuer(&issuer, context_, certificate) == 1};
    const bssl::UniquePtr<X509> owner(issuer);
    for (std::size_t i = 0; !above.is_anchor && i < candidates_.size(); ++i) {
      if (X509_check_issued(candidates_[i].get(), certificate) == X509_V_OK) {
        above.issuers.push_back(i);
      }
    }
    return above;
  }

  // Once for each: to compare two certificates takes as long as their names are.
  const Above& above(std::size_t candidate) {
    std::optional<Above>& known = above_[candidate];
    if (!known) known = look_above(candidates_[candidate].get());
    return *known;
  }

  bool extend(const Above& last) {
    if (last.is_anchor || way_.size() > longest_.size()) longest_ = way_;
    if (last.is_anchor) return true;
    for (const std::size_t i : last.issuers) {
      if (budget_ == 0) return false;
      if (std::ranges::find(way_, i) != way_.end()) continue;
      --budget_;
      way_.push_back(i);
      if (extend(above(i))) return true;
      way_.pop_back();
    }
    return false;
  }

  X509_STORE_CTX* context_;
  const Certificates& candidates_;
  std::uint32_t budget_;
  std::vector<std::optional<Above>> above_;  // of each candidate, when it is asked for
  std::vector<std::size_t> way_;
  std::vector<std::size_t> longest_;
};

bssl::UniquePtr<STACK_OF(X509)> stack_of(const std::vector<X509*>& certificates) {
  bssl::UniquePtr<STACK_OF(X509)> stack(sk_X509_new_null());
  for (X509* certificate : certificates) {
    if (!stack || !bssl::PushToStack(stack.get(), bssl::UpRef(certificate))) return nullptr;
  }
  return stack;
}

void take_path(SecondLook& look, const X509_STORE_CTX* context) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  for (std::size_t i = 0; i < sk_X509_num(chain); ++i) {
    look.path.push_back(bssl::UpRef(sk_X509_value(chain, i)));
  }
}

void take_faults(SecondLook& look, const std::vector<Observed>& observed) {
  const Observed* previous = nullptr;
  for (const Observed& fault : observed) {
    Error error = error_of(fault.code);
    if (error == Error::unknown_issuer && look.path.size() == 1 &&
        is_self_signed(look.path.front().get())) {
      error = Error::untrusted_self_signed;
    }
    // What is no CA has no purpose as one either.
    const bool follows = fault.code == X509_V_ERR_INVALID_PURPOSE && previous != nullptr &&
                         previous->code == X509_V_ERR_INVALID_CA && previous->depth == fault.depth;
    previous = &fault;
    if (follows) continue;
    look.anchored = look.anchored && rank(error) > rank(Error::unknown_issuer);
    look.faults.push_back({error, fault.depth});
  }
  // An anchor vouches for others; for itself it does only where it is its own issuer, as with pki.
  if (look.anchored && look.path.size() == 1 && !is_self_signed(look.path.front().get())) {
    look.anchored = false;
    look.faults.push_back({Error::unknown_issuer, 0});
  }
}

// What the verifier objects to.
std::vector<Observed> verify(SecondLook& look, X509_STORE_CTX* context, const ChainQuery& query) {
  std::vector<Observed> observed;
  const int purpose =
      query.purpose == Purpose::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT;
  X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  X509_STORE_CTX_set_verify_cb(context, note_fault);
  look.anchored = X509_STORE_CTX_set_ex_data(context, observed_index(), &observed) == 1 &&
                  // fault: AC-010c
                  X509_STORE_CTX_set_purpose(context, purpose) == 1 &&
                  X509_verify_cert(context) == 1;
  // Where note_fault() has stopped it, the cause is noted already.
  const bool is_noted = !observed.empty() && is_unproved(observed.back().code);
  if (!look.anchored && !is_noted) observed.push_back({X509_STORE_CTX_get_error(context), 0});
  ERR_clear_error();
  return observed;
}

}  // namespace

std::optional<std::size_t> find_oversized_key(const std::vector<X509*>& way) {
  for (std::size_t i = 0; i < way.size(); ++i) {
    // fault: AC-092c
    if (has_oversized_key(way[i])) return i;
  }
  return std::nullopt;
}

bool serves(std::uint32_t purposes, Purpose purpose) {
  const std::uint32_t own = purpose == Purpose::server ? XKU_SSL_SERVER : XKU_SSL_CLIENT;
  return (purposes & (own | XKU_ANYEKU)) != 0;
}

bool accepts_signature(const Policy& policy, std::optional<SignatureScheme> scheme) {
  const auto& accepted = policy.certificate_signature_schemes;
  // fault: AC-005c
  if (!scheme) return false;
  switch (*scheme) {
    case SignatureScheme::rsa_pss_rsae_sha256:
      return accepted.contains(*scheme) || accepted.contains(SignatureScheme::rsa_pss_pss_sha256);
    case SignatureScheme::rsa_pss_rsae_sha384:
      return accepted.contains(*scheme) || accepted.contains(SignatureScheme::rsa_pss_pss_sha384);
    case SignatureScheme::rsa_pss_rsae_sha512:
      return accepted.contains(*scheme) || accepted.contains(SignatureScheme::rsa_pss_pss_sha512);
    default:
      return accepted.contains(*scheme);
  }
}

// RFC 5280, section 4.1.2.5: the last second counts, which X509_verify_cert does not hold.
std::optional<Error> date_fault(const X509* certificate, UnixTime time) {
  std::int64_t from = 0;
  std::int64_t to = 0;
  if (ASN1_TIME_to_posix(X509_get0_notBefore(certificate), &from) != 1 ||
      ASN1_TIME_to_posix(X509_get0_notAfter(certificate), &to) != 1) {
    return Error::chain_refused;
  }
  if (time < from) return Error::certificate_not_yet_valid;
  if (time > to) return Error::certificate_expired;
  return std::nullopt;
}

namespace {

std::optional<std::uint32_t> bits_of_rsa(const EVP_PKEY* key) {
  if (key == nullptr) return std::nullopt;
  if (EVP_PKEY_id(key) != EVP_PKEY_RSA && EVP_PKEY_id(key) != EVP_PKEY_RSA_PSS) return std::nullopt;
  return static_cast<std::uint32_t>(EVP_PKEY_bits(key));
}

}  // namespace

std::optional<std::uint32_t> rsa_bits(const X509* certificate) {
  return bits_of_rsa(certificate_key(certificate));
}

bool has_oversized_key(const X509* certificate) {
  return rsa_bits(certificate).value_or(0) > max_rsa_bits;
}

bool has_oversized_key(const CertificateParts& certificate) {
  // A key_info is longer than the modulus in it.
  return certificate.key_info.size() > max_rsa_bits / 8 &&
         bits_of_rsa(parse_key_info(certificate.key_info).get()).value_or(0) > max_rsa_bits;
}

SecondLook look_again(const AnchorStore& anchors, X509* leaf, const ChainQuery& query) {
  SecondLook look;
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), anchors.x509.get(), leaf, nullptr) != 1) {
    look.faults.push_back({Error::out_of_memory, 0});
    return look;
  }
  const Certificates others = other_certificates(query);
  // fault: AC-093c
  const std::vector<X509*> way =
      IssuerSearch(context.get(), others, query.limits.path_iterations).run(leaf);
  if (const auto at = find_oversized_key(way)) {
    look.path.push_back(bssl::UpRef(leaf));
    for (X509* issuer : way) look.path.push_back(bssl::UpRef(issuer));
    look.faults.push_back({Error::bad_certificate_key, *at + 1});
    return look;
  }
  const auto between = stack_of(way);
  X509_STORE_CTX_set_chain(context.get(), between.get());
  const std::vector<Observed> observed = verify(look, context.get(), query);
  take_path(look, context.get());
  take_faults(look, observed);
  check_dates(look, query.time);
  check_strength(look, query.policy);
  std::ranges::sort(look.faults, {},
                    [](const Fault& fault) { return std::pair(rank(fault.error), fault.depth); });
  return look;
}

}  // namespace nacre::crypto
