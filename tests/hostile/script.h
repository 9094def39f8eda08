// A peer that a test writes: it says what it is told to, in records of any shape and under the
// right keys, to a real Connection. It owns no secrets: the Connection's key log has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "handshake/edit.h"
#include "handshake/transcript.h"
#include "nacre/connection.h"
#include "nacre/error.h"
#include "nacre/names.h"
#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {

inline constexpr std::size_t max_padding = 16'384;
inline const Octets change_cipher_spec{20, 3, 3, 0, 1, 1};

class Script {
 public:
  // How messages become records, and how records arrive.
  std::size_t content = 16'384;    // bytes of a message in one record, at most
  std::size_t delivery = 100'000;  // bytes that arrive at a time, at most
  // Zeros behind the next protected record's content; none where it is empty.
  std::function<std::size_t()> padding;
  // legacy_record_version of the next record; 0x0303 where it is empty.
  std::function<std::uint16_t()> version;
  // Handshake bytes behind the next messages, in their last record.
  Octets trailing;
  // What stands between the records of one message; nothing where it is empty.
  std::function<Octets()> between_records;
  // Called before each message, but may not say() one.
  std::function<void()> before_message;

  // Adds the message to the transcript and sends it. Nothing more is said to a peer that failed.
  void say(const Message& message);
  // Sends handshake content, whole messages or not, that the transcript does not have.
  void send(Bytes messages);
  // A record under the keys of the moment.
  Octets record(ContentType type, Bytes content);
  // A protected record with that TLSInnerPlaintext. There must be keys.
  Octets raw(Bytes inner);
  bool has_keys() const { return forger_.has_value(); }
  void deliver(Bytes bytes);

  Peer& peer() { return peer_; }
  const Secrets& secrets() const { return *secrets_; }

 protected:
  Script(Connection connection, std::shared_ptr<Secrets> secrets);

  void protect(std::string_view label);
  Bytes verify_data(std::string_view label);
  void forget_first_hello();

  std::shared_ptr<Secrets> secrets_;
  Peer peer_;
  Transcript transcript_;

 private:
  std::optional<Forger> forger_;
  crypto::Digest verify_data_;
};

// A server, for a client that trusts authority() and wants "localhost".
class ScriptedServer : public Script {
 public:
  explicit ScriptedServer(ClientConfig::Builder config = client_config());

  // The client's last hello, and lawful answers to it.
  const Hello& client_hello() const { return client_hello_; }
  Hello hello() const;
  Hello retry() const;  // asks for a cookie to be sent back

  void say_hello(const Hello& hello);
  void say_retry(const Hello& retry);
  void say_certificate_verify();
  void say_finished();

  // The whole flight: what is empty is not sent.
  Message encrypted_extensions = message(8, {0, 0});
  Message certificate_request;
  Message certificate;
  bool retries = false;
  void play();
  // As above, but for hello and retry.
  void play_protected();

 private:
  ScriptedServer(ClientConfig::Builder config, std::shared_ptr<Secrets> secrets);
  void read_hello();

  Hello client_hello_;
};

// The message Certificate with these certificates, each with the same extensions.
Message certificate_message(std::span<const Octets> chain, const Data& extensions = {});
Octets certificate_of(const crypto::Issued& issued);

// A client for "localhost" that has X25519 and TLS_AES_128_GCM_SHA256.
class ScriptedClient : public Script {
 public:
  explicit ScriptedClient(ServerConfig::Builder config = server_config());

  // The hello that play() says.
  Hello hello;
  bool retries = false;  // the first hello has no share

  // Says a hello and reads the answer.
  void say_hello(const Hello& hello);
  void say_finished();
  void play();
  // What the server's last hello was.
  const Hello& server_hello() const { return server_hello_; }

 private:
  ScriptedClient(ServerConfig::Builder config, std::shared_ptr<Secrets> secrets);

  Hello server_hello_;
};

// Whether the peer is connected and moves data both ways.
bool works(Script& script);
// Whether the peer failed so, and said so.
bool refused(Script& script, Error error, AlertDescription alert);

}  // namespace nacre::test
