#include "shim/exchange.h"

#include <algorithm>
#include <string>

namespace nacre::bogo {
namespace {

constexpr AlertDescription test_alert{30};  // decompression_failure, which TLS 1.3 lacks
// The runner's limit counts a record's content: its header and protection come on top.
constexpr std::size_t record_overhead = 5;

std::vector<Bytes> first_writes(const Flags& flags) {
  if (flags.read_with_unfinished_write) return {bytes_of(flags.shim_initial_write)};
  if (!flags.shim_writes_first) return {};
  return std::vector<Bytes>(flags.repeat_shim_initial_write, bytes_of(flags.shim_initial_write));
}

// Of the front: what was taken of it.
void take(std::vector<Bytes>& writes, std::size_t size) {
  writes.front() = writes.front().subspan(size);
  if (writes.front().empty()) writes.erase(writes.begin());
}

}  // namespace

bool is_rejected(const Connection& connection, const Meeting& meeting) {
  return meeting.is_resumption && !meeting.flags.server &&
         connection.negotiated().early_data == EarlyDataStatus::rejected;
}

Exchange::Exchange(const Meeting& meeting, Connection connection, Transport transport,
                   const Surroundings& surroundings, const Messages& messages)
    : meeting_(meeting),
      surroundings_(surroundings),
      messages_(messages),
      connection_(std::move(connection)),
      transport_(std::move(transport)),
      out_(meeting.flags.max_send_fragment > 0 ? meeting.flags.max_send_fragment + record_overhead
                                               : 2 * max_record_size),
      first_(first_writes(meeting.flags)) {}

// Behind what is still unsent.
Result<void> Exchange::send(Bytes bytes) {
  if (unsent_.empty()) return transport_.send(bytes);
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<void> Exchange::finish_unsent() {
  return transport_.send(std::exchange(unsent_, {}));
}

Result<Event> Exchange::advance() {
  // Who reads has nothing to send: a KeyUpdate is answered with the next data, however many came.
  const MutableBytes room = connection_.is_complete() ? MutableBytes() : MutableBytes(out_);
  auto step = connection_.advance(inbox_, room);
  if (!step) {
    if (room.empty()) step = connection_.advance(inbox_, out_);  // which has the alert
    // The runner may be gone.
    const auto told = send(Bytes(out_).first(connection_.alert_size()));
    (void)told;
    return fail(step.error());
  }
  is_retry_ = is_rejected(connection_, meeting_);
  if (const auto* data = std::get_if<ApplicationData>(&step->event)) {
    data_.assign(data->data.begin(), data->data.end());
  }
  if (const auto* data = std::get_if<EarlyData>(&step->event)) {
    data_.assign(data->data.begin(), data->data.end());
  }
  const bool moved = step->consumed + step->produced > 0;
  TRY(send(Bytes(out_).first(step->produced)));
  inbox_.erase(inbox_.begin(),
               std::next(inbox_.begin(), static_cast<std::ptrdiff_t>(step->consumed)));
  const auto* need = std::get_if<NeedInput>(&step->event);
  wants_input_ = need != nullptr && (inbox_.empty() || !moved);
  return step->event;
}

Result<std::optional<Event>> Exchange::next() {
  while (true) {
    if (std::exchange(wants_input_, false)) {
      const auto before = static_cast<std::ptrdiff_t>(inbox_.size());
      TRY(const bool came, transport_.receive(inbox_));
      if (!came) return std::optional<Event>{};
      if (flags().fail_early_callback_ech_rewind) {
        heard_.insert(heard_.end(), std::next(inbox_.begin(), before), inbox_.end());
      }
      if (!connection_.is_complete()) TRY(finish_unsent());
    }
    TRY(const Event event, advance());
    TRY(write_early());
    const bool is_about_buffers = std::holds_alternative<NeedInput>(event) ||
                                  std::holds_alternative<NeedOutput>(event) ||
                                  std::holds_alternative<TicketReceived>(event);
    if (!is_about_buffers) return std::optional(event);
  }
}

// A client's, as soon as it may and is told to.
Result<void> Exchange::write_early() {
  if (meeting_.flags.server || connection_.early_data_room() == 0) return {};
  if (meeting_.flags.export_keying_material > 0) {
    // Which nothing but the handshake's end makes safe.
    std::vector<std::uint8_t> material(meeting_.flags.export_keying_material);
    TRY(connection_.export_keying_material(meeting_.flags.export_label,
                                           bytes_of(meeting_.flags.export_context), material));
  }
  const unsigned wanted = meeting_.flags.early_write_after_message;
  if (wanted != 0 && messages_.last_type() != wanted) return {};
  while (!first_.empty() && connection_.early_data_room() > 0) {
    TRY(const auto sealed, connection_.early_data(first_.front(), out_));
    take(first_, sealed.consumed);
    TRY(send_part(Bytes(out_).first(sealed.produced)));
  }
  return {};
}

// Answered before the client has shown that it is there.
Result<void> Exchange::echo_early() {
  for (std::uint8_t& byte : data_) byte ^= 0xff;
  for (Bytes rest = data_; !rest.empty();) {
    const Bytes part = rest.first(std::min<std::size_t>(rest.size(), flags().read_size));
    TRY(const auto sealed, connection_.early_data(part, out_));
    TRY(send(Bytes(out_).first(sealed.produced)));
    rest = rest.subspan(sealed.consumed);
  }
  return {};
}

Result<void> Exchange::write(Bytes data) {
  while (!data.empty()) {
    TRY(const auto sealed, connection_.seal(data, out_));
    TRY(send(Bytes(out_).first(sealed.produced)));
    data = data.subspan(sealed.consumed);
  }
  return {};
}

// All of it, or its first byte alone.
Result<void> Exchange::send_part(Bytes record) {
  if (!flags().read_with_unfinished_write || !unsent_.empty()) return send(record);
  unsent_.assign(std::next(record.begin()), record.end());
  return transport_.send(record.first(1));
}

Result<void> Exchange::write_first() {
  if (is_rejected(connection_, meeting_)) first_ = first_writes(meeting_.retry);
  while (!first_.empty()) {
    TRY(const auto sealed, connection_.seal(first_.front(), out_));
    TRY(send_part(Bytes(out_).first(sealed.produced)));
    take(first_, sealed.consumed);
  }
  return {};
}

Result<void> Exchange::echo() {
  while (true) {
    if (flags().key_update_before_read) {
      TRY(const std::size_t size, connection_.update_keys(false, out_));
      TRY(send(Bytes(out_).first(size)));
    }
    TRY(const auto event, next());
    if (!event) {
      const auto ended = connection_.transport_closed();
      return flags().check_close_notify ? ended : Result<void>{};
    }
    if (std::holds_alternative<PeerClosed>(*event)) {
      peer_closed_ = true;
      return {};
    }
    ENSURE(std::holds_alternative<ApplicationData>(*event), Error::internal);
    TRY(finish_unsent());
    if (flags().key_update) {
      TRY(const std::size_t size, connection_.update_keys(false, out_));
      TRY(send(Bytes(out_).first(size)));
    }
    for (std::uint8_t& byte : data_) byte ^= 0xff;
    for (Bytes rest = data_; !rest.empty();) {
      const Bytes part = rest.first(std::min<std::size_t>(rest.size(), flags().read_size));
      TRY(write(part));
      rest = rest.subspan(part.size());
    }
  }
}

Result<void> Exchange::close() {
  // Nothing to close: the transport ended without close_notify, which was asked, or we sent an
  // alert.
  if (connection_.failure()) return {};
  TRY(const std::size_t size, connection_.close(out_));
  if (!send(Bytes(out_).first(size))) return {};  // the runner is gone already
  if (!flags().shim_shuts_down || !flags().check_close_notify) return {};
  while (!peer_closed_) {
    TRY(const auto event, next());
    if (!event) return connection_.transport_closed();
    peer_closed_ = std::holds_alternative<PeerClosed>(*event);
    ENSURE(peer_closed_, Error::internal);  // data after the runner was told to stop
  }
  return {};
}

Result<void> Exchange::talk(const Secrets& secrets) {
  if (flags().export_keying_material > 0) {
    std::vector<std::uint8_t> material(flags().export_keying_material);
    TRY(connection_.export_keying_material(flags().export_label, bytes_of(flags().export_context),
                                           material));
    TRY(write(material));
  }
  if (flags().export_traffic_secrets) TRY(write(secrets.as_sent_by(flags().server)));
  if (flags().send_alert) {
    TRY(const std::size_t size, connection_.abort(test_alert, out_));
    return send(Bytes(out_).first(size));
  }
  TRY(write_first());
  return flags().shim_shuts_down ? Result<void>{} : echo();
}

}  // namespace nacre::bogo
