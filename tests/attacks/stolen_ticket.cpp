#include "attacks/stolen_ticket.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "crypto/cipher_suite.h"
#include "crypto/credentials.h"
#include "session/session.h"

namespace nacre::test {
namespace {

crypto::IssueRequest request(const std::string& name) {
  return {.common_name = name, .not_before = now - 86'400, .not_after = now + 86'400};
}

const Credential& victim_credential() {
  static const Credential credential = [] {
    auto of_ca = request("intermediate");
    of_ca.is_ca = true;
    const auto ca = crypto::issue(of_ca, &authority()).value();
    auto of_leaf = request("victim " + std::string(50, 'v'));
    of_leaf.server_purpose = false;
    of_leaf.client_purpose = true;
    const auto leaf = crypto::issue(of_leaf, &ca).value();
    // The last four lead nowhere: they are there to be kept.
    std::string chain = leaf.certificate_pem + ca.certificate_pem;
    for (const char* const more : {"a", "b", "c", "d"}) {
      of_ca.common_name = more + std::string(40, 'x');
      chain += crypto::issue(of_ca, &authority()).value().certificate_pem;
    }
    return Credential::from_pem(chain, leaf.key_pem).value();
  }();
  return credential;
}

Chain chain_in(const Credential& credential) {
  Chain chain;
  for (const auto& certificate : credential.impl().chain) chain.push_back(octets(certificate));
  return chain;
}

const ExternalPsk& stranger_key() {
  static const ExternalPsk psk = ExternalPsk::make(bytes_of("stranger"), Octets(32, 0x5a)).value();
  return psk;
}

}  // namespace

Chain chain_of(Connection& connection) {
  Chain chain;
  for (const Bytes certificate : connection.peer_chain()) chain.push_back(octets(certificate));
  return chain;
}

std::optional<Session> Shelf::take(const SessionScope&, UnixTime) {
  if (kept.empty()) return std::nullopt;
  std::optional<Session> last(std::move(kept.back()));
  kept.pop_back();
  return last;
}

Theft::Theft(bool is_stateful) {
  if (is_stateful) {
    store_ = std::make_shared<MemorySessionStore>();
  } else {
    keys_ = TicketKeys::random().value();
  }
}

void Theft::see_ticket() {
  const Limits lowered = std::exchange(limits, Limits{});
  Peers peers(victim().build().value(), server().build().value(), name());
  peers.drive();
  limits = lowered;
  REQUIRE(peers.server.completed);
  REQUIRE(of_victim_->kept.size() == 4);
  ticket = of_victim_->kept.back().impl().ticket;
}

ServerConfig::Builder Theft::server() const {
  auto builder = with_ech ? ech_server_config() : server_config();
  const auto anchors = TrustAnchors::from_pem(authority().certificate_pem).value();
  builder.ticket_keys(keys_)
      .sessions(store_)
      .limits(limits)
      .psk(stranger_key())
      .tickets({.after_full_handshake = 4})
      .client_authentication({.anchors = anchors, .required = is_required});
  return builder;
}

ClientConfig::Builder Theft::victim() const {
  auto builder = client_config();
  builder.credential(victim_credential()).sessions(of_victim_);
  return builder;
}

ClientConfig::Builder Theft::stranger() const {
  auto builder = client_config();
  const auto shelf = std::make_shared<Shelf>();
  shelf->kept.push_back(forged_session());
  builder.sessions(shelf);
  if (is_required) builder.credential(client_credential());
  if (with_own_key) builder.psk(stranger_key());
  return builder;
}

Session Theft::forged_session() const {
  auto impl = std::make_unique<Session::Impl>();
  impl->cipher_suite = CipherSuite::tls_aes_128_gcm_sha256;
  const auto suite = crypto::properties(impl->cipher_suite).value();
  std::ranges::fill(impl->psk.resize(crypto::hash_size(suite.hash)), std::uint8_t{0x41});
  impl->received = now;
  impl->expires = now + 1'000;
  impl->server_name = name();
  impl->proved.at = now;
  impl->ticket = ticket;
  impl->chain = std::make_shared<const std::vector<std::vector<std::uint8_t>>>();
  return Session(std::move(impl));
}

std::optional<EchConfigList> Theft::ech() const {
  if (!with_ech) return std::nullopt;
  return ech_key().config_list();
}

const Chain& Theft::chain_of_victim() {
  static const Chain chain = chain_in(victim_credential());
  return chain;
}

const Chain& Theft::chain_of_stranger() {
  static const Chain chain = chain_in(client_credential());
  return chain;
}

Message Theft::hello_of_victim() const {
  Side client(victim(), name());
  client.peer.run();
  return client.messages().front();
}

std::pair<PskHello, PskHello::Key> Theft::hello_of_known_stranger() const {
  auto builder = client_config();
  const auto shelf = std::make_shared<Shelf>();
  builder.sessions(shelf).credential(client_credential());
  Peers peers(builder.build().value(), server().build().value(), name());
  peers.drive();
  REQUIRE_FALSE(shelf->kept.empty());
  const Session::Impl& session = shelf->kept.back().impl();
  const auto suite = crypto::properties(session.cipher_suite).value();
  PskHello::Key key{PskKind::resumption, suite.hash, octets(session.psk.reveal())};
  Side client(std::move(builder), name());
  client.peer.run();
  return {PskHello::parse(client.messages().front()), std::move(key)};
}

}  // namespace nacre::test
