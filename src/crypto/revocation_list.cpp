// One revocation list. RFC 5280, sections 5 and 6.3.
#include "crypto/revocation_list.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/certificate_impl.h"

namespace nacre::crypto {
namespace {

bool is_known_critical(const X509_EXTENSION* extension) {
  constexpr std::array known{NID_issuing_distribution_point, NID_authority_key_identifier,
                             NID_delta_crl};
  return X509_EXTENSION_get_critical(extension) == 0 ||
         std::ranges::find(known, OBJ_obj2nid(X509_EXTENSION_get_object(extension))) != known.end();
}

// Section 5.3: such a list must not be used. certificateIssuer is one, so that each entry is for
// the list's own issuer.
bool has_critical_entry(X509_CRL* list) {
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list);
  for (std::size_t i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    const X509_REVOKED* entry = sk_X509_REVOKED_value(entries, i);
    for (int j = 0; j < X509_REVOKED_get_ext_count(entry); ++j) {
      if (X509_EXTENSION_get_critical(X509_REVOKED_get_ext(entry, j)) != 0) return true;
    }
  }
  return false;
}

std::vector<std::uint8_t> general_name_der(GENERAL_NAME* name) {
  std::uint8_t* encoded = nullptr;
  const int size = i2d_GENERAL_NAME(name, &encoded);
  if (size < 0) return {};
  const bssl::UniquePtr<std::uint8_t> owner(encoded);
  return {encoded, encoded + size};
}

bool is_same_general_name(GENERAL_NAME* a, GENERAL_NAME* b) {
  if (a->type == GEN_DIRNAME && b->type == GEN_DIRNAME) {
    return X509_NAME_cmp(a->d.directoryName, b->d.directoryName) == 0;
  }
  const std::vector<std::uint8_t> encoding = general_name_der(a);
  return a->type == b->type && !encoding.empty() && encoding == general_name_der(b);
}

bool has_common_name(const GENERAL_NAMES* a, const GENERAL_NAMES* b) {
  for (std::size_t i = 0; i < sk_GENERAL_NAME_num(a); ++i) {
    for (std::size_t j = 0; j < sk_GENERAL_NAME_num(b); ++j) {
      if (is_same_general_name(sk_GENERAL_NAME_value(a, i), sk_GENERAL_NAME_value(b, j))) {
        return true;
      }
    }
  }
  return false;
}

// Section 6.3.3, step b.2. Names relative to the issuer's are not compared.
bool is_same_distribution_point(const DIST_POINT_NAME* a, const DIST_POINT_NAME* b) {
  if (a == nullptr || b == nullptr) return true;
  return a->type == 0 && b->type == 0 && has_common_name(a->name.fullname, b->name.fullname);
}

bool has_point(X509* certificate, const DIST_POINT_NAME* point) {
  const bssl::UniquePtr<CRL_DIST_POINTS> points(static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  ERR_clear_error();
  for (std::size_t i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT* each = sk_DIST_POINT_value(points.get(), i);
    if (each->reasons == nullptr && each->CRLissuer == nullptr &&
        is_same_distribution_point(each->distpoint, point)) {
      return true;
    }
  }
  return false;
}

// Takes the errors out of the queue.
bool was_short_of_memory() {
  bool was = false;
  while (const std::uint32_t error = static_cast<std::uint32_t>(ERR_get_error())) {
    was |= ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
  }
  return was;
}

}  // namespace

std::string_view words_of(ListLack lack) {
  switch (lack) {
    case ListLack::issuer:
      return "is of another issuer";
    case ListLack::attributes:
      return "is for attribute certificates alone";
    case ListLack::unusable:
      return "contradicts itself";
    case ListLack::critical_extension:
      return "has a critical extension that Nacre does not know";
    case ListLack::may_not_sign:
      return "is signed by an issuer that may not sign lists";
    case ListLack::signature:
      return "has a signature that does not verify";
    case ListLack::scope:
      return "is for other certificates";
    case ListLack::not_yet_valid:
      return "is not yet valid";
    case ListLack::expired:
      return "has expired";
    case ListLack::nothing:
      break;
  }
  return "covers it";
}

Result<std::unique_ptr<const RevocationList>> RevocationList::parse(Bytes der) {
  std::unique_ptr<RevocationList> made(new RevocationList);
  const std::uint8_t* at = der.data();
  made->list_.reset(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  ENSURE(made->list_ && at == der.data() + der.size(), Error::bad_pem);
  X509_CRL* list = made->list_.get();
  if (!made->read_extensions() || !made->read_dates()) made->lack_ = ListLack::unusable;
  // The entries are sorted by the first look-up: here, where no handshake waits for it.
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list);
  if (sk_X509_REVOKED_num(entries) > 0) {
    X509_REVOKED* found = nullptr;
    (void)X509_CRL_get0_by_serial(
        list, &found, X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, 0)));
  }
  ERR_clear_error();
  return std::unique_ptr<const RevocationList>(std::move(made));
}

