// What passes between the shim and the runner.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nacre/connection.h"
#include "nacre/trace.h"
#include "nacre/try.h"
#include "shim/config.h"
#include "shim/meeting.h"
#include "shim/secrets.h"
#include "shim/transport.h"

namespace nacre::bogo {

// The messages that pass.
class Messages final : public Trace {
 public:
  void message(bool sent, HandshakeType type, std::size_t) override {
    const auto number = static_cast<unsigned>(type);
    add(sent, "hs " + std::to_string(number));
    if (!sent) last_type_ = number;
  }
  void client_hello_inner(bool sent, std::size_t) override { add(sent, "clienthelloinner"); }

  // Of the one that came last.
  unsigned last_type() const { return last_type_; }
  // A line for each, as -expect-msg-callback has them.
  const std::string& text() const { return text_; }

 private:
  void add(bool sent, const std::string& what) {
    text_ += (sent ? "write " : "read ") + what + '\n';
  }

  unsigned last_type_ = 0;
  std::string text_;
};

class Exchange {
 public:
  Exchange(const Meeting& meeting, Connection connection, Transport transport,
           const Surroundings& surroundings, const Messages& messages);

  Result<void> handshake();
  // An application may judge a resumed session's chain again: with what it would say now.
  Result<void> judge_again();
  // Everything after it, up to the closing.
  Result<void> talk(const Secrets& secrets);
  Result<void> close();
  const Connection& connection() const { return connection_; }
  Transport& transport() { return transport_; }
  // Those for what goes on now, also once the connection has failed.
  const Flags& flags() const { return is_retry_ ? meeting_.retry : meeting_.flags; }

 private:
  // The next event that is not about buffers. Nothing: the transport has ended.
  Result<std::optional<Event>> next();
  Result<Event> advance();
  Result<void> send(Bytes bytes);
  Result<void> finish_unsent();

  Result<void> answer(const Event& question);
  Result<void> answer(const ClientHelloSeen& hello);
  Result<void> answer(const PskOffered& question);
  Result<void> answer(const CertificateWanted& question);
  Result<void> answer(const ChainToJudge& question);
  Result<void> answer(const SignatureWanted& question);
  Result<void> refuse(AlertDescription alert, Error error);
  Result<void> refuse_certificate();
  Result<void> rewind();

  Result<void> write_early();
  Result<void> echo_early();
  Result<void> write(Bytes data);
  Result<void> write_first();
  Result<void> send_part(Bytes record);
  Result<void> echo();

  const Meeting& meeting_;
  const Surroundings& surroundings_;
  const Messages& messages_;
  Connection connection_;
  Transport transport_;
  std::vector<std::uint8_t> inbox_;
  std::vector<std::uint8_t> heard_;  // all that has come, where it may be needed again
  std::vector<std::uint8_t> out_;
  std::vector<Bytes> first_;          // what is to be written before anything is read
  std::vector<std::uint8_t> data_;    // of the last ApplicationData or EarlyData
  std::vector<std::uint8_t> unsent_;  // the rest of a record, see -read-with-unfinished-write
  bool wants_input_ = false;
  bool peer_closed_ = false;
  bool has_refused_ = false;
  bool is_retry_ = false;  // is_rejected(), as long as the connection could tell
};

// Early data of a client's was not taken: what follows is another exchange.
bool is_rejected(const Connection& connection, const Meeting& meeting);

}  // namespace nacre::bogo
