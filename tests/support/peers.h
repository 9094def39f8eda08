// A client and a server in memory, and all the bytes that pass between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "nacre/connection.h"
#include "nacre/names.h"
#include "support/credentials.h"

namespace nacre::test {

using Octets = std::vector<std::uint8_t>;

Octets octets(std::string_view text);
Octets octets(Bytes bytes);
void append(Octets& to, Bytes bytes);

// One side.
struct Peer {
  explicit Peer(Connection whole) : connection(std::move(whole)) {}

  // Calls advance() once, with all that has arrived and `room` bytes for output, and takes note of
  // what comes of it. Returns whether anything moved.
  bool step();
  // step() until nothing moves.
  bool run();

  // Adds what these produce to `outbox`.
  Result<void> send(Bytes data);
  Result<void> send(std::string_view text);
  Result<void> close();
  Result<void> update_keys(bool request_peer);

  Connection connection;
  std::size_t room = max_record_size;
  Octets inbox;               // arrived, not consumed
  Octets outbox;              // produced, not delivered
  Octets sent;                // all that was ever produced
  Octets data;                // application data received
  Octets early_data;          // the same, before the handshake was complete
  std::uint32_t tickets = 0;  // that were kept
  std::size_t steps = 0;
  std::size_t need_output = 0;  // events of NeedOutput
  std::size_t empty_data = 0;   // events of ApplicationData without data
  bool completed = false;       // HandshakeComplete came
  bool peer_closed = false;     // PeerClosed came
  std::optional<Error> error;   // what advance() failed with
  // Called with each question; without it, the question stays and nothing moves.
  std::function<void(Connection&, const Event&)> answer;

 private:
  bool take(const Event& event);
};

struct Peers {
  explicit Peers(const ClientConfig& client_config = *test::client_config().build(),
                 const ServerConfig& server_config = *test::server_config().build(),
                 std::string_view server_name = "localhost",
                 const std::optional<EchConfigList>& ech = std::nullopt);

  // Delivers bytes both ways until nobody has more to say.
  void drive();
  void deliver_to_server();
  void deliver_to_client();

  Peer client;
  Peer server;
};

// Two sides that have shaken hands.
Peers connected(const ClientConfig& client_config = *test::client_config().build(),
                const ServerConfig& server_config = *test::server_config().build());

// A record on the wire.
struct WireRecord {
  ContentType type{};
  std::uint16_t version = 0;
  Octets content;

  Octets encode() const;
};
std::vector<WireRecord> split_records(Bytes stream);

}  // namespace nacre::test
