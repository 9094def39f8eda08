// Half-closed connections, and ends that come too early. RFC 9846, section 6.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "attacks/cord.h"
#include "attacks/side.h"
#include "record/alert.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

const Octets plaintext_close_notify{21, 3, 3, 0, 2, 1, 0};

Octets alert(Side& side, AlertDescription description) {
  return side.record(ContentType::alert, record::encode(description));
}

// No call that would send anything does, and all say why.
void check_silent(Peer& peer, Error error) {
  const std::size_t sent = peer.sent.size();
  Octets outgoing(max_record_size);
  CHECK(peer.send("x") == fail(error));
  CHECK(peer.connection.seal({}, outgoing) == fail(error));
  CHECK(peer.connection.body(outgoing).empty());
  CHECK(peer.connection.seal_body(0, outgoing) == fail(error));
  CHECK(peer.update_keys(false) == fail(error));
  CHECK(peer.update_keys(true) == fail(error));
  peer.run();
  CHECK(peer.sent.size() == sent);
}

// A Stream and the Peer at its other end.
struct Corded {
  explicit Corded(bool is_client)
      : far(is_client ? Connection::server(*server_config().build()).value()
                      : Connection::client(*client_config().build(), "localhost").value()),
        stream(is_client ? Connection::client(*client_config().build(), "localhost").value()
                         : Connection::server(*server_config().build()).value(),
               Cord(far)) {}

  // Reads until the end, or until it fails.
  Result<void> read_all() {
    Octets buffer(1'000);
    while (true) {
      TRY(const MutableBytes read, stream.read(buffer));
      if (read.empty()) return {};
      append(data, read);
    }
  }

  FarEnd far;
  Stream<Cord> stream;
  Octets data;
};

}  // namespace

TEST_CASE("AC-085: after our close_notify nothing is sent, and all is read",
          "[AC-085][rfc9846-6.1]") {
  for (const Make& make : with_application_keys()) {
    Side side = make();
    REQUIRE(side.peer.close());
    check_silent(side.peer, Error::closed);
    Octets outgoing(max_record_size);
    CHECK(side.peer.connection.close(outgoing).value() == 0);

    const std::size_t sent = side.peer.sent.size();
    side.take(side.record(ContentType::application_data, bytes_of("more")));
    // A request of the peer has no answer any more, and changes its keys all the same.
    side.take(side.forger()->key_update(1));
    side.take(side.record(ContentType::application_data, bytes_of(", and new keys")));
    CHECK(side.peer.data == octets("more, and new keys"));
    CHECK_FALSE(side.peer.peer_closed);
    side.take(alert(side, close_notify));
    CHECK(side.peer.peer_closed);
    CHECK_FALSE(side.peer.error);
    CHECK(side.peer.connection.transport_closed());
    CHECK(side.peer.sent.size() == sent);
    CHECK(side.said().back().content == Octets{1, 0});
  }
}

TEST_CASE("AC-085: after the peer's close_notify nothing is read, and we go on",
          "[AC-085][rfc9846-6.1]") {
  for (const Make& make : with_application_keys()) {
    Side side = make();
    Octets bytes = alert(side, close_notify);
    append(bytes, side.record(ContentType::application_data, bytes_of("too late")));
    append(bytes, side.forger()->key_update(2));
    append(bytes, alert(side, internal_error));
    append(bytes, octets("no record at all"));
    side.take(bytes);
    CHECK(side.peer.peer_closed);
    CHECK(side.peer.inbox.empty());
    CHECK(side.peer.data.empty());
    REQUIRE_FALSE(side.peer.error);

    REQUIRE(side.peer.send("an answer"));
    CHECK(side.said().back().content == octets("an answer"));
    REQUIRE(side.peer.update_keys(false));
    REQUIRE(side.peer.send("and more"));
    CHECK(side.said().back().content == octets("and more"));
    REQUIRE(side.peer.close());
    CHECK(side.said().back().content == Octets{1, 0});
    check_silent(side.peer, Error::closed);
    CHECK(side.peer.connection.transport_closed());
  }
}

