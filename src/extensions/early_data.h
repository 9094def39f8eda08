// The early_data extension. RFC 9846, section 4.3.10.
#pragma once

#include <cstdint>

#include "extensions/where.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct EarlyDataIndication {
  static constexpr auto type = ExtensionType::early_data;
  static constexpr Places places{Where::client_hello, Where::encrypted_extensions};

  static constexpr auto wire = wire::fields();

  friend constexpr bool operator==(const EarlyDataIndication&,
                                   const EarlyDataIndication&) = default;
};

struct EarlyDataInTicket {
  static constexpr auto type = ExtensionType::early_data;
  static constexpr Places places{Where::new_session_ticket};

  std::uint32_t max_early_data_size = 0;

  static constexpr auto wire = wire::fields(&EarlyDataInTicket::max_early_data_size);

  friend constexpr bool operator==(const EarlyDataInTicket&, const EarlyDataInTicket&) = default;
};

}  // namespace nacre
