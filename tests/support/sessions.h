// A client and a server that meet again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "nacre/session.h"
#include "support/peers.h"

namespace nacre::test {

// Gives whatever it has, to whoever asks.
class Careless final : public ClientSessionStore {
 public:
  void put(const SessionScope&, Session session) override { kept_.emplace(std::move(session)); }
  std::optional<Session> take(const SessionScope&, UnixTime) override {
    return std::exchange(kept_, std::nullopt);
  }

 private:
  std::optional<Session> kept_;
};

struct Resumable {
  // A server with ticket keys, or with a store.
  explicit Resumable(bool is_stateful = false);

  // Shakes hands, and reads the tickets that come.
  Peers connect(std::string_view server_name = "localhost");
  // The same, until nobody has more to say, whatever comes of it. `before` has the client when its
  // ClientHello is out.
  Peers meet(std::string_view server_name = "localhost",
             const std::function<void(Peers&)>& before = {});
  // With the same decisions. They refer to this.
  ClientConfig::Builder client_builder();
  ServerConfig::Builder server_builder();

  // The configurations of the two, as they are now.
  std::pair<ClientConfig, ServerConfig> configs();

  UnixTime client_time = now;
  UnixTime server_time = now;
  std::shared_ptr<MemoryClientSessionStore> client_store;
  std::shared_ptr<ClientSessionStore> client_sessions;  // in its place, if not null
  std::shared_ptr<TicketKeys> keys;
  std::shared_ptr<MemorySessionStore> server_store;
  std::shared_ptr<MemoryReplayGuard> guard;
  // Further decisions.
  std::function<void(ClientConfig::Builder&)> client;
  std::function<void(ServerConfig::Builder&)> server;
  bool early_data = false;
  bool trusts_anyone = false;  // for clocks that run past what certificates say
};

}  // namespace nacre::test
