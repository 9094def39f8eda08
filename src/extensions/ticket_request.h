// The ticket_request extension. RFC 9149.
#pragma once

#include <cstdint>

#include "extensions/where.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct TicketRequest {
  static constexpr auto type = ExtensionType::ticket_request;
  static constexpr Places places{Where::client_hello};

  std::uint8_t new_session_count = 0;
  std::uint8_t resumption_count = 0;

  static constexpr auto wire =
      wire::fields(&TicketRequest::new_session_count, &TicketRequest::resumption_count);

  friend constexpr bool operator==(const TicketRequest&, const TicketRequest&) = default;
};

struct TicketRequestAnswer {
  static constexpr auto type = ExtensionType::ticket_request;
  static constexpr Places places{Where::encrypted_extensions};

  std::uint8_t expected_count = 0;

  static constexpr auto wire = wire::fields(&TicketRequestAnswer::expected_count);

  friend constexpr bool operator==(const TicketRequestAnswer&,
                                   const TicketRequestAnswer&) = default;
};

}  // namespace nacre
