#include "machine/world.h"

#include <algorithm>
#include <utility>

#include "machine/credentials.inc"
#include "session/session.h"

namespace nacre::machine {
namespace {

struct Papers {
  Truth truth;
  std::optional<Credential> with_key;
  std::optional<Credential> presented;
};

Papers papers(std::string_view chain, std::string_view key, std::string_view name,
              std::int64_t days, bool is_honest = true, bool elsewhere = false) {
  Papers made;
  made.truth = {read_pem_certificates(chain).value(), name, start + days * day, is_honest,
                elsewhere};
  made.with_key = Credential::from_pem(chain, key).value();
  made.presented = elsewhere ? Credential::from_chain_pem(chain).value() : *made.with_key;
  return made;
}

const Papers& papers_of(Party party) {
  static const std::array all{
      Papers{},
      papers(server_a, server_a_key, "a.example", 5),
      papers(server_a_new, server_a_new_key, "a.example", 30),
      papers(server_b, server_b_key, "b.example", 30, true, true),
      papers(server_public, server_public_key, "public.example", 30),
      papers(alice, alice_key, "", 5),
      papers(bob, bob_key, "", 1, true, true),
      papers(by_a_leaf, by_a_leaf_key, "a.example", 30, false, true),
      papers(too_deep, too_deep_key, "a.example", 30, false, true),
      papers(by_a_root_for_clients, by_a_root_for_clients_key, "a.example", 30, false, true),
      papers(uri_outside, uri_outside_key, "a.example", 30, false, true),
  };
  return all.at(static_cast<std::size_t>(party));
}

const TrustAnchors& all_anchors() {
  static const TrustAnchors all = TrustAnchors::from_pem(anchors).value();
  return all;
}

const ExternalPsk& psk(std::size_t index) {
  static const auto make = [](std::uint8_t number) {
    const Octets key(32, number);
    return ExternalPsk::make(Octets{'k', 'e', 'y', number}, key).value();
  };
  static const std::array both{make(1), make(2)};
  return both.at(index);
}

const EchKey& ech_key(std::size_t index) {
  static const std::array both{EchKey::from_pem(ech_first).value(),
                               EchKey::from_pem(ech_second).value()};
  return both.at(index);
}

Policy policy_of(bool has_other_group_alone) {
  Policy policy = policy_2026;
  policy.number = 0;
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  policy.key_shares = {NamedGroup::x25519};
  if (has_other_group_alone) policy.groups = policy.key_shares = {NamedGroup::secp256r1};
  return policy;
}

// What both roles decide in the same way.
template <class Builder, class Choice>
void decide_in_common(Builder& builder, World& world, const Choice& choice) {
  if (choice.alpn == 1) builder.alpn({"h2"});
  if (choice.alpn == 2) builder.alpn({"http/1.1", "h2"});
  if (choice.record_limit != 0) builder.record_size_limit(record_limits.at(choice.record_limit));
  if (choice.update != 0) danger::update_keys_after(builder, choice.update == 1 ? 3 : 8);
  danger::replace_randomness(builder, world.kept->drawn);
}

}  // namespace

const Truth& truth_of(Party party) {
  return papers_of(party).truth;
}
const Credential& credential_of(Party party) {
  return *papers_of(party).presented;
}
const Credential& signing_key_of(Party party) {
  return *papers_of(party).with_key;
}

Party party_of(Actor actor) {
  return actor == Actor::alice ? Party::alice : actor == Actor::bob ? Party::bob : Party::nobody;
}

std::vector<Party> parties_of(std::uint8_t service) {
  using enum Party;
  switch (service) {
    case 0:
      return {server_a};
    case 1:
      return {server_a_new};
    case 2:
      return {server_b};
    case 3:
      return {server_public, server_a, server_b};
    default:
      return {static_cast<Party>(static_cast<int>(by_a_leaf) + service - 4)};
  }
}

std::optional<ExternalPsk> psk_for(const std::vector<Octets>& identities) {
  for (std::size_t index = 0; index < 2; ++index) {
    for (const Octets& identity : identities) {
      if (std::ranges::equal(identity, psk(index).identity())) return psk(index);
    }
  }
  return std::nullopt;
}

const EchConfigList& ech_list(std::size_t key) {
  return ech_key(key).config_list();
}

Limits limits_of(const ServerChoice& choice) {
  Limits limits;
  if (choice.limits == 1) limits.certificates = 1;
  if (choice.limits == 2) limits.certificate_chain = 500;
  if (choice.limits == 3) limits.handshake_memory = 2'600;
  return limits;
}

Result<ClientConfig> client_config(World& world, const ClientChoice& choice) {
  ClientConfig::Builder builder(all_anchors());
  builder.policy(policy_of(false)).clock([&world] { return world.client_time; });
  decide_in_common(builder, world, choice);
  const auto actor = Actor{choice.actor};
  if (actor == Actor::thief) {
    builder.sessions(world.kept->loot);
  } else {
    builder.sessions(world.kept->sessions.at(choice.actor));
  }
  const Party party = party_of(actor);
  if (party != Party::nobody && choice.ask_credential == 0) {
    builder.credential(credential_of(party));
  }
  builder.ask_credential(choice.ask_credential != 0).early_data(choice.early_data != 0);
  if (choice.psk != 0) builder.psk(psk(choice.psk - 1U));
  builder.ask_verdict(choice.verdict % 2 != 0);
  if (choice.verdict >= 2) builder.pins(std::array<SpkiPin, 1>{SpkiPin{1, 2, 3}});
  if (choice.padding != 0) builder.pad_to(64);
  if (choice.compression != 0) builder.decompress_certificate(zlib_compressor());
  if (choice.tickets != 0) builder.ticket_request(choice.tickets == 1 ? 0 : 1, 1);
  if (choice.context != 0) builder.session_context(std::array{choice.context});
  builder.ask_session_verdict(choice.ask_session != 0 && choice.verdict % 2 != 0);
  return builder.build();
}

Result<ServerConfig> server_config(World& world, const ServerChoice& choice, bool asks) {
  const std::vector<Party> parties = parties_of(choice.service);
  ServerConfig::Builder builder(credential_of(parties.front()));
  for (const Party party : std::span(parties).subspan(1)) {
    builder.credential(credential_of(party));
  }
  builder.policy(policy_of(choice.retry != 0)).clock([&world] { return world.server_time; });
  builder.limits(limits_of(choice));
  decide_in_common(builder, world, choice);
  if (choice.tickets == 1 || choice.tickets == 2) {
    builder.ticket_keys(world.kept->ticket_keys.at(choice.tickets - 1U));
  } else if (choice.tickets == 3) {
    builder.sessions(world.kept->shelf);
  }
  constexpr std::array lifetimes{3'600, 86'400, 604'800};
  builder.tickets({.lifetime = std::chrono::seconds(lifetimes.at(choice.lifetime))});
  if (choice.early_data != 0 && choice.tickets != 0) {
    builder.early_data(
        {.guard = world.kept->guard, .max_size = choice.early_data == 1 ? 1'000U : 100U});
  }
  if (choice.psks == 1 || choice.psks == 2) builder.psk(psk(0));
  if (choice.psks == 2) builder.psk(psk(1));
  builder.ask_psk(choice.psks == 3);
  if (choice.ech != 0) {
    EchKeys keys{.keys = {ech_key(0)}};
    if (choice.ech == 2) keys.keys.push_back(ech_key(1));
    builder.ech_keys(keys);
  }
  if (choice.retry == 2) builder.stateless_retry(std::array<std::uint8_t, 32>{7});
  builder.ask_configuration(asks).require_known_name(choice.known_name != 0);
  if (choice.compression != 0) builder.compress_certificate(zlib_compressor());
  if (choice.context != 0) builder.session_context(std::array{choice.context});
  builder.one_service(choice.one_service != 0);
  if (choice.clients != 0) {
    builder.client_authentication({.anchors = all_anchors(), .required = choice.clients > 1});
    builder.ask_verdict(choice.ask_verdict != 0);
  }
  if (choice.clients == 3) {  // a variant of it is another's affair
    ServerConfig::Builder variant = builder;
    variant.client_authentication({.anchors = all_anchors(), .required = false});
    (void)variant.build();
  }
  return builder.build();
}

void Sessions::put(const SessionScope& scope, Session session) {
  Entry entry{std::string(scope.server_name), {}, std::move(session), world_.conversation};
  std::ranges::copy(scope.configuration, entry.configuration.begin());
  entries_.push_back(std::move(entry));
}

std::optional<Session> Sessions::take(const SessionScope& scope, UnixTime now) {
  for (std::size_t at = entries_.size(); at > 0;) {
    --at;
    const Entry& entry = entries_[at];
    if (entry.name != scope.server_name ||
        !std::ranges::equal(entry.configuration, scope.configuration)) {
      continue;
    }
    Session session = std::move(entries_[at].session);
    world_.session_from = entry.conversation;
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
    if (session.expires() > now) return session;
    world_.session_from.reset();
  }
  return std::nullopt;
}

std::optional<Session> Sessions::steal(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name != name) continue;
    const Session::Impl& seen = entry.session.impl();
    auto guess = std::make_unique<Session::Impl>();
    guess->cipher_suite = seen.cipher_suite;
    std::ranges::fill(guess->psk.resize(seen.psk.reveal().size()), std::uint8_t{0x41});
    guess->age_add = seen.age_add;
    guess->max_early_data = seen.max_early_data;
    guess->received = seen.received;
    guess->expires = seen.expires;
    guess->server_name = seen.server_name;
    guess->alpn = seen.alpn;
    guess->ticket = seen.ticket;
    guess->began_with = seen.began_with;
    guess->proved = seen.proved;
    guess->psk_identity = seen.psk_identity;
    guess->chain = seen.chain;
    guess->began_with = seen.began_with;
    guess->proved = seen.proved;
    return Session(std::move(guess));
  }
  return std::nullopt;
}

std::optional<Session> Loot::take(const SessionScope& scope, UnixTime) {
  for (std::size_t actor : {1U, 2U, 0U}) {
    if (auto stolen = world_.kept->sessions.at(actor)->steal(scope.server_name)) return stolen;
  }
  return std::nullopt;
}

World::World(std::function<void(MutableBytes)> source)
    : randomness(std::move(source)), kept(std::make_unique<Kept>()) {
  for (auto& sessions : kept->sessions) sessions = std::make_shared<Sessions>(*this);
  kept->loot = std::make_shared<Loot>(*this);
  for (std::uint8_t index = 0; index < 2; ++index) {
    const Octets key(TicketKeys::key_size, static_cast<std::uint8_t>(index + 1));
    kept->ticket_keys.at(index) = TicketKeys::given(key).value();
  }
  kept->shelf = std::make_shared<Shelf>(*this);
  kept->drawn = std::make_shared<Drawn>(*this);
  kept->guard = std::make_shared<MemoryReplayGuard>(
      MemoryReplayGuard::Start{.capacity = 64, .has_history = true});
}

World::~World() = default;

void World::restart_guard() {
  kept->guard = std::make_shared<MemoryReplayGuard>(MemoryReplayGuard::Start{.capacity = 64});
}

}  // namespace nacre::machine
