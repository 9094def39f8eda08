// The tls_cert_with_extern_psk extension. RFC 9973.
#pragma once

#include "extensions/where.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct CertificateWithPsk {
  static constexpr auto type = ExtensionType::tls_cert_with_extern_psk;
  static constexpr Places places{Where::client_hello, Where::server_hello};

  static constexpr auto wire = wire::fields();

  friend constexpr bool operator==(const CertificateWithPsk&, const CertificateWithPsk&) = default;
};

}  // namespace nacre
