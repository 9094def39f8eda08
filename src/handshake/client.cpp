// The client's side of the handshake. RFC 9846, appendix A.1.
#include "handshake/client.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite.h"
#include "extensions/registry.h"
#include "session/session.h"

namespace nacre {

struct ClientHandshake::Table
    : StateMachine<On<start, &ClientHandshake::on_start>,
                   On<ask_session_verdict, &ClientHandshake::on_session_verdict>,
                   On<wait_sh, &ClientHandshake::on_hello_retry_request>,
                   On<wait_sh, &ClientHandshake::on_server_hello>,
                   // fault: AC-016a AC-016b.1
                   On<wait_sh_after_retry, &ClientHandshake::on_second_server_hello>,
                   On<wait_ee, &ClientHandshake::on_encrypted_extensions>,
                   On<wait_ee_psk, &ClientHandshake::on_encrypted_extensions_psk>,
                   On<wait_cert_cr, &ClientHandshake::on_certificate_request>,
                   On<ask_credential, &ClientHandshake::on_credential>,
                   On<wait_cert_cr, &ClientHandshake::on_certificate>,
                   On<wait_cert, &ClientHandshake::on_certificate>,
                   On<ask_certificate_verdict, &ClientHandshake::on_verdict>,
                   // fault: AC-001a AC-001b.1
                   On<wait_cv, &ClientHandshake::on_certificate_verify>,
                   On<wait_finished, &ClientHandshake::on_finished>,
                   On<ask_signature, &ClientHandshake::on_signature>,
                   On<wait_sh_outer, &ClientHandshake::on_outer_server_hello>,
                   On<wait_ee_outer, &ClientHandshake::on_outer_encrypted_extensions>,
                   On<wait_cert_cr_outer, &ClientHandshake::on_outer_certificate_request>,
                   On<wait_cert_cr_outer, &ClientHandshake::on_outer_certificate>,
                   On<wait_cert_outer, &ClientHandshake::on_outer_certificate>,
                   On<ask_certificate_verdict_outer, &ClientHandshake::on_outer_verdict>,
                   On<wait_cv_outer, &ClientHandshake::on_outer_certificate_verify>,
                   On<wait_finished_outer, &ClientHandshake::on_outer_finished>> {
  static_assert(deterministic());
  static_assert(no_dead_ends(start, connected, ech_rejected));

  // No order of inputs connects without each of these. Remove a row, or widen a handler, and this
  // stops compiling.
  static_assert(requires_input(Input::server_hello, start, connected));
  static_assert(requires_input(Input::encrypted_extensions, start, connected));
  static_assert(requires_input(Input::finished, start, connected));
  // Where no PSK was chosen: nor without these.
  static_assert(requires_input(Input::certificate, wait_ee, connected));
  static_assert(requires_input(Input::verdict, wait_ee, connected));
  // fault: AC-001b.2
  static_assert(requires_input(Input::certificate_verify, wait_ee, connected));
  // With one, only a ServerHello's handler leads past them, and no certificate is looked at.
  static_assert(!reaches(wait_ee, wait_ee_psk));
  static_assert(!reaches(wait_ee_psk, wait_cert_cr));
  static_assert(requires_input(Input::server_hello, start, wait_ee_psk));
  // The verdict is on the chain that CertificateVerify then proves.
  static_assert(requires_input(Input::verdict, ask_certificate_verdict, wait_cv));
  // fault: AC-016b.2
  static_assert(at_most_once(Input::hello_retry_request));
  static_assert(at_most_once(Input::certificate));
  // We prove who we are to a server that has proved itself.
  static_assert(requires_input(Input::finished, start, ask_signature));
  // What the server of a public name is told, is no connection: not to the one that was meant, and
  // with none of our keys. Only a first answer leads there, and once HelloRetryRequest has
  // accepted, nothing does.
  static_assert(!reaches(wait_sh_outer, connected) && !reaches(wait_ee_outer, connected));
  static_assert(!reaches(wait_ee_outer, ask_credential) && !reaches(wait_ee_outer, ask_signature));
  // fault: AC-016b.3
  static_assert(!reaches(wait_sh_after_retry, wait_ee_outer));
  static_assert(!reaches(wait_ee, wait_ee_outer) && !reaches(wait_ee_psk, wait_ee_outer));
  // Its retry configurations are believed when it has proved who it is.
  static_assert(requires_input(Input::certificate, start, ech_rejected));
  static_assert(requires_input(Input::verdict, wait_sh, ech_rejected));
  static_assert(requires_input(Input::certificate_verify, start, ech_rejected));
  static_assert(requires_input(Input::finished, start, ech_rejected));
};

std::span<const Transition> ClientHandshake::transitions() {
  static constexpr auto arrows = Table::transitions();
  return arrows;
}

Result<void> ClientHandshake::begin() {
  TRY(state_, Table::answer(*this, state_, Start{}));
  return {};
}

Result<void> ClientHandshake::judge_header(HandshakeType type, std::size_t length) const {
  return Table::judge_header(state_, core_.meant_by(type), length);
}

Result<void> ClientHandshake::receive(const HandshakeMessage& received) {
  const bool waits_for_certificate = Table::takes(state_, HandshakeType::certificate);
  TRY(const HandshakeMessage message, core_.decompressed_if(waits_for_certificate, received));
  const Input input = classify(message.type, message.body);
  const bool retried = state_ == wait_sh_after_retry || state_ == wait_sh_outer;
  // fault: AC-016b.4
  ENSURE(input != Input::hello_retry_request || !retried, Error::second_hello_retry_request);
  TRY(state_, Table::advance(*this, state_, input, message.body, message.encoding));
  return answer_own_questions();
}

// What needs nobody else is answered at once, by the same rows.
Result<void> ClientHandshake::answer_own_questions() {
  if (state_ == ask_credential) {
    if (config().ask_credential) {
      ask_for_credential();
      return {};
    }
    TRY(state_, Table::answer(*this, state_, Presented{}));
  }
  if (state_ == ask_certificate_verdict || state_ == ask_certificate_verdict_outer) {
    return ask_or_judge();
  }
  if (state_ == ask_signature) return sign();
  return {};
}

Result<void> ClientHandshake::resume(const Presented& presented) {
  ENSURE(std::holds_alternative<CertificateWanted>(core_.question), Error::no_question);
  core_.question = {};
  presented_ = presented.credential;
  TRY(state_, Table::answer(*this, state_, presented));
  return {};
}

Result<void> ClientHandshake::resume(const Verdict& verdict) {
  ENSURE(std::holds_alternative<ChainToJudge>(core_.question), Error::no_question);
  core_.question = {};
  TRY(state_, Table::answer(*this, state_, verdict));
  return {};
}

Result<void> ClientHandshake::resume(const Signature& signature) {
  ENSURE(std::holds_alternative<SignatureWanted>(core_.question), Error::no_question);
  core_.question = {};
  TRY(state_, Table::answer(*this, state_, signature));
  return {};
}

auto ClientHandshake::on_start(const Start&) -> Result<Next<ask_session_verdict, wait_sh>> {
  TRY(offer_, Offer::make(config(), server_name_, ech_ ? &*ech_ : nullptr, core_.budget));
  TRY(offer_->make_grease_ech(core_.budget));
  core_.client_random = offer_->random();
  if (asks_for_session()) {
    ask_for_session();
    return to<ask_session_verdict>;
  }
  TRY(send_first_hello());
  return to<wait_sh>;
}

Result<void> ClientHandshake::send_first_hello() {
  TRY(send_client_hello());
  return offer_->has_early_data() ? begin_early_data() : Result<void>{};
}

Result<void> ClientHandshake::send_client_hello() {
  if (offer_->encrypts()) return send_encrypted_client_hello();
  TRY(const MutableBytes encoding,
      core_.flight.message(HandshakeType::client_hello, offer_->body_limit(), core_.budget,
                           [&](wire::Writer& body) { return offer_->write(body); }));
  TRY(offer_->bind(encoding, core_.transcript));
  core_.sent(HandshakeType::client_hello, encoding);
  return {};
}

// Section 4.2.4.
auto ClientHandshake::on_hello_retry_request(const HelloRetryRequest& retry, Bytes encoding)
    -> Result<Next<wait_sh_after_retry, wait_sh_outer>> {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(offer_->check(retry, in_hand));
  TRY(check_block(Where::hello_retry_request, retry.extensions, config().limits,
                  &offer_->extensions(), in_hand));
  TRY(const auto key_share, find<KeyShareHelloRetryRequest>(retry.extensions, in_hand));
  TRY(const auto cookie, find<Cookie>(retry.extensions, in_hand));

  retry_suite_ = retry.cipher_suite;
  if (key_share) retry_group_ = key_share->selected_group;
  core_.established.negotiated.retried = true;
  TRY(const auto suite, crypto::properties(retry.cipher_suite));
  core_.established.hash = suite.hash;
  if (offer_->encrypts()) {
    TRY(const bool accepted, take_confirmation(retry, encoding));
    if (!accepted) TRY(reject_ech());
  }
  const crypto::Digest first_hello = crypto::hash(suite.hash, hello_in_force());
  core_.transcript = Transcript::after_retry(suite.hash, first_hello.bytes());
  core_.transcript->add(encoding);

  const bool had_early_data = offer_->has_early_data();
  TRY(offer_->take_retry(key_share, cookie ? cookie->cookie.bytes : Bytes{}, suite.hash,
                         core_.budget));
  if (had_early_data) {
    // The second ClientHello goes without protection, as the first one did.
    TRY(take_early_data_answer(false));
    core_.change(false, {});
  } else {
    core_.change_cipher_spec();
  }
  TRY(send_client_hello());
  if (offer_->is_ech_rejected()) return to<wait_sh_outer>;
  return to<wait_sh_after_retry>;
}

auto ClientHandshake::on_server_hello(const ServerHello& hello, Bytes encoding)
    -> Result<Next<wait_ee, wait_ee_psk, wait_ee_outer>> {
  TRY(offer_->check(hello, &core_.extension_in_hand));
  if (offer_->encrypts()) {
    TRY(const bool accepted, take_confirmation(hello, encoding));
    if (!accepted) {
      TRY(reject_ech());
      TRY(take_server_hello(hello, encoding));
      return to<wait_ee_outer>;
    }
  }
  TRY(const bool by_psk, take_server_hello(hello, encoding));
  if (by_psk) return to<wait_ee_psk>;
  return to<wait_ee>;
}

// RFC 9849, section 6.1.5: what HelloRetryRequest has accepted, ServerHello does too.
auto ClientHandshake::on_second_server_hello(const ServerHello& hello, Bytes encoding)
    -> Result<Next<wait_ee, wait_ee_psk>> {
  TRY(offer_->check(hello, &core_.extension_in_hand));
  if (offer_->encrypts()) {
    TRY(const bool accepted, take_confirmation(hello, encoding));
    ENSURE(accepted, Error::ech_not_confirmed);
  }
  TRY(const bool by_psk, take_server_hello(hello, encoding));
  if (by_psk) return to<wait_ee_psk>;
  return to<wait_ee>;
}

// The ClientHello that the server has taken, as a whole message.
Bytes ClientHandshake::hello_in_force() const {
  return offer_->encrypts() ? Bytes(inner_hello_.content()) : core_.flight.content();
}

// Section 4.2.3. Returns whether a PSK alone says who the server is.
Result<bool> ClientHandshake::take_server_hello(const ServerHello& hello, Bytes encoding) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(check_block(Where::server_hello, hello.extensions, config().limits, &offer_->extensions(),
                  in_hand));
  // fault: AC-018a
  ENSURE(!retry_suite_ || *retry_suite_ == hello.cipher_suite, Error::retry_mismatch);
  TRY(const auto key_share, find<KeyShareServerHello>(hello.extensions, in_hand));
  TRY(const auto selected_psk, find<SelectedPsk>(hello.extensions, in_hand));
  if (!key_share) core_.extension_in_hand = ExtensionType::key_share;
  // fault: AC-066d
  ENSURE(key_share || !selected_psk, Error::psk_without_key_share);
  // fault: AC-019b
  ENSURE(key_share, Error::missing_extension);
  const KeyShareEntry& server_share = key_share->server_share;
  // fault: AC-019a
  ENSURE(!retry_group_ || *retry_group_ == server_share.group, Error::retry_mismatch);

