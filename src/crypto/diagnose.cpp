// A second look at a chain, by BoringSSL's X.509 verifier. RFC 5280, section 6.
#include "crypto/diagnose.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "crypto/certificate_impl.h"

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

// Notes each fault and lets the verifier go on.
int note_fault(int ok, X509_STORE_CTX* context) {
  auto* faults =
      static_cast<std::vector<Observed>*>(X509_STORE_CTX_get_ex_data(context, observed_index()));
  const int depth = X509_STORE_CTX_get_error_depth(context);
  if (ok == 0) {
    faults->push_back({X509_STORE_CTX_get_error(context), static_cast<std::size_t>(depth)});
  }
  return 1;
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
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Error::certificate_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Error::certificate_not_yet_valid;
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

bool beyond_pki(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  return key != nullptr &&
         (EVP_PKEY_id(key) == EVP_PKEY_ED25519 || EVP_PKEY_id(key) == EVP_PKEY_RSA_PSS);
}

// RFC 9846, section 4.3.3: signature_algorithms_cert says nothing of the anchor's own signature.
void check_strength(SecondLook& look, const Policy& policy) {
  for (std::size_t depth = 0; depth < look.path.size(); ++depth) {
    const X509* certificate = look.path[depth].get();
    const bool is_self_signed = (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
    const bool is_root = depth + 1 == look.path.size() && (look.anchored || is_self_signed);
    if (!is_root && !accepts_signature(policy, certificate)) {
      look.faults.push_back({Error::certificate_weak_signature, depth});
    }
    if (X509_get0_pubkey(certificate) == nullptr) {
      look.faults.push_back({Error::bad_certificate_key, depth});
    }
    if (rsa_bits(certificate).value_or(policy.minimum_rsa_bits) < policy.minimum_rsa_bits) {
      look.faults.push_back({Error::certificate_weak_key, depth});
    }
    look.beyond_pki |= beyond_pki(certificate);
  }
}

bssl::UniquePtr<STACK_OF(X509)> other_certificates(const ChainQuery& query) {
  bssl::UniquePtr<STACK_OF(X509)> stack(sk_X509_new_null());
  for (const Bytes der : query.chain.subspan(1)) {
    const auto certificate = ParsedCertificate::parse(der);
    if (certificate && stack != nullptr) {
      bssl::PushToStack(stack.get(), bssl::UpRef(certificate->impl().x509.get()));
    }
  }
  return stack;
}

void take_path(SecondLook& look, const X509_STORE_CTX* context) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  for (std::size_t i = 0; i < sk_X509_num(chain); ++i) {
    look.path.push_back(bssl::UpRef(sk_X509_value(chain, i)));
  }
}

// The verifier's own answer. An anchor's dates are not looked at, as pki does not.
void take_faults(SecondLook& look, const std::vector<Observed>& observed) {
  for (const Observed& fault : observed) {
    const Error error = error_of(fault.code);
    look.anchored = look.anchored && rank(error) > rank(Error::unknown_issuer);
    look.faults.push_back({error, fault.depth});
  }
  std::erase_if(look.faults, [&](const Fault& fault) {
    return look.anchored && look.path.size() > 1 && fault.depth + 1 == look.path.size() &&
           rank(fault.error) == rank(Error::certificate_expired);
  });
}

}  // namespace

bool accepts_signature(const Policy& policy, const X509* certificate) {
  const auto scheme = scheme_of_signature(certificate);
  const auto& accepted = policy.certificate_signature_schemes;
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

std::optional<std::uint32_t> rsa_bits(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return std::nullopt;
  if (EVP_PKEY_id(key) != EVP_PKEY_RSA && EVP_PKEY_id(key) != EVP_PKEY_RSA_PSS) return std::nullopt;
  return static_cast<std::uint32_t>(EVP_PKEY_bits(key));
}

SecondLook look_again(const AnchorStore& anchors, const ParsedCertificate& leaf,
                      const ChainQuery& query) {
  SecondLook look;
  std::vector<Observed> observed;
  const bssl::UniquePtr<STACK_OF(X509)> others = other_certificates(query);
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (others == nullptr || context == nullptr ||
      X509_STORE_CTX_init(context.get(), anchors.x509.get(), leaf.impl().x509.get(),
                          others.get()) != 1 ||
      X509_STORE_CTX_set_ex_data(context.get(), observed_index(), &observed) != 1 ||
      X509_STORE_CTX_set_purpose(context.get(), query.purpose == Purpose::server
                                                    ? X509_PURPOSE_SSL_SERVER
                                                    : X509_PURPOSE_SSL_CLIENT) != 1) {
    look.faults.push_back({Error::out_of_memory, 0});
    return look;
  }
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_CTX_set_time_posix(context.get(), 0, query.time);
  X509_STORE_CTX_set_verify_cb(context.get(), note_fault);
  look.anchored = X509_verify_cert(context.get()) == 1;
  if (!look.anchored) observed.push_back({X509_STORE_CTX_get_error(context.get()), 0});
  ERR_clear_error();
  take_path(look, context.get());
  take_faults(look, observed);
  check_strength(look, query.policy);
  std::ranges::sort(look.faults, {},
                    [](const Fault& fault) { return std::pair(rank(fault.error), fault.depth); });
  return look;
}

}  // namespace nacre::crypto
