// The supported_versions extension. RFC 9846, section 4.3.1.
#pragma once

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct SupportedVersionsClientHello {
  static constexpr auto type = ExtensionType::supported_versions;
  static constexpr Places places{Where::client_hello};
  using List = wire::Vector<ProtocolVersion, 2, 254>;

  List versions;

  static constexpr auto wire = wire::fields(&SupportedVersionsClientHello::versions);

  friend constexpr bool operator==(const SupportedVersionsClientHello&,
                                   const SupportedVersionsClientHello&) = default;
};

struct SupportedVersionsServerHello {
  static constexpr auto type = ExtensionType::supported_versions;
  static constexpr Places places{Where::server_hello, Where::hello_retry_request};

  ProtocolVersion selected_version{};

  static constexpr auto wire = wire::fields(&SupportedVersionsServerHello::selected_version);

  friend constexpr bool operator==(const SupportedVersionsServerHello&,
                                   const SupportedVersionsServerHello&) = default;
};

}  // namespace nacre