  core_.established.negotiated.group = server_share.group;
  TRY(const auto suite, crypto::properties(hello.cipher_suite));
  core_.established.hash = suite.hash;
  TRY(const bool has_psk, take_psk(hello));
  core_.established.negotiated.cipher_suite = hello.cipher_suite;
  if (!core_.transcript) {
    core_.transcript.emplace(suite.hash);
    core_.transcript->add(hello_in_force());
  }
  inner_hello_.release(core_.budget);
  core_.flight.release_sent(core_.budget);
  core_.transcript->add(encoding);
  TRY(crypto::SharedSecret shared_secret, offer_->agree(server_share));
  TRY(core_.derive_handshake_secrets(std::move(shared_secret)));
  core_.next_read.emplace(record::InboundPhase::server_flight,
                          duplicate(core_.server_handshake_traffic));
  // Our keys change at once, so that an alert finds them in place (appendix A.1); but early data
  // goes on until we know that it is over. A change_cipher_spec came with the second flight.
  Negotiated& negotiated = core_.established.negotiated;
  const bool is_resumed = negotiated.key_source == KeySource::session;
  if (negotiated.early_data == EarlyDataStatus::none) {
    change_to_handshake_keys(!negotiated.retried);
  } else if (negotiated.early_data == EarlyDataStatus::offered && !is_resumed) {
    TRY(take_early_data_answer(false));
    change_to_handshake_keys(false);
  } else if (negotiated.early_data == EarlyDataStatus::rejected) {
    change_to_handshake_keys(false);
  }
  return has_psk && negotiated.key_source != KeySource::external_psk_certificate;
}

