// The tickets that a server sends. RFC 9846, section 4.7.1; RFC 9149.
#include <algorithm>
#include <array>
#include <utility>

#include "extensions/registry.h"
#include "handshake/server.h"
#include "messages/grease.h"
#include "session/external_psk.h"
#include "session/ticket.h"
#include "session/time.h"
#include "wire/reader.h"

namespace nacre {

// As many as we would, and the client asks for; none to one that could not use them.
std::uint8_t ServerHandshake::ticket_count(const ClientOffer& offer) const {
  if (!offer.takes_tickets || (!config().ticket_keys && !config().sessions)) return 0;
  const bool is_resumed = core_.established.negotiated.key_source == KeySource::session;
  const auto& tickets = config().tickets;
  const std::uint8_t ours = is_resumed ? tickets.after_resumption : tickets.after_full_handshake;
  if (!offer.ticket_request) return ours;
  const TicketRequest& request = *offer.ticket_request;
  return std::min(ours, is_resumed ? request.resumption_count : request.new_session_count);
}

// Section 4.7.1. None to a client whose chain is too long for them.
Result<void> ServerHandshake::send_tickets() {
  if (tickets_ == 0 || core_.peer_chain.encoding().size() > max_kept_chain) return {};
  TRY(const crypto::HashSecret resumption,
      (*std::move(core_.main_secret)).resumption(core_.transcript->hash().bytes()));
  for (std::uint8_t number = 0; number < tickets_; ++number) {
    const Result<void> sent = send_ticket(resumption.reveal(), number);
    // The client has proved itself: it goes on without those that there is no memory for.
    // fault: AC-152
    if (sent == fail(Error::handshake_memory) || sent == fail(Error::out_of_memory)) break;
    TRY(sent);
  }
  return {};
}

Result<void> ServerHandshake::send_ticket(Bytes resumption_secret, std::uint8_t number) {
  const UnixTime now = config().now();
  // However often a session is resumed, it ends with what was proved when it began.
  const Proof& proof = core_.proof;
  const UnixTime end = proof.proved.end(config().max_proof_age);
  const UnixTime lifetime = std::min<UnixTime>(config().tickets.lifetime.count(), end - now);
  if (lifetime <= 0) return {};

  const std::array<std::uint8_t, 1> nonce{number};
  TRY(const crypto::HashSecret psk,
      resumption_psk(core_.established.hash, resumption_secret, nonce));
  const auto& early_data = config().early_data;
  const std::string_view protocol = core_.established.negotiated.alpn;
  std::array<std::uint8_t, 4> age_add{};
  // fault: AC-069a AC-069b
  TRY(config().random(age_add));
  TRY(const std::uint64_t age_add_number, wire::Reader(age_add).integer<4>());
  TRY(const auto chain, decltype(SessionState::chain)::from_encoding(core_.peer_chain.encoding()));
  const SessionState state{
      .created = static_cast<std::uint64_t>(now),
      .began_with = proof.began_with,
      // fault: AC-140d
      .authenticated = static_cast<std::uint64_t>(within_time(proof.proved.at)),
      // fault: AC-141e
      .valid_until = static_cast<std::uint64_t>(within_time(proof.proved.valid_until)),
      .psk_identity = {proof.psk_identity.content()},
      .psk_digest = {proof.psk_digest.bytes()},
      .lifetime = static_cast<std::uint32_t>(lifetime),
      .age_add = static_cast<std::uint32_t>(age_add_number),
      .max_early_data = early_data.guard ? early_data.max_size : 0,
      .cipher_suite = core_.cipher_suite(),
      .psk = {psk.reveal()},
      .alpn = {bytes_of(protocol)},
      .context = session_context_,
      .client_certificate_type = core_.established.negotiated.peer_certificate_type,
      .chain = chain};
  const auto extensions = [&](wire::Writer& writer) -> Result<void> {
    if (state.max_early_data != 0) {
      TRY(write_extension(writer, EarlyDataInTicket{state.max_early_data}));
    }
    if (!config().grease) return {};
    const auto type = grease<ExtensionType>(age_add.front());  // any: age_add is random
    return write_extension(writer, type, [](wire::Writer&) -> Result<void> { return {}; });
  };
  const auto body = [&](wire::Writer& writer) -> Result<void> {
    TRY(writer.integer<4>(state.lifetime));
    TRY(writer.integer<4>(state.age_add));
    TRY(writer.vector<1>([&](wire::Writer& out) { return out.bytes(nonce); }));
    TRY(writer.vector<2>([&](wire::Writer& out) { return write_ticket(state, now, out); }));
    return writer.vector<2>(extensions);
  };
  const std::size_t limit = 64 + max_ticket_size - max_kept_chain + chain.encoding().size() -
                            max_psk_identity + proof.psk_identity.content().size();
  return core_.send(HandshakeType::new_session_ticket, limit, body);
}

// Sealed, or the number of its place in the store.
Result<void> ServerHandshake::write_ticket(const SessionState& state, UnixTime now,
                                           wire::Writer& out) const {
  if (config().ticket_keys) {
    Salt salt{};
    TRY(config().random(salt));
    return seal_ticket(*config().ticket_keys, salt, state, now, out);
  }
  crypto::Secret<max_session_state_size> room;
  wire::Writer writer(room.resize(max_session_state_size));
  TRY(wire::write(writer, state));
  TRY(const MutableBytes id, out.claim(session_id_size));
  TRY(config().random(id));
  config().sessions->put(id, writer.written(), now + state.lifetime);
  return {};
}

}  // namespace nacre
