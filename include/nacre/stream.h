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

// Anything that moves bytes in order: a socket, a pipe, a test. read() waits for at least one byte,
// and returns 0 at the end; write() writes at least one byte.
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

  // Returns once the handshake is complete. On failure the alert has been sent.
  Result<void> handshake(Answers* answers = nullptr);
  // A client's, before handshake(): sends as much of `data` as may go early, and returns how much
  // that is: 0 where no session is resumed that allows it. See Connection::early_data():
  // connection().negotiated().early_data tells what became of it, and nothing is sent again.
  Result<std::size_t> write_early(Bytes data);
  // A server's, after handshake(): the early data that it has accepted, which may be a replay.
  // Bounded by ServerConfig::Builder::EarlyData::max_size.
  Bytes early_data() const NACRE_LIFETIMEBOUND;
  // Sends all of `data`.
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

// A connected TCP socket; closed by its destructor. Never raises SIGPIPE.
class NACRE_API TcpSocket {
 public:
  // Tries each address of `host` in turn. `timeout` bounds this call, and each later read() and
  // write(); zero: no bound. Errors: name_not_found, transport, timed_out.
  static Result<TcpSocket> connect(std::string_view host, std::uint16_t port,
                                   std::chrono::milliseconds timeout = std::chrono::seconds(10));
  // Takes over an open descriptor.
  explicit TcpSocket(int descriptor, std::chrono::milliseconds timeout = {});
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

 private:
  int descriptor_ = -1;
  std::chrono::milliseconds timeout_{};
};

// A listening TCP socket.
class NACRE_API TcpListener {
 public:
  // `port` 0: any that is free. Errors: transport, name_not_found.
  static Result<TcpListener> bind(std::string_view address, std::uint16_t port);
  TcpListener(TcpListener&& other) noexcept;
  TcpListener& operator=(TcpListener&& other) noexcept;
  ~TcpListener();

  // Waits for a connection. `timeout` bounds this call, and each later read() and write() of the
  // socket; zero: no bound. Errors: transport, timed_out.
  Result<TcpSocket> accept(std::chrono::milliseconds timeout = {});
  std::uint16_t port() const { return port_; }
  int descriptor() const { return descriptor_; }

 private:
  explicit TcpListener(int descriptor, std::uint16_t port);
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace nacre
