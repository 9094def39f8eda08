// Messages after the handshake. RFC 9846, section 4.7.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

Octets number(std::size_t width, std::size_t value) {
  Octets bytes(width);
  for (std::size_t i = 0; i < width; ++i) {
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)) & 0xff);
  }
  return bytes;
}

Octets ticket(std::size_t ticket_size, const Octets& extensions = {}) {
  Octets body(8);
  append(body, Octets{2, 7, 7});
  append(body, number(2, ticket_size));
  body.resize(body.size() + ticket_size);
  append(body, number(2, extensions.size()));
  append(body, extensions);
  Octets message{4};
  append(message, number(3, body.size()));
  append(message, body);
  return message;
}

TEST_CASE("tickets are read and let go, and data passes between them",
          "[rfc9846-4.7.1][rfc9846-4.7.1-9523cd]") {
  Tapped tapped;
  for (int i = 0; i < 10; ++i) {
    tapped.to_client(tapped.from_server.record(ContentType::handshake, ticket(100)));
    tapped.to_client(tapped.from_server.data("d"));
  }
  CHECK_FALSE(tapped.peers.client.error);
  CHECK(tapped.peers.client.data == Octets(10, 'd'));
}

TEST_CASE("tickets are taken up to the limit", "[rfc9846-4.7.1]") {
  Limits limits;
  limits.tickets = 3;
  Tapped tapped(client_config().limits(limits));
  Octets three = ticket(10);
  append(three, ticket(20));
  append(three, ticket(30));
  tapped.to_client(tapped.from_server.record(ContentType::handshake, three));
  REQUIRE_FALSE(tapped.peers.client.error);
  tapped.to_client(tapped.from_server.data("d"));
  tapped.to_client(tapped.from_server.record(ContentType::handshake, ticket(10)));
  CHECK(tapped.peers.client.error == Error::too_many_tickets);
  CHECK(tapped.peers.client.connection.failure()->message == HandshakeType::new_session_ticket);
}

TEST_CASE("a message of 64 KiB arrives in parts, whatever their size", "[rfc9846-5.1]") {
  // 4 bytes of header, 8 and 3 and 2 and 2 of fields: 65,536 in all.
  const Octets largest = ticket(65'536 - 19);
  REQUIRE(largest.size() == 65'536);
  for (const std::size_t part : {100U, 1'000U, 16'384U}) {
    Tapped tapped;
    for (Bytes rest = largest; !rest.empty();) {
      const Bytes content = rest.first(std::min(part, rest.size()));
      tapped.to_client(tapped.from_server.record(ContentType::handshake, content));
      rest = rest.subspan(content.size());
    }
    tapped.to_client(tapped.from_server.data("after"));
    REQUIRE_FALSE(tapped.peers.client.error);
    CHECK(tapped.peers.client.data == octets("after"));
  }
}

TEST_CASE("a message above the limit is refused at its header", "[rfc9846-4]") {
  Tapped tapped;
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{4, 0, 0xff, 0xfd}));
  CHECK(tapped.peers.client.error == Error::message_too_long);
}

TEST_CASE("messages packed and cut at odd places all arrive", "[rfc9846-5.1]") {
  Octets stream;
  for (std::size_t i = 1; i < 40; ++i) append(stream, ticket(i));
  for (const std::size_t part : {1U, 2U, 3U, 5U, 7U, 11U, 29U, 101U}) {
    Tapped tapped;
    for (Bytes rest = stream; !rest.empty();) {
      const Bytes content = rest.first(std::min(part, rest.size()));
      tapped.to_client(tapped.from_server.record(ContentType::handshake, content));
      rest = rest.subspan(content.size());
    }
    tapped.to_client(tapped.from_server.data("after"));
    REQUIRE_FALSE(tapped.peers.client.error);
    CHECK(tapped.peers.client.data == octets("after"));
  }
}

TEST_CASE("the memory for messages in parts is bounded", "[rfc9846-4]") {
  Limits limits;
  limits.handshake_memory = 40'000;
  // Enough for the handshake, not for this.
  Tapped tapped(client_config().limits(limits));
  REQUIRE(tapped.peers.client.completed);
  const Octets largest = ticket(60'000);
  for (Bytes rest = largest; !rest.empty() && !tapped.peers.client.error;) {
    const Bytes content = rest.first(std::min<std::size_t>(10'000, rest.size()));
    tapped.to_client(tapped.from_server.record(ContentType::handshake, content));
    rest = rest.subspan(content.size());
  }
  CHECK(tapped.peers.client.error == Error::handshake_memory);
}

TEST_CASE("a ticket breaks no rule", "[rfc9846-4.7.1][rfc9846-4.7.1-4a2863]") {
  const auto error_of = [](const Octets& message) {
    Tapped tapped;
    tapped.to_client(tapped.from_server.record(ContentType::handshake, message));
    return tapped.peers.client.error;
  };
  CHECK(error_of(ticket(0)) == Error::length_out_of_range);
  CHECK_FALSE(error_of(ticket(5, {0, 42, 0, 4, 0, 0, 0, 1})));
  CHECK(error_of(ticket(5, {0, 42, 0, 3, 0, 0, 1})) == Error::truncated);
  CHECK(error_of(ticket(5, {0, 42, 0, 5, 0, 0, 0, 1, 0})) == Error::trailing_data);
  CHECK(error_of(ticket(5, {0, 42, 0, 4, 0, 0, 0, 1, 0, 42, 0, 4, 0, 0, 0, 1})) ==
        Error::duplicate_extension);
  CHECK(error_of(ticket(5, {0, 51, 0, 0})) == Error::misplaced_extension);
  CHECK_FALSE(error_of(ticket(5, {0xab, 0xcd, 0, 1, 9})));
  Octets longer = ticket(5);
  longer.push_back(0);
  longer.at(3) = static_cast<std::uint8_t>(longer.at(3) + 1);
  CHECK(error_of(longer) == Error::trailing_data);
}

TEST_CASE("no other message has a place after the handshake",
          "[rfc9846-4.7][rfc9846-4.7.2-15a42b][rfc9846-4.6-089a35]") {
  for (int type = 0; type < 256; ++type) {
    for (const bool to_client : {true, false}) {
      if (type == 24 || (type == 4 && to_client)) continue;
      Tapped tapped;
      Octets message{static_cast<std::uint8_t>(type), 0, 0, 1, 0};
      if (type == 4) message = ticket(5);
      Forger& forger = to_client ? tapped.from_server : tapped.from_client;
      const Octets record = forger.record(ContentType::handshake, message);
      to_client ? tapped.to_client(record) : tapped.to_server(record);
      const Peer& peer = to_client ? tapped.peers.client : tapped.peers.server;
      REQUIRE(peer.error == Error::unexpected_message);
      REQUIRE(peer.connection.failure()->message == static_cast<HandshakeType>(type));
      REQUIRE(peer.connection.failure()->alert == AlertDescription::unexpected_message);
    }
  }
}

}  // namespace
}  // namespace nacre::test
