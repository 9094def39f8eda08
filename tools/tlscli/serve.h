// One connection of the server.
#pragma once

#include <string>

#include "tlscli/channel.h"
#include "tlscli/options.h"
#include "tlscli/settings.h"
#include "tlscli/summary.h"

namespace nacre::tlscli {

struct Visit {
  TcpSocket socket;
  std::size_t number = 0;  // 1 for the first connection
  int stop = -1;           // readable when the server is to end
};

// As words_for(): but a server cannot tell GREASE from what it cannot decrypt.
std::string_view words_on_server(EchStatus status);

// Handshake, then echo or HTTP, until the client has closed. Never waits for ever.
Outcome<void> serve(Visit visit, const ServerOptions& options, const ServerSettings& settings);

// One HTTP/1.1 request and its answer, on an established connection.
Result<void> serve_http(Channel& channel, const Summary& summary, const ServerOptions& options);

}  // namespace nacre::tlscli
