// A TLS connection over a socket, with buffers, that never waits longer than it is told to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nacre/connection.h"
#include "nacre/stream.h"
#include "tlscli/net.h"

namespace nacre::tlscli {

class Channel {
 public:
  // `stop`, where it is not -1, is a descriptor that becomes readable when all waiting must end.
  Channel(Connection connection, TcpSocket socket, int stop = -1);

  // Without waiting. A server gets early data once the handshake is complete: what is done with it
  // then cannot be the work of a replay that goes no further. The bytes of Data live until the next
  // call.
  struct Blocked {};
  struct Complete {};
  struct Ended {};
  struct Data {
    Bytes bytes;
  };
  using Received = std::variant<Blocked, Complete, Ended, Data>;
  Result<Received> receive();
  // Takes as much as there is room for: 0 when what was taken before is still to be sent.
  Result<std::size_t> send(Bytes data);
  // Once everything has been sent, close_notify follows, and the end of our half of the transport.
  Result<void> start_close();
  Result<void> flush();
  bool has_output() const { return out_begin_ != out_end_; }

  // A server's whose configuration asks for one (ClientHelloSeen): goes on with `config`, and keeps
  // the client's fingerprint.
  void answer_with(const ServerConfig& config) { config_ = config; }
  // The client's JA4; empty where nobody has asked for it.
  const std::string& fingerprint() const { return fingerprint_; }

  // So many tickets have come.
  std::uint32_t tickets() const { return tickets_; }

  // Waiting. Errors besides the connection's: timed_out; closed, when `stop` became readable.
  // A client's, before handshake(): sends all of `data` early, or none of it where the session does
  // not allow so much, and returns whether it was sent.
  Result<bool> send_early(Bytes data, Deadline deadline);
  Result<void> handshake(Deadline deadline);
  // Until a ticket has come or the peer has closed. Data that comes meanwhile is dropped.
  Result<void> wait_for_ticket(Deadline deadline);
  // Empty once the peer has closed.
  Result<Bytes> read(Deadline deadline);
  Result<void> write(Bytes data, Deadline deadline);
  // start_close(), and waits until the kernel has it.
  Result<void> close(Deadline deadline);
  // Sends what is left, then reads until the peer has closed too, for a short while: a socket
  // closed over unread bytes takes back what was sent last, alerts too.
  void linger();

  Connection& connection() { return connection_; }
  const Connection& connection() const { return connection_; }
  int descriptor() const { return socket_.descriptor(); }
  bool peer_closed() const { return peer_closed_; }
  bool stopped() const;
  // The errno of the transport's last failure; 0: none.
  int system_error() const { return system_error_; }
  // The first bytes that came, as far as they are printable.
  const std::string& greeting() const { return greeting_; }

 private:
  Result<Step> advance();
  Result<void> take_hello(const ClientHelloSeen& seen);
  Result<bool> fill();
  void drain();
  void compact_output();
  Result<void> wait(bool for_input, Deadline deadline);
  MutableBytes unread() { return MutableBytes(in_).subspan(in_begin_, in_end_ - in_begin_); }
  MutableBytes room() { return MutableBytes(out_).subspan(out_end_); }

  Connection connection_;
  TcpSocket socket_;
  int stop_;
  std::vector<std::uint8_t> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::vector<std::uint8_t> out_;
  std::size_t out_begin_ = 0;
  std::size_t out_end_ = 0;
  std::vector<std::uint8_t> early_;  // what a server received early; given first once complete
  std::vector<std::uint8_t> given_;
  std::optional<ServerConfig> config_;
  std::string fingerprint_;
  std::uint32_t tickets_ = 0;
  bool complete_ = false;
  bool needs_input_ = false;
  bool peer_closed_ = false;
  bool closing_ = false;
  int system_error_ = 0;
  std::string greeting_;
};

}  // namespace nacre::tlscli
