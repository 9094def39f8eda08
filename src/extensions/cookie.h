// The cookie extension. RFC 9846, section 4.3.2.
#pragma once

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct Cookie {
  static constexpr auto type = ExtensionType::cookie;
  static constexpr Places places{Where::client_hello, Where::hello_retry_request};

  wire::Opaque<1, 0xffff> cookie;

  static constexpr auto wire = wire::fields(&Cookie::cookie);

  friend constexpr bool operator==(const Cookie&, const Cookie&) = default;
};

}  // namespace nacre
