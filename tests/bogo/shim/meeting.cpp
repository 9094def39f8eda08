#include "shim/meeting.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "nacre/connection.h"
#include "shim/config.h"
#include "shim/ech.h"
#include "shim/exchange.h"
#include "shim/expectations.h"
#include "shim/secrets.h"
#include "shim/transport.h"

namespace nacre::bogo {
namespace {

// One line: the error between colons, as the map of errors has it, and what more is known.
bool report(const Connection* connection, Error error) {
  std::fprintf(stderr, ":%s:", std::string(name(error)).c_str());
  if (connection != nullptr && connection->failure()) {
    const Failure& failure = *connection->failure();
    if (failure.alert_from_peer && failure.alert) {
      std::fprintf(stderr, "%s:", std::string(name(*failure.alert)).c_str());
    }
  }
  std::fprintf(stderr, " %s\n", std::string(describe(error)).c_str());
  return false;
}

Result<Connection> connect(const Flags& flags, const Surroundings& surroundings) {
  if (flags.server) {
    TRY(const ServerConfig config, asking_server_config(flags, surroundings));
    return Connection::server(config);
  }
  TRY(const ClientConfig config, client_config(flags, surroundings));
  TRY(const auto ech, ech_configs(flags));
  return ech ? Connection::client(config, server_name(flags), *ech)
             : Connection::client(config, server_name(flags));
}

// From the handshake on. False: what was expected did not come, which stderr says.
Result<bool> run(Exchange& exchange, const Meeting& meeting, const Secrets& secrets,
                 const Messages& messages) {
  TRY(exchange.handshake());
  if (!has_expected_properties(exchange.connection(), meeting)) return false;
  TRY(exchange.judge_again());
  TRY(exchange.talk(secrets));
  if (!has_expected_session(exchange.connection(), meeting) ||
      !has_expected_messages(messages.text(), meeting.flags)) {
    return false;
  }
  TRY(exchange.close());
  return true;
}

}  // namespace

bool run_connection(const Meeting& meeting) {
  const Flags& flags = meeting.flags;
  const auto secrets = std::make_shared<Secrets>();
  const auto messages = std::make_shared<Messages>();
  const Surroundings surroundings{meeting.sessions, secrets, messages};
  meeting.sessions.last->forget_arrivals();
  auto transport = Transport::connect(flags);
  if (!transport) return report(nullptr, transport.error());
  auto connection = connect(flags, surroundings);
  if (!connection) return report(nullptr, connection.error());

  Exchange exchange(meeting, *std::move(connection), *std::move(transport), surroundings,
                    *messages);
  const auto done = run(exchange, meeting, *secrets, *messages);
  if (!done && has_expected_retry_configs(exchange.connection(), exchange.flags())) {
    report(&exchange.connection(), done.error());
  }
  exchange.transport().finish();
  return done && *done;
}

}  // namespace nacre::bogo