TEST_CASE("AC-085: nothing is written after a fatal alert, ours or the peer's",
          "[AC-085][rfc9846-6.2][rfc9846-6.2-ab97b1]") {
  for (const Make& make : with_application_keys()) {
    Side told = make();
    told.take(alert(told, internal_error));
    CHECK(told.peer.error == Error::peer_alert);
    CHECK(told.peer.connection.failure()->alert_from_peer);
    check_silent(told.peer, Error::peer_alert);
    CHECK(told.peer.close() == fail(Error::peer_alert));
    Octets outgoing(max_record_size);
    CHECK(told.peer.connection.abort(internal_error, outgoing) == fail(Error::peer_alert));

    Side telling = make();
    Octets altered = telling.record(ContentType::application_data, bytes_of("x"));
    altered.back() ^= 1;
    telling.take(altered);
    check_refused(telling, {Error::bad_record_mac, bad_record_mac});
    check_silent(telling.peer, Error::bad_record_mac);
    CHECK(telling.peer.close() == fail(Error::bad_record_mac));

    Side aborting = make();
    const auto size = aborting.peer.connection.abort(access_denied, outgoing);
    REQUIRE(size);
    CHECK(*size > 0);
    check_silent(aborting.peer, Error::application_refused);
    CHECK(aborting.peer.close() == fail(Error::application_refused));
    Octets data = aborting.record(ContentType::application_data, bytes_of("x"));
    CHECK(aborting.peer.connection.advance(data, outgoing) == fail(Error::application_refused));
  }
}

TEST_CASE("AC-085: each half ends alone", "[AC-085][rfc9846-6.1]") {
  Tapped tapped;
  auto [receiver, sender] = std::move(tapped.peers.client.connection).split().value();
  Octets outgoing(max_record_size);
  tapped.to_server(Bytes(outgoing).first(sender.close(outgoing).value()));
  CHECK(tapped.peers.server.peer_closed);
  CHECK(sender.seal(bytes_of("x"), outgoing) == fail(Error::closed));
  CHECK(sender.seal_body(0, outgoing) == fail(Error::closed));
  CHECK(sender.update_keys(true, outgoing) == fail(Error::closed));
  CHECK(sender.close(outgoing).value() == 0);

  Octets request = tapped.from_server.key_update(1);
  REQUIRE(receiver.advance(request));
  CHECK(sender.flush(outgoing).value() == 0);
  Octets data = tapped.from_server.data("still read");
  const auto read = receiver.advance(data);
  REQUIRE(read);
  CHECK(octets(std::get<ApplicationData>(read->event).data) == octets("still read"));
  Octets closed = tapped.from_server.alert(close_notify, 1);
  const auto end = receiver.advance(closed);
  REQUIRE(end);
  CHECK(std::holds_alternative<PeerClosed>(end->event));

  // The other way round: the peer's end does not end the sender.
  Tapped second;
  auto [reader, writer] = std::move(second.peers.server.connection).split().value();
  closed = second.from_client.alert(close_notify, 1);
  REQUIRE(reader.advance(closed));
  const auto sealed = writer.seal(bytes_of("x"), outgoing);
  REQUIRE(sealed);
  second.to_client(Bytes(outgoing).first(sealed->produced));
  CHECK(second.peers.client.data == octets("x"));
}

