// CertificateRequest. RFC 9846, section 4.4.2.
#pragma once

#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct CertificateRequest {
  static constexpr auto type = HandshakeType::certificate_request;

  wire::Opaque<0, 0xff> certificate_request_context;
  Extensions extensions;

  static constexpr auto wire = wire::fields(&CertificateRequest::certificate_request_context,
                                            &CertificateRequest::extensions);

  friend constexpr bool operator==(const CertificateRequest&, const CertificateRequest&) = default;
};

}  // namespace nacre
