// How connections end: closure, truncation, alerts both ways. RFC 9846, section 6.
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "record/alert.h"
#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

TEST_CASE("close_notify closes one direction and leaves the other open",
          "[rfc9846-6.1][rfc9846-6.1-a79f6e]") {
  Peers peers = connected();
  REQUIRE(peers.client.send("last words"));
  REQUIRE(peers.client.close());
  peers.drive();
  CHECK(peers.server.data == octets("last words"));
  CHECK(peers.server.peer_closed);
  CHECK_FALSE(peers.server.error);

  REQUIRE(peers.server.send("an answer"));
  REQUIRE(peers.server.update_keys(true));
  REQUIRE(peers.server.send(", and more"));
  peers.drive();
  CHECK(peers.client.data == octets("an answer, and more"));
  REQUIRE(peers.server.close());
  peers.drive();
  CHECK(peers.client.peer_closed);
  CHECK(peers.client.connection.transport_closed());
  CHECK(peers.server.connection.transport_closed());
}

TEST_CASE("nothing can be sent after close", "[rfc9846-6.1]") {
  Peers peers = connected();
  REQUIRE(peers.client.close());
  Octets outgoing(max_record_size);
  Connection& client = peers.client.connection;
  CHECK(client.seal(bytes_of("more"), outgoing) == fail(Error::closed));
  CHECK(client.seal_body(0, outgoing) == fail(Error::closed));
  CHECK(client.body(outgoing).empty());
  CHECK(client.update_keys(false, outgoing) == fail(Error::closed));
  CHECK(client.close(outgoing).value() == 0);
}

TEST_CASE("an application ends a connection with an alert of its choice", "[rfc9846-6.2]") {
  using enum AlertDescription;
  Octets room(max_record_size);
  SECTION("established") {
    Peers peers = connected();
    Connection& client = peers.client.connection;
    CHECK(client.abort(close_notify, room) == fail(Error::wrong_call));
    CHECK(client.abort(user_canceled, room) == fail(Error::wrong_call));
    const auto size = client.abort(access_denied, room);
    REQUIRE(size);
    peers.server.inbox = octets(Bytes(room).first(*size));
    peers.server.run();
    CHECK(peers.server.error == Error::peer_alert);
    CHECK(peers.server.connection.failure()->alert == access_denied);
    CHECK(client.failure()->error == Error::application_refused);
    CHECK(client.failure()->alert == access_denied);
    CHECK(client.seal(octets("x"), room) == fail(Error::application_refused));
    CHECK(client.abort(access_denied, room) == fail(Error::application_refused));
  }
  SECTION("at a question") {
    Peers peers(*client_config().build(), *server_config().ask_configuration().build());
    peers.server.answer = [&](Connection& connection, const Event&) {
      const auto size = connection.abort(handshake_failure, room);
      REQUIRE(size);
      append(peers.server.outbox, Bytes(room).first(*size));
    };
    peers.drive();
    peers.deliver_to_client();
    CHECK(peers.client.error == Error::peer_alert);
    CHECK(peers.client.connection.failure()->alert == handshake_failure);
    CHECK(peers.server.error == Error::application_refused);
  }
  SECTION("by a half") {
    Peers peers = connected();
    auto halves = std::move(peers.client.connection).split();
    REQUIRE(halves);
    CHECK(halves->second.abort(close_notify, room) == fail(Error::wrong_call));
    const auto size = halves->second.abort(internal_error, room);
    REQUIRE(size);
    peers.server.inbox = octets(Bytes(room).first(*size));
    peers.server.run();
    CHECK(peers.server.connection.failure()->alert == internal_error);
    CHECK(halves->first.advance({}) == fail(Error::application_refused));
  }
  SECTION("in too little room") {
    Peers peers = connected();
    CHECK(peers.client.connection.abort(access_denied, {}).value() == 0);
    CHECK(peers.client.connection.advance({}, room) == fail(Error::application_refused));
    CHECK(peers.client.connection.alert_size() > 0);
  }
}

