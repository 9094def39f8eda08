// The certificate_authorities extension. RFC 9846, section 4.3.4.
#pragma once

#include <cstddef>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

using DistinguishedName = wire::Opaque<1, 0xffff>;  // DER

struct CertificateAuthorities {
  static constexpr auto type = ExtensionType::certificate_authorities;
  static constexpr Places places{Where::client_hello, Where::certificate_request};
  using List = wire::Vector<DistinguishedName, 3, 0xffff>;

  List authorities;

  static constexpr auto wire = wire::fields(&CertificateAuthorities::authorities);

  friend constexpr bool operator==(const CertificateAuthorities&,
                                   const CertificateAuthorities&) = default;
};

// So many bytes of names fit the extension.
inline constexpr std::size_t max_authorities = 0xffff - 2;

// Writes the extension; `authorities` are DistinguishedNames, each with its length.
constexpr Result<void> write_authorities(wire::Writer& writer, Bytes authorities) {
  const auto list = [&](wire::Writer& out) { return out.bytes(authorities); };
  return write_extension(writer, CertificateAuthorities::type,
                         [&](wire::Writer& body) { return body.vector<2>(list); });
}

}  // namespace nacre
