// What all alerts have in common, for both roles, for whole connections and for their halves. RFC
// 9846, sections 6, 6.1 and 6.2.
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

// One side of an established connection, and what the other would send to it.
struct Side {
  Side(bool is_client, bool is_split)
      : peer(is_client ? tapped.peers.client : tapped.peers.server),
        other(is_client ? tapped.peers.server : tapped.peers.client),
        forger(is_client ? tapped.from_server : tapped.from_client) {
    if (!is_split) return;
    auto split = std::move(peer.connection).split().value();
    receiver.emplace(std::move(split.first));
    sender.emplace(std::move(split.second));
  }

  // Reads, and then sends what is owed, with so much room.
  Result<Event> read(Bytes bytes, std::size_t room = max_record_size) {
    Octets incoming = octets(bytes);
    Octets outgoing(room);
    if (!receiver) {
      const auto step = peer.connection.advance(incoming, outgoing);
      keep(outgoing, step ? step->produced : peer.connection.alert_size());
      if (!step) return fail(step.error());
      return step->event;
    }
    const auto step = receiver->advance(incoming);
    if (const auto size = sender->flush(outgoing)) keep(outgoing, *size);
    if (!step) return fail(step.error());
    return step->event;
  }
  Result<std::size_t> close() {
    Octets outgoing(max_record_size);
    const auto size = sender ? sender->close(outgoing) : peer.connection.close(outgoing);
    if (size) keep(outgoing, *size);
    return size;
  }
  // Whether anything at all can still be sent.
  bool sends() {
    Octets outgoing(max_record_size);
    const auto sealed = sender ? sender->seal(bytes_of("x"), outgoing)
                               : peer.connection.seal(bytes_of("x"), outgoing);
    const auto updated =
        sender ? sender->update_keys(true, outgoing) : peer.connection.update_keys(true, outgoing);
    return sealed || updated || close().value_or(0) > 0;
  }
  Result<void> transport_closed() {
    return receiver ? receiver->transport_closed() : peer.connection.transport_closed();
  }
  void keep(Bytes outgoing, std::size_t size) { append(sent, outgoing.first(size)); }
  // What the other side makes of all that was sent.
  void deliver() {
    append(other.inbox, sent);
    other.run();
  }
  Octets altered() {
    Octets record = forger.data("altered");
    record.back() ^= 1;
    return record;
  }

  Tapped tapped;
  Peer& peer;
  Peer& other;
  Forger& forger;
  std::optional<Receiver> receiver;
  std::optional<Sender> sender;
  Octets sent;
};

template <class Check>
void for_each_side(Check check) {
  for (const bool is_client : {true, false}) {
    for (const bool is_split : {true, false}) {
      CAPTURE(is_client, is_split);
      Side side(is_client, is_split);
      check(side);
    }
  }
}

}  // namespace

TEST_CASE("no alert answers an alert",
          "[rfc9846-6][rfc9846-6.2][rfc9846-6-654d69][rfc9846-6-2e70bb]") {
  for (const auto alert : {AlertDescription::internal_error, AlertDescription{200}}) {
    for_each_side([&](Side& side) {
      CHECK(side.read(side.forger.alert(alert)) == fail(Error::peer_alert));
      CHECK_FALSE(side.sends());
      CHECK(side.read({}) == fail(Error::peer_alert));
      CHECK(side.sent.empty());
    });
  }
}

TEST_CASE("nothing is read after a fatal alert came",
          "[rfc9846-6][rfc9846-6.2][rfc9846-6-654d69][rfc9846-6.2-ab97b1]") {
  for_each_side([](Side& side) {
    REQUIRE(side.read(side.forger.alert(AlertDescription::decode_error)) ==
            fail(Error::peer_alert));
    CHECK(side.read(side.forger.data("ghost")) == fail(Error::peer_alert));
  });
}

TEST_CASE("nothing is read or sent after a fatal alert of our own",
          "[rfc9846-6.2][rfc9846-6.2-ab97b1][rfc9846-6.2-9eee54]") {
  for_each_side([](Side& side) {
    const Octets altered = side.altered();
    REQUIRE(side.read(altered) == fail(Error::bad_record_mac));
    CHECK(side.sent.size() == 24);
    CHECK(side.read(side.forger.data("ghost")) == fail(Error::bad_record_mac));
    CHECK(side.read(side.forger.alert(AlertDescription::close_notify, 1)) ==
          fail(Error::bad_record_mac));
    CHECK_FALSE(side.sends());
    CHECK(side.sent.size() == 24);
    side.deliver();
    CHECK(side.other.error == Error::peer_alert);
    CHECK(side.other.connection.failure()->alert == AlertDescription::bad_record_mac);
  });
}

TEST_CASE("an alert is written when the transport has ended behind the fault", "[rfc9846-6.2]") {
  for_each_side([](Side& side) {
    const Octets altered = side.altered();
    REQUIRE(side.read(altered, 10) == fail(Error::bad_record_mac));
    REQUIRE(side.sent.empty());
    CHECK(side.transport_closed() == fail(Error::bad_record_mac));
    CHECK(side.read({}) == fail(Error::bad_record_mac));
    side.deliver();
    CHECK(side.other.error == Error::peer_alert);
    CHECK(side.other.connection.failure()->alert == AlertDescription::bad_record_mac);
  });
}

TEST_CASE("close_notify is written when the peer has closed its side",
          "[rfc9846-6.1][rfc9846-6.1-a79f6e]") {
  for_each_side([](Side& side) {
    const auto event = side.read(side.forger.alert(AlertDescription::close_notify, 1));
    REQUIRE(event);
    CHECK(std::holds_alternative<PeerClosed>(*event));
    CHECK(side.transport_closed());
    REQUIRE(side.close());
    side.deliver();
    CHECK(side.other.peer_closed);
    CHECK_FALSE(side.other.error);
  });
}

}  // namespace nacre::test