void ClientHandshake::change_to_handshake_keys(bool change_cipher_spec) {
  core_.change(change_cipher_spec, duplicate(core_.client_handshake_traffic));
}

// Section 4.5.1.
auto ClientHandshake::on_certificate(const Certificate& certificate, Bytes encoding)
    -> Result<Next<ask_certificate_verdict>> {
  TRY(take_certificate(certificate, encoding));
  return to<ask_certificate_verdict>;
}

Result<void> ClientHandshake::take_certificate(const Certificate& certificate, Bytes encoding) {
  ENSURE(certificate.certificate_request_context.bytes.empty(), Error::bad_certificate_context);
  // fault: AC-006
  ENSURE(!certificate.certificate_list.empty(), Error::empty_certificate_list);
  return core_.take_certificate(certificate, offer_->extensions(), encoding);
}

// Asks the application for its verdict, or gives our own at once: by the same row.
Result<void> ClientHandshake::ask_or_judge() {
  const PeerName& name = offer_->peer_name();
  if (config().ask_verdict) {
    return core_.ask_for_verdict(Purpose::server, name.text());
  }
  // Pins are of the server that is meant.
  const auto pins = offer_->is_ech_rejected() ? std::span<const SpkiPin>() : config().pins;
  // fault: AC-009b
  const Verdict verdict =
      core_.has_raw_public_key()
          ? core_.judge_raw_public_key(config().raw_public_keys)
          : core_.judge(config().anchors, pins, Purpose::server, name, offer_->extensions());
  TRY(state_, Table::answer(*this, state_, verdict));
  return {};
}

