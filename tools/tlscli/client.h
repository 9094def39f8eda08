// A client's connection, from the host name to the end of the handshake.
#pragma once

#include <string>
#include <vector>

#include "tlscli/channel.h"
#include "tlscli/explain.h"
#include "tlscli/options.h"
#include "tlscli/summary.h"

namespace nacre::tlscli {

struct Client {
  Channel channel;
  Summary summary;
  Situation situation;  // for explain(), should something fail later

  Problem problem(Error error) const;
};

// Everything within --timeout: the name's lookup, TCP, TLS.
Outcome<Client> open_client(const ClientOptions& options, const Endpoint& endpoint,
                            std::vector<std::string> default_alpn = {});

// What `channel` knows about its failure, added to `situation`.
Problem explain_channel(const Channel& channel, Situation situation, Error error);

}  // namespace nacre::tlscli
