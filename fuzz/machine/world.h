// What the actors have: credentials, keys, stores; and the configurations that their choices make.
// Behind api.h: the rest of the machine does not look here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "machine/api.h"
#include "nacre/danger.h"

namespace nacre::machine {

// With its key, or for SignatureWanted.
const Credential& credential_of(Party party);
// With its key.
const Credential& signing_key_of(Party party);

std::optional<ExternalPsk> psk_for(const std::vector<Octets>& identities);
const EchConfigList& ech_list(std::size_t key);
Limits limits_of(const ServerChoice& choice);

Result<ClientConfig> client_config(World& world, const ClientChoice& choice);
Result<ServerConfig> server_config(World& world, const ServerChoice& choice, bool asks);

// An actor's sessions, each with the conversation that it was received in.
class Sessions final : public ClientSessionStore {
 public:
  explicit Sessions(World& world) : world_(world) {}

  void put(const SessionScope& scope, Session session) override;
  std::optional<Session> take(const SessionScope& scope, UnixTime now) override;
  // The same ticket, which travels in the clear, with a guess for its secret.
  std::optional<Session> steal(std::string_view name) const;

 private:
  struct Entry {
    std::string name;
    std::array<std::uint8_t, 32> configuration;
    Session session;
    std::size_t conversation;
  };
  World& world_;
  std::vector<Entry> entries_;
};

// A thief's: what the others have received.
class Loot final : public ClientSessionStore {
 public:
  explicit Loot(World& world) : world_(world) {}

  void put(const SessionScope&, Session) override {}
  std::optional<Session> take(const SessionScope& scope, UnixTime now) override;

 private:
  World& world_;
};

// A server's sessions, which tells who takes them.
class Shelf final : public SessionStore {
 public:
  explicit Shelf(World& world) : world_(world) {}

  void put(Bytes id, Bytes state, UnixTime expires) override { inner_.put(id, state, expires); }
  std::optional<std::vector<std::uint8_t>> look(Bytes id, UnixTime now) override {
    return inner_.look(id, now);
  }
  bool take(Bytes id, UnixTime now) override {
    const bool was_there = inner_.take(id, now);
    world_.store_gave = world_.store_gave || was_there;
    return was_there;
  }

 private:
  World& world_;
  MemorySessionStore inner_;
};

class Drawn final : public danger::Randomness {
 public:
  explicit Drawn(World& world) : world_(world) {}
  Result<void> fill(MutableBytes out) override {
    world_.randomness(out);
    return {};
  }

 private:
  World& world_;
};

struct World::Kept {
  std::array<std::shared_ptr<Sessions>, 3> sessions;  // of nobody, alice and bob
  std::shared_ptr<Loot> loot;
  std::array<std::shared_ptr<TicketKeys>, 2> ticket_keys;
  std::shared_ptr<Shelf> shelf;
  std::shared_ptr<ReplayGuard> guard;
  std::shared_ptr<Drawn> drawn;
};

}  // namespace nacre::machine
