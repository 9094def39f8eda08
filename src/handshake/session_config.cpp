// What a configuration says of sessions and pre-shared keys, and what ties a session to it.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <utility>

#include "crypto/hash.h"
#include "handshake/config.h"
#include "session/external_psk.h"

namespace nacre {

ClientConfig::Builder::Builder(ExternalPsk psk)
    : impl_(std::make_unique<Impl>(
          TrustAnchors::Impl::share(std::make_shared<const TrustAnchors::Impl>()))) {
  impl_->require_psk = true;
  impl_->psks.push_back(std::move(psk));
}

ClientConfig::Builder::Builder(RawPublicKeys keys)
    : impl_(std::make_unique<Impl>(
          TrustAnchors::Impl::share(std::make_shared<const TrustAnchors::Impl>()))) {
  impl_->raw_public_keys = std::move(keys.pins);
  impl_->server_types = {CertificateType::raw_public_key};
}

ClientConfig::Builder& ClientConfig::Builder::psk(ExternalPsk psk) {
  impl_->psks.push_back(std::move(psk));
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::certificate_with_psk(bool on) {
  impl_->certificate_with_psk = on;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::sessions(std::shared_ptr<ClientSessionStore> store) {
  impl_->sessions = std::move(store);
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::max_proof_age(std::chrono::seconds age) {
  impl_->max_proof_age = age;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::session_context(Bytes context) {
  impl_->user_context.assign(context.begin(), context.end());
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::ask_session_verdict(bool ask) {
  impl_->ask_session_verdict = ask;
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::ticket_request(std::uint8_t new_session_count,
                                                             std::uint8_t resumption_count) {
  impl_->ticket_request = TicketCounts{new_session_count, resumption_count};
  return *this;
}

ClientConfig::Builder& ClientConfig::Builder::early_data(bool on) {
  impl_->early_data = on;
  return *this;
}

ServerConfig::Builder::Builder(ExternalPsk psk) : impl_(std::make_unique<Impl>()) {
  impl_->psks.push_back(std::move(psk));
}

ServerConfig::Builder& ServerConfig::Builder::psk(ExternalPsk psk) {
  impl_->psks.push_back(std::move(psk));
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::ask_psk(bool ask) {
  impl_->ask_psk = ask;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::ticket_keys(std::shared_ptr<TicketKeys> keys) {
  impl_->ticket_keys = std::move(keys);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::sessions(std::shared_ptr<SessionStore> store) {
  impl_->sessions = std::move(store);
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::one_service(bool on) {
  impl_->one_service = on;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::tickets(const Tickets& tickets) {
  impl_->tickets = tickets;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::max_proof_age(std::chrono::seconds age) {
  impl_->max_proof_age = age;
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::session_context(Bytes context) {
  impl_->user_context.assign(context.begin(), context.end());
  return *this;
}

ServerConfig::Builder& ServerConfig::Builder::early_data(EarlyData early_data) {
  impl_->contradictory |= !early_data.guard;
  impl_->early_data = std::move(early_data);
  return *this;
}

namespace {

// Each part with its length, so that no two configurations look alike.
class Fingerprint {
 public:
  void add(Bytes bytes) {
    add_number(bytes.size());
    hash_.update(bytes);
  }
  void add_number(std::uint64_t number) {
    std::array<std::uint8_t, 8> octets{};
    for (std::uint8_t& octet : octets) {
      octet = static_cast<std::uint8_t>(number & 0xff);
      number >>= 8;
    }
    hash_.update(octets);
  }
  void add(const auto& preferences) {
    add_number(preferences.size());
    for (const auto value : preferences) add_number(std::to_underlying(value));
  }
  std::array<std::uint8_t, 32> digest() const { return hash_.digest().sha256(); }

 private:
  crypto::Hash hash_{crypto::HashAlgorithm::sha256};
};

void add_policy(Fingerprint& fingerprint, const Policy& policy) {
  fingerprint.add_number(policy.number);
  fingerprint.add(policy.cipher_suites);
  fingerprint.add(policy.groups);
  fingerprint.add(policy.signature_schemes);
  fingerprint.add(policy.certificate_signature_schemes);
  fingerprint.add_number(policy.minimum_rsa_bits);
}

void add_anchors(Fingerprint& fingerprint, const TrustAnchors& anchors) {
  fingerprint.add(anchors.impl().fingerprint.bytes());
  fingerprint.add_number(anchors.impl().anyone ? 1 : 0);
}

// Lists that were fetched anew: what was believed by the old ones is judged again. Likewise where
// anchors are held to their dates.
void add_revocation(Fingerprint& fingerprint, const CommonConfig& config) {
  const auto& lists = config.revocation_lists;
  fingerprint.add(lists ? Bytes(lists->fingerprint()) : Bytes{});
  fingerprint.add_number(std::to_underlying(config.revocation));
  fingerprint.add_number(config.check_anchor_dates ? 1 : 0);
}

void add_credentials(Fingerprint& fingerprint, std::span<const Credential> credentials) {
  fingerprint.add_number(credentials.size());
  for (const Credential& credential : credentials)
    fingerprint.add(Bytes(credential.impl().chain.front()));
}

void add_raw_public_keys(Fingerprint& fingerprint, const CertificateTypes& types,
                         std::span<const SpkiPin> keys) {
  fingerprint.add(types);
  fingerprint.add_number(keys.size());
  for (const SpkiPin& key : keys) fingerprint.add(Bytes(key));
}

// Their keys too: one that was replaced under the same identity vouches for nothing any more.
void add_psks(Fingerprint& fingerprint, std::span<const ExternalPsk> psks) {
  fingerprint.add_number(psks.size());
  for (const ExternalPsk& psk : psks) {
    fingerprint.add(psk.identity());
    fingerprint.add(psk.impl().key.reveal());
  }
}

}  // namespace

bool has_consistent_sessions(const ClientConfig::Impl& config) {
  return config.psks.size() <= max_psks && (!config.certificate_with_psk || !config.psks.empty()) &&
         !(config.certificate_with_psk && (config.require_psk || config.sessions)) &&
         config.max_proof_age.count() > 0 && (!config.ask_session_verdict || config.ask_verdict) &&
         (!config.early_data || config.sessions);
}

bool has_consistent_sessions(const ServerConfig::Impl& config) {
  const auto& tickets = config.tickets;
  const auto& early_data = config.early_data;
  return !(config.ticket_keys && config.sessions) && config.max_proof_age.count() > 0 &&
         tickets.lifetime.count() > 0 && tickets.lifetime <= max_session_lifetime &&
         !(config.client_authentication && config.credentials.empty()) &&
         (!early_data.guard ||
          (early_data.max_size > 0 && early_data.max_size <= config.limits.early_data_skipped &&
           early_data.window.count() > 0 && early_data.window <= ReplayGuard::max_window &&
           (config.ticket_keys || config.sessions)));
}

// Whom to believe and who to be. Other roots, pins or keys, a verdict of the application's: another
// scope, so that nothing is resumed that would be refused now.
std::array<std::uint8_t, 32> session_scope(const ClientConfig::Impl& config, Bytes user_context) {
  Fingerprint fingerprint;
  // fault: AC-012a
  add_anchors(fingerprint, config.anchors);
  add_revocation(fingerprint, config);
  fingerprint.add_number(config.ask_ocsp_response ? 1 : 0);
  fingerprint.add_number(config.pins.size());
  for (const SpkiPin& pin : config.pins) fingerprint.add(Bytes(pin));
  add_raw_public_keys(fingerprint, config.server_types, config.raw_public_keys);
  fingerprint.add_number(config.require_psk ? 1 : 0);
  add_psks(fingerprint, config.psks);
  fingerprint.add_number(config.ask_verdict ? 1 : 0);
  fingerprint.add_number(config.ask_credential ? 1 : 0);
  add_policy(fingerprint, config.policy);
  add_credentials(fingerprint, config.credentials);
  // fault: AC-146
  fingerprint.add(user_context);
  return fingerprint.digest();
}

std::array<std::uint8_t, 32> session_context(const ServerConfig::Impl& config, Bytes user_context) {
  Fingerprint fingerprint;
  add_policy(fingerprint, config.policy);
  add_psks(fingerprint, config.psks);
  const auto& clients = config.client_authentication;
  fingerprint.add_number(clients ? 1 : 0);
  if (clients) {
    // fault: AC-012b
    if (clients->anchors) add_anchors(fingerprint, *clients->anchors);
    const auto& keys = clients->raw_public_keys;
    add_raw_public_keys(fingerprint, config.client_types,
                        keys ? std::span<const SpkiPin>(keys->pins) : std::span<const SpkiPin>{});
    // fault: AC-012c
    add_revocation(fingerprint, config);
    fingerprint.add_number(clients->required ? 1 : 0);
    fingerprint.add(clients->signature_schemes);
    fingerprint.add_number(config.ask_verdict ? 1 : 0);
  }
  fingerprint.add(user_context);
  return fingerprint.digest();
}

std::array<std::uint8_t, 32> context_of(const ServerConfig::Impl& config,
                                        std::string_view server_name) {
  crypto::Hash hash(crypto::HashAlgorithm::sha256);
  // fault: AC-013b AC-077d
  hash.update(config.session_context);
  // fault: AC-118 AC-120
  hash.update(config.one_service ? std::array<std::uint8_t, 32>{}
                                 : keys_for(config.own_keys, config.credentials, server_name));
  // fault: AC-013a AC-077c
  hash.update(bytes_of(server_name));
  return hash.digest().sha256();
}

}  // namespace nacre