TEST_CASE("what comes after close_notify is ignored", "[rfc9846-6.1][rfc9846-6.1-e2781d]") {
  Tapped tapped;
  Octets bytes = tapped.from_client.alert(AlertDescription::close_notify, 1);
  append(bytes, tapped.from_client.data("too late"));
  append(bytes, octets("no record at all"));
  tapped.to_server(bytes);
  CHECK(tapped.peers.server.peer_closed);
  CHECK_FALSE(tapped.peers.server.error);
  CHECK(tapped.peers.server.data.empty());
  CHECK(tapped.peers.server.inbox.empty());
}

TEST_CASE("an end of the transport without close_notify is a truncation",
          "[rfc9846-6.1][rfc9846-6.1-0fe1a7]") {
  Peers peers = connected();
  CHECK(peers.client.connection.transport_closed() == fail(Error::truncated_stream));
  CHECK(peers.client.connection.failure()->error == Error::truncated_stream);
  CHECK_FALSE(peers.client.connection.failure()->alert);
  Octets outgoing(max_record_size);
  CHECK(peers.client.connection.advance({}, outgoing) == fail(Error::truncated_stream));
  CHECK(peers.client.connection.alert_size() == 0);
  CHECK(peers.client.connection.seal(bytes_of("x"), outgoing) == fail(Error::truncated_stream));

  Peers early;
  early.client.run();
  CHECK(early.client.connection.transport_closed() == fail(Error::truncated_stream));
}

TEST_CASE("closing during a handshake sends user_canceled, then close_notify",
          "[rfc9846-6.1][rfc9846-6.1-bc5532][rfc9846-6.1-277dde][rfc9846-6.1-a79f6e]") {
  SECTION("without keys") {
    Peers peers;
    peers.client.run();
    peers.deliver_to_server();
    REQUIRE(peers.client.close());
    CHECK(peers.client.outbox == Octets{21, 3, 3, 0, 2, 1, 90, 21, 3, 3, 0, 2, 1, 0});
    peers.deliver_to_server();
    peers.server.run();
    CHECK(peers.server.error == Error::peer_canceled);
    CHECK(peers.server.connection.failure()->alert == AlertDescription::user_canceled);
    CHECK(peers.server.connection.failure()->alert_from_peer);
    CHECK(peers.server.connection.alert_size() == 0);
  }
  SECTION("with handshake keys") {
    Peers peers(*client_config().ask_verdict().build());
    peers.drive();
    REQUIRE_FALSE(peers.client.completed);
    REQUIRE(peers.client.close());
    peers.deliver_to_server();
    peers.server.run();
    CHECK(peers.server.error == Error::peer_canceled);
  }
  SECTION("and then the handshake is over") {
    Peers peers;
    peers.client.run();
    REQUIRE(peers.client.close());
    Octets outgoing(max_record_size);
    CHECK(peers.client.connection.close(outgoing).value() == 0);
    CHECK(peers.client.connection.advance({}, outgoing) == fail(Error::closed));
    CHECK(peers.client.connection.alert_size() == 0);
    CHECK(peers.client.connection.failure()->error == Error::closed);
    CHECK_FALSE(peers.client.connection.failure()->alert);
  }
  SECTION("and needs room for both") {
    Peers peers;
    Octets outgoing(13);
    CHECK(peers.client.connection.close(outgoing) == fail(Error::buffer_too_small));
    outgoing.resize(14);
    CHECK(peers.client.connection.close(outgoing).value() == 14);
  }
}

enum class Speaks { client_hello, server_flight, client_flight };

// A handshake in which one side's flight is out in part: it had `room` bytes, a first time and
// `times` more. Nothing: it is all out before.
std::optional<Peers> midway(Speaks what, std::size_t room, std::size_t times) {
  const auto anchors = TrustAnchors::from_pem(authority().certificate_pem).value();
  Peers peers(*client_config().credential(client_credential()).build(),
              *server_config().client_authentication({.anchors = anchors}).build());
  if (what != Speaks::client_hello) {
    peers.client.run();
    peers.deliver_to_server();
  }
  if (what == Speaks::client_flight) {
    peers.server.run();
    peers.deliver_to_client();
  }
  Peer& speaker = what == Speaks::server_flight ? peers.server : peers.client;
  speaker.room = room;
  while (speaker.need_output == 0) {
    if (!speaker.step()) return std::nullopt;
  }
  for (std::size_t i = 0; i < times; ++i) {
    const std::size_t before = speaker.need_output;
    speaker.step();
    if (speaker.need_output == before) return std::nullopt;
  }
  return peers;
}

