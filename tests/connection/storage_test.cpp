// Connections in memory that the application gives.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connection/halves.h"
#include "crypto/arena.h"
#include "crypto/issue.h"
#include "nacre/policy.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

constexpr Limits modest{.handshake_memory = 16'384};
static_assert(Connection::storage_size(modest) < 24'000);
static_assert(Connection::storage_size({}) == Connection::storage_size(modest) + 245'760);

// With bytes around it that nobody may touch.
class Storage {
 public:
  explicit Storage(const Limits& limits)
      : bytes_(2 * margin + Connection::storage_size(limits), guard) {}

  MutableBytes bytes() { return MutableBytes(bytes_).subspan(margin, bytes_.size() - 2 * margin); }
  bool is_kept_within() const {
    const Bytes all(bytes_);
    return std::ranges::count(all.first(margin), guard) == margin &&
           std::ranges::count(all.last(margin), guard) == margin;
  }

 private:
  static constexpr std::size_t margin = 64;
  static constexpr std::uint8_t guard = 0xa5;
  Octets bytes_;
};

struct Stored {
  explicit Stored(const ClientConfig& client, const ServerConfig& server, const Limits& limits)
      : clients(limits), servers(limits), peers(client, server) {
    peers.client.connection = Connection::client(client, "localhost", clients.bytes()).value();
    peers.server.connection = Connection::server(server, servers.bytes()).value();
    peers.drive();
  }

  bool works() {
    if (!peers.client.completed || !peers.server.completed) return false;
    if (!peers.client.send("ping") || !peers.server.send("pong")) return false;
    peers.drive();
    return peers.server.data == octets("ping") && peers.client.data == octets("pong");
  }
  bool is_kept_within() const { return clients.is_kept_within() && servers.is_kept_within(); }

  Storage clients;
  Storage servers;
  Peers peers;
};

TEST_CASE("a connection lives in the application's memory", "[connection]") {
  Stored stored(client_config().limits(modest).build().value(),
                server_config().limits(modest).build().value(), modest);
  CHECK(stored.works());
  REQUIRE(stored.peers.client.update_keys(true));
  CHECK(stored.works() == false);  // "ping" twice by now
  CHECK(stored.peers.server.data == octets("pingping"));
  CHECK(stored.is_kept_within());
}

// The Arena at the front of the client's memory.
crypto::Arena& arena_of(Storage& storage) {
  void* const front = storage.bytes().data();
  return *static_cast<crypto::Arena*>(front);
}

TEST_CASE("AC-233: a connection that is split without memory goes on", "[AC-233][connection]") {
  constexpr std::size_t for_link = 64;
  for (const std::size_t left : {std::size_t{0}, for_link, for_link + sizeof(Sender::Impl)}) {
    INFO(left);
    Stored stored(client_config().limits(modest).build().value(),
                  server_config().limits(modest).build().value(), modest);
    REQUIRE(stored.works());
    crypto::Arena& arena = arena_of(stored.clients);
    void* const hole = left > 0 ? arena.allocate(left) : nullptr;
    for (const std::size_t size : {4'096U, 1'024U, 256U, 64U, 16U, 1U}) {
      while (arena.allocate(size) != nullptr) {
      }
    }
    if (hole != nullptr) crypto::Arena::release(hole);
    Connection& client = stored.peers.client.connection;
    REQUIRE(std::move(client).split() == fail(Error::out_of_memory));
    CHECK(stored.works() == false);  // "ping" twice by now
    CHECK(stored.peers.server.data == octets("pingping"));
    CHECK(stored.peers.client.data == octets("pongpong"));
  }
}

TEST_CASE("every key exchange fits in the memory that its limits ask for", "[connection]") {
  for (const NamedGroup group : policy_2026.groups) {
    Policy policy = policy_2026;
    policy.groups = {group};
    policy.key_shares = policy.groups;
    const Limits limits{.handshake_memory = 32'768};
    Stored stored(client_config().policy(policy).limits(limits).build().value(),
                  server_config().policy(policy).limits(limits).build().value(), limits);
    CHECK(stored.works());
    CHECK(stored.is_kept_within());
  }
}

TEST_CASE("a connection with a retry and certificates both ways lives there too", "[connection]") {
  Policy picky = policy_2026;
  picky.groups = {NamedGroup::secp384r1};
  picky.key_shares = picky.groups;
  Policy unlucky = policy_2026;
  unlucky.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
  unlucky.key_shares = {NamedGroup::x25519};
  const auto anchors = TrustAnchors::from_pem(authority().certificate_pem).value();
  Stored stored(client_config()
                    .policy(unlucky)
                    .credential(client_credential())
                    .limits(modest)
                    .build()
                    .value(),
                server_config()
                    .policy(picky)
                    .client_authentication({.anchors = anchors})
                    .limits(modest)
                    .build()
                    .value(),
                modest);
  CHECK(stored.works());
  CHECK(stored.peers.client.connection.negotiated().retried);
  CHECK(stored.is_kept_within());
}

TEST_CASE("halves stay in the memory of the whole", "[connection]") {
  const Limits least{.handshake_memory = 8'192};
  Stored stored(client_config().limits(least).build().value(),
                server_config().limits(least).build().value(), least);
  REQUIRE(stored.peers.client.completed);
  auto halves = std::move(stored.peers.client.connection).split();
  REQUIRE(halves);
  Octets outgoing(max_record_size);
  const auto sealed = halves->second.seal(bytes_of("half"), outgoing);
  REQUIRE(sealed);
  append(stored.peers.server.inbox, Bytes(outgoing).first(sealed->produced));
  stored.peers.server.run();
  CHECK(stored.peers.server.data == octets("half"));
  CHECK(stored.is_kept_within());
}

// With room for a message, but not for a second one of the same size beside it, and so on: whatever
// is refused is refused by an error.
TEST_CASE("a handshake that outgrows its memory fails, and stays within", "[connection][limits]") {
  std::size_t completed = 0;
  std::size_t failed = 0;
  for (std::size_t memory = 1; memory < 6'000; memory += 97) {
    const Limits limits{.handshake_memory = memory};
    const auto client = client_config().limits(limits).build().value();
    const auto server = server_config().limits(limits).build().value();
    Storage clients(limits);
    Storage servers(limits);
    auto begun = Connection::client(client, "localhost", clients.bytes());
    if (!begun) {
      CHECK(begun.error() == Error::handshake_memory);
      ++failed;
    } else {
      Peers peers(client, *server_config().build());
      peers.client.connection = *std::move(begun);
      peers.drive();
      const bool is_out = peers.client.error == Error::handshake_memory ||
                          peers.client.error == Error::out_of_memory;
      CHECK(peers.client.completed != is_out);
      ++(peers.client.completed ? completed : failed);
    }
    Peers others(*client_config().build(), server);
    others.server.connection = Connection::server(server, servers.bytes()).value();
    others.drive();
    CHECK((others.server.completed || others.server.error == Error::handshake_memory ||
           others.server.error == Error::out_of_memory));
    CHECK((clients.is_kept_within() && servers.is_kept_within()));
  }
  CHECK(completed > 0);
  CHECK(failed > 0);
}

TEST_CASE("memory that is too small is refused at once", "[connection]") {
  const auto client = client_config().limits(modest).build().value();
  const auto server = server_config().limits(modest).build().value();
  Octets storage(Connection::storage_size(modest));
  const MutableBytes less = MutableBytes(storage).first(storage.size() - 1);
  CHECK(Connection::client(client, "localhost", less).error() == Error::buffer_too_small);
  CHECK(Connection::server(server, less).error() == Error::buffer_too_small);
  CHECK(Connection::server(server, storage));
}

TEST_CASE("memory is given back wiped", "[connection]") {
  Octets storage(Connection::storage_size(modest));
  {
    Peers peers(client_config().build().value(), server_config().limits(modest).build().value());
    peers.server.connection =
        Connection::server(server_config().limits(modest).build().value(), storage).value();
    peers.drive();
    REQUIRE(peers.server.completed);
    CHECK(std::ranges::count(storage, 0) < std::ssize(storage) - 500);
  }
  // What is left are the heads of blocks.
  CHECK(std::ranges::count(storage, 0) > std::ssize(storage) - 500);
}

}  // namespace
}  // namespace nacre::test
