// Which of a client's identities a server knows. RFC 9846, sections 4.3.11 and 8.
#include "handshake/psk_selection.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite.h"
#include "handshake/psk_offer.h"
#include "session/external_psk.h"
#include "session/session_state.h"
#include "session/ticket.h"

namespace nacre {
namespace {

// The hashes of the suites that both sides have. The peer's list is gone through once, whatever the
// number of keys.
class CommonHashes {
 public:
  CommonHashes(const Policy& policy, const ClientOffer& offer,
               std::optional<crypto::HashAlgorithm> fixed) {
    for (const CipherSuite suite : offer.hello.cipher_suites) {
      const auto properties = crypto::properties(suite);
      if (!properties || !policy.cipher_suites.contains(suite)) continue;
      if (!fixed || *fixed == properties->hash) has(properties->hash) = true;
    }
  }
  bool contains(crypto::HashAlgorithm hash) const {
    return hash == crypto::HashAlgorithm::sha256 ? has_sha256_ : has_sha384_;
  }

 private:
  bool& has(crypto::HashAlgorithm hash) {
    return hash == crypto::HashAlgorithm::sha256 ? has_sha256_ : has_sha384_;
  }
  bool has_sha256_ = false;
  bool has_sha384_ = false;
};

template <std::size_t Capacity>
void assign(crypto::Secret<Capacity>& secret, Bytes bytes) {
  std::ranges::copy(bytes, secret.resize(bytes.size()).begin());
}

crypto::Digest digest(Bytes bytes) {
  return crypto::hash(crypto::HashAlgorithm::sha256, bytes);
}

crypto::HashAlgorithm hash_by_size(std::size_t size) {
  using enum crypto::HashAlgorithm;
  return size <= crypto::hash_size(sha256) ? sha256 : sha384;
}

// Milliseconds, from 32 bits that may have gone round. Section 4.3.11.1.
std::int64_t told_age(const SessionState& state, std::uint32_t obfuscated_ticket_age) {
  return (std::int64_t{obfuscated_ticket_age} - std::int64_t{state.age_add}) & 0xffff'ffff;
}

class SessionSearch {
 public:
  SessionSearch(const ServerConfig::Impl& config, const ClientOffer& offer,
                const CommonHashes& hashes, const PskSearch& search, MemoryBudget& budget)
      : config_(config), offer_(offer), hashes_(hashes), search_(search), budget_(budget) {}

  std::optional<FoundPsk> find() {
    std::size_t index = 0;
    for (const PskIdentity& offered : offer_.psks->identities) {
      if (index == max_identities) break;
      if (auto found = index < search_.first_session ? std::nullopt : look(offered)) {
        found->index = index;
        found->identity = digest(offered.identity.bytes);
        return found;
      }
      ++index;
    }
    return std::nullopt;
  }

 private:
  std::optional<FoundPsk> look(const PskIdentity& offered) {
    if (config_.ticket_keys) {
      const Bytes ticket = offered.identity.bytes;
      if (!has_ticket_form(ticket)) return std::nullopt;
      Buffer copy;
      const auto room = copy.reserve(ticket.size(), budget_);
      if (!room) return std::nullopt;
      const auto state = open_ticket(*config_.ticket_keys, ticket, search_.now, *room);
      auto found = state ? read(*state, offered.obfuscated_ticket_age) : std::nullopt;
      copy.release(budget_);
      return found;
    }
    if (config_.sessions && offered.identity.bytes.size() == session_id_size) {
      auto kept = config_.sessions->look(offered.identity.bytes, search_.now);
      if (!kept) return std::nullopt;
      const auto state = read_session_state(*kept, search_.now);
      auto found = state ? read(*state, offered.obfuscated_ticket_age) : std::nullopt;
      crypto::wipe(*kept);
      if (found) found->is_in_store = true;
      return found;
    }
    return std::nullopt;
  }

  std::optional<FoundPsk> read(const SessionState& state, std::uint32_t obfuscated_ticket_age) {
    const auto suite = crypto::properties(state.cipher_suite);
    if (!suite || !hashes_.contains(suite->hash)) return std::nullopt;
    // fault: AC-013c
    if (state.context != search_.context) return std::nullopt;
    if (!is_fresh(state) || !has_its_key(state)) return std::nullopt;
    FoundPsk found;
    found.kind = PskKind::resumption;
    found.hash = suite->hash;
    assign(found.secret, state.psk.bytes);
    found.cipher_suite = state.cipher_suite;
    found.max_early_data = state.max_early_data;
    found.alpn = digest(state.alpn.bytes);
    found.client_certificate_type = state.client_certificate_type;
    found.age_difference_ms = (search_.now - static_cast<UnixTime>(state.created)) * 1'000 -
                              told_age(state, obfuscated_ticket_age);
    auto proof = Proof::read(state, budget_);
    if (!proof) return std::nullopt;
    auto chain = PeerChain::of(
        state.chain, [](const auto& each) { return each.bytes; }, config_.limits, budget_);
    if (!chain) {
      proof->release(budget_);
      return std::nullopt;
    }
    found.proof = *std::move(proof);
    found.chain = *std::move(chain);
    return found;
  }

