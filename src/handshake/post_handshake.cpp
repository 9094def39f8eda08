// The rows of the state `connected`. RFC 9846, section 4.7.
#include "handshake/post_handshake.h"

#include "extensions/registry.h"
#include "handshake/client.h"
#include "handshake/server.h"
#include "handshake/state_machine.h"
#include "messages/new_session_ticket.h"

namespace nacre {

struct PostHandshake::Actor {
  const Limits& limits;
  const SessionKeeper* keeper = nullptr;
  std::uint32_t& tickets;
  std::uint32_t& kept;
  std::optional<ExtensionType>& in_hand;
  std::optional<KeyUpdateRequest> key_update;

  // Section 4.7.3.
  template <auto Connected>
  Result<Next<Connected>> on_key_update(const KeyUpdate& update, Bytes) {
    key_update = update.request_update;
    return to<Connected>;
  }

  // Section 4.7.1. A client that keeps no sessions checks a ticket and lets it go.
  Result<Next<ClientState::connected>> on_new_session_ticket(const NewSessionTicket& ticket,
                                                             Bytes) {
    // fault: AC-084d AC-084e
    ENSURE(tickets < limits.tickets, Error::too_many_tickets);
    ++tickets;
    // fault: AC-070a
    ENSURE(ticket.ticket_lifetime <= max_session_lifetime.count(), Error::bad_ticket_lifetime);
    TRY(check_block(Where::new_session_ticket, ticket.extensions, limits, nullptr, &in_hand));
    TRY(const auto early_data, find<EarlyDataInTicket>(ticket.extensions, &in_hand));
    if (keeper == nullptr) return to<ClientState::connected>;
    TRY(const bool is_kept, keeper->keep(ticket, early_data ? early_data->max_early_data_size : 0));
    kept += is_kept ? 1 : 0;
    return to<ClientState::connected>;
  }

  using Client =
      StateMachine<On<ClientState::connected, &Actor::on_key_update<ClientState::connected>>,
                   On<ClientState::connected, &Actor::on_new_session_ticket>>;
  using Server =
      StateMachine<On<ServerState::connected, &Actor::on_key_update<ServerState::connected>>>;
};

Result<std::optional<KeyUpdateRequest>> PostHandshake::receive(
    const HandshakeMessage& message, const Limits& limits, std::uint32_t& kept,
    std::optional<ExtensionType>& in_hand) {
  static_assert(Actor::Client::deterministic() && Actor::Server::deterministic());
  Actor actor{limits, keeper_.get(), tickets_, kept, in_hand, std::nullopt};
  // fault: AC-003a AC-003b AC-026
  const Input input = classify(message.type, message.body);
  // fault: AC-025c
  if (self_ == Purpose::client) {
    TRY(Actor::Client::advance(actor, ClientState::connected, input, message.body,
                               message.encoding));
  } else {
    TRY(Actor::Server::advance(actor, ServerState::connected, input, message.body,
                               message.encoding));
  }
  return actor.key_update;
}

Result<void> PostHandshake::judge_header(HandshakeType type, std::size_t length) const {
  return self_ == Purpose::client
             ? Actor::Client::judge_header(ClientState::connected, type, length)
             : Actor::Server::judge_header(ServerState::connected, type, length);
}

}  // namespace nacre
