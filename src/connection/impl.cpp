// How a Connection moves: output first, then at most one record of input.
#include "connection/impl.h"

#include <algorithm>
#include <utility>

#include "nacre/names.h"
#include "record/alert.h"

namespace nacre {

// All that an established connection costs.
static_assert(sizeof(Connection::Impl) + sizeof(Connection) <= 1'600);

Failure describe_failure(Error error, const InHand& in_hand, std::uint64_t offset) {
  const bool from_peer = in_hand.peer_alert.has_value();
  return Failure{.error = error,
                 .alert = from_peer ? in_hand.peer_alert : alert_for(error),
                 .alert_from_peer = from_peer,
                 .message = in_hand.message,
                 .extension = in_hand.extension,
                 .offset = offset};
}

Result<void> Connection::Impl::check_alive() {
  const auto error = link.error();
  if (!error) return {};
  if (!failure) failure = describe_failure(*error, {}, receiving.offset());
  if (failure->error == Error::closed) failure->alert.reset();
  return fail(*error);
}

// Section 6.2. An alert is no answer to an alert, and nothing follows our own close_notify.
void Connection::Impl::end(Error error, std::optional<AlertDescription> alert,
                           const InHand& in_hand) {
  if (link.error()) return;
  InHand known = in_hand;
  if (handshaking && !handshaking->is_over() && !is_complete) {
    if (!known.message) known.message = handshaking->message_in_hand();
    known.extension = handshaking->core().extension_in_hand;
  }
  failure = describe_failure(error, known, receiving.offset());
  if (!failure->alert_from_peer) failure->alert = alert;
  const bool may_tell = !failure->alert_from_peer && !sending.is_closed();
  if (!failure->alert_from_peer && !may_tell) failure->alert.reset();
  link.end(error, may_tell ? failure->alert : std::nullopt);
  if (!link.owed_alert()) sending.forget();
  receiving.forget();
  exporter_secret.clear();
  if (handshaking) handshaking->forget(link.owed_alert().has_value());
}

// What was produced before the failure is to be sent before the alert: it has been numbered.
void Connection::Impl::write_alert(MutableBytes outgoing, std::size_t produced) {
  alert_size = static_cast<std::uint16_t>(produced);
  const auto alert = link.owed_alert();
  if (!alert) return;
  const auto written = write_last(*alert, outgoing, alert_size);
  if (written == fail(Error::buffer_too_small)) return;
  link.alert_settled();
  sending.forget();
}

// An alert behind what must go before it. `size` counts what `outgoing` holds.
Result<void> Connection::Impl::write_last(AlertDescription alert, MutableBytes outgoing,
                                          std::uint16_t& size) {
  if (handshaking) {
    Step step;
    step.produced = size;
    const auto wanted = handshaking->drain(step, outgoing, sending, common(endpoint));
    size = static_cast<std::uint16_t>(step.produced);
    TRY(const std::size_t room, wanted);
    ENSURE(room == 0, Error::buffer_too_small);
  }
  TRY(const std::size_t written, sending.alert(alert, outgoing.subspan(size), context()));
  size = static_cast<std::uint16_t>(size + written);
  return {};
}

Result<Step> Connection::Impl::advance(MutableBytes incoming, MutableBytes outgoing) {
  alert_size = 0;
  // One call handles one record, and needs no more room than two.
  const MutableBytes room = outgoing.first(std::min<std::size_t>(outgoing.size(), 0xffff));
  if (const auto alive = check_alive(); !alive) {
    write_alert(room, 0);
    return fail(alive.error());
  }
  if (is_complete) handshaking.reset();

  Result<Step> step;
  InHand in_hand;
  const Result<void> done = is_complete ? exchange(*step, incoming, room, in_hand)
                                        : handshake(*step, incoming, room, in_hand);
  if (!done) {
    end(done.error(), in_hand);
    write_alert(room, step->produced);
    step = fail(done.error());
  }
  return step;
}

namespace {

// Early data that brings something, or that is passed over.
bool is_early_data(record::Content content, record::InboundPhase phase) {
  return content.is_skipped ||
         (phase == record::InboundPhase::early_data &&
          content.type == ContentType::application_data && content.length > 0);
}

}  // namespace

Result<void> Connection::Impl::handshake(Step& step, MutableBytes incoming, MutableBytes outgoing,
                                         InHand& in_hand) {
  TRY(const bool is_settled, settle(step, outgoing));
  if (is_settled) return {};
  // What a question has held up.
  TRY(handshaking->take_messages(receiving));
  TRY(const bool asks_again, settle(step, outgoing));
  if (asks_again) return {};

  TRY(const auto record, receiving.read().next(incoming, handshaking->within_message()));
  if (record.size == 0) {
    step.event = NeedInput{record.needed};
    return {};
  }
  const MutableBytes content = record.content.in(incoming);
  if (is_early_data(record.content, receiving.read().phase())) {
    TRY(handshaking->take_early_data(record.content.length));
    if (!record.content.is_skipped) step.event = EarlyData{content};
    receiving.done(record.size);
    step.consumed = record.size;
    return {};
  }
  if (record.content.type == ContentType::handshake) {
    receiving.count_handshake();
    TRY(handshaking->add(content));
    TRY(handshaking->take_messages(receiving));
  } else {
    TRY(receiving.take(step.event, record.content.type, content, false, context(), in_hand));
  }
  receiving.done(record.size);
  step.consumed = record.size;
  TRY(const bool has_event, settle(step, outgoing));
  (void)has_event;
  return {};
}

// Sends what there is to send, and says whether the caller has something to do but to read: then it
// is in `step.event`.
Result<bool> Connection::Impl::settle(Step& step, MutableBytes outgoing) {
  TRY(const std::size_t wanted, handshaking->drain(step, outgoing, sending, common(endpoint)));
  if (wanted > 0) {
    step.event = NeedOutput{wanted};
    return true;
  }
  if (auto question = handshaking->question()) {
    step.event = *question;
    return true;
  }
  ENSURE(!handshaking->core().ech_rejected, Error::ech_rejected);
  if (!handshaking->core().complete) return false;
  TRY(handshaking->take_keys(receiving));
  TRY(complete(handshaking->core()));
  step.event = HandshakeComplete{};
  return true;
}

Result<void> Connection::Impl::complete(HandshakeCore& core) {
  TRY(auto keeper, handshaking->session_keeper());
  receiving.keep_tickets(std::move(keeper));
  const Negotiated& negotiated = core.established.negotiated;
  const auto& protocols = common(endpoint).alpn;
  const auto protocol = std::ranges::find(protocols, negotiated.alpn);
  const auto index = static_cast<std::uint16_t>(protocol - protocols.begin() + 1);
  agreed = {negotiated.cipher_suite,
            negotiated.group,
            negotiated.server_signature_scheme.value_or(SignatureScheme{}),
            negotiated.client_signature_scheme.value_or(SignatureScheme{}),
            protocol == protocols.end() ? std::uint16_t{0} : index,
            negotiated.retried,
            negotiated.key_source,
            negotiated.began_with,
            negotiated.early_data,
            negotiated.peer_certificate_type,
            negotiated.ech};
  exporter_secret = std::move(core.established.exporter_secret);
  sending.open();
  is_complete = true;
  handshaking->forget();
  return {};
}

Result<void> Connection::Impl::exchange(Step& step, MutableBytes incoming, MutableBytes outgoing,
                                        InHand& in_hand) {
  TRY(receiving.advance(step, incoming, context(), in_hand));
  // A peer's requests are answered when it has no more to say, several at once (section 4.7.3).
  // fault: AC-081d
  if (!link.owes_key_update() || (step.consumed > 0 && !receiving.is_closed())) return {};
  const auto renewed = sending.renew_keys(outgoing, context());
  // fault: AC-082b
  if (renewed == fail(Error::buffer_too_small)) return {};
  TRY(step.produced, renewed);
  return {};
}

Result<std::size_t> Connection::Impl::close(MutableBytes outgoing) {
  TRY(check_alive());
  if (is_complete) return sending.close(outgoing, context());
  // Without a sending half there is no handshake.
  TRY(const std::size_t size, cancel(outgoing));
  link.end(Error::closed, std::nullopt);
  receiving.forget();
  handshaking->forget();
  return size;
}

// Section 5.1: the rest of a message that is sent in part goes first. All of it, or nothing.
Result<std::size_t> Connection::Impl::cancel(MutableBytes outgoing) {
  Step step;
  // fault: AC-234a
  if (const std::size_t before = handshaking->room_before_alert(sending); before > 0) {
    ENSURE(outgoing.size() >= before + max_control_record_size, Error::buffer_too_small);
    handshaking->cut_flight();
    TRY(const std::size_t wanted,
        handshaking->drain(step, outgoing.first(before), sending, common(endpoint)));
    ENSURE(wanted == 0, Error::internal);
  }
  TRY(const std::size_t size, sending.close(outgoing.subspan(step.produced), context()));
  return step.produced + size;
}

auto Connection::Impl::early_data(Bytes plaintext, MutableBytes outgoing) -> Result<Sealed> {
  TRY(check_alive());
  const std::size_t room = early_data_room();
  ENSURE(room > 0, Error::no_early_data);
  const Bytes content = plaintext.first(std::min(plaintext.size(), room));
  TRY(const Sealed sealed, sending.seal_early(content, outgoing, context()));
  handshaking->early_data_sent(sealed.consumed);
  return sealed;
}

std::size_t Connection::Impl::early_data_room() const {
  const bool is_under_way = handshaking && !is_complete && !handshaking->is_over();
  return is_under_way ? handshaking->early_data_room() : 0;
}

Result<std::size_t> Connection::Impl::abort(AlertDescription alert, MutableBytes outgoing) {
  TRY(check_alive());
  ENSURE(record::classify(alert) == record::AlertClass::error, Error::wrong_call);
  end(Error::application_refused, alert, {});
  write_alert(outgoing.first(std::min<std::size_t>(outgoing.size(), 0xffff)), 0);
  return alert_size;
}

Negotiated Connection::Impl::negotiated() const {
  if (!is_complete) {
    const bool is_known = handshaking && !handshaking->is_over();
    return is_known ? handshaking->core().established.negotiated : Negotiated{};
  }
  const auto given = [](SignatureScheme scheme) {
    return scheme == SignatureScheme{} ? std::nullopt : std::optional(scheme);
  };
  Negotiated negotiated{.cipher_suite = agreed.cipher_suite,
                        .group = agreed.group,
                        .server_signature_scheme = given(agreed.server_scheme),
                        .client_signature_scheme = given(agreed.client_scheme),
                        .peer_certificate_type = agreed.peer_certificate_type,
                        .alpn = {},
                        .retried = agreed.retried,
                        .key_source = agreed.key_source,
                        .began_with = agreed.began_with,
                        .early_data = agreed.early_data,
                        .ech = agreed.ech};
  if (agreed.protocol != 0) negotiated.alpn = common(endpoint).alpn.at(agreed.protocol - 1U);
  return negotiated;
}

}  // namespace nacre
