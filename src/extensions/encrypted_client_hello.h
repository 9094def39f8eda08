// The encrypted_client_hello and ech_outer_extensions extensions. RFC 9849, section 5.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/hpke.h"
#include "extensions/ech_config.h"
#include "extensions/where.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

enum class EchClientHelloType : std::uint8_t { outer = 0, inner = 1 };

// What the outer variant holds.
struct EchOuter {
  crypto::HpkeSymmetricCipherSuite cipher_suite;
  std::uint8_t config_id = 0;
  wire::Opaque<0, 0xffff> enc;
  wire::Opaque<1, 0xffff> payload;

  static constexpr auto wire = wire::fields(&EchOuter::cipher_suite, &EchOuter::config_id,
                                            &EchOuter::enc, &EchOuter::payload);

  friend constexpr bool operator==(const EchOuter&, const EchOuter&) = default;
};

// ECHClientHello.
struct EncryptedClientHello {
  static constexpr auto type = ExtensionType::encrypted_client_hello;
  static constexpr Places places{Where::client_hello};

  EchClientHelloType variant{};
  wire::Remainder contents;  // EchOuter, or nothing

  static constexpr auto wire =
      wire::fields(&EncryptedClientHello::variant, &EncryptedClientHello::contents);

  friend constexpr bool operator==(const EncryptedClientHello&,
                                   const EncryptedClientHello&) = default;

  constexpr Result<void> check() const {
    switch (variant) {
      case EchClientHelloType::outer:
        TRY(wire::read_all<EchOuter>(contents.bytes));
        return {};
      case EchClientHelloType::inner:
        ENSURE(contents.bytes.empty(), Error::trailing_data);
        return {};
    }
    return fail(Error::unexpected_ech_type);
  }
};

inline constexpr std::size_t ech_confirmation_size = 8;

// ECHHelloRetryRequest.
struct EchConfirmation {
  static constexpr auto type = ExtensionType::encrypted_client_hello;
  static constexpr Places places{Where::hello_retry_request};

  std::array<std::uint8_t, ech_confirmation_size> confirmation{};

  static constexpr auto wire = wire::fields(&EchConfirmation::confirmation);

  friend constexpr bool operator==(const EchConfirmation&, const EchConfirmation&) = default;
};

// ECHEncryptedExtensions.
struct EchRetryConfigs {
  static constexpr auto type = ExtensionType::encrypted_client_hello;
  static constexpr Places places{Where::encrypted_extensions};

  EchConfigs retry_configs;

  static constexpr auto wire = wire::fields(&EchRetryConfigs::retry_configs);

  friend constexpr bool operator==(const EchRetryConfigs&, const EchRetryConfigs&) = default;

  constexpr Result<void> check() const { return check_configs(retry_configs); }
};

// Stands in an encoded inner ClientHello alone, for extensions that are as in the outer one.
struct OuterExtensions {
  static constexpr auto type = ExtensionType::ech_outer_extensions;
  static constexpr Places places{};
  using List = wire::Vector<ExtensionType, 2, 254>;

  List types;

  static constexpr auto wire = wire::fields(&OuterExtensions::types);

  friend constexpr bool operator==(const OuterExtensions&, const OuterExtensions&) = default;
};

}  // namespace nacre
