// A connection with a transport and buffers.
#include "nacre/stream.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/hash.h"
#include "nacre/try.h"

namespace nacre {

namespace {

crypto::Digest digest_of(Bytes data) {
  return crypto::hash(crypto::HashAlgorithm::sha256, data);
}

// What became of data that was to be sent: where a call failed, the next one goes on behind what
// the records so far have taken, if it comes with the same data.
class Progress {
 public:
  // How much of `data` is taken already. Errors: wrong_call.
  Result<std::size_t> begin(Bytes data) {
    if (!interrupted_) return 0U;
    // fault: AC-232c
    ENSURE(std::ranges::equal(digest_of(data).bytes(), interrupted_->bytes()), Error::wrong_call);
    return taken_;
  }
  // A call has failed when it had taken so much.
  void interrupt(Bytes data, std::size_t taken) {
    if (taken > 0) interrupted_ = digest_of(data);
    taken_ = taken;
  }
  void end() { interrupted_.reset(); }

 private:
  std::optional<crypto::Digest> interrupted_;
  std::size_t taken_ = 0;
};

}  // namespace

struct StreamCore::Impl {
  Impl(Connection whole, std::unique_ptr<AnyTransport> way)
      : connection(std::move(whole)), transport(std::move(way)) {}

  Result<void> send(std::size_t size);
  Result<void> send_rest();
  Result<void> fill(std::size_t at_least);
  Result<Event> next_event();
  bool keeps_rest() const;
  Result<std::optional<Event>> read_beside();
  void tell_why();
  Result<void> write_some(Bytes data, std::size_t& taken);
  Result<void> write_early_some(Bytes data, std::size_t& taken);
  Result<void> answer(const Event& question, Answers& answers);
  Result<std::size_t> end_connection();
  Result<void> cancel(Error error);
  Result<void> shake_hands(Answers& answers);

