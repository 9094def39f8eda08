// The two halves of a connection, for a thread each.
#include "connection/halves.h"

#include <utility>

#include "connection/impl.h"
#include "record/alert.h"

namespace nacre {

// Until both halves exist, this connection is what it was.
Result<std::pair<Receiver, Sender>> Connection::split() && {
  // fault: AC-233a
  Impl& whole = *impl_;
  TRY(whole.check_alive());
  ENSURE(whole.is_complete, Error::not_ready);
  whole.handshaking.reset();  // its memory may be needed
  TRY(auto links, SharedLink::make(whole.arena, whole.link));
  // What is made is made of what is moved only where there is memory for it.
  auto sender = make_owned<Sender::Impl>(whole.arena, whole.endpoint, std::move(whole.sending),
                                         std::move(links.second));
  ENSURE(sender, Error::out_of_memory);
  auto receiver = make_owned<Receiver::Impl>(whole.arena, whole.endpoint,
                                             std::move(whole.receiving), std::move(links.first));
  if (!receiver) {
    // fault: AC-233b
    whole.sending = std::move(sender->sending);
    return fail(Error::out_of_memory);
  }
  impl_.reset();
  return std::pair(Receiver(std::move(receiver)), Sender(std::move(sender)));
}

Receiver::Receiver(Owned<Impl> impl) : impl_(std::move(impl)) {}
Receiver::Receiver(Receiver&&) noexcept = default;
Receiver& Receiver::operator=(Receiver&&) noexcept = default;
Receiver::~Receiver() = default;

Result<void> Receiver::Impl::check_alive() {
  const auto error = (*link).error();
  if (!error) return {};
  if (!failure) failure = describe_failure(*error, {}, receiving.offset());
  receiving.forget();
  return fail(*error);
}

void Receiver::Impl::end(Error error, const InHand& in_hand) {
  failure = describe_failure(error, in_hand, receiving.offset());
  (*link).end(error, failure->alert_from_peer ? std::nullopt : failure->alert);
  receiving.forget();
}

Result<Step> Receiver::advance(MutableBytes incoming) {
  // fault: AC-082c
  TRY(impl_->check_alive());
  InHand in_hand;
  Result<Step> step;
  const auto done = impl_->receiving.advance(*step, incoming, impl_->context(), in_hand);
  if (!done) {
    impl_->end(done.error(), in_hand);
    step = fail(done.error());
  } else if (in_hand.asks_for_key_update) {
    step->event = NeedOutput{max_control_record_size};
  }
  return step;
}

Result<void> Receiver::transport_closed() {
  TRY(impl_->check_alive());
  // fault: AC-087c
  if (impl_->receiving.is_closed()) return {};
  impl_->end(Error::truncated_stream, {});
  return fail(Error::truncated_stream);
}

const std::optional<Failure>& Receiver::failure() const {
  return impl_->failure;
}

Sender::Sender(Owned<Impl> impl) : impl_(std::move(impl)) {}
Sender::Sender(Sender&&) noexcept = default;
Sender& Sender::operator=(Sender&&) noexcept = default;
Sender::~Sender() = default;

Result<std::size_t> Sender::Impl::last_words(MutableBytes outgoing) {
  const auto error = (*link).error();
  if (!error) return 0U;
  const auto alert = (*link).owed_alert();
  if (alert && !sending.is_closed()) {
    const auto written = sending.alert(*alert, outgoing, context());
    if (written == fail(Error::buffer_too_small)) return written;
    (*link).alert_settled();
    sending.forget();
    if (written) return written;
  }
  sending.forget();
  return fail(*error);
}

auto Sender::seal(Bytes plaintext, MutableBytes outgoing) -> Result<Connection::Sealed> {
  return seal_pieces(std::span(&plaintext, 1), outgoing);
}

auto Sender::seal_pieces(std::span<const Bytes> pieces, MutableBytes outgoing)
    -> Result<Connection::Sealed> {
  TRY(const std::size_t alert, impl_->last_words(outgoing));
  if (alert > 0) return Connection::Sealed{0, alert};
  const auto sealed = impl_->sending.seal_pieces(pieces, outgoing, impl_->context());
  impl_->watch(sealed);
  return sealed;
}

MutableBytes Sender::body(MutableBytes outgoing) const {
  return impl_->sending.body(outgoing);
}

Result<std::size_t> Sender::seal_body(std::size_t length, MutableBytes outgoing) {
  TRY(const std::size_t alert, impl_->last_words(outgoing));
  if (alert > 0) return alert;
  return impl_->checked(impl_->sending.seal_body(length, outgoing, impl_->context()));
}

Result<std::size_t> Sender::update_keys(bool request_peer, MutableBytes outgoing) {
  TRY(const std::size_t alert, impl_->last_words(outgoing));
  if (alert > 0) return alert;
  return impl_->checked(impl_->sending.update_keys(request_peer, outgoing, impl_->context()));
}

Result<std::size_t> Sender::close(MutableBytes outgoing) {
  if (impl_->sending.is_closed()) return 0U;
  TRY(const std::size_t alert, impl_->last_words(outgoing));
  if (alert > 0) return alert;
  return impl_->checked(impl_->sending.close(outgoing, impl_->context()));
}

Result<std::size_t> Sender::abort(AlertDescription alert, MutableBytes outgoing) {
  ENSURE(record::classify(alert) == record::AlertClass::error, Error::wrong_call);
  (*impl_->link).end(Error::application_refused, alert);
  return impl_->last_words(outgoing);
}

Result<std::size_t> Sender::flush(MutableBytes outgoing) {
  TRY(const std::size_t alert, impl_->last_words(outgoing));
  if (alert > 0 || !(*impl_->link).owes_key_update()) return alert;
  return impl_->checked(impl_->sending.renew_keys(outgoing, impl_->context()));
}

}  // namespace nacre
