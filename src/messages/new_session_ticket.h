// NewSessionTicket. RFC 9846, section 4.7.1.
#pragma once

#include <cstdint>

#include "messages/extension.h"
#include "nacre/names.h"
#include "wire/codec.h"

namespace nacre {

struct NewSessionTicket {
  static constexpr auto type = HandshakeType::new_session_ticket;

  std::uint32_t ticket_lifetime = 0;
  std::uint32_t ticket_age_add = 0;
  wire::Opaque<0, 0xff> ticket_nonce;
  // fault: AC-027a AC-070c
  wire::Opaque<1, 0xffff> ticket;
  Extensions extensions;

  static constexpr auto wire = wire::fields(  //
      &NewSessionTicket::ticket_lifetime, &NewSessionTicket::ticket_age_add,
      &NewSessionTicket::ticket_nonce, &NewSessionTicket::ticket, &NewSessionTicket::extensions);

  friend constexpr bool operator==(const NewSessionTicket&, const NewSessionTicket&) = default;
};

}  // namespace nacre
