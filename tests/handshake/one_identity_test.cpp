// A peer has one identity in a handshake. RFC 9846, section 4.5.1.
#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "handshake/pair.h"

namespace nacre::test {

// No message can bring it about: were there a chain already, no Certificate would be added to it,
// and no empty list pass over it.
TEST_CASE("AC-117: a Certificate message meets nobody else's chain", "[AC-117][rfc9846-4.5.1]") {
  const ServerConfig config =
      server_builder()
          .client_authentication({.anchors = test_anchors(), .required = false})
          .build()
          .value();
  for (const bool is_empty : {true, false}) {
    for (const bool with_chain : {true, false}) {
      CAPTURE(is_empty, with_chain);
      auto client = client_builder();
      if (!is_empty) client.credential(test_client());
      Pair pair(client.build().value(), config);
      REQUIRE(pair.client.begin());
      REQUIRE(pair.server.receive(view(take_flight(pair.client.core()).front())));
      for (const Message& message : take_flight(pair.server.core())) {
        REQUIRE(pair.client.receive(view(message)));
      }
      if (with_chain) {
        HandshakeCore& core = pair.server.core();
        REQUIRE(core.peer_chain.add(std::vector<std::uint8_t>(100, 1), {}, core.budget));
      }
      const auto taken = pair.server.receive(view(take_flight(pair.client.core()).front()));
      CHECK(taken.has_value() != with_chain);
      if (with_chain) CHECK(taken.error() == Error::internal);
    }
  }
}

}  // namespace nacre::test
