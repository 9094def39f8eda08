// What stands against a path, over AWS-LC: what X509_verify_cert says, alone with it, and what it
// does not ask and pki does. What an anchor says of itself is looked at elsewhere, as it is with
// pki. Compiled with exceptions, as path.cpp is.
#include "crypto/aws_lc/way.h"

#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <span>

#include "crypto/aws_lc/pss_key.h"
#include "crypto/aws_lc/strict_der.h"
#include "crypto/diagnose.h"
#include "crypto/hash.h"
#include "crypto/signature_cache.h"
#include "crypto/signature_impl.h"

namespace nacre::crypto {
namespace {

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

// Passes over what an anchor's extensions say: verify.cpp objects to it.
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

X509* leaf_of(const Way& way) {
  return way.front()->x509.get();
}
X509* anchor_of(const Way& way) {
  return way.back()->x509.get();
}

bssl::UniquePtr<STACK_OF(X509)> stack_of_way(std::span<const Certificate* const> certificates) {
  bssl::UniquePtr<STACK_OF(X509)> stack(sk_X509_new_null());
  for (const Certificate* certificate : certificates) {
    if (!stack || !bssl::PushToStack(stack.get(), bssl::UpRef(certificate->x509.get()))) {
      return nullptr;
    }
  }
  return stack;
}

// The leaf may be the anchor: then X509_verify_cert has it once.
bool is_own_anchor(const Way& way) {
  return way.size() == 2 && way[0]->der == way[1]->der;
}

bool has_chain(const X509_STORE_CTX* context, const Way& way) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  const std::size_t size = is_own_anchor(way) ? 1 : way.size();
  if (sk_X509_num(chain) != size) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (X509_cmp(sk_X509_value(chain, i), way[i]->x509.get()) != 0) return false;
  }
  return true;
}

const Objection no_memory{"memory is short", Error::out_of_memory};

// What X509_verify_cert objects to. Names in a subject are no host names, so that constraints are
// not held against them.
std::optional<Objection> verifier_objection(const Way& way) {
  if (is_own_anchor(way)) {
    const bool is_signed = X509_verify(leaf_of(way), certificate_key(anchor_of(way))) == 1;
    ERR_clear_error();
    if (!is_signed) return Objection{"its signature does not verify"};
  }
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  const auto between = stack_of_way(std::span(way).subspan(1, way.size() - 2));
  const bssl::UniquePtr<STACK_OF(ASN1_OBJECT)> any_policy(sk_ASN1_OBJECT_new_null());
  Complaints complaints{.anchor_depth = way.size() - 1};
  if (!store || !context || !between || !any_policy ||
      X509_STORE_add_cert(store.get(), anchor_of(way)) != 1 ||
      X509_STORE_CTX_init(context.get(), store.get(), leaf_of(way), between.get()) != 1 ||
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

// That the verifier believes a path hangs on the path alone, so that it is remembered: time,
// purpose and policy are looked at elsewhere.
std::optional<Objection> remembered_objection(const Way& way, const SignatureCache* cache) {
  if (cache == nullptr) return verifier_objection(way);
  Hash hash(HashAlgorithm::sha256);
  for (const Certificate* certificate : way) hash.update(bytes_of(certificate->der));
  const std::string key(text_of(hash.digest().bytes()));
  CheckedSignatures& checked = cache->impl().checked;
  if (checked.check(key)) return std::nullopt;
  std::optional<Objection> objection = verifier_objection(way);
  if (!objection) checked.store(key);
  return objection;
}

// RFC 5280, section 4.2.1.9, also for a self-issued CA, whose own length X509_verify_cert passes
// over.
bool keeps_path_lengths(const Way& way) {
  std::int64_t between = 0;
  for (std::size_t depth = 1; depth + 1 < way.size(); ++depth) {
    X509* const certificate = way[depth]->x509.get();
    const long length = X509_get_pathlen(certificate);
    if (length >= 0 && between > length) return false;
    if ((X509_get_extension_flags(certificate) & EXFLAG_SI) == 0) ++between;
  }
  return true;
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
std::optional<Objection> own_objection(const Certificate& judged, bool is_leaf,
                                       const ChainQuery& query) {
  X509* const certificate = judged.x509.get();
  if (!has_known_signature(certificate)) {
    return Objection{"its signature is of a kind that Nacre does not use",
                     Error::certificate_weak_signature};
  }
  if (auto objection = key_objection(certificate, query.policy)) return objection;
  if (date_fault(certificate, query.time)) return Objection{"it is not valid at the time"};
  if (!serves(X509_get_extended_key_usage(certificate), query.purpose))
    return Objection{"it is for another purpose"};
  if (!is_leaf && X509_check_ca(certificate) != 1) return Objection{"it is no CA"};
  if (judged.encoding_fault.empty()) return std::nullopt;
  return Objection{std::string(judged.encoding_fault)};
}

}  // namespace

std::optional<Certificate> read_certificate(Bytes der) {
  auto x509 = read_x509(der);
  if (!x509) return std::nullopt;
  return Certificate{*std::move(x509), std::string(text_of(der)), encoding_fault(der)};
}

std::optional<Objection> objection_to(const Way& way, const ChainQuery& query) {
  for (std::size_t depth = 0; depth + 1 < way.size(); ++depth) {
    if (auto objection = own_objection(*way[depth], depth == 0, query)) return objection;
  }
  if (auto objection = key_objection(anchor_of(way), query.policy)) return objection;
  if (!keeps_path_lengths(way)) return Objection{"the path is longer than a CA of it allows"};
  std::vector<X509*> above;
  for (const Certificate* certificate : std::span(way).subspan(1)) {
    above.push_back(certificate->x509.get());
  }
  if (find_oversized_key(above)) {
    return Objection{"its key is too long", Error::bad_certificate_key};
  }
  return remembered_objection(way, query.signatures);
}

}  // namespace nacre::crypto
