// Whole handshakes over bytes, however they are cut.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "nacre/verify.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

void require_connected(Peers& peers) {
  REQUIRE_FALSE(peers.client.error);
  REQUIRE_FALSE(peers.server.error);
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  REQUIRE(peers.client.connection.tls_exporter().value() ==
          peers.server.connection.tls_exporter().value());
}

void require_data_passes(Peers& peers) {
  REQUIRE(peers.client.send("from the client"));
  REQUIRE(peers.server.send("from the server"));
  peers.drive();
  REQUIRE(peers.server.data == octets("from the client"));
  REQUIRE(peers.client.data == octets("from the server"));
}

TEST_CASE("a client and a server shake hands and exchange data", "[rfc9846-2]") {
  Peers peers = connected();
  require_connected(peers);
  CHECK(peers.client.connection.is_complete());
  CHECK(peers.server.connection.is_complete());
  require_data_passes(peers);
  const Negotiated client = peers.client.connection.negotiated();
  const Negotiated server = peers.server.connection.negotiated();
  CHECK(client.cipher_suite == CipherSuite::tls_aes_128_gcm_sha256);
  CHECK(client.cipher_suite == server.cipher_suite);
  CHECK(client.group == NamedGroup::x25519);
  CHECK(server.group == NamedGroup::x25519);
  CHECK(client.server_signature_scheme == SignatureScheme::ecdsa_secp256r1_sha256);
  CHECK(server.server_signature_scheme == SignatureScheme::ecdsa_secp256r1_sha256);
  CHECK(client.alpn.empty());
  CHECK_FALSE(client.retried);
}

// What both sides would see with all bytes at once, with no more than `first` of them at first.
void drive_in_two(std::size_t to_server_first, std::size_t to_client_first) {
  Peers peers;
  std::size_t to_server = to_server_first;
  std::size_t to_client = to_client_first;
  const auto move_some = [](Octets& from, Octets& to, std::size_t& first) {
    const std::size_t size = std::min(from.size(), first);
    append(to, Bytes(from).first(size));
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(size));
    first -= size;
    return size > 0;
  };
  for (bool moved = true; moved;) {
    moved = peers.client.run() || peers.server.run();
    moved = move_some(peers.client.outbox, peers.server.inbox, to_server) || moved;
    moved = move_some(peers.server.outbox, peers.client.inbox, to_client) || moved;
    if (moved) continue;
    moved = !peers.client.outbox.empty() || !peers.server.outbox.empty();
    to_server = to_client = SIZE_MAX;
  }
  require_connected(peers);
}

TEST_CASE("a handshake's bytes may be cut in two anywhere", "[rfc9846-5.1]") {
  const Peers whole = connected();
  for (std::size_t at = 0; at <= whole.client.sent.size(); ++at) drive_in_two(at, SIZE_MAX);
  for (std::size_t at = 0; at <= whole.server.sent.size(); ++at) drive_in_two(SIZE_MAX, at);
}

TEST_CASE("a handshake's bytes may come one at a time", "[rfc9846-5.1]") {
  Peers peers;
  bool moved = true;
  const auto move_one = [&](Peer& from, Peer& to) {
    if (from.outbox.empty()) return;
    to.inbox.push_back(from.outbox.front());
    from.outbox.erase(from.outbox.begin());
    moved = true;
  };
  while (moved) {
    moved = peers.client.run();
    moved = peers.server.run() || moved;
    move_one(peers.client, peers.server);
    move_one(peers.server, peers.client);
  }
  require_connected(peers);
  require_data_passes(peers);
}

TEST_CASE("NeedInput tells the bytes that a record lacks", "[rfc9846-5.1]") {
  Peers peers;
  peers.client.run();
  const Octets hello = peers.client.outbox;
  Octets outgoing(max_record_size);
  for (std::size_t size = 0; size < hello.size(); ++size) {
    Octets incoming = octets(Bytes(hello).first(size));
    const auto step = peers.server.connection.advance(incoming, outgoing);
    REQUIRE(step);
    REQUIRE(step->consumed == 0);
    REQUIRE(step->produced == 0);
    const std::size_t lacking = size < 5 ? 5 - size : hello.size() - size;
    REQUIRE(std::get<NeedInput>(step->event).at_least == lacking);
  }
}