auto ClientHandshake::on_verdict(const Verdict& verdict) -> Result<Next<wait_cv>> {
  if (verdict.refused) return fail(*verdict.refused);
  return to<wait_cv>;
}

// Section 4.5.2.
auto ClientHandshake::on_certificate_verify(const CertificateVerify& verify, Bytes encoding)
    -> Result<Next<wait_finished>> {
  TRY(take_certificate_verify(verify, encoding));
  return to<wait_finished>;
}

Result<void> ClientHandshake::take_certificate_verify(const CertificateVerify& verify,
                                                      Bytes encoding) {
  TRY(core_.take_certificate_verify(Purpose::server, config().policy.signature_schemes, verify,
                                    encoding));
  core_.established.negotiated.server_signature_scheme = verify.algorithm;
  return {};
}

// Section 4.5.3. A server that asked for a certificate gets one, or an empty list.
auto ClientHandshake::on_finished(const Finished& finished, Bytes encoding)
    -> Result<Next<ask_signature, connected>> {
  TRY(core_.take_finished(core_.server_handshake_traffic, finished, encoding));
  TRY(core_.derive_application_secrets(core_.transcript->hash().bytes()));
  if (core_.established.negotiated.early_data == EarlyDataStatus::accepted) {
    // Section 4.6: the last under the keys of early data.
    core_.may_send_early = false;
    core_.early_data_left = 0;
    TRY(core_.send(HandshakeType::end_of_early_data, 0,
                   [](wire::Writer&) -> Result<void> { return {}; }));
    change_to_handshake_keys(false);
  }
  if (wishes_) TRY(core_.send_certificate(*wishes_));
  if (core_.own.credential != nullptr) return to<ask_signature>;
  TRY(finish());
  return to<connected>;
}

// Asks for the signature, or makes it at once.
Result<void> ClientHandshake::sign() {
  SignatureRoom room;
  TRY(const auto signature, core_.sign(Purpose::client, room));
  if (!signature) return {};
  TRY(state_, Table::answer(*this, state_, *signature));
  return {};
}

// Section 4.5.2.
auto ClientHandshake::on_signature(const Signature& signature) -> Result<Next<connected>> {
  TRY(core_.send_certificate_verify(signature));
  core_.established.negotiated.client_signature_scheme = core_.own.scheme;
  TRY(finish());
  return to<connected>;
}

Result<void> ClientHandshake::finish() {
  TRY(core_.send_finished(core_.client_handshake_traffic));
  core_.next_read.emplace(record::InboundPhase::application,
                          std::move(core_.server_application_traffic));
  core_.change(false, std::move(core_.client_application_traffic));
  core_.complete = true;
  return {};
}

}  // namespace nacre
