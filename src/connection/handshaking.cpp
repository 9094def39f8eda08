// A handshake under way. RFC 9846, sections 4 and 5.1.
#include "connection/handshaking.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "record/fragment.h"
#include "record/framing.h"

namespace nacre {

Handshaking::Handshaking(crypto::Arena* where, const ClientConfig& config,
                         const PeerName& server_name, std::optional<EchConfigList> ech)
    : arena(where),
      machine_(std::in_place_type<ClientHandshake>, config, server_name, std::move(ech), where),
      reader_(config.impl().limits.handshake_message) {}

Handshaking::Handshaking(crypto::Arena* where, const ServerConfig& config)
    : arena(where),
      machine_(std::in_place_type<ServerHandshake>, config, where),
      reader_(config.impl().limits.handshake_message) {}

Result<void> Handshaking::begin() {
  auto* client = std::get_if<ClientHandshake>(&machine_);
  if (client == nullptr) return {};
  TRY(client->begin());
  client->core().has_spoken = false;
  return {};
}

HandshakeCore& Handshaking::core() {
  if (auto* client = std::get_if<ClientHandshake>(&machine_)) return client->core();
  auto* server = std::get_if<ServerHandshake>(&machine_);
  assert(server != nullptr);
  return server->core();
}

const HandshakeCore& Handshaking::core() const {
  if (const auto* client = std::get_if<ClientHandshake>(&machine_)) return client->core();
  const auto* server = std::get_if<ServerHandshake>(&machine_);
  assert(server != nullptr);
  return server->core();
}

namespace {

std::uint16_t as_record_size(std::size_t limit) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(limit, 0xffff));
}

Result<void> write_with(const Flight::Keys& keys, const CommonConfig& config,
                        SendingHalf& sending) {
  if (keys.traffic_secret.empty()) {
    sending.write().unprotect();
    return {};
  }
  record::UsageLimits limits;
  if (config.update_keys_after > 0) limits.update_after = config.update_keys_after;
  TRY(sending.write().protect(keys.cipher_suite, duplicate(keys.traffic_secret), limits));
  return {};
}

}  // namespace

Flight& Handshaking::flight() {
  auto* remains = std::get_if<Remains>(&machine_);
  return remains != nullptr ? remains->flight : core().flight;
}

const Flight& Handshaking::flight() const {
  const auto* remains = std::get_if<Remains>(&machine_);
  return remains != nullptr ? remains->flight : core().flight;
}

Result<std::size_t> Handshaking::drain(Step& step, MutableBytes outgoing, SendingHalf& sending,
                                       const CommonConfig& config) {
  Flight& flight = this->flight();
  record::WriteState& write = sending.write();
  if (!is_over() && core().peer_record_size_limit) {
    write.limit_records(as_record_size(*core().peer_record_size_limit));
  }
  while (due_ || !flight.is_sent()) {
    const MutableBytes room = outgoing.subspan(step.produced);
    if (const Bytes pending = flight.pending(); !due_ && !pending.empty()) {
      const std::size_t wanted = record::room_for_fragment(write, pending.size());
      if (write.content_room(room.size()) == 0) return wanted;
      const record::PaddingPolicy padding{.function = &config.padding};
      TRY(const auto done, record::write_handshake(write, pending, padding, room));
      flight.mark_sent(done.consumed);
      step.produced += done.produced;
      if (done.consumed < pending.size()) {
        return record::room_for_fragment(write, pending.size() - done.consumed);
      }
      continue;
    }
    if (Flight::Change* next = due_ ? nullptr : flight.next_change()) due_ = std::move(*next);
    if (!due_) return fail(Error::internal);
    if (due_->change_cipher_spec) {
      if (room.size() < record::change_cipher_spec_size) return record::change_cipher_spec_size;
      TRY(const std::size_t size, record::write_change_cipher_spec(room));
      step.produced += size;
    }
    if (due_->keys) TRY(write_with(*due_->keys, config, sending));
    due_.reset();
  }
  // A question may come before the ClientHello.
  // fault: AC-147c
  if (step.produced > 0) write.initial_client_hello(false);
  return 0U;
}

