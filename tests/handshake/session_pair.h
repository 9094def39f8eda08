// Two configurations with a session in common, as if they had met.
#pragma once

#include "handshake/pair.h"
#include "nacre/session.h"

namespace nacre::test {

struct SessionPair {
  // The ticket allows early data, and so do both sides.
  SessionPair();

  ClientConfig client;
  ServerConfig server;
};

}  // namespace nacre::test
