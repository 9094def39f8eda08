// The certificate_authorities extension. RFC 9846, section 4.3.4.
#pragma once

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

using DistinguishedName = wire::Opaque<1, 0xffff>;  // DER

struct CertificateAuthorities {
  static constexpr auto type = ExtensionType::certificate_authorities;
  static constexpr Places places{Where::client_hello, Where::certificate_request};
  using List = wire::Vector<DistinguishedName, 3, 0xffff>;

  List authorities;

  static constexpr auto wire = wire::fields(&CertificateAuthorities::authorities);

  friend constexpr bool operator==(const CertificateAuthorities&,
                                   const CertificateAuthorities&) = default;
};

}  // namespace nacre
