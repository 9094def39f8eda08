// What the library's X.509 parser says of a certificate, to hold Nacre's own reading against. Not
// part of the library: tests and fuzz targets link it with the issuer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "nacre/bytes.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// Appends a GeneralName: the choice of that number, as a string of at most 65,535 bytes.
void append_general_name(std::vector<std::uint8_t>& names, std::uint8_t number, Bytes content);

// An extension subjectAltName of these names, each behind the other.
std::vector<std::uint8_t> subject_alt_name_of(Bytes names);

// Whether X509_check_host or X509_check_ip, which never look at the common name and at partial
// wildcards, find the host in that subjectAltName. Nothing where they cannot parse the names.
std::optional<bool> x509_has_host_name(Bytes names, std::string_view host);
std::optional<bool> x509_has_address(Bytes names, Bytes address);

// Whether keyUsage of a certificate, if there is one, allows digitalSignature. Nothing where it
// cannot be parsed.
std::optional<bool> x509_allows_signing(Bytes certificate);

// Whether it can be parsed, and has a key that Nacre uses.
bool x509_has_key(Bytes certificate);

// What the second look at a chain, which is taken when it is refused, finds against it. The leaf
// can be parsed.
std::vector<Error> second_look_faults(const TrustAnchors& anchors, const ChainQuery& query);

}  // namespace nacre::crypto
