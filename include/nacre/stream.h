// A connection with a transport and buffers: the easy way in.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/config.h"
#include "nacre/connection.h"
#include "nacre/error.h"

namespace nacre {

// How long setting up a connection takes at most, and each read and write after that, where nothing
// else is asked for.
inline constexpr std::chrono::milliseconds default_timeout = std::chrono::seconds(10);

// Anything that moves bytes in order: a socket, a pipe, a test. read() waits for at least one byte,
// and returns 0 at the end; write() writes at least one byte. How long they wait is the transport's
// to bound: one that has a member set_up(bool) is told when the handshake begins (true) and has
// ended (false), so that a peer that sends a byte now and then cannot draw it out.
template <class T>
concept Transport = requires(T transport, Bytes out, MutableBytes in) {
  { transport.write(out) } -> std::same_as<Result<std::size_t>>;
  { transport.read(in) } -> std::same_as<Result<std::size_t>>;
};

// The same, as an interface: what Stream drives its transport through.
class NACRE_API AnyTransport {
 public:
  virtual ~AnyTransport() = default;
  virtual Result<std::size_t> read(MutableBytes in) = 0;
  virtual Result<std::size_t> write(Bytes out) = 0;
  // The handshake begins, or has ended: until it has, all calls together may be bounded.
  virtual void set_up(bool /*under_way*/) {}
};

// Answers the questions of a handshake for a Stream. The defaults refuse. They are inline, so that
// an application may derive from it with run-time type information, which the library lacks.
class NACRE_API Answers {
 public:
  virtual ~Answers() = default;
  virtual Result<ServerConfig> configuration(const ClientHelloSeen& /*hello*/) {
    return fail(Error::unrecognized_name);
  }
  // Nothing: none of the identities is known.
  virtual Result<std::optional<ExternalPsk>> psk(const PskOffered& /*offered*/) {
    return std::optional<ExternalPsk>{};
  }
  // Nothing: the server gets an empty list.
  virtual Result<std::optional<Credential>> certificate(const CertificateWanted& /*wanted*/) {
    return std::optional<Credential>{};
  }
  // Writes the signature to `out` (at least 5,000 bytes) and returns its length.
  virtual Result<std::size_t> sign(const SignatureWanted& /*wanted*/, MutableBytes /*out*/) {
    return fail(Error::signing_failed);
  }
  virtual Verdict judge(const ChainToJudge& /*chain*/) { return {Error::application_refused}; }
};

// Where a Stream is used wrongly or its peer misbehaves, connection().failure() tells more. Belongs
// to one thread at a time.
class NACRE_API StreamCore {
 public:
  StreamCore(Connection connection, std::unique_ptr<AnyTransport> transport);
  StreamCore(StreamCore&&) noexcept;
  StreamCore& operator=(StreamCore&&) noexcept;
  ~StreamCore();

  // Returns once the handshake is complete. On failure the alert has been sent. A TcpSocket bounds
  // all of it (timed_out): called again, it goes on, with as much time.
  Result<void> handshake(Answers* answers = nullptr);
  // A client's, before handshake(): sends as much of `data` as may go early, and returns how much
  // that is: 0 where no session is resumed that allows it, and with ask_session_verdict(), whose
  // question handshake() alone answers. See Connection::early_data():
  // connection().negotiated().early_data tells what became of it, and nothing is sent again. Where
  // it fails with timed_out, call it again as write(), or go on with handshake().
  Result<std::size_t> write_early(Bytes data);
  // A server's, after handshake(): the early data that it has accepted, which may be a replay.
  // Bounded by ServerConfig::Builder::EarlyData::max_size.
  Bytes early_data() const NACRE_LIFETIMEBOUND;
  // Sends all of `data`. Where it fails because the transport did (timed_out), some of it may be on
  // its way: call it again with the same data, and it goes on where it stopped. Other data is
  // wrong_call then; close() is always possible, and cuts the data short.
  Result<void> write(Bytes data);
  // Waits for data, and returns the front of `buffer` that it fills: empty after close_notify.
  // Errors: truncated_stream where the transport ends without it.
  Result<MutableBytes> read(MutableBytes buffer NACRE_LIFETIMEBOUND);
  // Sends close_notify. Without it, the peer must assume that the data was cut short.
  Result<void> close();
  // Changes the keys, and asks the peer to do so too (RFC 9846, section 4.7.3).
  Result<void> update_keys(bool request_peer);

  // What lies below. Reading or writing past the stream breaks it.
  Connection& connection() NACRE_LIFETIMEBOUND;
  AnyTransport& transport() NACRE_LIFETIMEBOUND;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

template <Transport T>
class Stream : public StreamCore {
 public:
  Stream(Connection connection, T transport)
      : StreamCore(std::move(connection), std::make_unique<Holder>(std::move(transport))) {}

