// A client's and a server's handshake that talk to each other without records, message by message.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "crypto/issue.h"
#include "handshake/client.h"
#include "handshake/edit.h"
#include "handshake/server.h"
#include "nacre/config.h"
#include "nacre/danger.h"
#include "nacre/try.h"

namespace nacre::test {

HandshakeMessage view(const Message& message);

// Takes out what `core` has to send, message by message, as if it were sent.
std::deque<Message> take_flight(HandshakeCore& core);

// One CA for "localhost", made once.
const crypto::Issued& test_ca();
const Credential& test_credential();
// A client's, of the same CA; and that CA to believe.
const Credential& test_client();
const TrustAnchors& test_anchors();
ClientConfig::Builder client_builder();
ServerConfig::Builder server_builder();

// policy_2026 with that group alone.
Policy only(NamedGroup group);

// Each byte a 7.
struct Sevens : danger::Randomness {
  Result<void> fill(MutableBytes out) override;
};

// Clock of all tests' certificates.
inline constexpr UnixTime test_time = 1'790'000'000;

struct Pair {
  explicit Pair(const ClientConfig& client_config = *client_builder().build(),
                const ServerConfig& server_config = *server_builder().build());

  ClientHandshake client;
  ServerHandshake server;

  // Hands the messages of one side's flight to the other, until nobody has more to say, a question
  // waits, or one side fails.
  Result<void> run();
};

}  // namespace nacre::test
