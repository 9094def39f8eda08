// CertificateVerify. RFC 9846, section 4.5.2.
#pragma once

#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct CertificateVerify {
  static constexpr auto type = HandshakeType::certificate_verify;

  SignatureScheme algorithm{};
  wire::Opaque<0, 0xffff> signature;

  static constexpr auto wire =
      wire::fields(&CertificateVerify::algorithm, &CertificateVerify::signature);

  friend constexpr bool operator==(const CertificateVerify&, const CertificateVerify&) = default;
};

}  // namespace nacre
