// One side of a connection under attack: the test writes to it as its peer would, and reads what it
// sends.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handshake/edit.h"
#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {

// A record that was sent, decrypted.
struct Said {
  ContentType type{};
  Octets content;
  bool is_protected = false;
};
bool is_key_update(const Said& said);

class Side {
 public:
  // `ech`: what the client encrypts with.
  explicit Side(ClientConfig::Builder config, std::string_view server_name = "localhost",
                const std::optional<EchConfigList>& ech = std::nullopt);
  explicit Side(ServerConfig::Builder config);

  // Writes with the keys that this side reads with now; null while there are none.
  Forger* forger();
  // One record as its peer would write it now.
  Octets record(ContentType type, Bytes content);

  // Hands over `bytes`, and lets it run.
  void take(Bytes bytes);
  // Handshake content, in one record if it fits.
  void hear(const Message& message);

  // All that it has sent.
  std::vector<Said> said() const;
  // The handshake messages among it that were not asked for before.
  std::deque<Message> messages();

  Peer peer;
  std::shared_ptr<Secrets> secrets;

 private:
  Side(Connection connection, std::shared_ptr<Secrets> log, bool is_client);

  bool is_client_;
  std::optional<Forger> handshake_forger_;
  std::optional<Forger> application_forger_;
  std::size_t messages_read_ = 0;
};

// A client and a server, and the test between them.
struct Between {
  explicit Between(ClientConfig::Builder client_builder = client_config(),
                   ServerConfig::Builder server_builder = server_config(),
                   std::string_view server_name = "localhost",
                   const std::optional<EchConfigList>& ech = std::nullopt);

  // Hands what the client has said to the server, whose answer is then in `inbox`.
  void greet();
  // Hands so many messages of `inbox` to the client.
  void tell_client(std::size_t count);
  // All of the handshake that is left.
  void connect();

  Side client;
  Side server;
  std::deque<Message> inbox;
};

// What the server of an ordinary handshake says, message by message: what tell_client() has told.
struct Told {
  static constexpr std::size_t nothing = 0;
  static constexpr std::size_t server_hello = 1;
  static constexpr std::size_t encrypted_extensions = 2;
  static constexpr std::size_t certificate = 3;
  static constexpr std::size_t certificate_verify = 4;
  static constexpr std::size_t finished = 5;
};

// A Between where the client knows so many messages.
Between told(std::size_t count, ClientConfig::Builder client = client_config(),
             ServerConfig::Builder server = server_config());

// Both are connected.
Between connected_between();
// The client has not read the HelloRetryRequest, which waits in `inbox`.
Between retried_between();

// A client that offers x25519 and secp256r1 with a share of the first, and a server that has the
// second alone.
ClientConfig::Builder retried_client();
ServerConfig::Builder retrying_server();

// Sides in various states that read without keys, with those of the handshake, with those of the
// application, and with either.
using Make = std::function<Side()>;
const std::vector<Make>& without_keys();
const std::vector<Make>& with_handshake_keys();
const std::vector<Make>& with_application_keys();
const std::vector<Make>& with_keys();

// What an attack comes to.
struct Outcome {
  Error error{};
  AlertDescription alert{};
};

// Demands that `side` has refused: with that error; with that alert and no other, as the last that
// it says; with `data_read` bytes of application data read in all, and none after it.
void check_refused(Side& side, Outcome outcome, std::size_t data_read = 0);

// Bytes that the heap has given out; 0 where that cannot be told.
std::size_t heap_in_use();

// One thing changed in a hello, and what comes of it.
struct HelloCase {
  std::string what;
  std::function<void(Hello&)> change;
  Outcome outcome;
};

}  // namespace nacre::test
