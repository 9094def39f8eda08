// Messages and alerts out of turn. RFC 9846, sections 4, 4.6, 4.7, 5.1 and 6.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <set>
#include <vector>

#include "attacks/side.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Outcome out_of_turn{Error::unexpected_message, unexpected_message};

const Message key_update{24, 0, 0, 1, 0};
const Message end_of_early_data{5, 0, 0, 0};

// A lifetime, an age, a nonce, a ticket of three bytes, an unknown extension.
const Data ticket_body = Data{0, 1, 0, 0, 1, 1, 1, 1} + vector(1, {7, 7}) + vector(2, {1, 2, 3}) +
                         vector(2, Data{0xab, 0xcd} + vector(2, {9}));
const Message ticket = message(4, ticket_body);

// The types that TLS 1.3 or its forebears name, and two that nobody does.
const std::vector<std::uint8_t> alphabet{0,  1,  2,  3,  4,  5,  6,  8,  11, 12, 13,
                                         14, 15, 16, 20, 21, 22, 23, 24, 25, 99, 254};

// Each message of the alphabet, empty, at a side that `make` brings into one state.
template <class Make>
void check_state(const std::set<int>& allowed, Make make) {
  for (const std::uint8_t type : alphabet) {
    if (allowed.contains(type)) continue;
    CAPTURE(type);
    Side side = make();
    side.hear(message(type, {}));
    check_refused(side, out_of_turn);
    CHECK(side.peer.connection.failure()->message == static_cast<HandshakeType>(type));
  }
}

}  // namespace

// The full table, all 256 types in all states, is tests/handshake/state_table_test.cpp.
TEST_CASE("AC-014: a message out of turn ends the connection", "[AC-014][rfc9846-4]") {
  const std::vector<std::set<int>> client_takes{{2}, {8}, {11, 13}, {15}, {20}, {4, 24}};
  for (std::size_t count = Told::nothing; count <= Told::finished; ++count) {
    CAPTURE(count);
    check_state(client_takes.at(count), [&] { return told(count).client; });
  }
  check_state({2}, [] {
    Between between = retried_between();
    between.tell_client(1);
    return std::move(between.client);
  });
  check_state({1}, [] { return Side(server_config()); });
  check_state({1}, [] { return retried_between().server; });
  check_state({20}, [] { return told(Told::nothing).server; });
  check_state({24}, [] { return connected_between().server; });
}

TEST_CASE("AC-015: nothing follows a message that changes the keys in its record",
          "[AC-015][rfc9846-5.1]") {
  const auto refused = [](Side& side, const Message& content) {
    side.hear(content);
    check_refused(side, {Error::message_across_key_change, unexpected_message});
  };
  SECTION("ServerHello and EncryptedExtensions in one plaintext record") {
    Between between = told(Told::nothing);
    refused(between.client, between.inbox.at(0) + between.inbox.at(1));
  }
  SECTION("ServerHello and the first byte of a message") {
    Between between = told(Told::nothing);
    refused(between.client, between.inbox.at(0) + Data{8});
  }
  SECTION("ServerHello in two records, and a byte") {
    Between between = told(Told::nothing);
    const Message hello = between.inbox.at(0);
    between.client.hear(Message(hello.begin(), hello.begin() + 50));
    refused(between.client, Message(hello.begin() + 50, hello.end()) + Data{8});
  }
  SECTION("the server's Finished and a ticket") {
    Between between = told(Told::certificate_verify);
    refused(between.client, between.inbox.at(0) + ticket);
  }
  SECTION("ClientHello and a byte") {
    Between between;
    refused(between.server, between.client.messages().at(0) + Data{20});
  }
  SECTION("the second ClientHello and a byte") {
    Between between = retried_between();
    between.tell_client(1);
    refused(between.server, between.client.messages().at(0) + Data{20});
  }
  SECTION("the client's Finished and a KeyUpdate") {
    Between between = told(Told::finished);
    refused(between.server, between.client.messages().at(0) + key_update);
  }
  SECTION("KeyUpdate and another") {
    Between between = connected_between();
    refused(between.client, key_update + key_update);
    refused(between.server, key_update + key_update);
  }
  SECTION("KeyUpdate and a part of a message") {
    Between between = connected_between();
    refused(between.client, key_update + Data{4, 0});
    refused(between.server, key_update + Data{24});
  }
}