std::size_t Handshaking::room_before_alert(const SendingHalf& sending) const {
  const record::WriteState& write = sending.write();
  const std::size_t rest = flight().rest_of_message();
  const std::size_t records = (rest + write.max_content() - 1) / write.max_content();
  const std::size_t changes = flight().changes_at(rest) + (due_ ? 1 : 0);
  return rest + records * write.expansion() + changes * record::change_cipher_spec_size;
}

void Handshaking::cut_flight() {
  flight().cut();
}

Result<void> Handshaking::add(Bytes content) {
  return reader_.add(content, core().budget);
}

Result<void> Handshaking::take_messages(ReceivingHalf& receiving) {
  TRY(take_keys(receiving));
  TRY(check_end_of_flight());
  MemoryBudget& budget = core().budget;
  while (std::holds_alternative<std::monostate>(core().question)) {
    TRY(const auto message, reader_.next(budget));
    if (!message) {
      // fault: AC-202c
      TRY(judge_begun());
      break;
    }
    TRY(receive(*message));
    TRY(take_keys(receiving));
    TRY(check_end_of_flight());
  }
  return reader_.keep(budget);
}

// What is not whole is kept, unless its header tells that it cannot be taken.
Result<void> Handshaking::judge_begun() {
  const auto begun = reader_.begun();
  if (!begun) return {};
  const auto* client = std::get_if<ClientHandshake>(&machine_);
  const auto* server = std::get_if<ServerHandshake>(&machine_);
  assert(client != nullptr || server != nullptr);
  const Result<void> judged = client != nullptr ? client->judge_header(begun->type, begun->length)
                                                : server->judge_header(begun->type, begun->length);
  if (!judged) message_in_hand_ = begun->type;
  return judged;
}

Result<void> Handshaking::receive(const HandshakeMessage& message) {
  // fault: AC-025a AC-025b
  message_in_hand_ = message.type;
  if (config().trace) config().trace->message(false, message.type, message.encoding.size());
  if (auto* client = std::get_if<ClientHandshake>(&machine_)) return client->receive(message);
  auto* server = std::get_if<ServerHandshake>(&machine_);
  assert(server != nullptr);
  return server->receive(message);
}

// Section 5.1: no message spans a change of keys.
Result<void> Handshaking::take_keys(ReceivingHalf& receiving) {
  record::ReadState& read = receiving.read();
  if (message_in_hand_) read.client_hello_seen();
  if (core().record_size_limit) read.limit_records(as_record_size(*core().record_size_limit));
  if (std::exchange(core().skip_early_data, false)) {
    read.skip_early_data(config().limits.early_data_skipped);
  }
  auto& next = core().next_read;
  if (!next) return {};
  // fault: AC-015a
  ENSURE(!reader_.has_rest(), Error::message_across_key_change);
  TRY(read.protect(next->phase, core().cipher_suite(), std::move(next->traffic_secret)));
  next.reset();
  if (config().trace) config().trace->key_change(false);
  return {};
}

Result<void> Handshaking::check_end_of_flight() {
  ENSURE(!std::exchange(core().has_spoken, false) || !reader_.has_rest(),
         Error::excess_handshake_data);
  return {};
}

// Section 4.7.1.
Result<void> Handshaking::take_early_data(std::size_t size) {
  // fault: AC-078a AC-078b
  ENSURE(size <= core().early_data_left, Error::too_much_early_data);
  core().early_data_left -= static_cast<std::uint32_t>(size);
  return {};
}

// A client may send what the session allows; a server, which has accepted some, as much as it
// likes.
std::size_t Handshaking::early_data_room() const {
  if (due_ || !core().may_send_early || !core().flight.is_sent()) return 0;
  const bool is_client = std::holds_alternative<ClientHandshake>(machine_);
  return is_client ? core().early_data_left : record::max_content_size;
}

void Handshaking::early_data_sent(std::size_t size) {
  if (!std::holds_alternative<ClientHandshake>(machine_)) return;
  core().early_data_left -= static_cast<std::uint32_t>(size);
}

namespace {

struct AsEvent {
  std::optional<Event> operator()(std::monostate) const { return std::nullopt; }
  std::optional<Event> operator()(const auto& question) const { return Event(question); }
};

}  // namespace

