// `tlscli demo`: a server and a client in this process, over loopback, watched.
#include <boost/json/array.hpp>
#include <iomanip>
#include <mutex>
#include <sstream>
#include <thread>

#include "nacre/version.h"
#include "tlscli/client.h"
#include "tlscli/commands.h"
#include "tlscli/issuing.h"
#include "tlscli/output.h"
#include "tlscli/settings.h"
#include "tlscli/watch.h"

namespace nacre::tlscli {
namespace {

struct Line {
  TraceEvent event;
  bool by_client = false;
};

// What both ends send, in the order of time. What they receive is the same, later.
class Log {
 public:
  std::shared_ptr<Trace> trace(bool by_client) {
    return std::make_shared<EventTrace>([this, by_client](const TraceEvent& event) {
      if (!event.sent) return;
      const std::lock_guard lock(mutex_);
      lines_.push_back({.event = event, .by_client = by_client});
      // The clock once more, so that the order of the lines is that of their times.
      lines_.back().event.at = std::chrono::steady_clock::now();
    });
  }

  std::vector<Line> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<Line> lines_;
};

Problem demo_problem(Error error, std::string peer) {
  Situation situation;
  situation.error = error;
  situation.peer = std::move(peer);
  return explain(situation);
}

struct Ends {
  ClientConfig client;
  ServerConfig server;
};

Outcome<Ends> make_ends(const Policy& policy, const Ephemeral& made, Log& log) {
  auto anchors = TrustAnchors::from_pem(made.authority.certificate_pem);
  auto credential = Credential::from_pem(made.leaf.certificate_pem, made.leaf.key_pem);
  if (!anchors) return fail(demo_problem(anchors.error(), "the demo"));
  if (!credential) return fail(demo_problem(credential.error(), "the demo"));
  ClientConfig::Builder client(*std::move(anchors));
  ServerConfig::Builder server(*std::move(credential));
  const auto client_config = client.policy(policy).alpn({"demo"}).trace(log.trace(true)).build();
  const auto server_config = server.policy(policy).alpn({"demo"}).trace(log.trace(false)).build();
  if (!client_config) return fail(demo_problem(client_config.error(), "the demo"));
  if (!server_config) return fail(demo_problem(server_config.error(), "the demo"));
  return Ends{.client = *client_config, .server = *server_config};
}

// Accepts one connection and echoes until the client closes.
Result<void> serve_demo(TcpListener& listener, const ServerConfig& config, double timeout) {
  const Deadline deadline = Deadline::after(timeout);
  TRY(auto socket, listener.accept(std::chrono::milliseconds(static_cast<int>(timeout * 1000))));
  TRY(auto connection, Connection::server(config));
  Channel channel(std::move(connection), std::move(socket));
  TRY(channel.handshake(deadline));
  while (true) {
    TRY(const Bytes bytes, channel.read(deadline));
    if (bytes.empty()) break;
    TRY(channel.write(bytes, deadline));
  }
  return channel.close(deadline);
}

Result<std::string> exchange(Channel& channel, std::string_view text, Deadline deadline) {
  TRY(channel.write(bytes_of(text), deadline));
  std::string reply;
  while (reply.size() < text.size()) {
    TRY(const Bytes bytes, channel.read(deadline));
    if (bytes.empty()) break;
    reply += nacre::text_of(bytes);
  }
  TRY(channel.close(deadline));
  TRY(const Bytes rest, channel.read(deadline));
  reply += nacre::text_of(rest);
  return reply;
}

std::string trace_text(const std::vector<Line>& lines, SteadyTime start) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2);
  for (const auto& [event, by_client] : lines) {
    const std::chrono::duration<double, std::milli> since = event.at - start;
    text << std::setw(8) << since.count() << " ms  "
         << (by_client ? coloured("client -> server", Colour::green, 1)
                       : coloured("client <- server", Colour::yellow, 1))
         << "  " << event.what;
    if (event.size != 0) {
      constexpr int column = 22;
      text << std::setw(column - static_cast<int>(event.what.size()) + 8) << event.size << " bytes";
    }
    text << '\n';
  }
  return text.str();
}

boost::json::array trace_json(const std::vector<Line>& lines, SteadyTime start) {
  boost::json::array array;
  for (const auto& [event, by_client] : lines) {
    const std::chrono::duration<double, std::milli> since = event.at - start;
    array.emplace_back(boost::json::object{{"ms", since.count()},
                                           {"from", by_client ? "client" : "server"},
                                           {"what", event.what},
                                           {"bytes", event.size}});
  }
  return array;
}

// The client's side: connects, shakes hands, says a word and hears it back.
Outcome<Summary> visit(const ClientConfig& config, const Endpoint& endpoint, Deadline deadline) {
  TRY(auto dialed, dial(endpoint, deadline));
  auto connection = Connection::client(config, "localhost");
  if (!connection) return fail(demo_problem(connection.error(), to_string(endpoint)));
  Channel channel(*std::move(connection), std::move(dialed.socket));
  Situation situation;
  situation.peer = to_string(endpoint);
  situation.name = "localhost";
  const auto start = std::chrono::steady_clock::now();
  if (const auto done = channel.handshake(deadline); !done) {
    return fail(explain_channel(channel, situation, done.error()));
  }
  Summary summary = summarize(channel.connection());
  summary.peer = "localhost";
  summary.address = dialed.address;
  summary.tls_milliseconds = milliseconds_since(start);
  constexpr std::string_view word = "Hello over TLS 1.3";
  const auto reply = exchange(channel, word, deadline);
  if (!reply) return fail(explain_channel(channel, situation, reply.error()));
  if (*reply != word) {
    return fail(Problem{.cause = "echo", .what = "the echo differs", .why = {}, .hint = {}});
  }
  return summary;
}

}  // namespace

Outcome<void> run_demo(const CommonOptions& options, Report& report) {
  Log log;
  TRY(const Policy policy, policy_from(options));
  TRY(const Ephemeral made, issue_ephemeral({"localhost", "127.0.0.1", "::1"}, policy));
  TRY(const Ends ends, make_ends(policy, made, log));
  auto listener = TcpListener::bind("127.0.0.1", 0);
  if (!listener) return fail(demo_problem(listener.error(), "127.0.0.1"));

  Result<void> served;
  std::thread server([&] { served = serve_demo(*listener, ends.server, options.timeout); });
  const auto summary = visit(ends.client, {.host = "127.0.0.1", .port = listener->port()},
                             Deadline::after(options.timeout));
  server.join();
  const auto lines = log.lines();
  const auto start = lines.empty() ? SteadyTime() : lines.front().event.at;
  report.fields()["messages"] = trace_json(lines, start);
  if (!options.json) {
    say("Nacre " + std::string(version()) + ": a server and a client over 127.0.0.1\n");
    write_all(1, bytes_of(trace_text(lines, start)));
  }
  if (!summary) return fail(summary.error());
  if (!served) return fail(demo_problem(served.error(), "the demo's server"));
  report.fields()["connection"] = json_of(*summary);
  if (!options.json) {
    say("\n" + lines_of(*summary));
    say("The handshake is complete, and the echo came back.");
  }
  return {};
}

}  // namespace nacre::tlscli
