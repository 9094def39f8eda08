// The client's side of the handshake. RFC 9846, appendix A.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "handshake/client_offer.h"
#include "handshake/core.h"
#include "handshake/message_reader.h"
#include "handshake/offer.h"
#include "handshake/session_keeper.h"
#include "handshake/state_machine.h"
#include "messages/certificate.h"
#include "messages/certificate_request.h"
#include "messages/certificate_verify.h"
#include "messages/encrypted_extensions.h"
#include "messages/finished.h"
#include "messages/server_hello.h"
#include "nacre/verify.h"

namespace nacre {

// The states of the RFC's diagram, by its names, and the questions that a client waits for. Where a
// PSK alone says who the server is, wait_ee_psk takes the place of wait_ee. Where the server has
// not taken the encrypted ClientHello, the states named `outer` follow: they authenticate it for
// the public name, and end in ech_rejected (RFC 9849, section 6.1.6).
enum class ClientState : std::uint8_t {
  start,
  ask_session_verdict,
  wait_sh,
  wait_sh_after_retry,
  wait_ee,
  wait_ee_psk,
  wait_cert_cr,
  ask_credential,
  wait_cert,
  ask_certificate_verdict,
  wait_cv,
  wait_finished,
  ask_signature,
  connected,
  wait_sh_outer,
  wait_ee_outer,
  wait_cert_cr_outer,
  wait_cert_outer,
  ask_certificate_verdict_outer,
  wait_cv_outer,
  wait_finished_outer,
  ech_rejected,
};

class ClientHandshake {
 public:
  // `arena`: where its memory is; null: on the heap.
  ClientHandshake(const ClientConfig& config, const PeerName& server_name,
                  std::optional<EchConfigList> ech = std::nullopt, crypto::Arena* arena = nullptr)
      : config_(config),
        server_name_(server_name),
        ech_(std::move(ech)),
        core_(config.impl(), arena) {}
  // The offer points into this.
  ClientHandshake(const ClientHandshake&) = delete;
  ClientHandshake& operator=(const ClientHandshake&) = delete;

  // Queues the ClientHello.
  Result<void> begin();
  // Takes the peer's next handshake message, whole.
  Result<void> receive(const HandshakeMessage& received);
  // Judges one of which no more has come than its header. Errors: unexpected_message,
  // trailing_data, bad_finished.
  Result<void> judge_header(HandshakeType type, std::size_t length) const;
  // The answers to the questions of a client. Errors: no_question.
  Result<void> resume(const Presented& presented);
  Result<void> resume(const Verdict& verdict);
  Result<void> resume(const Signature& signature);

  HandshakeCore& core() { return core_; }
  const HandshakeCore& core() const { return core_; }
  ClientState state() const { return state_; }
  std::string_view server_name() const { return server_name_.text(); }

  const ClientConfig& configuration() const { return config_; }
  // For the tickets to come, once the handshake is complete. Null: no sessions are kept.
  Result<std::unique_ptr<SessionKeeper>> session_keeper();

  // The table's arrows.
  static std::span<const Transition> transitions();

 private:
  const ClientConfig::Impl& config() const { return config_.impl(); }

  using enum ClientState;
  struct Table;

  Result<Next<ask_session_verdict, wait_sh>> on_start(const Start&);
  Result<Next<wait_sh>> on_session_verdict(const Verdict& verdict);
  Result<Next<wait_sh_after_retry, wait_sh_outer>> on_hello_retry_request(
      const HelloRetryRequest& retry, Bytes encoding);
  Result<Next<wait_ee, wait_ee_psk, wait_ee_outer>> on_server_hello(const ServerHello& hello,
                                                                    Bytes encoding);
  Result<Next<wait_ee, wait_ee_psk>> on_second_server_hello(const ServerHello& hello,
                                                            Bytes encoding);
  Result<Next<wait_cert_cr>> on_encrypted_extensions(const EncryptedExtensions& message,
                                                     Bytes encoding);
  Result<Next<wait_finished>> on_encrypted_extensions_psk(const EncryptedExtensions& message,
                                                          Bytes encoding);
  Result<Next<ask_credential>> on_certificate_request(const CertificateRequest& request,
                                                      Bytes encoding);
  Result<Next<wait_cert>> on_credential(const Presented& presented);
  Result<Next<ask_certificate_verdict>> on_certificate(const Certificate& certificate,
                                                       Bytes encoding);
  Result<Next<wait_cv>> on_verdict(const Verdict& verdict);
  Result<Next<wait_finished>> on_certificate_verify(const CertificateVerify& verify,
                                                    Bytes encoding);
  Result<Next<ask_signature, connected>> on_finished(const Finished& finished, Bytes encoding);
  Result<Next<connected>> on_signature(const Signature& signature);

