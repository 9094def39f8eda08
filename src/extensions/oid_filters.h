// The oid_filters extension. RFC 9846, section 4.3.5.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/bytes.h"
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
    std::array<Bytes, compared> seen{};
    std::size_t count = 0;
    for (const OidFilter& filter : filters) {
      if (count == compared) break;
      const Bytes oid = filter.certificate_extension_oid.bytes;
      const bool again = std::ranges::any_of(std::span(seen).first(count), [&](Bytes before) {
        return std::ranges::equal(before, oid);
      });
      ENSURE(!again, Error::duplicate_value);
      seen.at(count++) = oid;
    }
    return {};
  }
};

}  // namespace nacre
