// The sending half of a connection. RFC 9846, sections 4.7.3, 5 and 6.
#include "connection/sending.h"

#include <algorithm>
#include <array>
#include <optional>

#include "messages/handshake_message.h"
#include "record/alert.h"
#include "wire/writer.h"

namespace nacre {

namespace {

constexpr std::size_t key_update_size = 5;
// The record of a KeyUpdate without padding.
constexpr std::size_t key_update_record_size = record::protected_expansion + key_update_size;
static_assert(2 * key_update_record_size <= max_control_record_size);

}  // namespace

Result<void> SendingHalf::check_open() const {
  ENSURE(!is_closed_, Error::closed);
  ENSURE(is_open_, Error::not_ready);
  return {};
}

std::size_t SendingHalf::padding(std::size_t length, MutableBytes room,
                                 const Context& context) const {
  if (!context.config.padding) return 0;
  const record::PaddingPolicy policy{.function = &context.config.padding};
  return record::padding_for(policy, length, write_.padding_room(length, room.size()));
}

Result<Connection::Sealed> SendingHalf::seal_pieces(std::span<const Bytes> pieces,
                                                    MutableBytes outgoing, const Context& context) {
  TRY(check_open());
  TRY(const std::size_t before, renew_keys(outgoing, context));
  const MutableBytes room = outgoing.subspan(before);
  const std::size_t most = write_.content_room(room.size());
  record::Pieces content{pieces};
  bool is_empty = true;
  for (const Bytes& piece : pieces) {
    content.length += std::min(piece.size(), most - content.length);
    is_empty = is_empty && piece.empty();
  }
  if ((content.length == 0 && !is_empty) || room.size() < write_.expansion()) {
    ENSURE(before > 0, Error::buffer_too_small);
    return Connection::Sealed{0, before};
  }
  TRY(const std::size_t size, write_.seal_pieces(ContentType::application_data, content,
                                                 padding(content.length, room, context), room));
  return Connection::Sealed{content.length, before + size};
}

Result<Connection::Sealed> SendingHalf::seal_early(Bytes plaintext, MutableBytes outgoing,
                                                   const Context& context) {
  const Bytes content =
      plaintext.first(std::min(plaintext.size(), write_.content_room(outgoing.size())));
  ENSURE(!content.empty() || plaintext.empty(), Error::buffer_too_small);
  TRY(const std::size_t size, write_.seal(ContentType::application_data, content,
                                          padding(content.size(), outgoing, context), outgoing));
  return Connection::Sealed{content.size(), size};
}

// Leaves room behind the body for a KeyUpdate: seal_body() may have to send one first.
MutableBytes SendingHalf::body(MutableBytes outgoing) const {
  const std::size_t reserve = std::min(outgoing.size(), key_update_record_size);
  const std::size_t room = write_.content_room(outgoing.size() - reserve);
  if (!is_open_ || is_closed_ || room == 0) return {};
  return outgoing.subspan(record::header_size, room);
}

Result<std::size_t> SendingHalf::seal_body(std::size_t length, MutableBytes outgoing,
                                           const Context& context) {
  TRY(check_open());
  // Room for a KeyUpdate and for the record behind it, before either: keys that have changed do not
  // change back, and a KeyUpdate that is lost is the end of the connection.
  // fault: AC-230a
  ENSURE(outgoing.size() >= key_update_record_size + write_.expansion(), Error::buffer_too_small);
  ENSURE(length <= body(outgoing).size(), Error::buffer_too_small);
  std::size_t before = 0;
  if (must_renew_keys(context)) {
    const MutableBytes written = outgoing.subspan(record::header_size, length);
    const MutableBytes moved =
        outgoing.subspan(key_update_record_size).subspan(record::header_size);
    std::ranges::copy_backward(written, moved.first(length).end());
    TRY(before, renew_keys(outgoing.first(key_update_record_size), context));
  }
  const MutableBytes room = outgoing.subspan(before);
  TRY(const std::size_t size, write_.seal_in_place(ContentType::application_data, length,
                                                   padding(length, room, context), room));
  return before + size;
}

// Section 4.7.3: an update that would exceed the number of updates is left out, and the request
// for it ignored.
bool SendingHalf::must_renew_keys(const Context& context) {
  if (!write_.may_update()) context.link.key_update_answered();
  // fault: AC-041b
  return context.link.owes_key_update() || (write_.must_update() && write_.may_update());
}

Result<std::size_t> SendingHalf::renew_keys(MutableBytes outgoing, const Context& context) {
  if (!is_open_ || is_closed_ || !must_renew_keys(context)) return 0U;
  return key_update(KeyUpdateRequest::update_not_requested, outgoing, context);
}

Result<std::size_t> SendingHalf::update_keys(bool request_peer, MutableBytes outgoing,
                                             const Context& context) {
  TRY(check_open());
  ENSURE(write_.may_update(), Error::aead_limit);
  ENSURE(outgoing.size() >= 2 * key_update_record_size, Error::buffer_too_small);
  if (!request_peer) return key_update(KeyUpdateRequest::update_not_requested, outgoing, context);

  // The peer's own request wants an answer that asks for nothing.
  TRY(const std::size_t before, renew_keys(outgoing.first(key_update_record_size), context));
  if (!write_.may_update()) return before;
  const auto request = context.link.begin_request() ? KeyUpdateRequest::update_requested
                                                    : KeyUpdateRequest::update_not_requested;
  TRY(const std::size_t size, key_update(request, outgoing.subspan(before), context));
  return before + size;
}

// Any KeyUpdate is an answer to a request that came before it.
Result<std::size_t> SendingHalf::key_update(KeyUpdateRequest request, MutableBytes outgoing,
                                            const Context& context) {
  // fault: AC-230b
  ENSURE(outgoing.size() >= key_update_record_size, Error::buffer_too_small);
  std::array<std::uint8_t, key_update_size> message{};
  wire::Writer writer(message);
  TRY(write_message(writer, KeyUpdate{request}));
  if (request == KeyUpdateRequest::update_not_requested) context.link.key_update_answered();
  TRY(const std::size_t size, write_.seal(ContentType::handshake, message,
                                          padding(message.size(), outgoing, context), outgoing));
  TRY(write_.update());
  if (Trace* trace = context.config.trace.get()) {
    trace->message(true, HandshakeType::key_update, message.size());
    trace->key_change(true);
  }
  return size;
}

Result<std::size_t> SendingHalf::alert(AlertDescription description, MutableBytes outgoing,
                                       const Context& context) {
  const auto content = record::encode(description);
  TRY(const std::size_t size, write_.seal(ContentType::alert, content,
                                          padding(content.size(), outgoing, context), outgoing));
  if (Trace* trace = context.config.trace.get()) trace->alert(true, description);
  // fault: AC-085a
  if (description != AlertDescription::user_canceled) forget();
  return size;
}

// Section 6.1: a handshake is canceled by user_canceled, which close_notify has to follow.
Result<std::size_t> SendingHalf::close(MutableBytes outgoing, const Context& context) {
  if (is_closed_) return 0U;
  std::size_t before = 0;
  if (!is_open_) {
    const std::size_t size = write_.expansion() + record::alert_size;
    ENSURE(outgoing.size() >= 2 * size, Error::buffer_too_small);
    TRY(before, alert(AlertDescription::user_canceled, outgoing.first(size), context));
  }
  TRY(const std::size_t size,
      alert(AlertDescription::close_notify, outgoing.subspan(before), context));
  return before + size;
}

void SendingHalf::forget() noexcept {
  is_closed_ = true;
  write_.forget();
}

}  // namespace nacre
