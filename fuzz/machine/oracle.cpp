#include "machine/oracle.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace nacre::machine {
namespace {

using Found = std::optional<Violation>;

constexpr std::int64_t longest_proof = 7 * day;

Found found(std::string kind, std::string detail) {
  return Violation{std::move(kind), std::move(detail)};
}

bool is_of(const std::vector<Octets>& chain, Party party) {
  return chain == truth_of(party).chain;
}

bool is_ours(const Facts& facts) {
  return facts.key_source == KeySource::certificate ||
         facts.key_source == KeySource::external_psk_certificate;
}

// Those of a service that are for the name, the order of no account.
std::vector<Party> honest_for(const ServerChoice& server, std::string_view name) {
  std::vector<Party> parties = parties_of(server.service);
  std::erase_if(parties, [&](Party party) {
    return !truth_of(party).is_honest || truth_of(party).name != name;
  });
  return parties;
}

std::size_t session_root(const std::deque<Conversation>& all, std::size_t index) {
  for (std::size_t steps = 0; steps < all.size(); ++steps) {
    const Conversation& each = all[index];
    const auto& facts = each.sides[0].facts ? each.sides[0].facts : each.sides[1].facts;
    if (!facts || facts->key_source != KeySource::session || !each.session_from) break;
    index = *each.session_from;
  }
  return index;
}

bool knows_psk(const ServerChoice& server, std::uint8_t psk) {
  return server.psks >= 2 || (server.psks == 1 && psk == 1);
}

std::string who(const std::vector<Octets>& chain) {
  if (chain.empty()) return "nobody";
  constexpr std::array names{
      "nobody",     "server_a", "server_a_new", "server_b", "server_public",
      "alice",      "bob",      "by_a_leaf",    "too_deep", "by_a_root_for_clients",
      "uri_outside"};
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (is_of(chain, static_cast<Party>(i))) return names.at(i);
  }
  return "a chain of nobody's, of " + std::to_string(chain.size());
}

// The client's word about its server.
Found judge_server(const std::deque<Conversation>& all, const Conversation& conversation,
                   const Facts& facts) {
  const std::string_view name = names.at(conversation.client.name);
  if (conversation.client.ech != 0 && facts.ech != EchStatus::accepted) {
    return found("ech", "complete, though the encrypted ClientHello was not taken");
  }
  if (conversation.client.verdict >= 2 && is_ours(facts)) {
    return found("pins", "complete, though nobody has the pinned key");
  }
  const auto parties = honest_for(conversation.server, name);
  if (is_ours(facts)) {
    const bool is_held =
        std::ranges::any_of(parties, [&](Party party) { return is_of(facts.chain, party); });
    if (!is_held) return found("believed-" + who(facts.chain), "for " + std::string(name));
    return std::nullopt;
  }
  if (facts.key_source == KeySource::external_psk) {
    const bool is_known = knows_psk(conversation.server, conversation.client.psk);
    if (!facts.chain.empty() || !is_known) return found("psk", "by a key that the server lacks");
    return std::nullopt;
  }
  if (!conversation.session_from) return found("session", "resumed what was not offered");
  const Conversation& root = all[session_root(all, *conversation.session_from)];
  const auto& began = root.sides[0].facts;
  if (!began || began->chain != facts.chain || root.client.name != conversation.client.name ||
      root.client.actor != conversation.client.actor) {
    return found("server-identity", "a session's peer is not whom it began with");
  }
  return std::nullopt;
}

// The server's word about its client.
Found judge_client(const std::deque<Conversation>& all, const Conversation& conversation,
                   const Facts& facts) {
  const auto actor = Actor{conversation.client.actor};
  // A client whose encrypted ClientHello was not taken ends with ech_rejected, behind its Finished.
  const bool is_outer = conversation.client.ech != 0 && facts.ech != EchStatus::accepted;
  if (facts.server_name !=
      (is_outer ? truth_of(Party::server_public).name : names.at(conversation.client.name))) {
    return found("name", "the client did not ask for " + facts.server_name);
  }
  if (conversation.server.clients > 1 && facts.chain.empty()) {
    return found("required", "a client that proved nothing is taken where it must");
  }
  if (conversation.server.known_name != 0 &&
      std::ranges::none_of(parties_of(conversation.server.service), [&](Party party) {
        return truth_of(party).name == facts.server_name;
      })) {
    return found("known-name", "taken for a name that the server does not know");
  }
  if (facts.key_source == KeySource::session) {
    if (actor == Actor::thief || !conversation.session_from) {
      return found("client-identity", "resumed without the session's secret");
    }
    const Conversation& root = all[session_root(all, *conversation.session_from)];
    const auto& began = root.sides[1].facts;
    if (!began || began->chain != facts.chain) {
      return found("client-identity",
                   "a session's client is not who began it, but " + who(facts.chain));
    }
    return std::nullopt;
  }
  if (facts.chain.empty()) return std::nullopt;
  const bool is_proved = is_ours(facts) && facts.client_scheme != 0 &&
                         conversation.server.clients != 0 && actor != Actor::thief &&
                         is_of(facts.chain, party_of(actor));
  if (!is_proved) return found("client-identity", "taken for " + who(facts.chain));
  return std::nullopt;
}