TEST_CASE("AC-024: no_renegotiation is fatal, whatever its level", "[AC-024][rfc9846-6.2]") {
  const auto ends = [](Side side) {
    const std::size_t sent = side.peer.sent.size();
    side.take(side.record(ContentType::alert, Octets{1, 100}));
    CHECK(side.peer.error == Error::peer_alert);
    CHECK(side.peer.connection.failure()->alert == static_cast<AlertDescription>(100));
    CHECK(side.peer.connection.failure()->alert_from_peer);
    CHECK(side.peer.sent.size() == sent);
    Octets more = side.record(ContentType::application_data, bytes_of("after"));
    Octets outgoing(max_record_size);
    CHECK(side.peer.connection.advance(more, outgoing) == fail(Error::peer_alert));
    CHECK(side.peer.data.empty());
  };
  for (std::size_t count = Told::nothing; count <= Told::finished; ++count)
    ends(told(count).client);
  ends(Side(server_config()));
  ends(told(Told::nothing).server);
  ends(retried_between().server);
  ends(connected_between().server);
}

TEST_CASE("AC-025: KeyUpdate before Finished is refused", "[AC-025][rfc9846-4.7.3]") {
  const auto refused = [](Side side) {
    side.hear(key_update);
    check_refused(side, out_of_turn);
  };
  for (std::size_t count = Told::nothing; count < Told::finished; ++count)
    refused(told(count).client);
  refused(Side(server_config()));
  refused(told(Told::nothing).server);
}

TEST_CASE("AC-025: a server takes no NewSessionTicket, a client no EndOfEarlyData",
          "[AC-025][rfc9846-4.6][rfc9846-4.7.1]") {
  const auto refused = [](Side side, const Message& message) {
    side.hear(message);
    check_refused(side, out_of_turn);
  };
  refused(Side(server_config()), ticket);
  refused(told(Told::nothing).server, ticket);
  refused(connected_between().server, ticket);
  for (std::size_t count = Told::nothing; count <= Told::finished; ++count) {
    refused(told(count).client, end_of_early_data);
  }
}

TEST_CASE("AC-026: nobody renegotiates", "[AC-026][rfc9846-4.2.2]") {
  const auto refused = [](Side& side, const Message& message) {
    side.hear(message);
    check_refused(side, out_of_turn);
  };
  Side stranger(client_config());
  stranger.peer.run();
  const Message hello = stranger.messages().at(0);
  Between between = connected_between();
  refused(between.server, hello);
  refused(between.client, hello);
  Between other = connected_between();
  refused(other.client, message(0, {}));  // HelloRequest, of TLS 1.2
  refused(other.server, message(0, {}));
}

TEST_CASE("AC-027: malformed messages after the handshake are decode errors",
          "[AC-027][rfc9846-4.7.1]") {
  const auto refused = [](const Message& message, Error error) {
    Between between = connected_between();
    between.client.hear(message);
    check_refused(between.client, {error, decode_error});
  };
  for (std::size_t size = 0; size < ticket_body.size(); ++size) {
    CAPTURE(size);
    refused(message(4, Data(ticket_body.begin(),
                            ticket_body.begin() + static_cast<std::ptrdiff_t>(size))),
            Error::truncated);
  }
  for (const std::size_t length_at : {8U, 12U, 17U, 21U}) {
    for (const int change : {1, 0xff}) {
      Data body = ticket_body;
      std::uint8_t& length = body.at(length_at);
      length = static_cast<std::uint8_t>(change == 1 ? length + 1 : change);
      CAPTURE(length_at, change);
      refused(message(4, body), Error::truncated);
    }
  }
  refused(message(4, ticket_body + Data{0}), Error::trailing_data);
  refused(message(4, Data{0, 1, 0, 0, 1, 1, 1, 1} + vector(1, {}) + vector(2, {}) + vector(2, {})),
          Error::length_out_of_range);
  refused(message(24, {}), Error::truncated);
  refused(message(24, {0, 0}), Error::trailing_data);
  // early_data in a ticket is for clients that resume: its length is looked at with them.
}

TEST_CASE("AC-027: a ticket that comes in parts is not mixed with data", "[AC-027][rfc9846-5.1]") {
  for (std::size_t at = 1; at < ticket.size(); ++at) {
    const auto cut = ticket.begin() + static_cast<std::ptrdiff_t>(at);
    Between whole = connected_between();
    whole.client.hear(Message(ticket.begin(), cut));
    whole.client.hear(Message(cut, ticket.end()));
    whole.client.take(whole.client.record(ContentType::application_data, bytes_of("data")));
    REQUIRE(whole.client.peer.data == octets("data"));

    Between mixed = connected_between();
    mixed.client.hear(Message(ticket.begin(), cut));
    mixed.client.take(mixed.client.record(ContentType::application_data, bytes_of("data")));
    check_refused(mixed.client, {Error::interleaved_record, unexpected_message});
  }
}

}  // namespace nacre::test