// Section 5.2. Returns whether they can be followed.
bool RevocationList::read_extensions() {
  X509_CRL* list = list_.get();
  int place = -1;
  scope_.reset(static_cast<ISSUING_DIST_POINT*>(
      X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &place, nullptr)));
  if (scope_ == nullptr && place != -1) return false;
  is_delta_ = X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0;
  bool is_known = !has_critical_entry(list);
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
    is_known = is_known && is_known_critical(X509_CRL_get_ext(list, i));
  }
  if (!is_known) lack_ = ListLack::critical_extension;
  if (scope_ == nullptr) return true;
  const bool is_for_attributes = scope_->onlyattr != 0;
  if (is_for_attributes) lack_ = ListLack::attributes;
  return (scope_->onlyuser != 0) + (scope_->onlyCA != 0) + is_for_attributes <= 1;
}

bool RevocationList::read_dates() {
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list_.get());
  UnixTime to = 0;
  if (next != nullptr) {
    if (ASN1_TIME_to_posix(next, &to) != 1) return false;
    to_ = to;
  }
  return ASN1_TIME_to_posix(X509_CRL_get0_lastUpdate(list_.get()), &from_) == 1;
}

// Nothing where memory is short. Checked while nobody waits: two threads may do it twice.
std::optional<bool> RevocationList::is_signed_by(EVP_PKEY* key) const {
  const auto known = checked_.read([&](const std::vector<Checked>& checked) {
    const auto found = std::ranges::find_if(
        checked, [&](const Checked& each) { return EVP_PKEY_cmp(each.key.get(), key) == 1; });
    return found == checked.end() ? std::nullopt : std::optional(found->is_signer);
  });
  if (known) return known;
  ERR_clear_error();
  const bool is_signer = X509_CRL_verify(list_.get(), key) == 1;
  if (was_short_of_memory()) return std::nullopt;
  // fault: AC-206a
  checked_.change([&](std::vector<Checked>& checked) {
    if (checked.size() == max_keys) checked.erase(checked.begin());
    checked.push_back({bssl::UpRef(key), is_signer});
  });
  return is_signer;
}

// Whether it is authentic, and what it says.
ListAnswer RevocationList::ask_issuer(const X509* certificate, X509* issuer) const {
  EVP_PKEY* key = certificate_key(issuer);
  if (key == nullptr) return {.lack = ListLack::signature};
  if ((X509_get_key_usage(issuer) & X509v3_KU_CRL_SIGN) == 0) {
    return {.lack = ListLack::may_not_sign};
  }
  const auto is_signed = is_signed_by(key);
  if (!is_signed) return {.lack = ListLack::signature, .out_of_memory = true};
  // fault: AC-207c
  if (!*is_signed) return {.lack = ListLack::signature};
  return {.lack = ListLack::nothing, .entry = entry_of(certificate)};
}

// Section 5.3.1: of a delta, an entry may say that its certificate is good again.
const X509_REVOKED* RevocationList::entry_of(const X509* certificate) const {
  constexpr long remove_from_crl = 8;
  X509_REVOKED* entry = nullptr;
  if (X509_CRL_get0_by_serial(list_.get(), &entry, X509_get0_serialNumber(certificate)) == 0) {
    return nullptr;
  }
  const bssl::UniquePtr<ASN1_ENUMERATED> reason(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  ERR_clear_error();
  return reason && ASN1_ENUMERATED_get(reason.get()) == remove_from_crl ? nullptr : entry;
}

// Section 6.3.3, step b.2: whether a certificate that it does not name was not revoked.
bool RevocationList::is_for(X509* certificate) const {
  if (is_delta_) return false;
  if (scope_ == nullptr) return true;
  const bool is_ca = (X509_get_extension_flags(certificate) & EXFLAG_CA) != 0;
  if (scope_->indirectCRL != 0 || scope_->onlysomereasons != nullptr ||
      (is_ca ? scope_->onlyuser : scope_->onlyCA) != 0) {
    return false;
  }
  return scope_->distpoint == nullptr || has_point(certificate, scope_->distpoint);
}

ListLack RevocationList::lack_at(UnixTime time) const {
  if (time < from_) return ListLack::not_yet_valid;
  return to_ && time > *to_ ? ListLack::expired : ListLack::nothing;
}

ListAnswer RevocationList::ask(const Certificates& path, std::size_t depth, UnixTime time) const {
  X509* const certificate = path[depth].get();
  if (X509_NAME_cmp(issuer(), X509_get_issuer_name(certificate)) != 0) return {};
  if (lack_ != ListLack::nothing) return {.lack = lack_};
  // A CA whose key was changed may have signed it by the one before, which is further up.
  ListAnswer answer{.lack = ListLack::signature};
  for (std::size_t i = depth + 1; i < path.size() && answer.lack != ListLack::nothing; ++i) {
    const bool is_namesake = X509_NAME_cmp(X509_get_subject_name(path[i].get()), issuer()) == 0;
    if (is_namesake) answer = ask_issuer(certificate, path[i].get());
    if (answer.out_of_memory) return answer;
  }
  if (answer.lack != ListLack::nothing) return answer;
  answer.lack = is_for(certificate) ? lack_at(time) : ListLack::scope;
  // fault: AC-207b
  return answer;
}

}  // namespace nacre::crypto
