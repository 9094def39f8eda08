// The signature_algorithms and signature_algorithms_cert extensions. RFC 9846, section 4.3.3.
#pragma once

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

// For CertificateVerify.
struct SignatureAlgorithms {
  static constexpr auto type = ExtensionType::signature_algorithms;
  static constexpr Places places{Where::client_hello, Where::certificate_request};
  // fault: AC-052a
  using List = wire::Vector<SignatureScheme, 2, 0xfffe>;

  List supported_signature_algorithms;

  static constexpr auto wire = wire::fields(&SignatureAlgorithms::supported_signature_algorithms);

  friend constexpr bool operator==(const SignatureAlgorithms&,
                                   const SignatureAlgorithms&) = default;
};

// For the signatures within the chain.
struct SignatureAlgorithmsCert {
  static constexpr auto type = ExtensionType::signature_algorithms_cert;
  static constexpr Places places{Where::client_hello, Where::certificate_request};
  using List = wire::Vector<SignatureScheme, 2, 0xfffe>;

  List supported_signature_algorithms;

  static constexpr auto wire =
      wire::fields(&SignatureAlgorithmsCert::supported_signature_algorithms);

  friend constexpr bool operator==(const SignatureAlgorithmsCert&,
                                   const SignatureAlgorithmsCert&) = default;
};

}  // namespace nacre
