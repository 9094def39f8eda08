// A client's connection, from the host name to the end of the handshake.
#pragma once

#include <string>

#include "tlscli/channel.h"
#include "tlscli/explain.h"
#include "tlscli/options.h"
#include "tlscli/settings.h"
#include "tlscli/summary.h"

namespace nacre::tlscli {

struct Client {
  Channel channel;
  Summary summary;
  Situation situation;          // for explain(), should something fail later
  std::size_t early_bytes = 0;  // were sent before the handshake was complete

  bool was_taken_early() const {
    return early_bytes != 0 && summary.early_data == EarlyDataStatus::accepted;
  }
  Problem problem(Error error) const;
};

// What is known of a connection before it is made.
Situation situation_of(const ClientOptions& options, const ClientSettings& settings,
                       const Endpoint& endpoint);
Outcome<Connection> make_connection(const ClientSettings& settings, const Situation& situation);

// After TCP and TLS.
struct Opened {
  Channel channel;
  std::string address;
  std::size_t early_bytes = 0;
  double tcp_milliseconds = 0;
  double tls_milliseconds = 0;
};
Outcome<Opened> open_channel(const ClientOptions& options, const Situation& situation,
                             Connection connection, const Route& route, Deadline deadline,
                             Bytes early = {});

// Everything within --timeout: the name's lookup, TCP, TLS. `early` is sent before the handshake is
// complete if all of it may be.
Outcome<Client> open_client(const ClientOptions& options, const ClientSettings& settings,
                            const Endpoint& endpoint, Bytes early = {});

// The file of --early-data; empty where there is none.
Outcome<std::string> load_early_data(const ClientOptions& options);
// Tells that the server has not got `what`, and why.
void note_unsent(const std::string& what, const Summary& summary);

// What `channel` knows about its failure, added to `situation`.
Problem explain_channel(const Channel& channel, Situation situation, Error error);

}  // namespace nacre::tlscli
