// Padding of every length behind every kind of protected content. RFC 9846, section 5.4.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

// Each record of a handshake has one byte of content, and one zero more than the one before.
template <class Scripted>
void pad_handshakes() {
  std::size_t next = 0;
  while (next < max_padding) {
    Scripted script;
    script.content = 1;
    script.padding = [&] { return std::min(next++, max_padding - 1); };
    script.play();
    REQUIRE_FALSE(script.peer().error);
    REQUIRE(script.peer().completed);
  }
}

TEST_CASE("each byte of a handshake may have padding of any length", "[rfc9846-5.4]") {
  pad_handshakes<ScriptedServer>();
  pad_handshakes<ScriptedClient>();
}

Limits without_bounds() {
  Limits limits;
  limits.records_without_progress = limits.key_updates_without_data = limits.warnings =
      limits.tickets = 1'000'000;
  return limits;
}

struct Kind {
  std::string what;
  ContentType type;
  Octets content;
  bool to_server;
  bool updates = false;
};

const Octets ticket{4, 0, 0, 18, 0, 0, 0, 9, 1, 2, 3, 4, 1, 7, 0, 4, 1, 2, 3, 4, 0, 0};

const std::vector<Kind> kinds{
    {"data to a client", ContentType::application_data, {7}, false},
    {"data to a server", ContentType::application_data, {7}, true},
    {"no data to a client", ContentType::application_data, {}, false},
    {"no data to a server", ContentType::application_data, {}, true},
    {"a warning to a client", ContentType::alert, {1, 90}, false},
    {"a warning to a server", ContentType::alert, {1, 90}, true},
    {"a ticket", ContentType::handshake, ticket, false},
    {"a KeyUpdate to a client", ContentType::handshake, {24, 0, 0, 1, 0}, false, true},
    {"a KeyUpdate to a server", ContentType::handshake, {24, 0, 0, 1, 0}, true, true},
};

TEST_CASE("each kind of record may have padding of any length, and no more",
          "[rfc9846-5.4][rfc9846-5.2][rfc9846-5.4-2c933e][rfc9846-5.2-a79286]") {
  for (const Kind& kind : kinds) {
    INFO(kind.what);
    Tapped tapped(client_config().limits(without_bounds()),
                  server_config().limits(without_bounds()));
    Peer& peer = kind.to_server ? tapped.peers.server : tapped.peers.client;
    Forger& forger = kind.to_server ? tapped.from_client : tapped.from_server;
    const auto deliver = [&](std::size_t padding) {
      append(peer.inbox, forger.record(kind.type, kind.content, padding));
      if (kind.updates) forger.update();
      peer.run();
    };
    for (std::size_t padding = 0; padding + kind.content.size() <= max_padding; ++padding) {
      deliver(padding);
    }
    REQUIRE_FALSE(peer.error);
    CHECK(peer.data.size() == (kind.content.size() == 1 ? max_padding : 0));
    deliver(max_padding - kind.content.size() + 1);
    CHECK(peer.error == Error::record_too_long);
    CHECK(peer.connection.failure()->alert == AlertDescription::record_overflow);
  }
}

TEST_CASE("close_notify may have padding of any length", "[rfc9846-5.4][rfc9846-6.1]") {
  for (const std::size_t padding : {1U, 2U, 255U, 256U, 16'000U, 16'381U, 16'382U}) {
    for (const bool to_server : {true, false}) {
      Tapped tapped;
      Forger& forger = to_server ? tapped.from_client : tapped.from_server;
      Peer& peer = to_server ? tapped.peers.server : tapped.peers.client;
      peer.inbox = forger.record(ContentType::alert, Octets{1, 0}, padding);
      peer.run();
      CHECK_FALSE(peer.error);
      CHECK(peer.peer_closed);
    }
  }
}

}  // namespace
}  // namespace nacre::test
