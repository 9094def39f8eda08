// Where the keys change: no message goes on behind it, and no record comes before it. RFC 9846,
// sections 4.7.3 and 5.1.
#include <catch2/catch_test_macros.hpp>

#include "connection/flight.h"
#include "connection/sending.h"
#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

void check_spans_key_change(const Peer& peer) {
  CHECK(peer.error == Error::message_across_key_change);
  REQUIRE(peer.connection.failure());
  CHECK(peer.connection.failure()->alert == AlertDescription::unexpected_message);
}

// Adds the beginning of another message to the record.
Octets longer(WireRecord record) {
  append(record.content, Octets{8, 0, 0});
  return record.encode();
}

}  // namespace

TEST_CASE("nothing stands behind a ClientHello or ServerHello in its record",
          "[rfc9846-5.1][rfc9846-5.1-84b3e1][rfc9846-5.1-afb6e9]") {
  Peers peers;
  peers.client.run();
  peers.server.inbox = longer(split_records(peers.client.outbox).at(0));
  peers.server.run();
  check_spans_key_change(peers.server);

  Peers later;
  later.client.run();
  later.deliver_to_server();
  later.server.run();
  later.client.inbox = longer(split_records(later.server.outbox).at(0));
  later.client.run();
  check_spans_key_change(later.client);
}

TEST_CASE("nothing stands behind Finished in its record",
          "[rfc9846-5.1][rfc9846-5.1-84b3e1][rfc9846-5.1-afb6e9]") {
  for (const bool by_server : {true, false}) {
    for (const bool whole : {true, false}) {
      CAPTURE(by_server, whole);
      Flight flight(by_server);
      Peer& receiver = by_server ? flight.peers.client : flight.peers.server;
      if (!whole) append(flight.messages, Octets{by_server ? std::uint8_t{4} : std::uint8_t{24}});
      append(receiver.inbox, by_server ? flight.peers.server.outbox : flight.peers.client.outbox);
      append(receiver.inbox, flight.forger->record(ContentType::handshake, flight.messages));
      receiver.run();
      if (whole) {
        CHECK(receiver.completed);
      } else {
        check_spans_key_change(receiver);
      }
    }
  }
}

TEST_CASE("new keys are not accepted before a KeyUpdate", "[rfc9846-4.7.3][rfc9846-4.7.3-2c3fc8]") {
  for (const bool to_client : {true, false}) {
    Tapped tapped;
    Forger& forger = to_client ? tapped.from_server : tapped.from_client;
    forger.update();
    to_client ? tapped.to_client(forger.data("x")) : tapped.to_server(forger.data("x"));
    const Peer& peer = to_client ? tapped.peers.client : tapped.peers.server;
    CHECK(peer.error == Error::bad_record_mac);
    CHECK(peer.connection.failure()->alert == AlertDescription::bad_record_mac);
  }
}

TEST_CASE("a request is ignored where one more update would be too many",
          "[rfc9846-4.7.3][rfc9846-4.7.3-9b3ac7]") {
  const ClientConfig config = *client_config().build();
  for (const std::uint64_t updates : {0U, 1U}) {
    Link link;
    const Context context{config.impl(), link};
    SendingHalf sending;
    crypto::HashSecret secret;
    (void)secret.resize(32);
    REQUIRE(sending.write().protect(CipherSuite::tls_aes_128_gcm_sha256, std::move(secret),
                                    {.key_updates = updates}));
    sending.open();
    link.owe_key_update();
    Octets outgoing(max_control_record_size);
    // The KeyUpdate is 27 bytes, the data 23.
    const auto first = sending.seal(bytes_of("x"), outgoing, context);
    REQUIRE(first);
    CHECK(first->produced == 23 + 27 * updates);
    CHECK_FALSE(link.owes_key_update());
    const auto second = sending.seal(bytes_of("x"), outgoing, context);
    REQUIRE(second);
    CHECK(second->produced == 23);
  }
}

}  // namespace nacre::test
