// The oid_filters extension. RFC 9846, section 4.3.5.
#pragma once

#include <cstddef>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

struct OidFilter {
  wire::Opaque<1, 0xff> certificate_extension_oid;       // OBJECT IDENTIFIER, DER
  wire::Opaque<0, 0xffff> certificate_extension_values;  // the extension's value, DER

  static constexpr auto wire =
      wire::fields(&OidFilter::certificate_extension_oid, &OidFilter::certificate_extension_values);

  friend constexpr bool operator==(const OidFilter&, const OidFilter&) = default;
};

struct OidFilters {
  static constexpr auto type = ExtensionType::oid_filters;
  static constexpr Places places{Where::certificate_request};
  using List = wire::Vector<OidFilter, 0, 0xffff>;

  List filters;

  static constexpr auto wire = wire::fields(&OidFilters::filters);

  friend constexpr bool operator==(const OidFilters&, const OidFilters&) = default;

  // No OID twice. Looked for among so many, each with each: no certificate has as many extensions.
  static constexpr std::size_t compared = 64;
  constexpr Result<void> check() const {
    std::size_t index = 0;
    for (const OidFilter& filter : filters) {
      std::size_t before = 0;
      for (const OidFilter& other : filters) {
        if (before == index || index == compared) break;
        ENSURE(other.certificate_extension_oid != filter.certificate_extension_oid,
               Error::duplicate_value);
        ++before;
      }
      if (index < compared) ++index;
    }
    return {};
  }
};

}  // namespace nacre
