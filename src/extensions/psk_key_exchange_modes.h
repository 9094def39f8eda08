// The psk_key_exchange_modes extension. RFC 9846, section 4.3.9.
#pragma once

#include <cstdint>

#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

enum class PskKeyExchangeMode : std::uint8_t { psk_ke = 0, psk_dhe_ke = 1 };

struct PskKeyExchangeModes {
  static constexpr auto type = ExtensionType::psk_key_exchange_modes;
  static constexpr Places places{Where::client_hello};
  using List = wire::Vector<PskKeyExchangeMode, 1, 0xff>;

  List ke_modes;

  static constexpr auto wire = wire::fields(&PskKeyExchangeModes::ke_modes);

  friend constexpr bool operator==(const PskKeyExchangeModes&,
                                   const PskKeyExchangeModes&) = default;
};

}  // namespace nacre
