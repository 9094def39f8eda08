// The server's side of the handshake. RFC 9846, appendix A.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "crypto/hash.h"
#include "handshake/buffer.h"
#include "handshake/client_offer.h"
#include "handshake/core.h"
#include "handshake/ech_opener.h"
#include "handshake/message_reader.h"
#include "handshake/psk_selection.h"
#include "handshake/selection.h"
#include "handshake/state_machine.h"
#include "messages/certificate.h"
#include "messages/certificate_verify.h"
#include "messages/client_hello.h"
#include "messages/end_of_early_data.h"
#include "messages/finished.h"
#include "session/session_state.h"
#include "session/ticket.h"

namespace nacre {

// The RFC's states, and the questions that a server waits for: RECVD_CH is `ask_configuration` and
// `ask_psk`, NEGOTIATED is `ask_signature`. Where a client must not come without a certificate,
// wait_cert_required takes the place of wait_cert; where the first ClientHello was encrypted, the
// second one has to be (RFC 9849, section 7.1.1).
enum class ServerState : std::uint8_t {
  start,
  ask_configuration,
  ask_psk,
  wait_client_hello_after_retry,
  wait_encrypted_hello,
  ask_signature,
  wait_eoed,
  wait_cert,
  wait_cert_required,
  ask_certificate_verdict,
  wait_cv,
  wait_finished,
  connected,
};

class ServerHandshake {
 public:
  // `arena`: where its memory is; null: on the heap.
  explicit ServerHandshake(const ServerConfig& config, crypto::Arena* arena = nullptr)
      : config_(config), core_(config.impl(), arena) {}
  // Selections point into this.
  ServerHandshake(const ServerHandshake&) = delete;
  ServerHandshake& operator=(const ServerHandshake&) = delete;

  // Takes the peer's next handshake message, whole.
  Result<void> receive(const HandshakeMessage& received);
  // Judges one of which no more has come than its header. Errors: unexpected_message,
  // trailing_data, bad_finished.
  Result<void> judge_header(HandshakeType type, std::size_t length) const;
  // The answers to ClientHelloSeen, PskOffered, SignatureWanted and ChainToJudge. Errors:
  // no_question.
  Result<void> resume(const ServerConfig& config);
  Result<void> resume(const KnownPsk& known);
  Result<void> resume(const Signature& signature);
  Result<void> resume(const Verdict& verdict);

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
  Result<Next<ask_psk>> on_configuration(const ServerConfig& config);
  Result<Next<wait_client_hello_after_retry, wait_encrypted_hello, ask_signature, wait_eoed,
              wait_finished>>
  on_psk(const KnownPsk& known);
  Result<Next<ask_signature, wait_finished>> on_second_client_hello(const ClientHello& hello,
                                                                    Bytes encoding);
  Result<Next<ask_signature, wait_finished>> on_second_encrypted_hello(const ClientHello& outer,
                                                                       Bytes encoding);
  Result<Next<wait_finished>> on_end_of_early_data(const EndOfEarlyData& message, Bytes encoding);
  Result<Next<wait_cert, wait_cert_required, wait_finished>> on_signature(
      const Signature& signature);
  Result<Next<ask_certificate_verdict, wait_finished>> on_certificate(
      const Certificate& certificate, Bytes encoding);
  Result<Next<ask_certificate_verdict>> on_required_certificate(const Certificate& certificate,
                                                                Bytes encoding);
  Result<Next<wait_cv>> on_verdict(const Verdict& verdict);
  Result<Next<wait_finished>> on_certificate_verify(const CertificateVerify& verify,
                                                    Bytes encoding);
  Result<Next<connected>> on_finished(const Finished& finished, Bytes encoding);

