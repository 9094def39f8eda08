// A client's connection.
#include "tlscli/client.h"

#include <utility>

#include "tlscli/settings.h"

namespace nacre::tlscli {

Problem explain_channel(const Channel& channel, Situation situation, Error error) {
  situation.error = error;
  situation.system_error = channel.system_error();
  situation.greeting = channel.greeting();
  situation.failure = channel.connection().failure();
  situation.detail = channel.connection().verdict_detail();
  return explain(situation);
}

Problem Client::problem(Error error) const {
  Situation now = situation;
  now.phase = Phase::established;
  return explain_channel(channel, now, error);
}

Outcome<Client> open_client(const ClientOptions& options, const Endpoint& endpoint,
                            std::vector<std::string> default_alpn) {
  const Deadline deadline = Deadline::after(options.timeout);
  TRY(const auto settings, client_settings(options, std::move(default_alpn)));
  Situation situation;
  situation.peer = to_string(endpoint);
  situation.name = printable(options.name.empty() ? endpoint.host : options.name);
  situation.trust = settings.trust;
  situation.offer = offer_of(settings.policy);
  auto connection = Connection::client(settings.config, situation.name);
  if (!connection) {
    situation.error = connection.error();
    return fail(explain(situation));
  }

  auto start = std::chrono::steady_clock::now();
  TRY(auto dialed, dial(endpoint, deadline));
  const double tcp_milliseconds = milliseconds_since(start);
  Channel channel(*std::move(connection), std::move(dialed.socket));
  start = std::chrono::steady_clock::now();
  if (const auto done = channel.handshake(deadline); !done) {
    const Problem problem = explain_channel(channel, situation, done.error());
    if (done.error() != Error::timed_out) channel.linger();
    return fail(problem);
  }
  Summary summary = summarize(channel.connection());
  summary.peer = situation.peer;
  summary.address = dialed.address;
  summary.tcp_milliseconds = tcp_milliseconds;
  summary.tls_milliseconds = milliseconds_since(start);
  return Client{.channel = std::move(channel),
                .summary = std::move(summary),
                .situation = std::move(situation)};
}

}  // namespace nacre::tlscli