  Result<Next<wait_ee_outer>> on_outer_server_hello(const ServerHello& hello, Bytes encoding);
  Result<Next<wait_cert_cr_outer>> on_outer_encrypted_extensions(const EncryptedExtensions& message,
                                                                 Bytes encoding);
  Result<Next<wait_cert_outer>> on_outer_certificate_request(const CertificateRequest& request,
                                                             Bytes encoding);
  Result<Next<ask_certificate_verdict_outer>> on_outer_certificate(const Certificate& certificate,
                                                                   Bytes encoding);
  Result<Next<wait_cv_outer>> on_outer_verdict(const Verdict& verdict);
  Result<Next<wait_finished_outer>> on_outer_certificate_verify(const CertificateVerify& verify,
                                                                Bytes encoding);
  Result<Next<ech_rejected>> on_outer_finished(const Finished& finished, Bytes encoding);

  bool asks_for_session() const;
  void ask_for_session();
  Result<void> send_first_hello();
  Result<void> send_client_hello();
  Result<void> send_encrypted_client_hello();
  Result<bool> take_confirmation(const ServerHello& hello, Bytes encoding);
  Result<bool> take_confirmation(const HelloRetryRequest& retry, Bytes encoding);
  void accept_ech();
  Result<void> reject_ech();
  Bytes hello_in_force() const;
  Result<bool> take_server_hello(const ServerHello& hello, Bytes encoding);
  Result<void> take_certificate_request(const CertificateRequest& request, Bytes encoding);
  Result<void> take_certificate(const Certificate& certificate, Bytes encoding);
  Result<void> take_certificate_verify(const CertificateVerify& verify, Bytes encoding);
  Result<void> begin_early_data();
  Result<bool> take_psk(const ServerHello& hello);
  Result<void> take_proof(const PskOffer::Key& key);
  Result<void> take_extensions(const EncryptedExtensions& message, Bytes encoding);
  Result<void> take_certificate_types(const EncryptedExtensions& message);
  Result<void> take_early_data_answer(bool is_accepted);
  void change_to_handshake_keys(bool change_cipher_spec);
  Result<void> answer_own_questions();
  Result<CertificateWishes> read_wishes(const Extensions& extensions);
  void ask_for_credential();
  Result<void> ask_or_judge();
  Result<void> sign();
  Result<void> finish();

  ClientConfig config_;
  PeerName server_name_;
  std::optional<EchConfigList> ech_;  // what the offer encrypts with
  HandshakeCore core_;
  ClientState state_ = ClientState::start;
  std::optional<Offer> offer_;
  // Of what was encrypted, until the server has answered: the whole message.
  Buffer inner_hello_;
  // What a HelloRetryRequest chose: the suite, and the group where it named one.
  std::optional<CipherSuite> retry_suite_;
  std::optional<NamedGroup> retry_group_;
  std::optional<CipherSuite> session_suite_;
  // The session's chain, while the application judges it.
  std::vector<Bytes> session_chain_;
  // The server's CertificateRequest, once there was one, and what it says: views of it.
  Buffer certificate_request_;
  std::optional<CertificateWishes> wishes_;
  // What the server takes of us.
  CertificateType own_type_ = CertificateType::x509;
  // What the application presents; the configuration's credentials need no second owner.
  std::optional<Credential> presented_;
};

}  // namespace nacre