  const ServerConfig::Impl& config() const { return config_.impl(); }
  Result<void> answer_own_questions();
  Result<void> keep_client_hello();
  Result<void> ask_for_configuration();
  Result<void> ask_for_psk();
  void take_known(const KnownPsk& known);
  void find_other_psk(const ClientOffer& offer, std::size_t next);
  Result<void> prove_by_psk(const ClientOffer& offer);
  Result<void> refuse_unknown_psk(const ClientOffer& offer);
  PskSearch search_from(std::size_t first_session) const;
  Result<void> select_suite(const ClientOffer& offer);
  Result<void> use_psk(const ClientOffer& offer, bool is_answered);
  bool take_session(const ClientOffer& offer) const;
  Result<void> lose_session(const ClientOffer& offer);
  Result<void> believe(const ClientOffer& offer, EarlySecret secret);
  Result<void> take_second_psk(const ClientOffer& offer);
  bool may_take_early_data(const ClientOffer& offer) const;
  bool is_by_certificate() const;
  Result<void> begin_early_data();
  Result<void> finish_flight();
  Result<void> send_tickets();
  Result<void> send_ticket(Bytes resumption_secret, std::uint8_t number);
  Result<void> write_ticket(const SessionState& state, UnixTime now, wire::Writer& out) const;
  std::uint8_t ticket_count(const ClientOffer& offer) const;
  Result<void> keep_host_name(const ClientOffer& offer);
  Result<void> decrypt_first(const ClientHello& outer);
  Result<void> decrypt_second(const ClientHello& outer);
  Result<void> take_decrypted(std::size_t size);
  Result<void> check_ech_role();
  EchStatus ech_status() const;
  Result<void> confirm_ech(EchConfirms what, MutableBytes message, std::size_t place) const;
  Result<void> take_second_hello(const ClientHello& hello);
  // A second ClientHello whose first one another server, or this one, has answered.
  Result<void> take_cookie(const ClientOffer& offer);
  Result<void> send_retry(const ClientOffer& offer, NamedGroup group);
  Result<void> add_retry(Bytes first_hello_hash, const ClientOffer& offer, NamedGroup group,
                         Bytes cookie, bool send);
  Result<void> check_second(const ClientOffer& offer) const;
  Result<void> send_flight(const ClientOffer& offer, const GroupChoice& choice);
  Result<void> reserve_flight(const GroupChoice& choice);
  Result<void> send_server_hello(const ClientOffer& offer, const GroupChoice& choice);
  Result<void> send_encrypted_extensions(const ClientOffer& offer);
  Result<void> sign();
  bool requires_certificate() const;
  const HandshakeCore::SignatureSchemes& client_schemes() const;
  void drop_insufficient_psk();
  bool is_with_certificate(const ClientOffer& offer) const;
  Result<void> send_certificate_request();
  Result<void> select_client_type(const ClientOffer& offer);
  Result<void> write_certificate_types(wire::Writer& writer, const ClientOffer& offer) const;
  Result<void> take_certificate(const Certificate& certificate, Bytes encoding);
  Result<void> ask_or_judge();

  ServerConfig config_;
  HandshakeCore core_;
  ServerState state_ = ServerState::start;
  // The ClientHello in hand: where it was received, or kept while a question waits.
  Bytes client_hello_;
  Buffer kept_client_hello_;  // the decrypted one, where it was encrypted
  // Of the configuration that the connection began with; nothing: none of them is decrypted.
  std::optional<EchOpener> ech_;
  bool is_decrypted_ = false;
  std::optional<ClientOffer> offer_;
  Buffer host_name_;
  // What a HelloRetryRequest asked for.
  std::optional<NamedGroup> retry_group_;
  crypto::Digest unchangeable_;
  // The key that the client has named: until its part in the key schedule is done.
  std::optional<FoundPsk> psk_;
  std::optional<Identities> identities_;
  // What the application has answered: it counts where a session is lost, too.
  std::optional<ExternalPsk> known_psk_;
  UnixTime now_ = 0;                                // when the ClientHello came
  std::array<std::uint8_t, 32> session_context_{};  // of a server that has sessions
  std::uint8_t tickets_ = 0;                        // to send
};

}  // namespace nacre