// What a session is bound to: the certificates for the name, proof that is not too old on either
// side, the key that began it.
Found judge_session(const std::deque<Conversation>& all, const Conversation& conversation,
                    const Side& side, bool is_client) {
  if (!conversation.session_from) return std::nullopt;
  const Conversation& root = all[session_root(all, *conversation.session_from)];
  const Side& before = root.sides.at(is_client ? 0 : 1);
  if (!before.facts) return std::nullopt;
  if (root.client.context != conversation.client.context ||
      root.server.context != conversation.server.context) {
    return found("other-context", "one of the two had another session_context");
  }
  // A session is looked at when it is offered, and taken: not once more at the end.
  const std::int64_t looked_at = std::min(side.opened_at, side.completed_at);
  const std::string_view name = names.at(conversation.client.name);
  if (before.facts->key_source == KeySource::external_psk) {
    if (is_client || knows_psk(conversation.server, root.client.psk)) return std::nullopt;
    return found("psk-forgotten", "the key that the session began with is known no more");
  }
  const bool is_one_service = root.server.one_service != 0 && conversation.server.one_service != 0;
  if (!is_one_service && honest_for(root.server, name) != honest_for(conversation.server, name)) {
    return found("other-certificates", "the server has others for the name than it had");
  }
  if (looked_at - before.completed_at > longest_proof) {
    return found("old-proof",
                 "proved " + std::to_string((looked_at - before.completed_at) / day) + " days ago");
  }
  const bool asks = is_client ? root.client.verdict % 2 != 0 : root.server.ask_verdict != 0;
  for (int number = 1; number <= static_cast<int>(Party::uri_outside) && !asks; ++number) {
    const auto party = static_cast<Party>(number);
    if (is_of(before.facts->chain, party) && looked_at > truth_of(party).end) {
      return found("ended", "a certificate of the path has ended");
    }
  }
  return std::nullopt;
}

Found judge_agreement(const Conversation& conversation) {
  const Facts& client = *conversation.sides[0].facts;
  const Facts& server = *conversation.sides[1].facts;
  const bool agree = client.cipher_suite == server.cipher_suite && client.group == server.group &&
                     client.server_scheme == server.server_scheme &&
                     client.client_scheme == server.client_scheme && client.alpn == server.alpn &&
                     client.retried == server.retried && client.key_source == server.key_source;
  if (!agree) return found("agreement", "they negotiated different things");
  const bool has_early = client.early_data == EarlyDataStatus::accepted;
  if (has_early != (server.early_data == EarlyDataStatus::accepted)) {
    return found("agreement", "one says that early data was accepted");
  }
  if (conversation.client.ech != 0 && server.ech != EchStatus::accepted) {
    return found("agreement", "one says that ECH was accepted");
  }
  if (client.exporter.empty() || client.exporter != server.exporter) {
    return found("exporter", "they export different keys");
  }
  if (client.early_exporter != (has_early ? server.early_exporter : Octets{})) {
    return found("early-exporter", "early keys without early data, or different ones");
  }
  return std::nullopt;
}

Found judge_data(const Conversation& conversation) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Side& side = conversation.sides.at(i);
    const Side& peer = conversation.sides.at(1 - i);
    if (side.is_alive() && peer.is_alive() && side.data_received != peer.data_sent) {
      return found("data-lost", std::to_string(peer.data_sent - side.data_received) + " bytes");
    }
  }
  const Side& client = conversation.sides[0];
  const Side& server = conversation.sides[1];
  const bool is_accepted = client.facts->early_data == EarlyDataStatus::accepted;
  if (server.early_received != (is_accepted ? client.early_sent : 0)) {
    return found("early-data", "accepted in part, or in spite of a rejection");
  }
  return std::nullopt;
}

// A failure is told to the peer, by its own alert.
Found judge_failure(const Side& side, const Side& peer) {
  if (!side.error || side.alert_from_peer || !side.alert || side.has_closed) return std::nullopt;
  if (side.has_aborted || peer.peer_closed || (peer.error && !peer.alert_from_peer)) {
    return std::nullopt;
  }
  const std::string name(text_of(*side.error));
  if (!peer.error) return found("alert-lost", "the peer never learns of " + name);
  if (peer.alert != side.alert) return found("alert-differs", "the peer is told something else");
  return std::nullopt;
}

}  // namespace

