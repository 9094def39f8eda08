// Sessions: tickets, stores, and what they are bound to. RFC 9846, sections 2.2, 4.3.11 and 4.7.1.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "nacre/session.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

TEST_CASE("A session is resumed, once for each ticket", "[rfc9846-2.2][rfc9846-4.7.1]") {
  for (const bool is_stateful : {false, true}) {
    INFO("stateful: " << is_stateful);
    Resumable pair(is_stateful);
    const Peers first = pair.connect();
    CHECK(first.client.connection.negotiated().key_source == KeySource::certificate);
    CHECK(first.client.tickets == 2);
    CHECK(pair.client_store->size() == 2);
    for (int i = 0; i < 2; ++i) {
      const Peers again = pair.connect();
      CHECK(again.client.connection.negotiated().key_source == KeySource::session);
      CHECK(again.server.connection.negotiated().key_source == KeySource::session);
      CHECK_FALSE(again.client.connection.negotiated().server_signature_scheme);
      CHECK(again.client.tickets == 1);
      CHECK(pair.client_store->size() == 2);
    }
  }
}

TEST_CASE("Data passes on a resumed connection", "[rfc9846-2.2]") {
  Resumable pair;
  (void)pair.connect();
  Peers again = pair.connect();
  REQUIRE(again.client.send("ping"));
  REQUIRE(again.server.send("pong"));
  again.drive();
  CHECK(again.server.data == octets("ping"));
  CHECK(again.client.data == octets("pong"));
}

}  // namespace
}  // namespace nacre::test
