// What a connected peer may send in a row, up to the default Limits and one above. RFC 9846,
// sections 4.7, 5.1 and 6.1.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Limits bounds{};

Octets ticket(std::size_t size) {
  const Data lifetime_and_age{0, 1, 1, 1, 1, 1, 1, 1};
  return message(4, lifetime_and_age + vector(1, {}) + vector(2, Data(size, 3)) + Data{0, 0});
}

struct Flood {
  std::string what;
  std::size_t limit;
  std::function<Octets(Forger&)> make;
  Error error;
  bool to_client = true;
  bool to_server = true;
  bool data_resets = true;  // application data between them begins the count anew
};

const std::vector<Flood> floods{
    {"empty records", bounds.records_without_progress, [](Forger& f) { return f.data(""); },
     Error::too_many_empty_records},
    {"empty records with padding", bounds.records_without_progress,
     [](Forger& f) { return f.record(ContentType::application_data, {}, 1'000); },
     Error::too_many_empty_records},
    {"KeyUpdates", bounds.key_updates_without_data, [](Forger& f) { return f.key_update(0); },
     Error::too_many_key_updates},
    {"KeyUpdates that want an answer", bounds.key_updates_without_data,
     [](Forger& f) { return f.key_update(1); }, Error::too_many_key_updates},
    {"warnings", bounds.warnings, [](Forger& f) { return f.alert(user_canceled, 1); },
     Error::too_many_warnings, true, true, false},
    {"tickets", bounds.tickets,
     [](Forger& f) { return f.record(ContentType::handshake, ticket(1)); }, Error::too_many_tickets,
     true, false, false},
    {"long tickets", bounds.tickets,
     [](Forger& f) { return f.record(ContentType::handshake, ticket(16'000)); },
     Error::too_many_tickets, true, false, false},
};

void check_flood(const Flood& flood, bool to_server) {
  Tapped tapped;
  Peer& peer = to_server ? tapped.peers.server : tapped.peers.client;
  Forger& forger = to_server ? tapped.from_client : tapped.from_server;
  const auto deliver = [&](const Octets& bytes) {
    append(peer.inbox, bytes);
    peer.run();
  };
  for (std::size_t i = 0; i < flood.limit; ++i) deliver(flood.make(forger));
  REQUIRE_FALSE(peer.error);
  deliver(forger.data("data"));
  CHECK(peer.data == octets("data"));
  for (std::size_t i = 0; flood.data_resets && i < flood.limit; ++i) deliver(flood.make(forger));
  REQUIRE_FALSE(peer.error);
  deliver(flood.make(forger));
  CHECK(peer.error == flood.error);
  CHECK(peer.connection.failure()->alert == unexpected_message);
}

TEST_CASE("AC-032: floods are taken up to their bounds",
          "[AC-032][AC-081][AC-084][AC-088][rfc9846-5.1][rfc9846-4.7.3][rfc9846-6.1]") {
  for (const Flood& flood : floods) {
    INFO(flood.what);
    if (flood.to_client) check_flood(flood, false);
    if (flood.to_server) check_flood(flood, true);
  }
}

// A mixture of them without data is bounded too: what one resets, another counts.
TEST_CASE("AC-081: no mixture of floods goes on forever", "[AC-081][rfc9846-5.1]") {
  Tapped tapped;
  std::size_t records = 0;
  while (!tapped.peers.client.error) {
    REQUIRE(records < 10'000);
    ++records;
    Forger& forger = tapped.from_server;
    for (std::size_t i = 0; i < bounds.records_without_progress; ++i, ++records) {
      tapped.to_client(forger.data(""));
    }
    // Handshake bytes are progress: a message of their own, or a part of one.
    const bool update = records % 2 == 0;
    tapped.to_client(update ? forger.key_update(1)
                            : forger.record(ContentType::handshake, ticket(1)));
  }
  const std::size_t most = bounds.tickets + bounds.key_updates_without_data + 2;
  CHECK(records <= most * (bounds.records_without_progress + 1));
}

// The answers to requests: as many as the peer leaves room for, and never more than one waits.
TEST_CASE("AC-081: KeyUpdates that want answers get one when they come together",
          "[AC-081][rfc9846-4.7.3]") {
  Tapped tapped;
  Peer& server = tapped.peers.server;
  server.room = 0;
  for (std::size_t i = 0; i < bounds.key_updates_without_data; ++i) {
    tapped.to_server(tapped.from_client.key_update(1));
  }
  REQUIRE_FALSE(server.error);
  const std::size_t sent = server.sent.size();
  server.room = max_record_size;
  server.run();
  CHECK(server.sent.size() - sent == 5 + 5 + 1 + 16);
}

TEST_CASE("AC-084: a ticket of 65,535 bytes is taken where the message's limit allows it",
          "[AC-084][rfc9846-4.7.1]") {
  const Octets largest = ticket(65'535);
  for (const std::size_t content : {1U, 16'384U}) {
    for (const bool at_limit : {true, false}) {
      Limits limits;
      limits.handshake_message = largest.size() - (at_limit ? 0 : 1);
      ScriptedServer server(client_config().limits(limits));
      server.play();
      REQUIRE(works(server));
      server.content = content;
      server.peer().room = 100;
      const std::size_t count = content == 1 ? 1 : limits.tickets;
      for (std::size_t i = 0; i < count; ++i) server.send(largest);
      if (at_limit) {
        CHECK(works(server));
      } else {
        CHECK(server.peer().error == Error::message_too_long);
      }
    }
  }
}

}  // namespace
}  // namespace nacre::test
