// One connection of the server.
#include "tlscli/serve.h"

#include <utility>

#include "tlscli/client.h"
#include "tlscli/explain.h"
#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

Result<void> echo(Channel& channel, double idle) {
  while (true) {
    TRY(const Bytes bytes, channel.read(Deadline::after(idle)));
    if (bytes.empty()) return channel.close(Deadline::after(idle));
    TRY(channel.write(bytes, Deadline::after(idle)));
  }
}

// Says goodbye where the server ends while the connection is open.
void part(Channel& channel) {
  constexpr double patience = 0.5;
  if (const auto closed = channel.close(Deadline::after(patience)); !closed) return;
}

void tell_names(const Summary& summary, std::size_t connection_number) {
  const bool has_name = !summary.server_name.empty();
  note("[" + std::to_string(connection_number) + "] server name " +
       (has_name ? printable(summary.server_name) : "none") + ", ech " +
       std::string(words_on_server(summary.ech)));
}

}  // namespace

std::string_view words_on_server(EchStatus status) {
  return status == EchStatus::rejected ? "rejected, or GREASE" : words_for(status);
}

Outcome<void> serve(Visit visit, const ServerOptions& options, const ServerSettings& settings) {
  Situation situation;
  situation.we_are_server = true;
  situation.peer = peer_address(visit.socket.descriptor());
  situation.offer = offer_of(settings.policy());
  TRY(const ServerConfig config, settings.config(visit.number));
  auto connection = Connection::server(config);
  if (!connection) {
    situation.error = connection.error();
    return fail(explain(situation));
  }
  Channel channel(*std::move(connection), std::move(visit.socket), visit.stop);
  channel.answer_with(config);
  Result<void> done = channel.handshake(Deadline::after(options.timeout));
  if (done) {
    situation.phase = Phase::established;
    Summary summary = summarize(channel.connection());
    summary.ja4 = channel.fingerprint();
    if (options.verbose) tell_names(summary, visit.number);
    done =
        options.speaks_http() ? serve_http(channel, summary, options) : echo(channel, options.idle);
  }
  if (!done && channel.stopped()) {
    part(channel);
    return {};
  }
  if (!done && done.error() == Error::timed_out) {
    if (situation.phase == Phase::established) part(channel);
  } else {
    channel.linger();
  }
  if (!done) return fail(explain_channel(channel, situation, done.error()));
  return {};
}

}  // namespace nacre::tlscli