// Calls `check` with the side that speaks, the other one, and what brings all that it said there.
template <class Check>
void for_each_midway(Check check) {
  for (const Speaks what : {Speaks::client_hello, Speaks::server_flight, Speaks::client_flight}) {
    std::size_t count = 0;
    for (const std::size_t room : {60U, 250U}) {
      for (std::size_t times = 0; auto peers = midway(what, room, times); ++times, ++count) {
        INFO(static_cast<int>(what) << ", " << room << ", " << times);
        const bool is_server = what == Speaks::server_flight;
        Peer& speaker = is_server ? peers->server : peers->client;
        Peer& hearer = is_server ? peers->client : peers->server;
        speaker.room = max_record_size;
        check(*peers, speaker, hearer);
      }
    }
    CHECK(count >= 3);
  }
}

void deliver(Peers& peers, Peer& hearer) {
  &hearer == &peers.server ? peers.deliver_to_server() : peers.deliver_to_client();
  hearer.run();
}

TEST_CASE("AC-234: a handshake is canceled where a message ends",
          "[AC-234][rfc9846-5.1][rfc9846-6.1]") {
  for_each_midway([](Peers& peers, Peer& speaker, Peer& hearer) {
    REQUIRE(speaker.close());
    deliver(peers, hearer);
    if (hearer.completed) {  // the message was the last that it waited for
      REQUIRE_FALSE(hearer.error);
      REQUIRE(hearer.peer_closed);
    } else {
      REQUIRE(hearer.error == Error::peer_canceled);
      REQUIRE(hearer.connection.failure()->alert == AlertDescription::user_canceled);
    }
    REQUIRE(speaker.connection.advance({}, {}) == fail(Error::closed));
  });
}

TEST_CASE("AC-234: a cancellation that does not fit changes nothing", "[AC-234][rfc9846-5.1]") {
  std::size_t failed = 0;
  for_each_midway([&](Peers& peers, Peer& speaker, Peer&) {
    Octets outgoing(13);
    REQUIRE(speaker.connection.close(outgoing) == fail(Error::buffer_too_small));
    ++failed;
    peers.drive();
    REQUIRE(peers.client.completed);
    REQUIRE(peers.server.completed);
  });
  CHECK(failed > 0);
}

TEST_CASE("AC-234: the application's alert comes where a message ends",
          "[AC-234][rfc9846-5.1][rfc9846-6.2]") {
  for (const std::size_t room : {std::size_t{0}, std::size_t{40}, max_record_size}) {
    for_each_midway([&](Peers& peers, Peer& speaker, Peer& hearer) {
      Octets outgoing(room);
      const auto size = speaker.connection.abort(AlertDescription::access_denied, outgoing);
      REQUIRE(size);
      append(speaker.outbox, Bytes(outgoing).first(*size));
      // What did not fit, in pieces.
      outgoing.resize(50);
      do {
        REQUIRE(speaker.connection.advance({}, outgoing) == fail(Error::application_refused));
        append(speaker.outbox, Bytes(outgoing).first(speaker.connection.alert_size()));
      } while (speaker.connection.alert_size() > 0);
      deliver(peers, hearer);
      REQUIRE(hearer.error == Error::peer_alert);
      REQUIRE(hearer.connection.failure()->alert == AlertDescription::access_denied);
    });
  }
}

TEST_CASE("close_notify alone ends a handshake too", "[rfc9846-6.1]") {
  Peers peers;
  peers.server.inbox = Octets{21, 3, 3, 0, 2, 1, 0};
  peers.server.run();
  CHECK(peers.server.error == Error::peer_canceled);
  CHECK(peers.server.connection.failure()->alert == AlertDescription::close_notify);
  CHECK(peers.server.sent.empty());
}

