// Handshakes in the smallest records and the smallest deliveries that there are. RFC 9846, 5.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "hostile/script.h"

namespace nacre::test {
namespace {

// One byte of content in each record, or of the stream in each delivery, or both; with a retry too.
template <class Scripted>
void play_in_pieces() {
  for (const std::size_t content : {1U, 3U, 16'384U}) {
    for (const std::size_t delivery : {1U, 7U, 100'000U}) {
      for (const bool retries : {false, true}) {
        CAPTURE(content, delivery, retries);
        Scripted script;
        script.content = content;
        script.delivery = delivery;
        script.retries = retries;
        script.play();
        REQUIRE_FALSE(script.peer().error);
        CHECK(works(script));
        CHECK(script.peer().connection.negotiated().retried == retries);
      }
    }
  }
}

TEST_CASE("AC-033: a client takes a handshake in one-byte records", "[AC-033][rfc9846-5.1]") {
  play_in_pieces<ScriptedServer>();
}

TEST_CASE("AC-033: a server takes a handshake in one-byte records", "[AC-033][rfc9846-5.1]") {
  play_in_pieces<ScriptedClient>();
}

TEST_CASE("a message may begin in the record where another one ends", "[rfc9846-5.1]") {
  for (std::size_t content = 1; content < 100; ++content) {
    Tapped tapped;
    Octets stream;
    const Octets ticket{4, 0, 0, 18, 0, 0, 0, 9, 1, 2, 3, 4, 1, 7, 0, 4, 1, 2, 3, 4, 0, 0};
    for (int i = 0; i < 40; ++i) append(stream, ticket);
    for (Bytes rest = stream; !rest.empty();) {
      const Bytes part = rest.first(std::min(content, rest.size()));
      tapped.to_client(tapped.from_server.record(ContentType::handshake, part));
      rest = rest.subspan(part.size());
    }
    tapped.to_client(tapped.from_server.data("after"));
    CAPTURE(content);
    REQUIRE(tapped.peers.client.data == octets("after"));
  }
}

}  // namespace
}  // namespace nacre::test
