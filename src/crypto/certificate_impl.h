// Certificates as objects of the library of cryptography, for the files of this room alone.
#pragma once

#include <openssl/pool.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

#include "crypto/certificate.h"
#include "crypto/certificate_parts.h"
#include "crypto/library.h"

namespace nacre::crypto {

// What ParsedCertificate::parse() accepts. Errors: bad_certificate.
Result<bssl::UniquePtr<X509>> read_x509(Bytes der);

// Null where it cannot be parsed; its extensions are not looked at. In the library's keys.cpp.
bssl::UniquePtr<X509> parse_x509(CRYPTO_BUFFER* der);

// Its key, which lives as long as it. Null where it is of a kind that Nacre does not use.
EVP_PKEY* certificate_key(const X509* certificate);

// The scheme of the signature on `certificate`. ECDSA is told apart by its hash alone: the curve
// is the issuer's. RSASSA-PSS counts as rsa_pss_rsae, whichever key made it. Nothing where TLS 1.3
// has no name for it: MD5, SHA-1, SHA-224.
std::optional<SignatureScheme> scheme_of_signature(const X509* certificate);
std::optional<SignatureScheme> scheme_of_signature(const CertificateParts& certificate);

// The name of its algorithm: "ecdsa-with-SHA256".
std::string signature_text(const X509* certificate);

// Its encoding, as it was parsed. Empty where memory is short.
std::vector<std::uint8_t> der_of(const X509* certificate);

struct AlternativeNames {
  std::vector<std::string> dns;
  std::vector<std::string> addresses;
  std::vector<std::string> uris;
};

// What subjectAltName says, in printable ASCII. Empty where it is absent or malformed.
AlternativeNames alternative_names(const X509* certificate);

}  // namespace nacre::crypto