  Connection connection;
  std::unique_ptr<AnyTransport> transport;
  // Two records: while one is handled, the next one may arrive.
  std::vector<std::uint8_t> incoming = std::vector<std::uint8_t>(2 * max_record_size);
  std::vector<std::uint8_t> outgoing = std::vector<std::uint8_t>(max_record_size);
  std::size_t begin = 0;
  std::size_t end = 0;
  Bytes unsent;                // the rest of records that were begun, in `outgoing`
  std::optional<Event> event;  // one that waits until they are sent
  Progress written;
  Progress written_early;
  MutableBytes unread;  // application data, in `incoming`
  std::vector<std::uint8_t> early_data;
  bool peer_closed = false;
  bool is_broken = false;  // nothing can be written any more
};

// What was begun is sent before anything else is sealed: a record that is cut short is the end of
// the connection.
Result<void> StreamCore::Impl::send(std::size_t size) {
  ENSURE(size == 0 || !is_broken, Error::transport);
  unsent = Bytes(outgoing).first(size);
  return send_rest();
}

Result<void> StreamCore::Impl::send_rest() {
  ENSURE(unsent.empty() || !is_broken, Error::transport);
  while (!unsent.empty()) {
    const auto sent = transport->write(unsent);
    is_broken = sent == fail(Error::transport);
    if (!sent) return fail(sent.error());
    unsent = unsent.subspan(std::min(*sent, unsent.size()));
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

// What an interrupted call has left of a record waits for that call. Until then the peer is read
// from: it may not read before it has written.
bool StreamCore::Impl::keeps_rest() const {
  return connection.is_complete() && !event && !unsent.empty() && !is_broken;
}

Result<std::optional<Event>> StreamCore::Impl::read_beside() {
  const MutableBytes input = MutableBytes(incoming).subspan(begin, end - begin);
  TRY(const Step step, connection.advance(input, {}));
  begin += step.consumed;
  if (const auto* need = std::get_if<NeedInput>(&step.event)) {
    TRY(fill(need->at_least));
  } else if (std::holds_alternative<NeedOutput>(step.event)) {
    TRY(send_rest());
  } else {
    return step.event;
  }
  return std::nullopt;
}

// Moves bytes until the application has something to do. An event is kept until what was produced
// with it is sent, so that a call that is interrupted loses neither.
Result<Event> StreamCore::Impl::next_event() {
  while (true) {
    if (keeps_rest()) {
      TRY(auto read, read_beside());
      if (read) return *read;
      continue;
    }
    // A peer that hangs up may have left an alert, which tells more than a broken pipe.
    if (const auto sent = send_rest(); !sent && !is_broken) return fail(sent.error());
    if (is_broken) unsent = {};
    if (event) return *std::exchange(event, std::nullopt);
    const MutableBytes input = MutableBytes(incoming).subspan(begin, end - begin);
    const Result<Step> step = connection.advance(input, outgoing);
    if (!step) {
      tell_why();
      return fail(step.error());
    }
    begin += step->consumed;
    unsent = Bytes(outgoing).first(step->produced);
    if (const auto* need = std::get_if<NeedInput>(&step->event)) {
      if (const auto sent = send_rest(); !sent && !is_broken) return fail(sent.error());
      TRY(fill(need->at_least));
    } else if (!std::holds_alternative<NeedOutput>(step->event)) {
      event = step->event;
    }
  }
}

// Sends the alert, and what goes before it. The peer may be gone: the cause matters more than that
// it was told.
void StreamCore::Impl::tell_why() {
  while (const std::size_t size = connection.alert_size()) {
    if (!send(size)) return;
    (void)connection.advance({}, outgoing).has_value();
  }
}

// What is left of a handshake message goes before the alerts, and may be longer than a record.
Result<std::size_t> StreamCore::Impl::end_connection() {
  Result<std::size_t> size = connection.close(outgoing);
  while (size == fail(Error::buffer_too_small) && outgoing.size() < 16 * max_record_size) {
    outgoing.resize(2 * outgoing.size());
    size = connection.close(outgoing);
  }
  return size;
}

// An answer that cannot be given cancels the handshake.
Result<void> StreamCore::Impl::cancel(Error error) {
  const auto alert = alert_for(error);
  const auto size = alert ? connection.abort(*alert, outgoing) : end_connection();
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

Result<void> StreamCore::Impl::shake_hands(Answers& answers) {
  while (!connection.is_complete() || event) {
    TRY(const Event next, next_event());
    if (std::holds_alternative<HandshakeComplete>(next)) break;
    if (const auto* early = std::get_if<EarlyData>(&next)) {
      for (const std::uint8_t octet : early->data) early_data.push_back(octet);
      continue;
    }
    TRY(answer(next, answers));
  }
  return {};
}

Result<void> StreamCore::handshake(Answers* answers) {
  Answers refusals;
  // fault: AC-241e
  impl_->transport->set_up(true);
  const auto done = impl_->shake_hands(answers != nullptr ? *answers : refusals);
  // fault: AC-241f
  impl_->transport->set_up(false);
  return done;
}

Result<void> StreamCore::Impl::write_early_some(Bytes whole, std::size_t& taken) {
  TRY(send_rest());
  // The ClientHello goes first.
  TRY(const Step step, connection.advance({}, outgoing));
  TRY(send(step.produced));
  while (taken < whole.size() && connection.early_data_room() > 0) {
    TRY(const auto sealed, connection.early_data(whole.subspan(taken), outgoing));
    taken += sealed.consumed;
    TRY(send(sealed.produced));
  }
  return {};
}

Result<std::size_t> StreamCore::write_early(Bytes data) {
  TRY(std::size_t taken, impl_->written_early.begin(data));
  const auto done = impl_->write_early_some(data, taken);
  if (!done) {
    impl_->written_early.interrupt(data, taken);
    return fail(done.error());
  }
  impl_->written_early.end();
  return taken;
}

Bytes StreamCore::early_data() const {
  return impl_->early_data;
}

Result<void> StreamCore::Impl::write_some(Bytes whole, std::size_t& taken) {
  // fault: AC-232a
  TRY(send_rest());
  while (taken < whole.size()) {
    TRY(const auto sealed, connection.seal(whole.subspan(taken), outgoing));
    taken += sealed.consumed;
    TRY(send(sealed.produced));
  }
  return {};
}

Result<void> StreamCore::write(Bytes data) {
  TRY(std::size_t taken, impl_->written.begin(data));
  const auto done = impl_->write_some(data, taken);
  // fault: AC-232b
  const bool is_interrupted = !done && !impl_->unsent.empty() && !impl_->is_broken;
  if (is_interrupted) impl_->written.interrupt(data, taken);
  if (!is_interrupted) impl_->written.end();
  return done;
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
  TRY(impl_->send_rest());
  TRY(const std::size_t size, impl_->end_connection());
  // A question that waits views what the handshake had.
  if (!impl_->connection.is_complete()) impl_->event.reset();
  return impl_->send(size);
}

Result<void> StreamCore::update_keys(bool request_peer) {
  TRY(impl_->send_rest());
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
