// A connection with a transport and buffers.
#include "nacre/stream.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "nacre/try.h"

namespace nacre {

struct StreamCore::Impl {
  Impl(Connection whole, std::unique_ptr<AnyTransport> way)
      : connection(std::move(whole)), transport(std::move(way)) {}

  Result<void> send(std::size_t size);
  Result<void> fill(std::size_t at_least);
  Result<Event> next_event();
  Result<void> answer(const Event& question, Answers& answers);
  Result<void> cancel(Error error);

  Connection connection;
  std::unique_ptr<AnyTransport> transport;
  // Two records: while one is handled, the next one may arrive.
  std::vector<std::uint8_t> incoming = std::vector<std::uint8_t>(2 * max_record_size);
  std::vector<std::uint8_t> outgoing = std::vector<std::uint8_t>(max_record_size);
  std::size_t begin = 0;
  std::size_t end = 0;
  MutableBytes unread;  // application data, in `incoming`
  std::vector<std::uint8_t> early_data;
  bool peer_closed = false;
  bool is_broken = false;  // nothing can be written any more
};

Result<void> StreamCore::Impl::send(std::size_t size) {
  ENSURE(size == 0 || !is_broken, Error::transport);
  Bytes rest = Bytes(outgoing).first(size);
  while (!rest.empty()) {
    const auto sent = transport->write(rest);
    is_broken = sent == fail(Error::transport);
    if (!sent) return fail(sent.error());
    rest = rest.subspan(*sent);
  }
  return {};
}

// Waits for so many bytes behind those that are there.
Result<void> StreamCore::Impl::fill(std::size_t at_least) {
  if (begin > 0) {
    const MutableBytes kept = MutableBytes(incoming).subspan(begin, end - begin);
    std::ranges::copy(kept, incoming.begin());
    end -= begin;
    begin = 0;
  }
  for (const std::size_t enough = end + at_least; end < enough;) {
    TRY(const std::size_t size, transport->read(MutableBytes(incoming).subspan(end)));
    // fault: AC-086b
    if (size == 0) {
      ENSURE(!is_broken, Error::transport);
      TRY(connection.transport_closed());
      return fail(Error::truncated_stream);
    }
    end += size;
  }
  return {};
}

// Moves bytes until the application has something to do.
Result<Event> StreamCore::Impl::next_event() {
  while (true) {
    const MutableBytes input = MutableBytes(incoming).subspan(begin, end - begin);
    const Result<Step> step = connection.advance(input, outgoing);
    if (!step) {
      // The peer may be gone: the cause matters more than that it was told.
      (void)send(connection.alert_size());
      return fail(step.error());
    }
    begin += step->consumed;
    // A peer that hangs up may have left an alert, which tells more than a broken pipe.
    if (const auto sent = send(step->produced); !sent && !is_broken) return fail(sent.error());
    if (const auto* need = std::get_if<NeedInput>(&step->event)) {
      TRY(fill(need->at_least));
    } else if (!std::holds_alternative<NeedOutput>(step->event)) {
      return step->event;
    }
  }
}

// An answer that cannot be given cancels the handshake.
Result<void> StreamCore::Impl::cancel(Error error) {
  const auto alert = alert_for(error);
  const auto size = alert ? connection.abort(*alert, outgoing) : connection.close(outgoing);
  if (size) (void)send(*size);
  return fail(error);
}

Result<void> StreamCore::Impl::answer(const Event& question, Answers& answers) {
  if (const auto* hello = std::get_if<ClientHelloSeen>(&question)) {
    const auto config = answers.configuration(*hello);
    if (!config) return cancel(config.error());
    (void)connection.resume(*config);
  } else if (const auto* offered = std::get_if<PskOffered>(&question)) {
    const auto known = answers.psk(*offered);
    if (!known) return cancel(known.error());
    (void)connection.resume(KnownPsk{*known});
  } else if (const auto* certificate = std::get_if<CertificateWanted>(&question)) {
    const auto credential = answers.certificate(*certificate);
    if (!credential) return cancel(credential.error());
    (void)connection.resume(Presented{*credential});
  } else if (const auto* wanted = std::get_if<SignatureWanted>(&question)) {
    std::array<std::uint8_t, 5'000> room{};
    const auto size = answers.sign(*wanted, room);
    const Bytes signature = size && *size <= room.size() ? Bytes(room).first(*size) : Bytes{};
    (void)connection.resume(Signature{signature});
  } else if (const auto* chain = std::get_if<ChainToJudge>(&question)) {
    (void)connection.resume(answers.judge(*chain));
  } else {
    return fail(Error::internal);
  }
  // What went wrong with an answer, the next step tells the peer and us.
  return {};
}

StreamCore::StreamCore(Connection connection, std::unique_ptr<AnyTransport> transport)
    : impl_(std::make_unique<Impl>(std::move(connection), std::move(transport))) {}
StreamCore::StreamCore(StreamCore&&) noexcept = default;
StreamCore& StreamCore::operator=(StreamCore&&) noexcept = default;
StreamCore::~StreamCore() = default;

Result<void> StreamCore::handshake(Answers* answers) {
  Answers refusals;
  while (!impl_->connection.is_complete()) {
    TRY(const Event event, impl_->next_event());
    if (std::holds_alternative<HandshakeComplete>(event)) break;
    if (const auto* early = std::get_if<EarlyData>(&event)) {
      for (const std::uint8_t octet : early->data) impl_->early_data.push_back(octet);
      continue;
    }
    TRY(impl_->answer(event, answers != nullptr ? *answers : refusals));
  }
  return {};
}

Result<std::size_t> StreamCore::write_early(Bytes data) {
  // The ClientHello goes first.
  TRY(const Step step, impl_->connection.advance({}, impl_->outgoing));
  TRY(impl_->send(step.produced));
  std::size_t written = 0;
  while (written < data.size() && impl_->connection.early_data_room() > 0) {
    TRY(const auto sealed, impl_->connection.early_data(data.subspan(written), impl_->outgoing));
    TRY(impl_->send(sealed.produced));
    written += sealed.consumed;
  }
  return written;
}

Bytes StreamCore::early_data() const {
  return impl_->early_data;
}

Result<void> StreamCore::write(Bytes data) {
  while (!data.empty()) {
    TRY(const auto sealed, impl_->connection.seal(data, impl_->outgoing));
    TRY(impl_->send(sealed.produced));
    data = data.subspan(sealed.consumed);
  }
  return {};
}

Result<MutableBytes> StreamCore::read(MutableBytes buffer) {
  ENSURE(impl_->connection.is_complete(), Error::not_ready);
  ENSURE(!buffer.empty(), Error::buffer_too_small);
  while (impl_->unread.empty() && !impl_->peer_closed) {
    TRY(const Event event, impl_->next_event());
    if (const auto* received = std::get_if<ApplicationData>(&event)) impl_->unread = received->data;
    impl_->peer_closed = std::holds_alternative<PeerClosed>(event);
  }
  const std::size_t size = std::min(buffer.size(), impl_->unread.size());
  std::ranges::copy(impl_->unread.first(size), buffer.begin());
  impl_->unread = impl_->unread.subspan(size);
  return buffer.first(size);
}

Result<void> StreamCore::close() {
  TRY(const std::size_t size, impl_->connection.close(impl_->outgoing));
  return impl_->send(size);
}

Result<void> StreamCore::update_keys(bool request_peer) {
  TRY(const std::size_t size, impl_->connection.update_keys(request_peer, impl_->outgoing));
  return impl_->send(size);
}

Connection& StreamCore::connection() {
  return impl_->connection;
}

AnyTransport& StreamCore::transport() {
  return *impl_->transport;
}

}  // namespace nacre
