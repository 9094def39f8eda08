// `tlscli connect`: standard input and output, through TLS.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tlscli/client.h"
#include "tlscli/commands.h"
#include "tlscli/output.h"
#include "tlscli/sessions.h"

namespace nacre::tlscli {
namespace {

// Both directions at once, each to its own end. Neither waits for the other.
class Pipe {
 public:
  Pipe(Client& client, int input, int output) : client_(client), in_(input), out_(output) {}

  Outcome<void> run() {
    while (true) {
      TRY(pull());
      TRY(push());
      const bool sent = ended_ && unsent_.empty() && !client_.channel.has_output();
      if (done_ || (sent && client_.channel.peer_closed())) return {};
      TRY(wait());
    }
  }

 private:
  // From the peer to `out_`, as much as has come.
  Outcome<void> pull() {
    while (!client_.channel.peer_closed()) {
      auto received = client_.channel.receive();
      if (!received) return failed(received.error());
      if (std::holds_alternative<Channel::Blocked>(*received)) return {};
      if (const auto* data = std::get_if<Channel::Data>(&*received)) {
        if (!write_all(out_, data->bytes)) return output_failed();
      }
    }
    return {};
  }

  // From `in_` to the peer, as much as fits.
  Outcome<void> push() {
    Channel& channel = client_.channel;
    if (auto sent = channel.flush(); !sent) return failed(sent.error());
    if (!unsent_.empty()) {
      auto taken = channel.send(unsent_);
      if (!taken) return failed(taken.error());
      unsent_ = unsent_.subspan(*taken);
    }
    if (!ended_ || !unsent_.empty() || channel.has_output()) return {};
    if (auto closed = channel.start_close(); !closed) return failed(closed.error());
    return {};
  }

  bool wants_input() const { return !ended_ && unsent_.empty() && !client_.channel.has_output(); }

  Outcome<void> wait() {
    const Channel& channel = client_.channel;
    const auto events = static_cast<short>((channel.peer_closed() ? 0 : POLLIN) |
                                           (channel.has_output() ? POLLOUT : 0));
    std::array<pollfd, 2> ready{
        {{.fd = events == 0 ? -1 : channel.descriptor(), .events = events, .revents = 0},
         {.fd = wants_input() ? in_ : -1, .events = POLLIN, .revents = 0}}};
    if (::poll(ready.data(), ready.size(), -1) <= 0 || ready[1].revents == 0) return {};
    const ssize_t count = ::read(in_, buffer_.data(), buffer_.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    ended_ = count <= 0;
    if (!ended_) unsent_ = Bytes(buffer_).first(static_cast<std::size_t>(count));
    return {};
  }

  // A peer that has said its last word may be gone: that is no failure unless it misses something.
  Outcome<void> failed(Error error) {
    done_ = error == Error::transport && client_.channel.peer_closed() && unsent_.empty();
    if (done_) return {};
    return fail(client_.problem(error));
  }

  static std::unexpected<Problem> output_failed() {
    return fail(Problem{.code = ExitCode::application_error,
                        .cause = "output",
                        .what = "standard output takes no more data",
                        .why = {},
                        .hint = "the program that reads it has ended, or the disk is full"});
  }

  Client& client_;
  int in_;
  int out_;
  std::array<std::uint8_t, 16'384> buffer_{};
  Bytes unsent_;
  bool ended_ = false;  // the input
  bool done_ = false;
};

}  // namespace

Outcome<void> run_connect(const ClientOptions& options, Report& report) {
  TRY(const Endpoint endpoint, parse_endpoint(options.target, 443));
  TRY(const std::string early, load_early_data(options));
  TRY(const auto sessions, load_sessions(options));
  TRY(const auto settings,
      client_settings(options, {.sessions = sessions, .early_data = !early.empty()}));
  TRY(Client client, open_client(options, settings, endpoint, bytes_of(early)));
  report.fields()["connection"] = json_of(client.summary);
  if (!early.empty() && !client.was_taken_early()) note_unsent(options.early_data, client.summary);
  if (options.probe) {
    TRY(keep_sessions(client, options, sessions.get()));
    if (!options.json) write_all(1, bytes_of(lines_of(client.summary)));
    if (const auto closed = client.channel.close(Deadline::after(options.timeout)); !closed) {
      return fail(client.problem(closed.error()));
    }
    client.channel.linger();
    return {};
  }
  if (options.verbose) write_all(2, bytes_of(lines_of(client.summary)));
  auto piped = Pipe(client, 0, data_descriptor(options.json)).run();
  // However it ended: the tickets are good.
  TRY(keep_sessions(client, options, sessions.get()));
  return piped;
}

}  // namespace nacre::tlscli