TEST_CASE("AC-085: a stream that is closed in one direction works in the other",
          "[AC-085][rfc9846-6.1]") {
  for (const bool is_client : {true, false}) {
    Corded ours(is_client);
    REQUIRE(ours.stream.handshake());
    REQUIRE(ours.stream.close());
    CHECK(ours.stream.write(bytes_of("x")) == fail(Error::closed));
    CHECK(ours.stream.update_keys(true) == fail(Error::closed));
    CHECK(ours.stream.close());
    CHECK(ours.far.peer.peer_closed);
    REQUIRE(ours.far.peer.send("late"));
    REQUIRE(ours.far.peer.close());
    CHECK(ours.read_all());
    CHECK(ours.data == octets("late"));

    Corded theirs(is_client);
    REQUIRE(theirs.stream.handshake());
    REQUIRE(theirs.far.peer.close());
    CHECK(theirs.read_all());
    CHECK(theirs.data.empty());
    REQUIRE(theirs.stream.write(bytes_of("late")));
    REQUIRE(theirs.stream.close());
    CHECK(theirs.far.peer.data == octets("late"));
    CHECK(theirs.far.peer.peer_closed);
    CHECK(theirs.read_all());
    CHECK(theirs.data.empty());
  }
}

TEST_CASE("AC-086: a stream whose transport ends within the handshake fails at once",
          "[AC-086][rfc9846-6.1]") {
  for (const bool is_client : {true, false}) {
    for (std::size_t cut = 0;; ++cut) {
      CAPTURE(is_client, cut);
      Corded corded(is_client);
      corded.far.cut = cut;
      const auto failed = corded.stream.handshake();
      // Signatures differ in length, and so do handshakes.
      if (corded.far.peer.outbox.empty()) {
        CHECK(failed);
        CHECK(cut > 200);
        break;
      }
      REQUIRE(failed == fail(Error::truncated_stream));
      CHECK(corded.far.ends == 1);
      CHECK(corded.stream.handshake() == fail(Error::truncated_stream));
      Octets buffer(10);
      CHECK(corded.stream.read(buffer) == fail(Error::not_ready));
      CHECK(corded.far.ends == 1);
    }
  }
}

TEST_CASE("AC-086: a stream that meets close_notify anywhere in the handshake fails at once",
          "[AC-086][rfc9846-6.1]") {
  for (const bool is_client : {true, false}) {
    for (std::size_t cut = 0;; ++cut) {
      CAPTURE(is_client, cut);
      Corded corded(is_client);
      corded.far.cut = cut;
      corded.far.last = plaintext_close_notify;
      const auto failed = corded.stream.handshake();
      // All of it came, or close_notify happens to begin as the last tag ends: one in 256.
      const Octets& rest = corded.far.peer.outbox;
      if (std::ranges::mismatch(rest, plaintext_close_notify).in1 == rest.end()) {
        CHECK(cut > 200);
        break;
      }
      REQUIRE_FALSE(failed);
      // Where a record begins that may be plaintext, it is close_notify; elsewhere, part of
      // another.
      if (cut == 0) CHECK(failed == fail(Error::peer_canceled));
      CHECK(corded.far.ends <= 1);
      const std::size_t reads = corded.far.reads;
      CHECK(corded.stream.handshake() == failed);
      CHECK(corded.far.reads == reads);
    }
  }
}

TEST_CASE("AC-086: close_notify in a handshake ends it, under whatever keys",
          "[AC-086][rfc9846-6.1]") {
  std::vector<Make> places = without_keys();
  places.insert(places.end(), with_handshake_keys().begin(), with_handshake_keys().end());
  for (const Make& make : places) {
    for (const bool is_canceled : {false, true}) {
      Side side = make();
      const std::size_t sent = side.peer.sent.size();
      if (is_canceled) side.take(alert(side, user_canceled));
      REQUIRE_FALSE(side.peer.error);
      const std::size_t steps = side.peer.steps;
      side.take(alert(side, close_notify));
      CHECK(side.peer.steps - steps <= 2);
      CHECK(side.peer.error == Error::peer_canceled);
      CHECK_FALSE(side.peer.peer_closed);
      REQUIRE(side.peer.connection.failure());
      CHECK(side.peer.connection.failure()->alert == (is_canceled ? user_canceled : close_notify));
      CHECK(side.peer.connection.failure()->alert_from_peer);
      CHECK(side.peer.sent.size() == sent);
      CHECK(side.peer.connection.transport_closed() == fail(Error::peer_canceled));
    }
  }
}

