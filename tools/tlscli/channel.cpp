// Drives Connection over a socket. Nothing but wait() blocks.
#include "tlscli/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "nacre/client_hello.h"

namespace nacre::tlscli {
namespace {

// What a handshake needs; and what is worth it where much is to be moved.
constexpr std::size_t buffer_size = max_record_size;
constexpr std::size_t large_buffer_size = 8 * max_record_size;
constexpr std::size_t greeting_size = 8;
constexpr double linger_seconds = 1.0;

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Channel::Channel(Connection connection, TcpSocket socket, int stop)
    : connection_(std::move(connection)),
      socket_(std::move(socket)),
      stop_(stop),
      in_(buffer_size),
      out_(buffer_size) {}

bool Channel::stopped() const {
  if (stop_ < 0) return false;
  pollfd ready{.fd = stop_, .events = POLLIN, .revents = 0};
  return ::poll(&ready, 1, 0) > 0;
}

void Channel::compact_output() {
  const MutableBytes pending = MutableBytes(out_).subspan(out_begin_, out_end_ - out_begin_);
  std::ranges::copy(pending, out_.begin());
  out_begin_ = 0;
  out_end_ = pending.size();
}

// One call of Connection::advance(), with its bytes accounted for.
Result<Step> Channel::advance() {
  compact_output();
  auto step = connection_.advance(unread(), room());
  if (!step) {
    out_end_ += connection_.alert_size();
    return step;
  }
  in_begin_ += step->consumed;
  out_end_ += step->produced;
  return step;
}

Result<void> Channel::take_hello(const ClientHelloSeen& seen) {
  ENSURE(config_, Error::internal);
  TRY(const auto hello, ClientHelloView::read(seen.client_hello));
  fingerprint_ = ja4(hello).text();
  return connection_.resume(*config_);
}

// Reads once from the socket. False when nothing has come; the end of the transport is an error
// unless the peer announced it.
Result<bool> Channel::fill() {
  std::ranges::copy(unread(), in_.begin());
  in_end_ -= std::exchange(in_begin_, 0);
  const MutableBytes free = MutableBytes(in_).subspan(in_end_);
  const ssize_t count = ::recv(descriptor(), free.data(), free.size(), MSG_DONTWAIT);
  if (count < 0) {
    if (would_block(errno)) return false;
    system_error_ = errno;
    return fail(Error::transport);
  }
  if (count == 0) {
    TRY(connection_.transport_closed());
    peer_closed_ = true;
    return true;
  }
  const auto size = static_cast<std::size_t>(count);
  for (const std::uint8_t byte : free.first(size)) {
    if (greeting_.size() == greeting_size || byte < 0x20 || byte > 0x7e) break;
    greeting_ += static_cast<char>(byte);
  }
  in_end_ += size;
  if (in_end_ == in_.size() && in_.size() < large_buffer_size) in_.resize(large_buffer_size);
  return true;
}

Result<Channel::Received> Channel::receive() {
  if (complete_ && !early_.empty()) {
    given_ = std::exchange(early_, {});
    return Data{given_};
  }
  while (!peer_closed_) {
    if (needs_input_) {
      drain();  // where the peer no longer reads, it may have said why: that is still to be read
      TRY(const bool came, fill());
      if (!came) return Blocked{};
      needs_input_ = false;
      continue;
    }
    TRY(const Step step, advance());
    if (const auto* data = std::get_if<ApplicationData>(&step.event)) return Data{data->data};
    if (std::holds_alternative<HandshakeComplete>(step.event)) {
      complete_ = true;
      return Complete{};
    }
    if (std::holds_alternative<PeerClosed>(step.event)) {
      peer_closed_ = true;
    } else if (const auto* early = std::get_if<EarlyData>(&step.event)) {
      early_.insert(early_.end(), early->data.begin(), early->data.end());
    } else if (const auto* came = std::get_if<TicketReceived>(&step.event)) {
      tickets_ += came->count;
    } else if (const auto* seen = std::get_if<ClientHelloSeen>(&step.event)) {
      TRY(take_hello(*seen));
    } else if (const auto* need = std::get_if<NeedInput>(&step.event)) {
      const bool moved = step.consumed + step.produced != 0;
      needs_input_ = need->at_least != 0 || unread().empty() || !moved;
    } else if (const auto* output = std::get_if<NeedOutput>(&step.event)) {
      TRY(flush());
      if (has_output()) return Blocked{};
      if (output->at_least > out_.size()) out_.resize(output->at_least);
    } else {
      return fail(Error::internal);  // a question that our configs never ask
    }
  }
  return Ended{};
}

Result<std::size_t> Channel::send(Bytes data) {
  TRY(flush());
  if (data.empty() || has_output()) return std::size_t{0};
  compact_output();
  if (data.size() > max_record_size && out_.size() < large_buffer_size) {
    out_.resize(large_buffer_size);
  }
  std::size_t taken = 0;
  while (taken < data.size() && room().size() >= max_record_size) {
    TRY(const auto sealed, connection_.seal(data.subspan(taken), room()));
    out_end_ += sealed.produced;
    taken += sealed.consumed;
  }
  TRY(flush());
  return taken;
}

Result<void> Channel::flush() {
  while (has_output()) {
    const Bytes pending = Bytes(out_).subspan(out_begin_, out_end_ - out_begin_);
    const ssize_t count =
        ::send(descriptor(), pending.data(), pending.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      out_begin_ += static_cast<std::size_t>(count);
    } else if (would_block(errno)) {
      return {};
    } else {
      system_error_ = errno;
      return fail(Error::transport);
    }
  }
  if (closing_) socket_.shutdown_write();
  return {};
}

Result<void> Channel::wait(bool for_input, Deadline deadline) {
  const auto events = static_cast<short>((for_input ? POLLIN : 0) | (has_output() ? POLLOUT : 0));
  if (!wait_for(descriptor(), events, stop_, deadline)) return fail(Error::timed_out);
  if (stopped()) return fail(Error::closed);
  return {};
}

Result<bool> Channel::send_early(Bytes data, Deadline deadline) {
  TRY(advance());  // the ClientHello
  if (data.empty() || connection_.early_data_room() < data.size()) return false;
  while (!data.empty()) {
    compact_output();
    if (room().size() >= max_record_size) {
      TRY(const auto sealed, connection_.early_data(data, room()));
      out_end_ += sealed.produced;
      data = data.subspan(sealed.consumed);
    }
    TRY(flush());
    if (has_output()) TRY(wait(false, deadline));
  }
  return true;
}

Result<void> Channel::wait_for_ticket(Deadline deadline) {
  while (true) {
    TRY(const auto received, receive());
    if (tickets_ != 0 || std::holds_alternative<Ended>(received)) return {};
    if (std::holds_alternative<Blocked>(received)) TRY(wait(true, deadline));
    if (deadline.has_passed()) return fail(Error::timed_out);
  }
}

Result<void> Channel::handshake(Deadline deadline) {
  while (true) {
    auto received = receive();
    if (!received) {
      drain();
      return fail(received.error());
    }
    if (std::holds_alternative<Complete>(*received)) return flush();
    if (std::holds_alternative<Ended>(*received)) return fail(Error::truncated_stream);
    // A peer that sends a byte now and then does not get more time.
    if (deadline.has_passed()) return fail(Error::timed_out);
    TRY(wait(true, deadline));
  }
}

Result<Bytes> Channel::read(Deadline deadline) {
  while (true) {
    auto received = receive();
    if (!received) {
      drain();
      return fail(received.error());
    }
    if (const auto* data = std::get_if<Data>(&*received); data != nullptr && !data->bytes.empty()) {
      return data->bytes;
    }
    if (std::holds_alternative<Ended>(*received)) return Bytes();
    if (std::holds_alternative<Blocked>(*received)) TRY(wait(true, deadline));
  }
}

Result<void> Channel::write(Bytes data, Deadline deadline) {
  while (!data.empty() || has_output()) {
    TRY(const std::size_t taken, send(data));
    data = data.subspan(taken);
    if (has_output()) TRY(wait(false, deadline));
  }
  return {};
}

Result<void> Channel::start_close() {
  if (closing_) return flush();
  compact_output();
  TRY(const std::size_t produced, connection_.close(room()));
  out_end_ += produced;
  closing_ = true;
  return flush();
}

Result<void> Channel::close(Deadline deadline) {
  TRY(write({}, deadline));
  TRY(start_close());
  return write({}, deadline);
}

// Sends what the kernel takes at once, and forgets the rest where the peer is gone.
void Channel::drain() {
  if (const auto sent = flush(); !sent) out_begin_ = out_end_;
}

void Channel::linger() {
  const Deadline deadline = Deadline::after(linger_seconds);
  drain();
  socket_.shutdown_write();
  while (wait_for(descriptor(), POLLIN, stop_, deadline) && !deadline.has_passed() && !stopped()) {
    const ssize_t count = ::recv(descriptor(), in_.data(), in_.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && !would_block(errno))) return;
  }
}

}  // namespace nacre::tlscli