std::optional<Event> Handshaking::question() const {
  return std::visit(AsEvent{}, core().question);
}

Result<void> Handshaking::resume(const ServerConfig& config) {
  auto* server = std::get_if<ServerHandshake>(&machine_);
  ENSURE(server != nullptr, Error::no_question);
  return server->resume(config);
}

Result<void> Handshaking::resume(const KnownPsk& known) {
  auto* server = std::get_if<ServerHandshake>(&machine_);
  ENSURE(server != nullptr, Error::no_question);
  return server->resume(known);
}

Result<void> Handshaking::resume(const Presented& presented) {
  auto* client = std::get_if<ClientHandshake>(&machine_);
  ENSURE(client != nullptr, Error::no_question);
  return client->resume(presented);
}

Result<void> Handshaking::resume(const Signature& signature) {
  if (auto* client = std::get_if<ClientHandshake>(&machine_)) return client->resume(signature);
  auto* server = std::get_if<ServerHandshake>(&machine_);
  ENSURE(server != nullptr, Error::no_question);
  return server->resume(signature);
}

Result<void> Handshaking::resume(const Verdict& verdict) {
  if (auto* client = std::get_if<ClientHandshake>(&machine_)) return client->resume(verdict);
  auto* server = std::get_if<ServerHandshake>(&machine_);
  ENSURE(server != nullptr, Error::no_question);
  return server->resume(verdict);
}

Result<std::unique_ptr<SessionKeeper>> Handshaking::session_keeper() {
  if (auto* client = std::get_if<ClientHandshake>(&machine_)) return client->session_keeper();
  return std::unique_ptr<SessionKeeper>();
}

void Handshaking::forget(bool tells) {
  if (is_over()) return;
  Remains remains;
  // fault: AC-234b
  if (tells) {
    cut_flight();
    remains.flight = std::move(core().flight);
  } else {
    due_.reset();
  }
  const std::string_view name = server_name();
  remains.server_name_size = std::min(name.size(), remains.server_name.size());
  std::ranges::copy(name.substr(0, remains.server_name_size), remains.server_name.begin());
  remains.peer_chain = std::move(core().peer_chain);
  remains.psk_identity = std::move(core().proof.psk_identity);
  // What a server says that did not prove who it is, is worth nothing.
  if (core().ech_rejected) remains.ech_retry_configs = std::move(core().ech_retry_configs);
  remains.early_exporter_secret = std::move(core().early_exporter_secret);
  remains.verdict_detail = std::move(core().verdict_detail);
  machine_.emplace<Remains>(std::move(remains));
}

std::span<const Bytes> Handshaking::peer_chain() {
  auto* remains = std::get_if<Remains>(&machine_);
  return (remains != nullptr ? remains->peer_chain : core().peer_chain).certificates();
}

const PeerChain& Handshaking::staples() const {
  const auto* remains = std::get_if<Remains>(&machine_);
  return remains != nullptr ? remains->peer_chain : core().peer_chain;
}

std::string_view Handshaking::server_name() const {
  if (const auto* client = std::get_if<ClientHandshake>(&machine_)) return client->server_name();
  if (const auto* server = std::get_if<ServerHandshake>(&machine_)) return server->server_name();
  const auto* remains = std::get_if<Remains>(&machine_);
  return std::string_view(remains->server_name.data(), remains->server_name_size);
}

Bytes Handshaking::psk_identity() const {
  const auto* remains = std::get_if<Remains>(&machine_);
  return (remains != nullptr ? remains->psk_identity : core().proof.psk_identity).content();
}

Bytes Handshaking::ech_retry_configs() const {
  const auto* remains = std::get_if<Remains>(&machine_);
  return remains != nullptr ? remains->ech_retry_configs.content() : Bytes{};
}

const crypto::HashSecret& Handshaking::early_exporter_secret() const {
  const auto* remains = std::get_if<Remains>(&machine_);
  return remains != nullptr ? remains->early_exporter_secret : core().early_exporter_secret;
}

std::string_view Handshaking::verdict_detail() const {
  const auto* remains = std::get_if<Remains>(&machine_);
  return remains != nullptr ? remains->verdict_detail : core().verdict_detail;
}

}  // namespace nacre
