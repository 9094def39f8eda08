// CompressedCertificate. RFC 8879, section 4.
#pragma once

#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct CompressedCertificate {
  static constexpr auto type = HandshakeType::compressed_certificate;

  CertificateCompressionAlgorithm algorithm{};
  wire::Uint24 uncompressed_length;
  wire::Opaque<1, 0xffffff> compressed_certificate_message;

  static constexpr auto wire =
      wire::fields(&CompressedCertificate::algorithm, &CompressedCertificate::uncompressed_length,
                   &CompressedCertificate::compressed_certificate_message);

  friend constexpr bool operator==(const CompressedCertificate&,
                                   const CompressedCertificate&) = default;
};

}  // namespace nacre
