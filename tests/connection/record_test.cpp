// Records as they are seen on the wire: sizes, padding, floods, order. RFC 9846, section 5.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

std::size_t longest_protected(const Octets& sent) {
  std::size_t longest = 0;
  for (const auto& record : split_records(sent)) {
    if (record.type != ContentType::application_data) continue;
    longest = std::max(longest, record.content.size());
  }
  return longest;
}

TEST_CASE("data of any length arrives", "[rfc9846-5.1][rfc9846-5.1-739a25][rfc9846-5.2-0bffc1]") {
  Peers peers = connected();
  Octets wanted;
  for (const std::size_t length : {1U, 2U, 16'383U, 16'384U, 16'385U, 100'000U}) {
    const Octets plaintext(length, static_cast<std::uint8_t>(length));
    REQUIRE(peers.client.send(plaintext));
    append(wanted, plaintext);
  }
  peers.drive();
  CHECK(peers.server.data == wanted);
  CHECK(longest_protected(peers.client.sent) == 16'384 + 1 + 16);
}

TEST_CASE("data passes through any room", "[rfc9846-5.1]") {
  Peers peers = connected();
  const Octets plaintext(500, 7);
  Octets outgoing(22);
  CHECK(peers.client.connection.seal(plaintext, outgoing) == fail(Error::buffer_too_small));
  for (peers.client.room = 23; peers.client.room < 200; ++peers.client.room) {
    peers.server.data.clear();
    REQUIRE(peers.client.send(plaintext));
    peers.drive();
    REQUIRE(peers.server.data == plaintext);
  }
}

// RFC 8449, section 4: content type and padding count.
TEST_CASE("pieces go into one record, and the rest of them into the next", "[rfc9846-5.1]") {
  Tapped tapped;
  Connection& client = tapped.peers.client.connection;
  const Octets body(20'000, 7);
  const std::array<Bytes, 4> pieces{bytes_of("head"), {}, body, bytes_of("tail")};
  Octets outgoing(max_record_size);
  const auto first = client.seal_pieces(pieces, outgoing);
  REQUIRE(first);
  CHECK(first->consumed == 16'384);
  CHECK(first->produced == 16'384 + 22);
  tapped.to_server(Bytes(outgoing).first(first->produced));
  const std::array<Bytes, 2> others{Bytes(body).subspan(16'384 - 4), pieces[3]};
  const auto second = client.seal_pieces(others, outgoing);
  REQUIRE(second);
  CHECK(second->consumed == 20'008 - 16'384);
  tapped.to_server(Bytes(outgoing).first(second->produced));
  Octets wanted = octets("head");
  append(wanted, body);
  append(wanted, octets("tail"));
  CHECK(tapped.peers.server.data == wanted);
}

TEST_CASE("pieces are cut to the room there is, and none of them make an empty record",
          "[rfc9846-5.1]") {
  Tapped tapped;
  Connection& client = tapped.peers.client.connection;
  const std::array<Bytes, 3> pieces{bytes_of("abc"), bytes_of("defg"), bytes_of("h")};
  for (std::size_t room = 0; room < 40; ++room) {
    Octets outgoing(room);
    const auto sealed = client.seal_pieces(pieces, outgoing);
    if (room < 23) {
      CHECK(sealed == fail(Error::buffer_too_small));
      continue;
    }
    REQUIRE(sealed);
    CHECK(sealed->consumed == std::min<std::size_t>(room - 22, 8));
    tapped.peers.server.data.clear();
    tapped.to_server(Bytes(outgoing).first(sealed->produced));
    CHECK(tapped.peers.server.data == octets(std::string_view("abcdefgh").substr(0, room - 22)));
  }
  const std::array<Bytes, 2> nothing{};
  for (const std::span<const Bytes> none : {std::span<const Bytes>(nothing), {}}) {
    Octets outgoing(22);
    const auto sealed = client.seal_pieces(none, outgoing);
    REQUIRE(sealed);
    CHECK(sealed->consumed == 0);
    CHECK(sealed->produced == 22);
    tapped.to_server(outgoing);
  }
  CHECK_FALSE(tapped.peers.server.error);
}

TEST_CASE("record_size_limit is kept in both directions", "[rfc8449-4]") {
  for (const std::size_t limit : {64U, 100U, 1'000U, 16'384U}) {
    for (const bool by_client : {true, false}) {
      ClientConfig::Builder client = client_config();
      ServerConfig::Builder server = server_config();
      // The other side must say that it knows the extension.
      client.record_size_limit(by_client ? limit : 16'384);
      server.record_size_limit(by_client ? 16'384 : limit);
      Peers peers = connected(*client.build(), *server.build());
      REQUIRE(peers.client.completed);
      REQUIRE(peers.server.completed);
      const Octets plaintext(20'000, 3);
      REQUIRE(peers.client.send(plaintext));
      REQUIRE(peers.server.send(plaintext));
      peers.drive();
      CHECK(peers.client.data == plaintext);
      CHECK(peers.server.data == plaintext);
      const Octets& limited = by_client ? peers.server.sent : peers.client.sent;
      const Octets& other = by_client ? peers.client.sent : peers.server.sent;
      CHECK(longest_protected(limited) == limit + 1 + 16);
      CHECK(longest_protected(other) == 16'384 + 1 + 16);
    }
  }
}

TEST_CASE("a record above our record_size_limit is refused", "[rfc8449-4]") {
  for (const std::size_t excess : {0U, 1U}) {
    Tapped tapped(client_config().record_size_limit(100));
    tapped.to_client(
        tapped.from_server.record(ContentType::application_data, Octets(60, 1), 40 + excess));
    if (excess == 0) {
      CHECK(tapped.peers.client.data.size() == 60);
    } else {
      CHECK(tapped.peers.client.error == Error::record_too_long);
      CHECK(tapped.peers.client.connection.failure()->alert == AlertDescription::record_overflow);
    }
  }
}

TEST_CASE("pad_to makes every record's content a multiple", "[rfc9846-5.4]") {
  Tapped tapped(client_config().pad_to(256));
  Peer& client = tapped.peers.client;
  const std::size_t sent = client.sent.size();
  REQUIRE(client.send(Octets(1, 1)));
  REQUIRE(client.send(Octets(255, 1)));
  REQUIRE(client.send(Octets(256, 1)));
  REQUIRE(client.send(Octets(257, 1)));
  REQUIRE(client.update_keys(false));
  REQUIRE(client.close());
  Tap tap(*tapped.secrets, "CLIENT_TRAFFIC_SECRET_0");
  const auto seen = tap.read(Bytes(client.sent).subspan(sent));
  REQUIRE(seen.size() == 6);
  CHECK(seen[0].padding == 255);
  CHECK(seen[1].padding == 1);
  CHECK(seen[2].padding == 0);
  CHECK(seen[3].padding == 255);
  CHECK(seen[4].padding == 251);
  CHECK(seen[5].padding == 254);
  for (const auto& record : seen) CHECK((record.record_size - 22) % 256 == 0);
  tapped.peers.drive();
  CHECK(tapped.peers.server.data.size() == 769);
  CHECK(tapped.peers.server.peer_closed);
}

TEST_CASE("a padding function is asked, and cut to what fits", "[rfc9846-5.4]") {
  const auto secrets = std::make_shared<Secrets>();
  Tapped tapped(client_config().padding([](std::size_t length) { return length * 1'000; }));
  Peer& client = tapped.peers.client;
  const std::size_t sent = client.sent.size();
  REQUIRE(client.send(Octets(3, 1)));
  REQUIRE(client.send(Octets(16'000, 1)));
  REQUIRE(client.send(Octets(16'384, 1)));
  client.room = 100;
  REQUIRE(client.send(Octets(70, 1)));
  Tap tap(*tapped.secrets, "CLIENT_TRAFFIC_SECRET_0");
  const auto seen = tap.read(Bytes(client.sent).subspan(sent));
  REQUIRE(seen.size() == 4);
  CHECK(seen[0].padding == 3'000);
  CHECK(seen[1].padding == 384);
  CHECK(seen[2].padding == 0);
  CHECK(seen[3].padding == 8);
  tapped.peers.drive();
  CHECK(tapped.peers.server.data.size() == 3 + 16'000 + 16'384 + 70);
}

TEST_CASE("the handshake's protected records are padded too", "[rfc9846-5.4]") {
  ServerConfig::Builder server = server_config();
  server.pad_to(1'024);
  Peers peers = connected(*client_config().build(), *server.build());
  REQUIRE(peers.client.completed);
  std::size_t count = 0;
  for (const auto& record : split_records(peers.server.sent)) {
    if (record.type != ContentType::application_data) continue;
    CHECK((record.content.size() - 17) % 1'024 == 0);
    ++count;
  }
  CHECK(count > 0);
}

TEST_CASE("an empty plaintext makes an empty record", "[rfc9846-5.1]") {
  Tapped tapped;
  Octets outgoing(max_record_size);
  const auto sealed = tapped.peers.client.connection.seal({}, outgoing);
  REQUIRE(sealed);
  CHECK(sealed->consumed == 0);
  CHECK(sealed->produced == 22);
  tapped.to_server(Bytes(outgoing).first(sealed->produced));
  CHECK_FALSE(tapped.peers.server.error);
  CHECK(tapped.peers.server.data.empty());
  CHECK(tapped.peers.server.empty_data == 0);
}

TEST_CASE("empty records are taken up to the limit", "[rfc9846-5.1]") {
  Limits limits;
  limits.records_without_progress = 5;
  Tapped tapped(client_config(), server_config().limits(limits));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) tapped.to_server(tapped.from_client.data(""));
    tapped.to_server(tapped.from_client.data("d"));
  }
  for (int i = 0; i < 5; ++i) tapped.to_server(tapped.from_client.data(""));
  REQUIRE_FALSE(tapped.peers.server.error);
  tapped.to_server(tapped.from_client.data(""));
  CHECK(tapped.peers.server.error == Error::too_many_empty_records);
  CHECK(tapped.peers.server.data == octets("ddd"));
}

const Octets change_cipher_spec{20, 3, 3, 0, 1, 1};

TEST_CASE("change_cipher_spec is dropped during the handshake", "[rfc9846-5][rfc9846-5-26785e]") {
  Peers peers;
  peers.client.run();
  peers.deliver_to_server();
  append(peers.server.inbox, change_cipher_spec);
  peers.server.run();
  append(peers.server.inbox, change_cipher_spec);
  append(peers.client.inbox, change_cipher_spec);
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(peers.server.completed);
}

TEST_CASE("change_cipher_spec is refused where it has no place",
          "[rfc9846-5][rfc9846-5-55a91f][rfc9846-5-3a1ab8][rfc9846-4.3.2-b86d65]") {
  SECTION("before the ClientHello") {
    Peers peers;
    peers.server.inbox = change_cipher_spec;
    peers.server.run();
    CHECK(peers.server.error == Error::bad_change_cipher_spec);
  }
  SECTION("unless the server keeps no state") {
    ServerConfig::Builder server = server_config();
    server.stateless_retry(std::array<std::uint8_t, 32>{1, 2, 3});
    Peers peers(*client_config().build(), *server.build());
    peers.server.inbox = change_cipher_spec;
    peers.drive();
    CHECK(peers.server.completed);
  }
  SECTION("after the handshake") {
    Peers peers = connected();
    peers.server.inbox = change_cipher_spec;
    peers.server.run();
    CHECK(peers.server.error == Error::bad_change_cipher_spec);
    CHECK(peers.server.connection.failure()->alert == AlertDescription::unexpected_message);
  }
  SECTION("with another content") {
    for (const Octets& bad :
         {Octets{20, 3, 3, 0, 1, 2}, Octets{20, 3, 3, 0, 2, 1, 1}, Octets{20, 3, 3, 0, 0}}) {
      Peers peers;
      peers.client.run();
      append(peers.client.inbox, bad);
      peers.client.run();
      CHECK(peers.client.error == Error::bad_change_cipher_spec);
      CHECK(peers.client.connection.failure()->alert == AlertDescription::unexpected_message);
    }
  }
  SECTION("protected") {
    Tapped tapped;
    tapped.to_client(tapped.from_server.record(ContentType::change_cipher_spec, Octets{1}));
    CHECK(tapped.peers.client.error == Error::bad_change_cipher_spec);
    CHECK(tapped.peers.client.connection.failure()->alert == AlertDescription::unexpected_message);
  }
  SECTION("too often") {
    Limits limits;
    limits.records_without_progress = 4;
    for (const int count : {4, 5}) {
      Peers peers(*client_config().limits(limits).build());
      peers.client.run();
      for (int i = 0; i < count; ++i) append(peers.client.inbox, change_cipher_spec);
      peers.client.run();
      CHECK(peers.client.error.has_value() == (count > 4));
    }
  }
}

TEST_CASE("records that break a rule are refused, each with its alert",
          "[rfc9846-5][rfc9846-5-d348a6][rfc9846-5.1-a79286][rfc9846-5.2-a79286]"
          "[rfc9846-5.2-cf2419][rfc9846-5.2-d22f68][rfc9846-5.4-99c10a][rfc9846-5.4-b0c006]") {
  using enum AlertDescription;
  struct Row {
    std::function<Octets(Forger&)> forge;
    Error error;
    AlertDescription alert;
  };
  const auto raw = [](const Octets& inner) { return [=](Forger& f) { return f.raw(inner); }; };
  const auto plain = [](const Octets& record) { return [=](Forger&) { return record; }; };
  const std::vector<Row> rows{
      {raw({1, 2, 3, 24}), Error::unknown_content_type, unexpected_message},
      {raw({0, 0, 0}), Error::no_content_type, unexpected_message},
      {raw({22}), Error::empty_record, unexpected_message},
      {raw({22, 0}), Error::empty_record, unexpected_message},
      {raw({21, 0, 0}), Error::empty_record, unexpected_message},
      {raw({1, 20}), Error::bad_change_cipher_spec, unexpected_message},
      {raw(Octets(16'386, 23)), Error::record_too_long, record_overflow},
      {plain({22, 3, 3, 0, 1, 0}), Error::unexpected_record, unexpected_message},
      {plain({24, 3, 3, 0, 1, 0}), Error::unknown_content_type, unexpected_message},
      {plain({22, 3, 3, 0x40, 1}), Error::record_too_long, record_overflow},
      {plain({23, 3, 3, 0x41, 1}), Error::record_too_long, record_overflow},
      {plain({23, 3, 3, 0, 3, 1, 2, 3}), Error::bad_record_mac, bad_record_mac},
  };
  for (const bool to_client : {true, false}) {
    for (const Row& row : rows) {
      Tapped tapped;
      const Octets record = row.forge(to_client ? tapped.from_server : tapped.from_client);
      to_client ? tapped.to_client(record) : tapped.to_server(record);
      const Peer& peer = to_client ? tapped.peers.client : tapped.peers.server;
      REQUIRE(peer.error);
      CHECK(name(*peer.error) == name(row.error));
      CHECK(peer.connection.failure()->alert == row.alert);
    }
  }
}

TEST_CASE("application data has no place before Finished", "[rfc9846-5]") {
  Peers peers;
  peers.client.run();
  peers.client.inbox = Octets{23, 3, 3, 0, 20};
  peers.client.run();
  CHECK(peers.client.error == Error::unexpected_record);

  ClientConfig::Builder client = client_config();
  const auto secrets = std::make_shared<Secrets>();
  danger::log_secrets(client, secrets);
  Peers later(*client.build());
  later.client.run();
  later.deliver_to_server();
  later.server.run();
  // ServerHello and change_cipher_spec, then data with handshake keys.
  const auto records = split_records(later.server.outbox);
  append(later.client.inbox, records.at(0).encode());
  append(later.client.inbox, records.at(1).encode());
  later.client.run();
  Forger forger(*secrets, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
  append(later.client.inbox, forger.data("early"));
  later.client.run();
  CHECK(later.client.error == Error::unexpected_record);
}

TEST_CASE("a handshake message is not cut by another record",
          "[rfc9846-5.1][rfc9846-5.1-073b94][rfc9846-5.1-91b9eb]") {
  Tapped tapped;
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{4, 0, 0, 50, 1}));
  tapped.to_client(tapped.from_server.data("between"));
  CHECK(tapped.peers.client.error == Error::interleaved_record);
  CHECK(tapped.peers.client.connection.failure()->alert == AlertDescription::unexpected_message);
  CHECK(tapped.peers.client.data.empty());
}

}  // namespace
}  // namespace nacre::test
