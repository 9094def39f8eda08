// The server's side of the handshake. RFC 9846, appendix A.2.
#include "handshake/server.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/cipher_suite.h"
#include "crypto/key_exchange.h"
#include "extensions/registry.h"
#include "handshake/write_server_hello.h"

namespace nacre {

struct ServerHandshake::Table
    : StateMachine<On<start, &ServerHandshake::on_client_hello>,
                   On<ask_configuration, &ServerHandshake::on_configuration>,
                   On<ask_psk, &ServerHandshake::on_psk>,
                   On<wait_client_hello_after_retry, &ServerHandshake::on_second_client_hello>,
                   On<wait_encrypted_hello, &ServerHandshake::on_second_encrypted_hello>,
                   On<ask_signature, &ServerHandshake::on_signature>,
                   // fault: AC-079a AC-079b.1 AC-079c AC-079d.1
                   On<wait_eoed, &ServerHandshake::on_end_of_early_data>,
                   On<wait_cert, &ServerHandshake::on_certificate>,
                   On<wait_cert_required, &ServerHandshake::on_required_certificate>,
                   On<ask_certificate_verdict, &ServerHandshake::on_verdict>,
                   // fault: AC-001c AC-001d.1
                   On<wait_cv, &ServerHandshake::on_certificate_verify>,
                   On<wait_finished, &ServerHandshake::on_finished>> {
  static_assert(deterministic());
  static_assert(no_dead_ends(start, connected));

  // No order of inputs connects without each of these. Remove a row, or widen a handler, and this
  // stops compiling.
  static_assert(requires_input(Input::client_hello, start, connected));
  static_assert(requires_input(Input::configuration, start, connected));
  static_assert(requires_input(Input::psk, start, connected));
  static_assert(requires_input(Input::finished, start, connected));
  // A client that says that early data will end says so before its Finished.
  // fault: AC-079b.2
  static_assert(requires_input(Input::end_of_early_data, wait_eoed, connected));
  // No early data after a HelloRetryRequest, and none in a handshake that a signature proves.
  static_assert(!reaches(wait_client_hello_after_retry, wait_eoed));
  static_assert(!reaches(wait_encrypted_hello, wait_eoed));
  // Whoever began with an encrypted ClientHello goes on with one.
  static_assert(!reaches(wait_encrypted_hello, wait_client_hello_after_retry));
  static_assert(!reaches(ask_signature, wait_eoed));
  // Where a client must have a certificate, nobody gets by without one, a verdict, and the proof
  // that the key is there; and whoever presents a chain, asked or not, gives that proof.
  static_assert(requires_input(Input::certificate, wait_cert_required, connected));
  static_assert(requires_input(Input::verdict, wait_cert_required, connected));
  // fault: AC-001d.2
  static_assert(requires_input(Input::certificate_verify, wait_cert_required, connected));
  static_assert(requires_input(Input::verdict, ask_certificate_verdict, wait_cv));
  // fault: AC-001d.3
  static_assert(requires_input(Input::certificate_verify, ask_certificate_verdict, connected));
  static_assert(requires_input(Input::finished, wait_cv, connected));
  // Only a server that proves itself by a certificate asks for one (section 4.4.2).
  static_assert(requires_input(Input::signature, start, wait_cert));
  static_assert(requires_input(Input::signature, start, wait_cert_required));
  static_assert(at_most_once(Input::certificate));
  static_assert(at_most_once(Input::verdict));
  static_assert(at_most_once(Input::certificate_verify));
  static_assert(at_most_once(Input::configuration));
  static_assert(at_most_once(Input::psk));
  // fault: AC-079d.2
  static_assert(at_most_once(Input::end_of_early_data));
  static_assert(at_most_once(Input::signature));
  static_assert(at_most_once(Input::finished));
};

std::span<const Transition> ServerHandshake::transitions() {
  static constexpr auto arrows = Table::transitions();
  return arrows;
}

Result<void> ServerHandshake::judge_header(HandshakeType type, std::size_t length) const {
  return Table::judge_header(state_, core_.meant_by(type), length);
}

Result<void> ServerHandshake::receive(const HandshakeMessage& received) {
  const bool waits_for_certificate = Table::takes(state_, HandshakeType::certificate);
  TRY(const HandshakeMessage message, core_.decompressed_if(waits_for_certificate, received));
  const Input input = classify(message.type, message.body);
  client_hello_ = message.encoding;
  TRY(state_, Table::advance(*this, state_, input, message.body, message.encoding));
  return answer_own_questions();
}

Result<void> ServerHandshake::resume(const ServerConfig& config) {
  ENSURE(std::holds_alternative<ClientHelloSeen>(core_.question), Error::no_question);
  core_.question = {};
  TRY(state_, Table::answer(*this, state_, config));
  return answer_own_questions();
}

Result<void> ServerHandshake::resume(const KnownPsk& known) {
  ENSURE(std::holds_alternative<PskOffered>(core_.question), Error::no_question);
  core_.question = {};
  take_known(known);
  TRY(state_, Table::answer(*this, state_, known));
  return answer_own_questions();
}

Result<void> ServerHandshake::resume(const Signature& signature) {
  ENSURE(std::holds_alternative<SignatureWanted>(core_.question), Error::no_question);
  core_.question = {};
  TRY(state_, Table::answer(*this, state_, signature));
  return {};
}

Result<void> ServerHandshake::resume(const Verdict& verdict) {
  ENSURE(std::holds_alternative<ChainToJudge>(core_.question), Error::no_question);
  core_.question = {};
  TRY(state_, Table::answer(*this, state_, verdict));
  return {};
}

std::string_view ServerHandshake::server_name() const {
  return text_of(host_name_.content());
}

// What needs nobody else is answered at once, by the same rows.
Result<void> ServerHandshake::answer_own_questions() {
  if (state_ == ask_configuration) {
    if (config().ask_configuration) return ask_for_configuration();
    TRY(state_, Table::answer(*this, state_, ServerConfig(config_)));
  }
  if (state_ == ask_psk) {
    core_.proof.proved.at = now_ = config().now();
    // fault: AC-110 AC-112
    if (offer_->psks) psk_ = find_psk(config(), *offer_, search_from(0), core_.budget);
    // fault: AC-144d
    const bool is_known = psk_ && has_key_of(config(), *psk_);
    if (offer_->psks && !is_known && config().ask_psk) return ask_for_psk();
    drop_insufficient_psk();
    TRY(state_, Table::answer(*this, state_, KnownPsk{}));
  }
  if (state_ == ask_signature) return sign();
  if (state_ == ask_certificate_verdict) return ask_or_judge();
  return {};
}

// Section 4.2.2.
auto ServerHandshake::on_client_hello(const ClientHello& hello, Bytes)
    -> Result<Next<ask_configuration>> {
  TRY(decrypt_first(hello));
  ClientHello chosen = hello;
  if (is_decrypted_) {
    TRY(chosen, wire::read_all<ClientHello>(client_hello_.subspan(4)));
  }
  TRY(offer_, ClientOffer::read(chosen, config().limits, &core_.extension_in_hand));
  core_.client_random = chosen.random;
  TRY(keep_host_name(*offer_));
  return to<ask_configuration>;
}

Result<void> ServerHandshake::keep_host_name(const ClientOffer& offer) {
  host_name_.consume(host_name_.content().size());
  return host_name_.append(bytes_of(offer.host_name()), core_.budget);
}

// The record that the ClientHello came in is gone when the answer comes.
Result<void> ServerHandshake::keep_client_hello() {
  if (!kept_client_hello_.empty()) return {};
  TRY(kept_client_hello_.append(client_hello_, core_.budget));
  client_hello_ = kept_client_hello_.content();
  TRY(const auto hello, wire::read_all<ClientHello>(client_hello_.subspan(4)));
  TRY(offer_, ClientOffer::read(hello, config().limits, &core_.extension_in_hand));
  return {};
}

Result<void> ServerHandshake::ask_for_configuration() {
  TRY(keep_client_hello());
  const Bytes alpn = offer_->protocols ? offer_->protocols->protocol_name_list.encoding() : Bytes{};
  // fault: AC-034
  core_.question =
      ClientHelloSeen{offer_->host_name(), alpn, client_hello_.subspan(4), ech_status()};
  return {};
}

auto ServerHandshake::on_configuration(const ServerConfig& chosen) -> Result<Next<ask_psk>> {
  config_ = chosen;
  core_.config = &config();
  TRY(check_ech_role());
  // fault: AC-119
  ENSURE(!config().require_known_name || knows_name(config().credentials, server_name()),
         Error::unrecognized_name);
  if (config().ticket_keys || config().sessions) {
    session_context_ = context_of(config(), server_name());
  }
  if (config().cookie_key && offer_->cookie) TRY(take_cookie(*offer_));
  return to<ask_psk>;
}

auto ServerHandshake::on_psk(const KnownPsk&)
    -> Result<Next<wait_client_hello_after_retry, wait_encrypted_hello, ask_signature, wait_eoed,
                   wait_finished>> {
  const ClientOffer& offer = *offer_;
  TRY(select_suite(offer));
  // Whatever comes of it, the client may have sent some.
  // fault: AC-080d
  core_.skip_early_data = offer.early_data;
  if (offer.early_data) core_.established.negotiated.early_data = EarlyDataStatus::rejected;
  const Result<GroupChoice> choice =
      retry_group_ ? Result<GroupChoice>({*retry_group_, offer.share(*retry_group_)})
                   : select_group(config().policy, offer);
  // fault: AC-074c.1
  // First of all, so that no other answer tells a known identity from an unknown one.
  TRY(use_psk(offer, choice && !choice->share.empty()));
  if (!choice) return fail(choice.error());
  if (choice->share.empty()) {
    TRY(send_retry(offer, choice->group));
    if (is_decrypted_) return to<wait_encrypted_hello>;
    return to<wait_client_hello_after_retry>;
  }
  // fault: AC-074c.2
  if (!core_.transcript) core_.transcript.emplace(core_.established.hash);
  core_.transcript->add(client_hello_);
  TRY(core_.established.negotiated.alpn, select_protocol(config(), offer));
  if (may_take_early_data(offer)) TRY(begin_early_data());
  TRY(send_flight(offer, *choice));
  if (is_by_certificate()) return to<ask_signature>;
  TRY(finish_flight());
  if (core_.may_send_early) return to<wait_eoed>;
  return to<wait_finished>;
}

bool ServerHandshake::is_by_certificate() const {
  const KeySource source = core_.established.negotiated.key_source;
  return source == KeySource::certificate || source == KeySource::external_psk_certificate;
}

// Appendix A.2, state NEGOTIATED, up to the signature.
Result<void> ServerHandshake::send_flight(const ClientOffer& offer, const GroupChoice& choice) {
  TRY(core_.established.negotiated.alpn, select_protocol(config(), offer));
  if (is_by_certificate()) {
    TRY(core_.own, select_credential(config(), offer));
    if (config().client_authentication) TRY(select_client_type(offer));
  }
  tickets_ = ticket_count(offer);
  TRY(reserve_flight(choice));
  TRY(send_server_hello(offer, choice));
  TRY(send_encrypted_extensions(offer));
  if (!is_by_certificate()) return {};
  if (config().client_authentication) TRY(send_certificate_request());
  return core_.send_certificate(offer.wishes);
}

// About as many bytes as will be sent, so that they are not copied when there come more.
Result<void> ServerHandshake::reserve_flight(const GroupChoice& choice) {
  constexpr std::size_t messages_alone = 260;
  const crypto::GroupProperties* group = crypto::find_group(choice.group);
  const std::size_t share = group != nullptr ? group->server_share_size : 0;
  const bool has_chain = is_by_certificate() && core_.own.credential != nullptr;
  const std::size_t chain = has_chain ? core_.own.credential->certificate_list.size() : 0;
  return core_.flight.reserve(messages_alone + share + chain, core_.budget);
}

// Section 4.2.3.
Result<void> ServerHandshake::send_server_hello(const ClientOffer& offer,
                                                const GroupChoice& choice) {
  core_.established.negotiated.group = choice.group;
  const crypto::GroupProperties* group = crypto::find_group(choice.group);
  ENSURE(group != nullptr, Error::internal);
  Random random{};
  TRY(config().random(random));
  const MutableBytes confirmation = MutableBytes(random).last(ech_confirmation_size);
  if (core_.established.negotiated.ech == EchStatus::accepted) {
    std::ranges::fill(confirmation, std::uint8_t{0});
  }
  std::array<std::uint8_t, crypto::max_server_share_size> room{};
  const MutableBytes share = MutableBytes(room).first(group->server_share_size);
  core_.extension_in_hand = ExtensionType::key_share;
  TRY(crypto::SharedSecret shared_secret,
      crypto::respond(choice.group, choice.share, share,
                      [this](MutableBytes out) { return config().random(out); }));
  core_.extension_in_hand.reset();

  const auto extensions = [&](wire::Writer& writer) -> Result<void> {
    TRY(write_extension(writer, KeyShareServerHello{{choice.group, {share}}}));
    if (core_.early_secret) {
      TRY(write_extension(writer, SelectedPsk{static_cast<std::uint16_t>(psk_->index)}));
    }
    if (core_.established.negotiated.key_source == KeySource::external_psk_certificate) {
      TRY(write_extension(writer, CertificateWithPsk{}));
    }
    return write_extension(writer, SupportedVersionsServerHello{ProtocolVersion::tls_1_3});
  };
  const Bytes session_id = offer.hello.legacy_session_id.bytes;
  const auto body = [&](wire::Writer& writer) {
    return write_server_hello(writer, random, offer.hello, core_.cipher_suite(), extensions);
  };
  TRY(const MutableBytes message,
      core_.flight.message(HandshakeType::server_hello, 128 + share.size(), core_.budget, body));
  constexpr std::size_t random_end = 4 + 2 + sizeof(Random);
  TRY(confirm_ech(EchConfirms::server_hello, message, random_end - ech_confirmation_size));
  core_.sent(HandshakeType::server_hello, message);
  TRY(core_.derive_handshake_secrets(std::move(shared_secret)));
  if (core_.established.negotiated.early_data != EarlyDataStatus::accepted) {
    core_.next_read.emplace(record::InboundPhase::client_flight,
                            duplicate(core_.client_handshake_traffic));
  }
  // Appendix E.4: after our first message, where the client asks for it.
  const bool first = !core_.established.negotiated.retried;
  core_.change(first && !session_id.empty(), duplicate(core_.server_handshake_traffic));
  return {};
}

// Section 4.4.1.
Result<void> ServerHandshake::send_encrypted_extensions(const ClientOffer& offer) {
  const std::string_view protocol = core_.established.negotiated.alpn;
  if (offer.record_size_limit) {
    core_.peer_record_size_limit = std::min(offer.record_size_limit->limit, max_record_size_limit);
    core_.record_size_limit =
        config().record_size_limit != 0 ? config().record_size_limit : max_record_size_limit;
  }
  const bool is_retry_wanted = ech_ && core_.established.negotiated.ech == EchStatus::rejected;
  const Bytes retry_configs = is_retry_wanted ? ech_->retry_configs() : Bytes{};
  const auto extensions = [&](wire::Writer& writer) -> Result<void> {
    if (core_.own.by_name) TRY(write_extension(writer, ServerNameAcknowledgment{}));
    TRY(write_certificate_types(writer, offer));
    if (!protocol.empty()) TRY(write_selected_protocol(writer, bytes_of(protocol)));
    if (core_.record_size_limit) {
      const auto limit = static_cast<std::uint16_t>(*core_.record_size_limit);
      TRY(write_extension(writer, RecordSizeLimitAnswer{limit}));
    }
    if (offer.ticket_request) TRY(write_extension(writer, TicketRequestAnswer{tickets_}));
    if (core_.established.negotiated.early_data == EarlyDataStatus::accepted) {
      TRY(write_extension(writer, EarlyDataIndication{}));
    }
    if (retry_configs.empty()) return {};
    return write_extension(writer, EchRetryConfigs::type,
                           [&](wire::Writer& data) { return data.bytes(retry_configs); });
  };
  const std::size_t limit = 64 + protocol.size() + retry_configs.size();
  return core_.send(HandshakeType::encrypted_extensions, limit,
                    [&](wire::Writer& writer) { return writer.vector<2>(extensions); });
}

// Asks for the signature, or makes it at once.
Result<void> ServerHandshake::sign() {
  offer_.reset();
  kept_client_hello_.release(core_.budget);
  SignatureRoom room;
  TRY(const auto signature, core_.sign(Purpose::server, room));
  if (!signature) return {};
  TRY(state_, Table::answer(*this, state_, *signature));
  return {};
}

// Asks the application for its verdict, or gives our own at once: by the same row.
Result<void> ServerHandshake::ask_or_judge() {
  if (config().ask_verdict) {
    return core_.ask_for_verdict(Purpose::client, {});
  }
  const auto& clients = *config().client_authentication;
  const Verdict verdict =
      core_.has_raw_public_key()
          ? core_.judge_raw_public_key(clients.raw_public_keys->pins)
          : core_.judge(*clients.anchors, {}, Purpose::client, std::nullopt, OfferedSet{});
  TRY(state_, Table::answer(*this, state_, verdict));
  return {};
}

// Sections 4.5.2 and 4.5.3.
auto ServerHandshake::on_signature(const Signature& signature)
    -> Result<Next<wait_cert, wait_cert_required, wait_finished>> {
  TRY(core_.send_certificate_verify(signature));
  core_.established.negotiated.server_signature_scheme = core_.own.scheme;
  TRY(finish_flight());
  if (requires_certificate()) return to<wait_cert_required>;
  if (config().client_authentication) return to<wait_cert>;
  return to<wait_finished>;
}

// Section 4.5.3.
Result<void> ServerHandshake::finish_flight() {
  psk_.reset();
  known_psk_.reset();
  TRY(core_.send_finished(core_.server_handshake_traffic));
  // Our data may follow; the client's Finished still comes under its handshake keys.
  TRY(core_.derive_application_secrets(core_.transcript->hash().bytes()));
  core_.change(false, std::move(core_.server_application_traffic));
  return {};
}

// Section 4.5.3.
auto ServerHandshake::on_finished(const Finished& finished, Bytes encoding)
    -> Result<Next<connected>> {
  TRY(core_.take_finished(core_.client_handshake_traffic, finished, encoding));
  core_.next_read.emplace(record::InboundPhase::application,
                          std::move(core_.client_application_traffic));
  core_.may_send_early = false;
  core_.complete = true;
  TRY(send_tickets());
  return to<connected>;
}

}  // namespace nacre
