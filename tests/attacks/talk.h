// A handshake where the test may speak for either side: with its keys, and over the same
// transcript. RFC 9846, section 4.5.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "attacks/side.h"
#include "crypto/forge.h"
#include "crypto/hash.h"

namespace nacre::test {

// The types of the messages that authenticate.
struct Auth {
  static constexpr std::uint8_t certificate = 11;
  static constexpr std::uint8_t certificate_request = 13;
  static constexpr std::uint8_t certificate_verify = 15;
  static constexpr std::uint8_t finished = 20;
};

class Talk {
 public:
  // Up to what the server answers to the last ClientHello, which is in `from_server`.
  explicit Talk(ClientConfig::Builder client = client_config(),
                ServerConfig::Builder server = server_config());

  // Hands over so many messages of what the other has said; all up to the first of that type.
  void tell_client(std::size_t count);
  void tell_client_until(std::uint8_t type);
  // The same to the server, once the client has heard all.
  void tell_server_until(std::uint8_t type);

  // What the test says in the peer's place. It belongs to the transcript then.
  void say_to_client(const Message& message);
  void say_to_server(const Message& message);

  // The hash of all that has been told.
  crypto::Digest hash() const;
  // Over all that has been told.
  Message certificate_verify(Purpose signer, SignatureScheme scheme, const std::string& key_pem,
                             const crypto::AnySignature& how = {}) const;
  Message finished(Purpose sender) const;

  Between between;
  std::deque<Message> from_server;
  std::deque<Message> from_client;

  Side& client() { return between.client; }
  Side& server() { return between.server; }

 private:
  void note(const Message& message) { transcript_ = transcript_ + message; }
  crypto::HashAlgorithm algorithm() const;

  Data transcript_;
};

// A Certificate message with these certificates, the leaf first, and no extensions.
Message certificate_message(const std::vector<Data>& chain);

// Demands that `side` has no secret of the application and gives none.
void check_no_secrets(const Side& side);

}  // namespace nacre::test
