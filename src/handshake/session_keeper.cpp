// Makes sessions of the tickets that a client gets. RFC 9846, section 4.7.1.
#include "handshake/session_keeper.h"

#include <algorithm>

#include "handshake/config.h"
#include "handshake/key_schedule.h"

namespace nacre {

Result<bool> SessionKeeper::keep(const NewSessionTicket& ticket,
                                 std::uint32_t max_early_data) const {
  // 0: to be let go at once.
  // fault: AC-070b
  if (ticket.ticket_lifetime == 0) return false;
  // fault: AC-151
  if (ticket.ticket.bytes.size() > max_kept_ticket) return false;
  const ClientConfig::Impl& config = origin_.config.impl();
  auto session = std::make_unique<Session::Impl>();
  TRY(session->psk,
      resumption_psk(origin_.hash, origin_.resumption_secret.reveal(), ticket.ticket_nonce.bytes));
  session->cipher_suite = origin_.cipher_suite;
  session->age_add = ticket.ticket_age_add;
  session->max_early_data = max_early_data;
  session->received = config.now();
  // fault: AC-140f
  session->expires = std::min(within_time(session->received) + ticket.ticket_lifetime,
                              origin_.proved.end(config.max_proof_age));
  if (session->expires <= session->received) return false;
  session->server_name = origin_.server_name;
  session->alpn = origin_.alpn;
  session->ticket.assign(ticket.ticket.bytes.begin(), ticket.ticket.bytes.end());
  session->began_with = origin_.began_with;
  session->proved = origin_.proved;
  session->psk_identity = origin_.psk_identity;
  session->chain = origin_.chain;
  session->server_certificate_type = origin_.server_certificate_type;
  config.sessions->put({origin_.server_name, config.session_scope}, Session(std::move(session)));
  return true;
}

}  // namespace nacre
