// The server_certificate_type and client_certificate_type extensions. RFC 7250, section 3.
#pragma once

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/policy.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

// Certificate types that we have, the preferred one first.
using CertificateTypes = Preferences<CertificateType, 2>;

// What a client can take, or present.
template <ExtensionType Type>
struct OfferedCertificateTypes {
  static constexpr auto type = Type;
  static constexpr Places places{Where::client_hello};
  using List = wire::Vector<CertificateType, 1, 0xff>;

  List types;

  static constexpr auto wire = wire::fields(&OfferedCertificateTypes::types);

  friend constexpr bool operator==(const OfferedCertificateTypes&,
                                   const OfferedCertificateTypes&) = default;

  // Section 4.1: X.509 alone is what holds without the extension, and is not said.
  constexpr Result<void> check() const {
    for (const CertificateType each : types) {
      if (each != CertificateType::x509) return {};
    }
    return fail(Error::bad_certificate_types);
  }
};
using ServerCertificateTypes = OfferedCertificateTypes<ExtensionType::server_certificate_type>;
using ClientCertificateTypes = OfferedCertificateTypes<ExtensionType::client_certificate_type>;

// What the server chose.
template <ExtensionType Type>
struct SelectedCertificateType {
  static constexpr auto type = Type;
  static constexpr Places places{Where::encrypted_extensions};

  CertificateType selected{};

  static constexpr auto wire = wire::fields(&SelectedCertificateType::selected);

  friend constexpr bool operator==(const SelectedCertificateType&,
                                   const SelectedCertificateType&) = default;
};
using ServerCertificateTypeAnswer = SelectedCertificateType<ExtensionType::server_certificate_type>;
using ClientCertificateTypeAnswer = SelectedCertificateType<ExtensionType::client_certificate_type>;

// Whether `types` are what holds without the extension.
constexpr bool is_x509_alone(const CertificateTypes& types) {
  return types == CertificateTypes{CertificateType::x509};
}

// Of the types in `list` those that we know; X.509 where there is no list.
template <class Offered>
constexpr CertificateTypes known_types(const std::optional<Offered>& list) {
  if (!list) return {CertificateType::x509};
  CertificateTypes known;
  for (const CertificateType type : list->types) {
    if (type == CertificateType::x509 || type == CertificateType::raw_public_key) known.add(type);
  }
  return known;
}

}  // namespace nacre