TEST_CASE("user_canceled is ignored, up to a limit", "[rfc9846-6.1]") {
  Limits limits;
  limits.warnings = 3;
  Tapped tapped(client_config(), server_config().limits(limits));
  for (int i = 0; i < 3; ++i) {
    tapped.to_server(tapped.from_client.alert(AlertDescription::user_canceled, 1));
    tapped.to_server(tapped.from_client.data("x"));
  }
  CHECK_FALSE(tapped.peers.server.error);
  CHECK(tapped.peers.server.data == octets("xxx"));
  tapped.to_server(tapped.from_client.alert(AlertDescription::user_canceled, 1));
  CHECK(tapped.peers.server.error == Error::too_many_warnings);
  CHECK(tapped.peers.server.connection.failure()->alert == AlertDescription::unexpected_message);
}

TEST_CASE("after user_canceled, close_notify closes an established connection", "[rfc9846-6.1]") {
  Tapped tapped;
  tapped.to_server(tapped.from_client.alert(AlertDescription::user_canceled, 1));
  tapped.to_server(tapped.from_client.alert(AlertDescription::close_notify, 1));
  CHECK(tapped.peers.server.peer_closed);
  CHECK_FALSE(tapped.peers.server.error);
}

// Known or not, at either level.
TEST_CASE("every other alert is fatal and is not answered",
          "[rfc9846-6][rfc9846-6-654d69][rfc9846-6-5c6247][rfc9846-6-2e70bb][rfc9846-6.2-ab97b1]"
          "[rfc9846-6-3be505]") {
  for (int number = 1; number < 256; ++number) {
    const auto description = static_cast<AlertDescription>(number);
    if (description == AlertDescription::user_canceled) continue;
    for (const std::uint8_t level : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{77}}) {
      // One handshake in many is enough with keys; the rest go to a fresh server.
      Peers peers;
      peers.server.inbox = Octets{21, 3, 3, 0, 2, level, static_cast<std::uint8_t>(number)};
      peers.server.run();
      REQUIRE(peers.server.error == Error::peer_alert);
      REQUIRE(peers.server.connection.failure()->alert == description);
      REQUIRE(peers.server.connection.failure()->alert_from_peer);
      REQUIRE(peers.server.sent.empty());
    }
  }
  for (const int number : {10, 20, 40, 80, 117, 200}) {
    Tapped tapped;
    const std::size_t sent = tapped.peers.client.sent.size();
    tapped.to_client(tapped.from_server.alert(static_cast<AlertDescription>(number), 1));
    CHECK(tapped.peers.client.error == Error::peer_alert);
    CHECK(tapped.peers.client.sent.size() == sent);
    Octets outgoing(max_record_size);
    Connection& client = tapped.peers.client.connection;
    CHECK(client.seal(bytes_of("x"), outgoing) == fail(Error::peer_alert));
    CHECK(client.close(outgoing) == fail(Error::peer_alert));
    CHECK(client.advance({}, outgoing) == fail(Error::peer_alert));
    CHECK(client.alert_size() == 0);
    CHECK(client.tls_exporter() == fail(Error::peer_alert));
    CHECK(client.update_keys(true, outgoing) == fail(Error::peer_alert));
    CHECK(client.transport_closed() == fail(Error::peer_alert));
    CHECK(std::move(client).split() == fail(Error::peer_alert));
  }
}

TEST_CASE("nothing is read after a fatal alert",
          "[rfc9846-6.2][rfc9846-6-654d69][rfc9846-6.2-ab97b1][rfc9846-6.2-9eee54]") {
  Tapped tapped;
  Octets bytes = tapped.from_server.alert(AlertDescription::internal_error);
  append(bytes, tapped.from_server.data("ghost"));
  tapped.to_client(bytes);
  CHECK(tapped.peers.client.error == Error::peer_alert);
  CHECK(tapped.peers.client.data.empty());
}

