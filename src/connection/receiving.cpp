// The receiving half of a connection. RFC 9846, sections 4.7, 5 and 6.
#include "connection/receiving.h"

#include <utility>

#include "record/alert.h"

namespace nacre {

struct ReceivingHalf::Partial {
  Partial(crypto::Arena* where, MessageReader kept, MemoryBudget left)
      : arena(where), reader(std::move(kept)), budget(left) {}

  crypto::Arena* arena;
  MessageReader reader;
  MemoryBudget budget;
};

ReceivingHalf::ReceivingHalf(ReceivingHalf&&) noexcept = default;
ReceivingHalf::~ReceivingHalf() = default;

namespace {

// A server that answers without state cannot tell whether a ClientHello came before (section 5).
record::InboundPhase first_phase(const Endpoint& endpoint) noexcept {
  const auto* server = std::get_if<ServerConfig>(&endpoint);
  return server != nullptr && !server->impl().cookie_key ? record::InboundPhase::client_hello
                                                         : record::InboundPhase::unprotected;
}

}  // namespace

ReceivingHalf::ReceivingHalf(const Endpoint& endpoint) noexcept
    : read_(first_phase(endpoint)), post_handshake_(role(endpoint)) {
  // Without state, early data may come before the ClientHello that begins this connection.
  const auto* server = std::get_if<ServerConfig>(&endpoint);
  if (server != nullptr && server->impl().cookie_key) {
    read_.skip_early_data(server->impl().limits.early_data_skipped);
  }
}

void ReceivingHalf::forget() noexcept {
  read_.forget();
  partial_.reset();
}

Result<void> ReceivingHalf::take(Event& event, ContentType type, MutableBytes content,
                                 bool connected, const Context& context, InHand& in_hand) {
  if (type == ContentType::alert) return take_alert(event, content, connected, context, in_hand);
  // fault: AC-028 AC-032 AC-081c
  if (type == ContentType::change_cipher_spec || content.empty()) {
    return guard_.record_without_progress(context.config.limits);
  }
  // fault: AC-002.2
  ENSURE(connected, Error::unexpected_record);
  guard_.application_data();
  event.emplace<ApplicationData>(content);
  return {};
}

Result<void> ReceivingHalf::take_alert(Event& event, Bytes content, bool connected,
                                       const Context& context, InHand& in_hand) {
  TRY(const AlertDescription description, record::read_alert(content));
  if (Trace* trace = context.config.trace.get()) trace->alert(false, description);
  // fault: AC-089b
  switch (record::classify(description)) {
    case record::AlertClass::warning:
      TRY(guard_.warning(context.config.limits));
      is_canceled_ = true;
      return {};
    case record::AlertClass::closure:
      in_hand.peer_alert = is_canceled_ ? AlertDescription::user_canceled : description;
      // fault: AC-086a
      ENSURE(connected, Error::peer_canceled);
      // fault: AC-085c
      is_closed_ = true;
      // fault: AC-085b
      read_.forget();
      event = PeerClosed{};
      return {};
    case record::AlertClass::error:
      break;
  }
  in_hand.peer_alert = description;
  return fail(Error::peer_alert);
}

Result<void> ReceivingHalf::advance(Step& step, MutableBytes incoming, const Context& context,
                                    InHand& in_hand) {
  // Section 6.1: what comes after close_notify is ignored.
  if (is_closed_) {
    step = {incoming.size(), 0, PeerClosed{}};
    return {};
  }
  const bool within_message = partial_ && partial_->reader.has_rest();
  TRY(const record::Arrival record, read_.next(incoming, within_message));
  if (record.size == 0) {
    step.event = NeedInput{record.needed};
    return {};
  }
  const MutableBytes content = record.content.in(incoming);
  if (record.content.type == ContentType::handshake) {
    TRY(take_handshake(content, context, in_hand));
    if (in_hand.tickets > 0) step.event = TicketReceived{in_hand.tickets};
  } else {
    TRY(take(step.event, record.content.type, content, true, context, in_hand));
  }
  step.consumed = record.size;
  done(record.size);
  return {};
}

Result<void> ReceivingHalf::take_handshake(Bytes content, const Context& context, InHand& in_hand) {
  count_handshake();
  if (partial_) {
    TRY(partial_->reader.add(content, partial_->budget));
    TRY(take_messages(partial_->reader, partial_->budget, context, in_hand));
    if (!partial_->reader.has_rest()) partial_.reset();
    return {};
  }
  MessageReader reader(context.config.limits.handshake_message);
  MemoryBudget budget(context.config.limits.handshake_memory, context.arena);
  TRY(reader.add(content, budget));
  TRY(take_messages(reader, budget, context, in_hand));
  if (!reader.has_rest()) return {};
  partial_ = make_owned<Partial>(context.arena, std::move(reader), budget);
  ENSURE(partial_, Error::out_of_memory);
  return {};
}

Result<void> ReceivingHalf::take_messages(MessageReader& reader, MemoryBudget& budget,
                                          const Context& context, InHand& in_hand) {
  while (true) {
    TRY(const auto message, reader.next(budget));
    if (!message) return keep_begun(reader, budget, in_hand);
    in_hand.message = message->type;
    if (Trace* trace = context.config.trace.get()) {
      trace->message(false, message->type, message->encoding.size());
    }
    TRY(const auto key_update, post_handshake_.receive(*message, context.config.limits,
                                                       in_hand.tickets, in_hand.extension));
    if (key_update) TRY(take_key_update(*key_update, !reader.has_rest(), context, in_hand));
    in_hand.message.reset();
  }
}

// Unless its header tells that it cannot be taken.
Result<void> ReceivingHalf::keep_begun(MessageReader& reader, MemoryBudget& budget,
                                       InHand& in_hand) {
  if (const auto begun = reader.begun()) {
    in_hand.message = begun->type;
    // fault: AC-202a
    TRY(post_handshake_.judge_header(begun->type, begun->length));
    in_hand.message.reset();
  }
  return reader.keep(budget);
}

// Section 4.7.3.
Result<void> ReceivingHalf::take_key_update(KeyUpdateRequest request, bool at_end,
                                            const Context& context, InHand& in_hand) {
  TRY(guard_.key_update(context.config.limits));
  // fault: AC-015b AC-082a
  ENSURE(at_end, Error::message_across_key_change);
  TRY(read_.update());
  if (Trace* trace = context.config.trace.get()) trace->key_change(false);
  context.link.end_request();
  in_hand.asks_for_key_update = request == KeyUpdateRequest::update_requested;
  if (in_hand.asks_for_key_update) context.link.owe_key_update();
  return {};
}

}  // namespace nacre
