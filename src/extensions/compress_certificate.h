// The compress_certificate extension. RFC 8879, section 3.
#pragma once

#include "extensions/number_set.h"
#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

struct CompressCertificate {
  static constexpr auto type = ExtensionType::compress_certificate;
  static constexpr Places places{Where::client_hello, Where::certificate_request};
  using List = wire::Vector<CertificateCompressionAlgorithm, 2, 0xfe>;

  List algorithms;

  static constexpr auto wire = wire::fields(&CompressCertificate::algorithms);

  friend constexpr bool operator==(const CompressCertificate&,
                                   const CompressCertificate&) = default;

  constexpr Result<void> check() const {
    ENSURE(all_distinct(algorithms), Error::duplicate_value);
    return {};
  }
};

}  // namespace nacre