TEST_CASE("a failure sends one alert, under the keys of the moment",
          "[rfc9846-6.2][rfc9846-6.2-ab97b1][rfc9846-6.2-9eee54][rfc9846-6.2-3a826c]"
          "[rfc9846-5.2-d22f68]") {
  Tapped tapped;
  Octets forged = tapped.from_server.data("altered");
  forged.back() ^= 1;
  const std::size_t sent = tapped.peers.client.sent.size();
  tapped.to_client(forged);
  CHECK(tapped.peers.client.error == Error::bad_record_mac);
  const Octets alert = octets(Bytes(tapped.peers.client.sent).subspan(sent));
  Tap tap(*tapped.secrets, "CLIENT_TRAFFIC_SECRET_0");
  const auto seen = tap.read(alert);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].type == ContentType::alert);
  CHECK(seen[0].content == Octets{2, 20});
  Octets outgoing(max_record_size);
  CHECK(tapped.peers.client.connection.advance({}, outgoing) == fail(Error::bad_record_mac));
  CHECK(tapped.peers.client.connection.alert_size() == 0);
}

TEST_CASE("an alert that does not fit is written by a later call", "[rfc9846-6.2]") {
  Tapped tapped;
  Octets forged = tapped.from_server.data("altered");
  forged.back() ^= 1;
  tapped.peers.client.inbox = forged;
  tapped.peers.client.room = 20;
  tapped.peers.client.run();
  CHECK(tapped.peers.client.error == Error::bad_record_mac);
  CHECK(tapped.peers.client.connection.alert_size() == 0);
  Octets outgoing(max_control_record_size);
  CHECK(tapped.peers.client.connection.advance({}, outgoing) == fail(Error::bad_record_mac));
  CHECK(tapped.peers.client.connection.alert_size() == 24);
}

TEST_CASE("no alert follows our own close_notify", "[rfc9846-6.1]") {
  Tapped tapped;
  REQUIRE(tapped.peers.client.close());
  const std::size_t sent = tapped.peers.client.sent.size();
  Octets forged = tapped.from_server.data("altered");
  forged.back() ^= 1;
  tapped.to_client(forged);
  CHECK(tapped.peers.client.error == Error::bad_record_mac);
  CHECK(tapped.peers.client.sent.size() == sent);
  CHECK_FALSE(tapped.peers.client.connection.failure()->alert);
}

TEST_CASE("alerts that are not two bytes are refused",
          "[rfc9846-6][rfc9846-5.1-a0804f][rfc9846-5.1-a61020][rfc9846-6-5bcfeb]") {
  for (const Octets& content : {Octets{2}, Octets{2, 10, 0}, Octets{2, 10, 2, 20}}) {
    Tapped tapped;
    tapped.to_client(tapped.from_server.record(ContentType::alert, content));
    CHECK(tapped.peers.client.error == Error::bad_alert);
    CHECK(tapped.peers.client.connection.failure()->alert == AlertDescription::decode_error);
  }
}

TEST_CASE("a failure says where it happened", "[rfc9846-6.2]") {
  Tapped tapped;
  const std::size_t before = tapped.peers.server.sent.size();
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{20, 0, 0, 1, 7}));
  REQUIRE(tapped.peers.client.error == Error::unexpected_message);
  const Failure& failure = *tapped.peers.client.connection.failure();
  CHECK(failure.message == HandshakeType::finished);
  CHECK(failure.offset == before);
  CHECK(failure.alert == AlertDescription::unexpected_message);
  CHECK(failure.section() == section(Error::unexpected_message));
}

TEST_CASE("what was numbered before a failure is sent before its alert", "[rfc9846-6.2]") {
  // The server's first call with room writes its flight, and then meets a broken record.
  Peers peers;
  peers.client.run();
  peers.deliver_to_server();
  peers.server.room = 0;
  peers.server.run();
  append(peers.server.inbox, Octets{23, 3, 3, 0xff, 0xff});
  peers.server.room = max_record_size;
  peers.server.run();
  REQUIRE(peers.server.error == Error::record_too_long);
  peers.deliver_to_client();
  peers.client.run();
  CHECK(peers.client.error == Error::peer_alert);
  CHECK(peers.client.connection.failure()->alert == AlertDescription::record_overflow);
}

}  // namespace
}  // namespace nacre::test