// Any room of at least max_control_record_size moves on.
TEST_CASE("a handshake fits through any room for output", "[rfc9846-5.1]") {
  for (std::size_t room = max_control_record_size; room < 400; room += room < 200 ? 1 : 37) {
    Peers peers;
    peers.client.room = room;
    peers.server.room = room;
    peers.drive();
    require_connected(peers);
    REQUIRE((peers.client.need_output > 0 || room > 128));
    REQUIRE(peers.server.need_output > 0);
    require_data_passes(peers);
  }
}

TEST_CASE("NeedOutput asks for no more than one record", "[rfc9846-5.1]") {
  Peers peers;
  const auto step = peers.client.connection.advance({}, {});
  REQUIRE(step);
  const auto need = std::get<NeedOutput>(step->event);
  REQUIRE(need.at_least > max_control_record_size);
  REQUIRE(need.at_least <= max_record_size);
  Octets outgoing(need.at_least);
  const auto all = peers.client.connection.advance({}, outgoing);
  REQUIRE(all);
  REQUIRE(all->produced == need.at_least);
  REQUIRE(std::holds_alternative<NeedInput>(all->event));
}

// One unprotected handshake record, as two.
Octets cut_record(const WireRecord& record, std::size_t at) {
  WireRecord first{record.type, record.version, octets(Bytes(record.content).first(at))};
  WireRecord second{record.type, record.version, octets(Bytes(record.content).subspan(at))};
  Octets both = first.encode();
  append(both, second.encode());
  return both;
}

TEST_CASE("ClientHello and ServerHello may be cut into records anywhere", "[rfc9846-5.1]") {
  Peers first;
  first.client.run();
  const std::size_t hello_size = split_records(first.client.outbox).at(0).content.size();
  for (std::size_t at = 1; at < hello_size; ++at) {
    Peers peers;
    peers.client.run();
    const auto hello = split_records(peers.client.outbox).at(0);
    peers.client.outbox.clear();
    append(peers.server.inbox, cut_record(hello, at));
    peers.drive();
    require_connected(peers);
  }
  first.drive();
  const std::size_t answer_size = split_records(first.server.sent).at(0).content.size();
  for (std::size_t at = 1; at < answer_size; ++at) {
    Peers peers;
    peers.client.run();
    peers.deliver_to_server();
    peers.server.run();
    const auto answer = split_records(peers.server.outbox).at(0);
    const Octets rest = octets(Bytes(peers.server.outbox).subspan(answer.content.size() + 5));
    peers.server.outbox.clear();
    append(peers.client.inbox, cut_record(answer, at));
    append(peers.client.inbox, rest);
    peers.drive();
    require_connected(peers);
  }
}

TEST_CASE("a handshake with HelloRetryRequest completes", "[rfc9846-4.2.4]") {
  Policy client = quick_policy();
  client.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  Policy server = quick_policy();
  server.groups = {NamedGroup::secp256r1};
  server.key_shares = {};
  Peers peers =
      connected(*client_config().policy(client).build(), *server_config().policy(server).build());
  require_connected(peers);
  CHECK(peers.client.connection.negotiated().retried);
  CHECK(peers.server.connection.negotiated().retried);
  CHECK(peers.server.connection.negotiated().group == NamedGroup::secp256r1);
  require_data_passes(peers);
}

TEST_CASE("bytes behind a message that is to be answered first are refused", "[rfc9846-4]") {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::secp256r1, NamedGroup::x25519};
  policy.key_shares = {NamedGroup::secp256r1};
  // The beginning of another message, in the record of the one before it.
  const auto append_to_first_record = [](Octets& stream) {
    auto records = split_records(stream);
    append(records.front().content, Octets{2, 0});
    stream.clear();
    for (const WireRecord& record : records) append(stream, record.encode());
  };
  for (const bool in_first_hello : {true, false}) {
    CAPTURE(in_first_hello);
    Peers peers(*client_config().policy(policy).build());
    peers.client.run();
    if (in_first_hello) append_to_first_record(peers.client.outbox);
    peers.deliver_to_server();
    peers.server.run();
    if (!in_first_hello) {
      append_to_first_record(peers.server.outbox);
      peers.deliver_to_client();
      peers.client.run();
    }
    Peer& refuser = in_first_hello ? peers.server : peers.client;
    CHECK(refuser.error == Error::excess_handshake_data);
    CHECK(refuser.connection.failure()->alert == AlertDescription::unexpected_message);
  }
}