TEST_CASE("AC-087: an end without close_notify is a truncation, at every byte",
          "[AC-087][rfc9846-6.1][rfc9846-6.1-0fe1a7]") {
  for (const bool is_client : {true, false}) {
    constexpr std::size_t data_record = 5 + 5 + 1 + 16;
    constexpr std::size_t size = data_record + 5 + 2 + 1 + 16;
    for (std::size_t cut = 0; cut <= size; ++cut) {
      CAPTURE(is_client, cut);
      Corded corded(is_client);
      REQUIRE(corded.stream.handshake());
      REQUIRE(corded.far.peer.outbox.empty());
      REQUIRE(corded.far.peer.send("words"));
      REQUIRE(corded.far.peer.close());
      REQUIRE(corded.far.peer.outbox.size() == size);
      corded.far.cut = cut;
      if (cut == size) {
        CHECK(corded.read_all());
        CHECK(corded.far.ends == 0);
        CHECK(corded.stream.connection().transport_closed());
      } else {
        CHECK(corded.read_all() == fail(Error::truncated_stream));
        CHECK(corded.far.ends == 1);
        // And so it stays.
        CHECK(corded.read_all() == fail(Error::truncated_stream));
        CHECK(corded.stream.write(bytes_of("x")) == fail(Error::truncated_stream));
        CHECK_FALSE(corded.stream.connection().failure()->alert);
      }
      CHECK(corded.data == octets(cut >= data_record ? "words" : ""));
    }
  }
}

TEST_CASE("AC-087: a connection tells a truncation from an end", "[AC-087][rfc9846-6.1]") {
  for (const Make& make : with_application_keys()) {
    for (const bool we_closed : {false, true}) {
      for (const bool peer_closed : {false, true}) {
        CAPTURE(we_closed, peer_closed);
        Side side = make();
        if (we_closed) REQUIRE(side.peer.close());
        if (peer_closed) side.take(alert(side, close_notify));
        const std::size_t sent = side.peer.sent.size();
        const auto end = side.peer.connection.transport_closed();
        if (peer_closed) {
          CHECK(end);
          CHECK_FALSE(side.peer.connection.failure());
        } else {
          CHECK(end == fail(Error::truncated_stream));
          CHECK(side.peer.connection.failure()->error == Error::truncated_stream);
          check_silent(side.peer, Error::truncated_stream);
        }
        CHECK(side.peer.peer_closed == peer_closed);
        CHECK(side.peer.sent.size() == sent);
      }
    }
  }
  // user_canceled is no end.
  for (const Make& make : with_application_keys()) {
    Side side = make();
    side.take(alert(side, user_canceled));
    CHECK(side.peer.connection.transport_closed() == fail(Error::truncated_stream));
  }
}

TEST_CASE("AC-087: a half tells a truncation from an end", "[AC-087][rfc9846-6.1]") {
  for (const bool peer_closed : {false, true}) {
    Tapped tapped;
    auto [receiver, sender] = std::move(tapped.peers.server.connection).split().value();
    Octets closed = tapped.from_client.alert(close_notify, 1);
    if (peer_closed) REQUIRE(receiver.advance(closed));
    Octets outgoing(max_record_size);
    if (peer_closed) {
      CHECK(receiver.transport_closed());
      CHECK(sender.seal(bytes_of("x"), outgoing));
    } else {
      CHECK(receiver.transport_closed() == fail(Error::truncated_stream));
      CHECK(receiver.failure()->error == Error::truncated_stream);
      CHECK(sender.seal(bytes_of("x"), outgoing) == fail(Error::truncated_stream));
    }
  }
}

}  // namespace nacre::test