bool may_be_believed(const Outcome& asked) {
  const std::string name(asked.data.begin(), asked.data.end());
  for (int number = 1; number <= static_cast<int>(Party::uri_outside); ++number) {
    const Truth& truth = truth_of(static_cast<Party>(number));
    if (truth.chain == asked.chain) {
      return truth.is_honest && (name.empty() || truth.name.empty() || name == truth.name);
    }
  }
  return false;
}

Found judge_call(const Operation& operation, const Conversation& conversation, const Side& side,
                 const Outcome& outcome) {
  const bool is_client = operation.side % 2 == 0;
  if (side.held > most_held(is_client ? ServerChoice{} : conversation.server)) {
    return found("memory", std::to_string(side.held) + " bytes are held");
  }
  if (!outcome.error) return std::nullopt;
  const bool is_thief = Actor{conversation.client.actor} == Actor::thief;
  if (*outcome.error == Error::bad_binder && is_thief) {
    if (!conversation.store_gave) return std::nullopt;
    return found("burned", "a ticket's number alone used up a session");
  }
  const bool is_honest = !conversation.is_tampered && !conversation.has_starved;
  if (operation.call == Call::advance && is_honest && accuses(*outcome.error)) {
    return found("accused-" + std::string(text_of(*outcome.error)), "an honest peer");
  }
  const std::uint32_t room = operation.b >> (operation.call == Call::seal ? 8 : 0);
  const bool has_room = room >= max_control_record_size;
  const bool needs_room = operation.call == Call::seal || operation.call == Call::update_keys ||
                          operation.call == Call::close;
  if (*outcome.error == Error::buffer_too_small && needs_room && has_room && side.facts) {
    return found("too-small", "64 bytes are room for a record");
  }
  return std::nullopt;
}

Found judge_completion(const std::deque<Conversation>& all, std::size_t index, const Side& side) {
  const Conversation& conversation = all[index];
  const bool is_client = &side == conversation.sides.data();
  if (conversation.replay_of != index) {
    return found("replay", "a conversation that was recorded is complete");
  }
  Found wrong = is_client ? judge_server(all, conversation, *side.facts)
                          : judge_client(all, conversation, *side.facts);
  if (!wrong && side.facts->key_source == KeySource::session) {
    wrong = judge_session(all, conversation, side, is_client);
  }
  return wrong;
}

Found judge_receipt(const std::deque<Conversation>& all, const Conversation& conversation,
                    const Side& side) {
  if (conversation.replay_of >= all.size()) return std::nullopt;
  const Side& peer =
      all[conversation.replay_of].sides.at(&side == conversation.sides.data() ? 1 : 0);
  if (side.data_received > peer.data_sent || side.early_received > peer.early_sent) {
    return found("data", "more came than was sent");
  }
  if (side.early_received == 0) return std::nullopt;
  if (side.early_received > (conversation.server.early_data == 1 ? 1'000U : 100U)) {
    return found("early-size", "more early data than the server takes");
  }
  const auto acted = std::ranges::count_if(all, [&](const Conversation& each) {
    return each.replay_of == conversation.replay_of && each.sides[1].early_received > 0;
  });
  if (acted > 1) return found("early-replay", "the same early data was taken twice");
  return std::nullopt;
}

Found judge_closing(const Conversation& conversation, const Side& side) {
  const Side& peer = conversation.sides.at(&side == conversation.sides.data() ? 1 : 0);
  if (!side.facts || conversation.is_tampered || side.data_received == peer.data_sent) {
    return std::nullopt;
  }
  return found("data-lost", "closed before all came");
}

Found judge_rest(const Conversation& conversation) {
  const auto& [client, server] = conversation.sides;
  if (!client.endpoint || !server.endpoint) return std::nullopt;
  if (conversation.is_tampered || conversation.has_starved) return std::nullopt;
  const bool is_quiet = !client.question && !server.question;
  if (client.is_alive() && server.is_alive() && is_quiet && (!client.facts || !server.facts)) {
    return found("hang", "both wait for each other");
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (Found wrong = judge_failure(conversation.sides.at(i), conversation.sides.at(1 - i))) {
      return wrong;
    }
  }
  if (!client.facts || !server.facts) return std::nullopt;
  if (Found wrong = judge_agreement(conversation)) return wrong;
  return judge_data(conversation);
}

}  // namespace nacre::machine
