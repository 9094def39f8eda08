// The server's side of the handshake. RFC 9846, appendix A.2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "crypto/hash.h"
#include "handshake/buffer.h"
#include "handshake/certificate_verify.h"
#include "handshake/client_offer.h"
#include "handshake/core.h"
#include "handshake/message_reader.h"
#include "handshake/selection.h"
#include "handshake/state_machine.h"
#include "messages/client_hello.h"
#include "messages/finished.h"

namespace nacre {

// The RFC's states, and the questions that a server waits for: RECVD_CH is `ask_configuration`,
// NEGOTIATED is `ask_signature`.
enum class ServerState : std::uint8_t {
  start,
  ask_configuration,
  wait_client_hello_after_retry,
  ask_signature,
  wait_finished,
  connected,
};

class ServerHandshake {
 public:
  explicit ServerHandshake(const ServerConfig& config) : config_(config), core_(config.impl()) {}
  // Selections point into this.
  ServerHandshake(const ServerHandshake&) = delete;
  ServerHandshake& operator=(const ServerHandshake&) = delete;

  // Takes the peer's next handshake message, whole.
  Result<void> receive(const HandshakeMessage& message);
  // The answers to ClientHelloSeen and SignatureWanted. Errors: no_question.
  Result<void> resume(const ServerConfig& config);
  Result<void> resume(const Signature& signature);

  HandshakeCore& core() { return core_; }
  const HandshakeCore& core() const { return core_; }
  ServerState state() const { return state_; }
  const ServerConfig& configuration() const { return config_; }
  // The name in ClientHello; empty: none. Lives as long as this.
  std::string_view server_name() const;

  // The table's arrows.
  static std::span<const Transition> transitions();

 private:
  using enum ServerState;
  struct Table;

  Result<Next<ask_configuration>> on_client_hello(const ClientHello& hello, Bytes encoding);
  Result<Next<wait_client_hello_after_retry, ask_signature>> on_configuration(
      const ServerConfig& config);
  Result<Next<ask_signature>> on_second_client_hello(const ClientHello& hello, Bytes encoding);
  Result<Next<wait_finished>> on_signature(const Signature& signature);
  Result<Next<connected>> on_finished(const Finished& finished, Bytes encoding);

  const ServerConfig::Impl& config() const { return config_.impl(); }
  Result<void> answer_own_questions();
  Result<void> keep_client_hello();
  Result<void> keep_host_name(const ClientOffer& offer);
  template <class Extensions>
  Result<void> write_hello(wire::Writer& writer, const Random& random, const ClientHello& client,
                           const Extensions& extensions) const;
  // A second ClientHello whose first one another server, or this one, has answered.
  Result<void> take_cookie(const ClientOffer& offer);
  Result<void> send_retry(const ClientOffer& offer, NamedGroup group);
  Result<void> add_retry(Bytes first_hello_hash, const ClientOffer& offer, NamedGroup group,
                         Bytes cookie, bool send);
  Result<void> check_second(const ClientOffer& offer) const;
  Result<void> send_flight(const ClientOffer& offer, const GroupChoice& choice);
  Result<void> send_server_hello(const ClientOffer& offer, const GroupChoice& choice);
  Result<void> send_encrypted_extensions(const ClientOffer& offer);
  Result<void> sign();

  ServerConfig config_;
  HandshakeCore core_;
  ServerState state_ = ServerState::start;
  // The ClientHello in hand: where it was received, or kept while a question waits.
  Bytes client_hello_;
  Buffer kept_client_hello_;
  std::optional<ClientOffer> offer_;
  Buffer host_name_;
  // What a HelloRetryRequest asked for.
  std::optional<NamedGroup> retry_group_;
  crypto::Digest unchangeable_;
};

}  // namespace nacre
