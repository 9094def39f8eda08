// Why the issuers that a chain offers will not do, in words. RFC 5280, section 6.1.4.
#include "crypto/candidates.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdint>

#include "crypto/certificate_impl.h"
#include "crypto/diagnose.h"
#include "crypto/explain.h"
#include "crypto/words.h"

namespace nacre::crypto {
namespace {

bool names_as_issuer(const X509* certificate, const X509* issuer) {
  return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0;
}

bool has_usable_key(const X509* certificate) {
  return certificate_key(certificate) != nullptr && !has_oversized_key(certificate);
}

class Candidates {
 public:
  Candidates(const AnchorStore& anchors, const ChainQuery& query)
      : query_(query), budget_(query.limits.path_iterations) {
    for (const Bytes der : query.chain) {
      auto x509 = read_x509(der);
      sent_.push_back(x509 ? *std::move(x509) : nullptr);
    }
    const bssl::UniquePtr<STACK_OF(X509_OBJECT)> objects(
        X509_STORE_get1_objects(anchors.x509.get()));
    for (std::size_t i = 0; i < sk_X509_OBJECT_num(objects.get()); ++i) {
      X509* anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects.get(), i));
      if (anchor != nullptr) anchors_.push_back(bssl::UpRef(anchor));
    }
  }

  std::vector<std::string> explain() {
    for (std::size_t i = 1; i < sent_.size(); ++i) {
      if (sent_[i]) {
        judge_sent(sent_[i].get());
      } else {
        lines_.push_back("certificate " + std::to_string(i + 1) +
                         " was sent, but cannot be parsed");
      }
    }
    for (const auto& anchor : anchors_) judge_anchor(anchor.get());
    return std::move(lines_);
  }

 private:
  void add(const X509* candidate, std::string_view origin, const std::string& reason) {
    lines_.push_back(quoted(X509_get_subject_name(candidate)) + ", " + std::string(origin) + ", " +
                     reason);
  }

  bool is_anchor(const X509* certificate) const {
    return std::ranges::any_of(
        anchors_, [&](const auto& anchor) { return X509_cmp(anchor.get(), certificate) == 0; });
  }

  bool has_issuer(const X509* certificate) const {
    const auto issues = [&](const auto& other) {
      return other && other.get() != certificate && names_as_issuer(certificate, other.get());
    };
    return is_anchor(certificate) || std::ranges::any_of(anchors_, issues) ||
           std::ranges::any_of(sent_, issues);
  }

  // Whether its key made the signature of a certificate that names it. Nothing: none names it.
  std::optional<bool> signed_any(X509* candidate) {
    std::optional<bool> found;
    EVP_PKEY* key = certificate_key(candidate);
    for (const auto& child : sent_) {
      if (!child || X509_cmp(child.get(), candidate) == 0) continue;
      if (!names_as_issuer(child.get(), candidate)) continue;
      if (budget_ == 0) return true;  // not known: nothing is said against it
      --budget_;
      found = X509_verify(child.get(), key) == 1;
      ERR_clear_error();
      if (*found) break;
    }
    return found;
  }

  void judge_sent(X509* candidate) {
    constexpr std::string_view origin = "which was sent";
    if (!has_usable_key(candidate)) {
      return add(candidate, origin, "has a key of a kind that Nacre does not use");
    }
    const auto has_signed = signed_any(candidate);
    if (!has_signed) return add(candidate, origin, "is not the issuer of any certificate here");
    if (!*has_signed) return add(candidate, origin, wrong_key);
    const std::string reason = objection(candidate);
    if (!reason.empty()) add(candidate, origin, reason);
  }

  // Of an anchor only a wrong key is told; what it rules out is in the refusal itself.
  void judge_anchor(X509* anchor) {
    if (!has_usable_key(anchor)) return;
    if (signed_any(anchor) == false) add(anchor, "a trust anchor", wrong_key);
  }

  std::string objection(X509* candidate) const {
    if (is_anchor(candidate)) return {};
    if (X509_check_ca(candidate) != 1) return "is no CA: its basicConstraints do not say so";
    if ((X509_get_key_usage(candidate) & X509v3_KU_KEY_CERT_SIGN) == 0) {
      return "may not sign certificates: its keyUsage lacks keyCertSign";
    }
    const auto date = date_fault(candidate, query_.time);
    if (date == Error::chain_refused) return "has dates that cannot be read";
    if (date) return date_words(*date, candidate);
    if (!accepts_signature(query_.policy, scheme_of_signature(candidate))) {
      return "is signed with " + signature_text(candidate) + ", which the policy does not accept";
    }
    const auto bits = rsa_bits(candidate);
    if (bits && *bits < query_.policy.minimum_rsa_bits) {
      return "has an RSA key of " + std::to_string(*bits) + " bits, too short for the policy";
    }
    if (has_issuer(candidate)) return {};
    return "leads no further: its issuer " + quoted(X509_get_issuer_name(candidate)) +
           " was not sent and is no trust anchor";
  }

  static constexpr const char* wrong_key =
      "did not sign the certificate that names it: its key is another, or one of them was altered";

  const ChainQuery& query_;
  std::uint32_t budget_;
  std::vector<bssl::UniquePtr<X509>> sent_;  // null: cannot be parsed
  std::vector<bssl::UniquePtr<X509>> anchors_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> explain_candidates(const AnchorStore& anchors, const ChainQuery& query) {
  return Candidates(anchors, query).explain();
}

}  // namespace nacre::crypto
