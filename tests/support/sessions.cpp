#include "support/sessions.h"

#include <catch2/catch_test_macros.hpp>

#include "nacre/danger.h"
#include "support/credentials.h"

namespace nacre::test {

Resumable::Resumable(bool is_stateful)
    : client_store(std::make_shared<MemoryClientSessionStore>()),
      guard(std::make_shared<MemoryReplayGuard>(
          MemoryReplayGuard::Start{.capacity = 4'096, .has_history = true})) {
  if (is_stateful) {
    server_store = std::make_shared<MemorySessionStore>();
  } else {
    keys = TicketKeys::random().value();
  }
}

ClientConfig::Builder Resumable::client_builder() {
  ClientConfig::Builder builder =
      trusts_anyone ? ClientConfig::Builder(danger::trust_anyone()) : client_config();
  builder.policy(quick_policy());
  const std::shared_ptr<ClientSessionStore> own = client_store;
  builder.sessions(client_sessions ? client_sessions : own).early_data(early_data).clock([this] {
    return client_time;
  });
  if (client) client(builder);
  return builder;
}

ServerConfig::Builder Resumable::server_builder() {
  ServerConfig::Builder builder = server_config();
  builder.ticket_keys(keys).sessions(server_store).clock([this] { return server_time; });
  if (early_data) builder.early_data({.guard = guard});
  if (server) server(builder);
  return builder;
}

std::pair<ClientConfig, ServerConfig> Resumable::configs() {
  return {client_builder().build().value(), server_builder().build().value()};
}

Peers Resumable::meet(std::string_view server_name, const std::function<void(Peers&)>& before) {
  const auto both = configs();
  Peers peers(both.first, both.second, server_name);
  if (before) {
    peers.client.run();
    before(peers);
  }
  peers.drive();
  return peers;
}

Peers Resumable::connect(std::string_view server_name) {
  Peers peers = meet(server_name);
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  REQUIRE_FALSE(peers.client.error);
  REQUIRE_FALSE(peers.server.error);
  return peers;
}

}  // namespace nacre::test
