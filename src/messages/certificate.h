// Certificate. RFC 9846, section 4.5.1.
#pragma once

#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct CertificateEntry {
  wire::Opaque<1, 0xffffff> cert_data;
  Extensions extensions;

  static constexpr auto wire =
      wire::fields(&CertificateEntry::cert_data, &CertificateEntry::extensions);

  friend constexpr bool operator==(const CertificateEntry&, const CertificateEntry&) = default;
};

struct Certificate {
  static constexpr auto type = HandshakeType::certificate;

  wire::Opaque<0, 0xff> certificate_request_context;
  wire::Vector<CertificateEntry, 0, 0xffffff> certificate_list;

  static constexpr auto wire =
      wire::fields(&Certificate::certificate_request_context, &Certificate::certificate_list);

  friend constexpr bool operator==(const Certificate&, const Certificate&) = default;
};

}  // namespace nacre