TEST_CASE("every suite and many groups work between the two sides", "[rfc9846-9.1]") {
  for (const CipherSuite suite : policy_2026.cipher_suites) {
    Policy policy = quick_policy();
    policy.cipher_suites = {suite};
    Peers peers = connected(*client_config().policy(policy).build());
    require_connected(peers);
    CHECK(peers.server.connection.negotiated().cipher_suite == suite);
    require_data_passes(peers);
  }
  Peers peers = connected(*client_config().policy(policy_2026).build(),
                          *server_config().policy(policy_2026).build());
  require_connected(peers);
  CHECK(peers.client.connection.negotiated().group == NamedGroup::x25519_mlkem768);
}

TEST_CASE("only the initial ClientHello has the record version of TLS 1.0",
          "[rfc9846-5.1][rfc9846-5.1-4ccd4b][rfc9846-5.1-d39760][rfc9846-E.5-490b80]"
          "[rfc9846-E.5-31b498]") {
  Policy client = quick_policy();
  client.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  Policy server = quick_policy();
  server.groups = {NamedGroup::secp256r1};
  server.key_shares = {};
  const Peers peers =
      connected(*client_config().policy(client).build(), *server_config().policy(server).build());
  const auto from_client = split_records(peers.client.sent);
  REQUIRE(from_client.size() >= 4);
  CHECK(from_client.at(0).version == 0x0301);
  for (std::size_t i = 1; i < from_client.size(); ++i) CHECK(from_client.at(i).version == 0x0303);
  for (const auto& record : split_records(peers.server.sent)) CHECK(record.version == 0x0303);
}

TEST_CASE("an alert before the ClientHello has the record version of TLS 1.2", "[rfc9846-5.1]") {
  auto client = Connection::client(client_config().build().value(), "localhost").value();
  Octets room(64);
  const auto size = client.abort(AlertDescription::access_denied, room);
  REQUIRE(size);
  const auto records = split_records(Bytes(room).first(*size));
  REQUIRE(records.size() == 1);
  CHECK(records.front().version == 0x0303);
}

TEST_CASE("what version a ClientHello's record names does not matter",
          "[rfc9846-5.1][rfc9846-E.2][rfc9846-5.1-a13d87][rfc9846-E-1a714a][rfc9846-E.2-5944cd]") {
  for (const unsigned version : {0x0000U, 0x0002U, 0x0300U, 0x0303U, 0x0304U, 0xffffU}) {
    Peers peers;
    peers.client.run();
    WireRecord hello = split_records(std::exchange(peers.client.outbox, {})).at(0);
    hello.version = static_cast<std::uint16_t>(version);
    peers.server.inbox = hello.encode();
    peers.drive();
    require_connected(peers);
  }
}

TEST_CASE("an SSL 2.0 CLIENT-HELLO is not answered with TLS", "[rfc9846-E.5][rfc9846-E.5-bce371]") {
  // Version 3.3, one cipher spec, no session ID, 16 bytes of challenge.
  Octets hello{0x80, 0x1c, 1, 3, 3, 0, 3, 0, 0, 0, 16, 0, 0x13, 1};
  hello.resize(hello.size() + 16);
  Peers peers;
  peers.server.inbox = hello;
  peers.server.run();
  CHECK(peers.server.error == Error::not_tls);
  CHECK(peers.server.sent == Octets{21, 3, 3, 0, 2, 2, 10});
}

TEST_CASE("both sides send one change_cipher_spec for middleboxes",
          "[rfc9846-E.4][rfc9846-E.4-c4cb14]") {
  const Peers peers = connected();
  for (const Octets* sent : {&peers.client.sent, &peers.server.sent}) {
    std::size_t count = 0;
    for (const auto& record : split_records(*sent)) {
      if (record.type != ContentType::change_cipher_spec) continue;
      ++count;
      CHECK(record.content == Octets{1});
    }
    CHECK(count == 1);
  }
}