 private:
  struct Holder final : AnyTransport {
    explicit Holder(T held) : transport(std::move(held)) {}
    Result<std::size_t> read(MutableBytes in) override { return transport.read(in); }
    Result<std::size_t> write(Bytes out) override { return transport.write(out); }
    void set_up(bool under_way) override {
      if constexpr (requires { transport.set_up(under_way); }) transport.set_up(under_way);
    }
    T transport;
  };
};

// Returns once the handshake is complete, and the server is who it says it is. For a failure with
// its circumstances, and for Encrypted Client Hello, whose rejection says how to try again, make
// the Stream yourself and call handshake().
template <Transport T>
Result<Stream<T>> connect(const ClientConfig& config, std::string_view server_name, T transport) {
  auto connection = Connection::client(config, server_name);
  if (!connection) return fail(connection.error());
  Stream<T> stream(*std::move(connection), std::move(transport));
  if (auto done = stream.handshake(); !done) return fail(done.error());
  return stream;
}

// Returns once the handshake is complete.
template <Transport T>
Result<Stream<T>> accept(const ServerConfig& config, T transport) {
  auto connection = Connection::server(config);
  if (!connection) return fail(connection.error());
  Stream<T> stream(*std::move(connection), std::move(transport));
  if (auto done = stream.handshake(); !done) return fail(done.error());
  return stream;
}

class Deadline;

// A connected TCP socket; closed by its destructor. Never raises SIGPIPE. Where bytes that have
// come were not read, closing it resets the connection, and what was written last may be lost: read
// until the peer has ended first.
class NACRE_API TcpSocket {
 public:
  // Tries each address of `host` in turn. `timeout` bounds the whole set-up, name resolution, this
  // connection and a Stream's handshake over it together, and each read() and write() after that;
  // zero: no bound; negative: it has passed. A name that is not resolved in time leaves a thread
  // behind until the resolver gives up; there are 128 of these at most. Errors: name_not_found,
  // transport, timed_out, out_of_memory.
  static Result<TcpSocket> connect(std::string_view host, std::uint16_t port,
                                   std::chrono::milliseconds timeout = default_timeout);
  // Takes over an open descriptor. `timeout` bounds a Stream's handshake over it, and each read()
  // and write() else; zero: no bound.
  explicit TcpSocket(int descriptor, std::chrono::milliseconds timeout = default_timeout);
  TcpSocket(TcpSocket&& other) noexcept;
  TcpSocket& operator=(TcpSocket&& other) noexcept;
  ~TcpSocket();

  // One recv or send: how many bytes it moved; read gives 0 when the peer has ended. Errors:
  // transport, timed_out.
  Result<std::size_t> read(MutableBytes buffer);
  Result<std::size_t> write(Bytes data);
  // Tells the peer that no more bytes follow.
  void shutdown_write();
  int descriptor() const { return descriptor_; }
  // For Stream. While a handshake is under way all read() and write() have one time together.
  void set_up(bool under_way);
  // What a handshake over it may take; zero: no bound.
  std::chrono::milliseconds set_up_time() const { return time_.for_set_up; }

 private:
  struct Time {
    std::chrono::milliseconds for_call{};  // zero: no bound, for set-up neither
    std::chrono::milliseconds for_set_up{};
    std::optional<std::chrono::steady_clock::time_point> end;  // of a set-up under way
    Deadline deadline() const;
  };
  int descriptor_ = -1;
  Time time_;
};

// A listening TCP socket.
class NACRE_API TcpListener {
 public:
  // `port` 0: any that is free. Errors: transport, name_not_found, timed_out, out_of_memory.
  static Result<TcpListener> bind(std::string_view address, std::uint16_t port);
  TcpListener(TcpListener&& other) noexcept;
  TcpListener& operator=(TcpListener&& other) noexcept;
  ~TcpListener();

  // Waits for a connection, as long as none comes. Its socket has default_timeout, as if it had
  // been given to TcpSocket's constructor. Errors: transport.
  Result<TcpSocket> accept();
  // The same, where `timeout` bounds this call too; zero: no bound. Errors: transport, timed_out.
  Result<TcpSocket> accept(std::chrono::milliseconds timeout);
  std::uint16_t port() const { return port_; }
  int descriptor() const { return descriptor_; }

 private:
  explicit TcpListener(int descriptor, std::uint16_t port);
  Result<TcpSocket> accept_within(std::chrono::milliseconds wait,
                                  std::chrono::milliseconds timeout);
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace nacre
