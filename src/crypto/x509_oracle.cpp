// What the library's X.509 parser says of a certificate, to hold Nacre's own reading against.
#include "crypto/x509_oracle.h"

#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/x509.h>

#include <array>
#include <cassert>
#include <utility>

#include "crypto/anchor_store.h"
#include "crypto/certificate_impl.h"
#include "crypto/diagnose.h"

namespace nacre::crypto {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr unsigned name_flags =
    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;

Octets element(CBS_ASN1_TAG tag, Bytes content) {
  bssl::ScopedCBB cbb;
  CBB inner;
  [[maybe_unused]] const bool made =
      CBB_init(cbb.get(), content.size() + 8) == 1 && CBB_add_asn1(cbb.get(), &inner, tag) == 1 &&
      CBB_add_bytes(&inner, content.data(), content.size()) == 1 && CBB_flush(cbb.get()) == 1;
  assert(made);
  return {CBB_data(cbb.get()), CBB_data(cbb.get()) + CBB_len(cbb.get())};
}

// With nothing in it but that extension. Null where the names cannot be parsed.
bssl::UniquePtr<X509> certificate_for(Bytes names) {
  const Octets value = element(CBS_ASN1_SEQUENCE, names);
  const bssl::UniquePtr<ASN1_OCTET_STRING> string(ASN1_OCTET_STRING_new());
  bssl::UniquePtr<X509> certificate(X509_new());
  if (string == nullptr || certificate == nullptr ||
      ASN1_OCTET_STRING_set(string.get(), value.data(), static_cast<int>(value.size())) != 1) {
    return nullptr;
  }
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509_EXTENSION_create_by_NID(nullptr, NID_subject_alt_name, 0, string.get()));
  if (extension == nullptr || X509_add_ext(certificate.get(), extension.get(), -1) != 1) {
    return nullptr;
  }
  const bssl::UniquePtr<GENERAL_NAMES> parsed(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  return parsed ? std::move(certificate) : nullptr;
}

}  // namespace

void append_general_name(Octets& names, std::uint8_t number, Bytes content) {
  const Octets name = element(CBS_ASN1_CONTEXT_SPECIFIC | number, content);
  names.insert(names.end(), name.begin(), name.end());
}

Octets subject_alt_name_of(Bytes names) {
  Octets parts = element(CBS_ASN1_OBJECT, std::array<std::uint8_t, 3>{0x55, 0x1d, 0x11});
  const Octets value = element(CBS_ASN1_OCTETSTRING, element(CBS_ASN1_SEQUENCE, names));
  parts.insert(parts.end(), value.begin(), value.end());
  return element(CBS_ASN1_SEQUENCE, parts);
}

std::optional<bool> x509_has_host_name(Bytes names, std::string_view host) {
  const auto certificate = certificate_for(names);
  if (certificate == nullptr) return std::nullopt;
  const int found =
      X509_check_host(certificate.get(), host.data(), host.size(), name_flags, nullptr);
  ERR_clear_error();
  return found == 1;
}

std::optional<bool> x509_has_address(Bytes names, Bytes address) {
  const auto certificate = certificate_for(names);
  if (certificate == nullptr) return std::nullopt;
  const int found = X509_check_ip(certificate.get(), address.data(), address.size(), name_flags);
  ERR_clear_error();
  return found == 1;
}

std::optional<bool> x509_allows_signing(Bytes certificate) {
  const auto x509 = read_x509(certificate);
  if (!x509) return std::nullopt;
  return (X509_get_key_usage(x509->get()) & X509v3_KU_DIGITAL_SIGNATURE) != 0;
}

bool x509_has_key(Bytes certificate) {
  const auto x509 = read_x509(certificate);
  return x509 && certificate_key(x509->get()) != nullptr;
}

std::vector<Error> second_look_faults(const TrustAnchors& anchors, const ChainQuery& query) {
  std::vector<Error> errors;
  const auto leaf = read_x509(query.chain.front());
  if (!leaf) return errors;
  for (const Fault& fault : look_again(*anchors.impl().store, leaf->get(), query).faults) {
    errors.push_back(fault.error);
  }
  return errors;
}

}  // namespace nacre::crypto
