// A client's connection.
#include "tlscli/client.h"

#include <utility>

#include "tlscli/ech.h"
#include "tlscli/names.h"
#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

// Returns how much was sent early: all, or nothing.
Result<std::size_t> shake_hands(Channel& channel, Bytes early, Deadline deadline) {
  std::size_t sent = 0;
  if (!early.empty()) {
    TRY(const bool was_sent, channel.send_early(early, deadline));
    if (was_sent) sent = early.size();
  }
  TRY(channel.handshake(deadline));
  return sent;
}

}  // namespace

Problem explain_channel(const Channel& channel, Situation situation, Error error) {
  situation.error = error;
  situation.system_error = channel.system_error();
  situation.greeting = channel.greeting();
  situation.failure = channel.connection().failure();
  situation.detail = channel.connection().verdict_detail();
  if (const auto retry = channel.connection().ech_retry_configs(); retry && retry->size() != 0) {
    situation.ech_retry_configs = base64(retry->bytes());
  }
  return explain(situation);
}

Problem Client::problem(Error error) const {
  Situation now = situation;
  now.phase = Phase::established;
  return explain_channel(channel, now, error);
}

Outcome<std::string> load_early_data(const ClientOptions& options) {
  if (options.early_data.empty()) return std::string();
  TRY(std::string data, read_file(options.early_data));
  if (data.empty())
    return usage_problem(options.early_data + " is empty: there is nothing to send");
  return data;
}

void note_unsent(const std::string& what, const Summary& summary) {
  const bool was_resumed = summary.key_source == KeySource::session;
  std::string_view why = "no session was resumed";
  if (summary.early_data == EarlyDataStatus::rejected) {
    why = "the server rejected early data";
  } else if (was_resumed) {
    why = "the session does not allow so much";
  }
  note("tlscli: " + what + " was not taken early: " + std::string(why));
}

Situation situation_of(const ClientOptions& options, const ClientSettings& settings,
                       const Endpoint& endpoint) {
  Situation situation;
  situation.peer = to_string(endpoint);
  situation.name = printable(options.name.empty() ? endpoint.host : options.name);
  situation.trust = settings.trust;
  situation.offer = offer_of(settings.policy);
  if (settings.ech) situation.public_name = settings.ech->usable().front().public_name;
  return situation;
}

Outcome<Connection> make_connection(const ClientSettings& settings, const Situation& situation) {
  auto connection = settings.ech
                        ? Connection::client(settings.config, situation.name, *settings.ech)
                        : Connection::client(settings.config, situation.name);
  if (connection) return *std::move(connection);
  Situation failed = situation;
  failed.error = connection.error();
  return fail(explain(failed));
}

Outcome<Opened> open_channel(const ClientOptions& options, const Situation& situation,
                             Connection connection, const Route& route, Deadline deadline,
                             Bytes early) {
  auto start = std::chrono::steady_clock::now();
  TRY(auto dialed, route.dial(deadline));
  const double tcp_milliseconds = milliseconds_since(start);
  Channel channel(std::move(connection), std::move(dialed.socket));
  start = std::chrono::steady_clock::now();
  const auto done = shake_hands(channel, early, deadline);
  if (!done) {
    const Problem problem = explain_channel(channel, situation, done.error());
    if (done.error() != Error::timed_out) channel.linger();
    if (done.error() == Error::ech_rejected) {
      TRY(keep_retry_configs(problem.ech_retry_configs, options.ech_retry_out));
    }
    return fail(problem);
  }
  return Opened{.channel = std::move(channel),
                .address = std::move(dialed.address),
                .early_bytes = *done,
                .tcp_milliseconds = tcp_milliseconds,
                .tls_milliseconds = milliseconds_since(start)};
}

Outcome<Client> open_client(const ClientOptions& options, const ClientSettings& settings,
                            const Endpoint& endpoint, Bytes early) {
  const Deadline deadline = Deadline::after(options.timeout);
  Situation situation = situation_of(options, settings, endpoint);
  TRY(Connection connection, make_connection(settings, situation));
  const auto start = std::chrono::steady_clock::now();
  TRY(const Route route, Route::find(endpoint, deadline));
  const double lookup_milliseconds = milliseconds_since(start);
  TRY(Opened opened,
      open_channel(options, situation, std::move(connection), route, deadline, early));
  Summary summary = summarize(opened.channel.connection());
  summary.peer = situation.peer;
  summary.address = std::move(opened.address);
  summary.tcp_milliseconds = lookup_milliseconds + opened.tcp_milliseconds;
  summary.tls_milliseconds = opened.tls_milliseconds;
  return Client{.channel = std::move(opened.channel),
                .summary = std::move(summary),
                .situation = std::move(situation),
                .early_bytes = opened.early_bytes};
}

}  // namespace nacre::tlscli