TEST_CASE("what the handshake learned lives until the next advance", "[rfc9846-4.5.1]") {
  Peers peers;
  while (!peers.client.completed) {
    peers.client.step();
    peers.deliver_to_server();
    peers.server.step();
    peers.deliver_to_client();
  }
  const auto chain = peers.client.connection.peer_chain();
  REQUIRE(chain.size() == 1);
  CHECK(read_certificate(chain[0]).value().dns_names == std::vector<std::string>{"localhost"});
  CHECK(peers.client.connection.server_name() == "localhost");
  peers.client.step();
  CHECK(peers.client.connection.peer_chain().empty());
  peers.deliver_to_server();
  while (!peers.server.completed) REQUIRE(peers.server.step());
  CHECK(peers.server.connection.server_name() == "localhost");
  peers.server.step();
  CHECK(peers.server.connection.server_name().empty());
}

TEST_CASE("ALPN is agreed on and outlives the handshake", "[rfc7301-3.2]") {
  Peers peers = connected(*client_config().alpn({"h2", "http/1.1"}).build(),
                          *server_config().alpn({"spdy", "http/1.1"}).build());
  require_data_passes(peers);
  CHECK(peers.client.connection.negotiated().alpn == "http/1.1");
  CHECK(peers.server.connection.negotiated().alpn == "http/1.1");
}

TEST_CASE("bytes that are no TLS are told from broken TLS", "[rfc9846-5]") {
  Peers peers;
  peers.server.inbox = octets("GET / HTTP/1.1\r\n\r\n");
  peers.server.run();
  CHECK(peers.server.error == Error::not_tls);
  CHECK(peers.server.sent == Octets{21, 3, 3, 0, 2, 2, 10});

  Peers later;
  later.client.run();
  const Octets hello = split_records(later.client.outbox).at(0).encode();
  later.server.inbox = hello;
  append(later.server.inbox, Octets{0x47, 3, 3, 0, 1, 0});
  later.server.run();
  CHECK(later.server.error == Error::unknown_content_type);
  CHECK(later.server.connection.failure()->offset == hello.size());
}

TEST_CASE("a client without a valid name to expect is not made", "[rfc9846-4.3]") {
  const auto config = client_config().build().value();
  CHECK(Connection::client(config, "") == fail(Error::bad_name));
  CHECK(Connection::client(config, "not a name") == fail(Error::bad_name));
  CHECK(Connection::client(config, "127.0.0.1"));
}

TEST_CASE("nothing works before the handshake is complete", "[rfc9846-2][rfc9846-F.5-0c8c67]") {
  Peers peers;
  Octets outgoing(max_record_size);
  Connection& client = peers.client.connection;
  CHECK(client.seal(bytes_of("early"), outgoing) == fail(Error::not_ready));
  CHECK(client.seal_body(0, outgoing) == fail(Error::not_ready));
  CHECK(client.body(outgoing).empty());
  CHECK(client.update_keys(false, outgoing) == fail(Error::not_ready));
  CHECK(client.tls_exporter() == fail(Error::not_ready));
  CHECK_FALSE(client.is_complete());
  CHECK(client.resume(Verdict{}) == fail(Error::no_question));
  CHECK(client.resume(Signature{}) == fail(Error::no_question));
  peers.drive();
  require_connected(peers);
  CHECK(client.resume(Verdict{}) == fail(Error::no_question));
  CHECK(std::move(Peers().client.connection).split() == fail(Error::not_ready));
}

TEST_CASE("no data is sent before Finished, whenever it is tried",
          "[rfc9846-2][rfc9846-2-300fa0]") {
  Peers peers;
  Octets outgoing(max_record_size);
  std::size_t tries = 0;
  const auto try_and_step = [&](Peer& peer) {
    if (!peer.completed) {
      CHECK(peer.connection.seal(bytes_of("early"), outgoing) == fail(Error::not_ready));
      ++tries;
    }
    return peer.step();
  };
  for (bool moved = true; moved;) {
    moved = try_and_step(peers.client);
    peers.deliver_to_server();
    moved = try_and_step(peers.server) || moved;
    peers.deliver_to_client();
  }
  CHECK(tries >= 6);
  require_data_passes(peers);
}

TEST_CASE("a handshake costs no more than two rounds of calls", "[rfc9846-2]") {
  const Peers peers = connected();
  CHECK(peers.client.steps < 20);
  CHECK(peers.server.steps < 20);
}

}  // namespace
}  // namespace nacre::test
