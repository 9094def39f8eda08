// Where the parts of a certificate lie in its encoding. RFC 5280, section 4.1.
#pragma once

#include <cstdint>
#include <optional>

#include "nacre/bytes.h"

namespace nacre::crypto {

struct CertificateParts {
  Bytes issuer;
  Bytes not_after;  // a UTCTime or a GeneralizedTime
  Bytes subject;
  Bytes key_info;
  Bytes extensions;  // each Extension behind the other; empty where there are none
  // Of the signature: the OID without its tag, and the parameters with theirs, if there are any.
  Bytes signature_algorithm;
  Bytes signature_parameters;
};

// Nothing where they are not there, or something else is among them, or the serial number is not
// DER, which pki lets pass. What is in names, key and signature is for others to read.
//
// Nothing, too, where there are more elements than 4,096 and than one for each 12 octets: nobody
// looks further into such a certificate.
std::optional<CertificateParts> find_parts(Bytes der);

struct Extension {
  Bytes id;     // the OID without its tag
  Bytes value;  // what is in the OCTET STRING
};

// Takes the first of `extensions`. Nothing at their end, and where it is no Extension.
std::optional<Extension> take_extension(Bytes& extensions);

// What Nacre itself reads of the extensions. RFC 5280, sections 4.2.1.3, 4.2.1.6 and 4.2.1.12.
struct KnownExtensions {
  // The first two octets of the bits, the first of them in the low one.
  std::optional<std::uint16_t> key_usage;
  std::optional<Bytes> purposes;  // each OID of extKeyUsage behind the other
  Bytes names;                    // each GeneralName of subjectAltName behind the other
};

// Nothing where one of those is malformed, or is there twice, or what should be an Extension is
// none. Others are not looked into.
std::optional<KnownExtensions> find_extensions(Bytes extensions);

}  // namespace nacre::crypto