  bool is_fresh(const SessionState& state) const {
    const ProvedTime proved{static_cast<UnixTime>(state.authenticated),
                            static_cast<UnixTime>(state.valid_until)};
    // fault: AC-140b
    return proved.is_fresh(search_.now, config_.max_proof_age);
  }

  // Where the application can still be asked, it may have it.
  bool has_its_key(const SessionState& state) const {
    const Bytes identity = state.psk_identity.bytes;
    // fault: AC-144c
    return identity.empty() || (search_.first_session == 0 && config_.ask_psk) ||
           (search_.known != nullptr && is_by(*search_.known, identity, state.psk_digest.bytes)) ||
           std::ranges::any_of(config_.psks, [&](const ExternalPsk& psk) {
             return is_by(psk, identity, state.psk_digest.bytes);
           });
  }

  const ServerConfig::Impl& config_;
  const ClientOffer& offer_;
  const CommonHashes& hashes_;
  const PskSearch& search_;
  MemoryBudget& budget_;
};

std::optional<FoundPsk> find_known(const ExternalPsk& known, const CommonHashes& hashes,
                                   const Identities& identities) {
  if (!hashes.contains(hash_of(known.kdf()))) return std::nullopt;
  for (std::size_t index = 0; index < identities.count; ++index) {
    // fault: AC-073a AC-073b AC-073c
    if (!std::ranges::equal(identities.list.at(index), known.identity())) continue;
    FoundPsk found;
    // fault: AC-072d
    found.kind = known.is_imported() ? PskKind::imported : PskKind::external;
    found.hash = hash_of(known.kdf());
    assign(found.secret, known.impl().key.reveal());
    found.identity = digest(known.identity());
    found.index = index;
    return found;
  }
  return std::nullopt;
}

}  // namespace

Identities::Identities(const OfferedPsks& psks) {
  for (const PskIdentity& offered : psks.identities) {
    if (count == max_identities) return;
    list.at(count++) = offered.identity.bytes;
  }
}

std::optional<FoundPsk> find_psk(const ServerConfig::Impl& config, const ClientOffer& offer,
                                 const PskSearch& search, MemoryBudget& budget) {
  const CommonHashes hashes(config.policy, offer, search.hash);
  if (auto found = SessionSearch(config, offer, hashes, search, budget).find()) return found;
  const Identities identities(*offer.psks);
  for (const ExternalPsk& psk : config.psks) {
    if (auto found = find_known(psk, hashes, identities)) return found;
  }
  return std::nullopt;
}

std::optional<FoundPsk> find_psk(const ExternalPsk& known, const Policy& policy,
                                 const ClientOffer& offer,
                                 std::optional<crypto::HashAlgorithm> fixed) {
  return find_known(known, CommonHashes(policy, offer, fixed), Identities(*offer.psks));
}

bool has_key_of(const ServerConfig::Impl& config, const FoundPsk& session) {
  return session.proof.psk_identity.content().empty() ||
         std::ranges::any_of(config.psks,
                             [&](const ExternalPsk& psk) { return session.proof.is_by(psk); });
}

Result<FoundPsk> unknown_psk(const CommonConfig& config) {
  FoundPsk psk;
  psk.kind = PskKind::external;
  TRY(config.random(psk.secret.resize(32)));
  return psk;
}

Bytes binder_at(const OfferedPsks& offered, std::size_t index) {
  std::size_t at = 0;
  for (const PskBinderEntry& entry : offered.binders) {
    if (at++ == index) return entry.binder.bytes;
  }
  return {};
}

// Section 4.3.11.2.
Result<EarlySecret> check_binder(const FoundPsk& psk, const OfferedPsks& offered,
                                 Bytes client_hello, const std::optional<Transcript>& before) {
  const Bytes binder = binder_at(offered, psk.index);
  // By the binder's length, so that the work does not tell which hash a key is for.
  // fault: AC-074d
  const crypto::HashAlgorithm hash = before ? psk.hash : hash_by_size(binder.size());
  // fault: AC-065d
  Transcript transcript = before ? *before : Transcript(hash);
  transcript.add(client_hello.first(client_hello.size() - offered.binders_size()));
  TRY(EarlySecret secret, EarlySecret::from_psk(hash, psk.secret.reveal()));
  TRY(const crypto::Digest expected, secret.binder(psk.kind, transcript.hash().bytes()));
  // fault: AC-065b AC-065c
  const bool is_right = crypto::equal_in_constant_time(expected.bytes(), binder);
  // fault: AC-065a AC-260
  ENSURE(is_right && hash == psk.hash, Error::bad_binder);
  return secret;
}

}  // namespace nacre
