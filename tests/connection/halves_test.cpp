// The two halves of a connection, on one thread and on two.
#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

struct Halves {
  Receiver receiver;
  Sender sender;
};

Halves halves_of(Connection&& connection) {
  auto halves = std::move(connection).split().value();
  return {std::move(halves.first), std::move(halves.second)};
}

Octets sealed(Sender& sender, std::string_view text) {
  Octets outgoing(max_record_size);
  const auto done = sender.seal(bytes_of(text), outgoing).value();
  REQUIRE(done.consumed == text.size());
  outgoing.resize(done.produced);
  return outgoing;
}

TEST_CASE("halves go on where the connection was", "[rfc9846-5]") {
  Peers peers = connected();
  REQUIRE(peers.client.send("whole"));
  peers.drive();
  Halves client = halves_of(std::move(peers.client.connection));
  append(peers.server.inbox, sealed(client.sender, " and half"));
  peers.server.run();
  CHECK(peers.server.data == octets("whole and half"));
  REQUIRE(peers.server.send("back"));
  Octets incoming = peers.server.outbox;
  const auto step = client.receiver.advance(incoming);
  REQUIRE(step);
  CHECK(octets(std::get<ApplicationData>(step->event).data) == octets("back"));
}

TEST_CASE("AC-233: a connection that is split too early goes on", "[AC-233][rfc9846-5]") {
  Peers peers;
  for (Peer* peer : {&peers.client, &peers.server}) {
    CHECK(std::move(peer->connection).split() == fail(Error::not_ready));
  }
  peers.client.run();
  peers.deliver_to_server();
  peers.server.run();
  CHECK(std::move(peers.server.connection).split() == fail(Error::not_ready));
  peers.drive();
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  Halves client = halves_of(std::move(peers.client.connection));
  append(peers.server.inbox, sealed(client.sender, "in halves"));
  peers.server.run();
  CHECK(peers.server.data == octets("in halves"));
}

TEST_CASE("AC-233: a dead connection that is split still tells why, and has its alert",
          "[AC-233][rfc9846-6.2]") {
  Tapped tapped;
  Octets forged = tapped.from_server.data("altered");
  forged.back() ^= 1;
  tapped.peers.client.room = 0;
  tapped.to_client(forged);
  Connection& client = tapped.peers.client.connection;
  CHECK(std::move(client).split() == fail(Error::bad_record_mac));
  CHECK(client.failure()->error == Error::bad_record_mac);
  Octets outgoing(max_control_record_size);
  CHECK(client.advance({}, outgoing) == fail(Error::bad_record_mac));
  CHECK(client.alert_size() == 24);
}

TEST_CASE("a sender takes pieces", "[rfc9846-5.1]") {
  Peers peers = connected();
  Halves client = halves_of(std::move(peers.client.connection));
  const std::array<Bytes, 3> pieces{bytes_of("one"), bytes_of(" record"), bytes_of(" of three")};
  Octets outgoing(max_record_size);
  const auto sealed = client.sender.seal_pieces(pieces, outgoing);
  REQUIRE(sealed);
  CHECK(sealed->consumed == 19);
  append(peers.server.inbox, Bytes(outgoing).first(sealed->produced));
  peers.server.run();
  CHECK(peers.server.data == octets("one record of three"));
}

TEST_CASE("a half-received message survives the split", "[rfc9846-5.1]") {
  Tapped tapped;
  tapped.to_client(tapped.from_server.record(ContentType::handshake, Octets{24, 0, 0}));
  Halves client = halves_of(std::move(tapped.peers.client.connection));
  Octets rest = tapped.from_server.record(ContentType::handshake, Octets{1, 0});
  REQUIRE(client.receiver.advance(rest));
  tapped.from_server.update();
  Octets data = tapped.from_server.data("x");
  const auto step = client.receiver.advance(data);
  REQUIRE(step);
  CHECK(std::holds_alternative<ApplicationData>(step->event));
}

TEST_CASE("the sender answers what the receiver was asked", "[rfc9846-4.7.3]") {
  Tapped tapped;
  Halves server = halves_of(std::move(tapped.peers.server.connection));
  Octets outgoing(max_record_size);
  CHECK(server.sender.flush(outgoing).value() == 0);

  Octets request = tapped.from_client.key_update(1);
  const auto step = server.receiver.advance(request);
  REQUIRE(step);
  CHECK(step->consumed == request.size());
  CHECK(std::holds_alternative<NeedOutput>(step->event));
  const std::size_t answer = server.sender.flush(outgoing).value();
  CHECK(answer == 27);
  CHECK(server.sender.flush(MutableBytes(outgoing).subspan(answer)).value() == 0);
  tapped.to_client(Bytes(outgoing).first(answer));
  tapped.to_client(sealed(server.sender, "new keys"));
  CHECK(tapped.peers.client.data == octets("new keys"));

  Octets again = tapped.from_client.key_update(1);
  REQUIRE(server.receiver.advance(again));
  tapped.to_client(sealed(server.sender, ", newer keys"));
  CHECK(tapped.peers.client.data == octets("new keys, newer keys"));
}

TEST_CASE("the sender has the receiver's last word", "[rfc9846-6.2]") {
  Tapped tapped;
  Halves server = halves_of(std::move(tapped.peers.server.connection));
  Octets forged = tapped.from_client.data("altered");
  forged.back() ^= 1;
  CHECK(server.receiver.advance(forged) == fail(Error::bad_record_mac));
  REQUIRE(server.receiver.failure());
  CHECK(server.receiver.failure()->alert == AlertDescription::bad_record_mac);

  Octets outgoing(max_record_size);
  CHECK(server.sender.seal(bytes_of("x"), MutableBytes(outgoing).first(10)) ==
        fail(Error::buffer_too_small));
  const auto last = server.sender.seal(bytes_of("x"), outgoing);
  REQUIRE(last);
  CHECK(last->consumed == 0);
  tapped.to_client(Bytes(outgoing).first(last->produced));
  CHECK(tapped.peers.client.error == Error::peer_alert);
  CHECK(tapped.peers.client.connection.failure()->alert == AlertDescription::bad_record_mac);
  CHECK(server.sender.seal(bytes_of("x"), outgoing) == fail(Error::bad_record_mac));
  CHECK(server.sender.update_keys(false, outgoing) == fail(Error::bad_record_mac));
  CHECK(server.sender.flush(outgoing) == fail(Error::bad_record_mac));
  CHECK(server.receiver.advance({}) == fail(Error::bad_record_mac));
}

TEST_CASE("nothing is sent after the peer's alert", "[rfc9846-6.2]") {
  Tapped tapped;
  Halves server = halves_of(std::move(tapped.peers.server.connection));
  Octets alert = tapped.from_client.alert(AlertDescription::internal_error);
  CHECK(server.receiver.advance(alert) == fail(Error::peer_alert));
  Octets outgoing(max_record_size);
  CHECK(server.sender.seal(bytes_of("x"), outgoing) == fail(Error::peer_alert));
  CHECK(server.sender.close(outgoing).value() == 0);
}

TEST_CASE("halves close one by one", "[rfc9846-6.1]") {
  Peers peers = connected();
  Halves client = halves_of(std::move(peers.client.connection));
  Octets outgoing(max_record_size);
  const std::size_t size = client.sender.close(outgoing).value();
  CHECK(client.sender.close(outgoing).value() == 0);
  CHECK(client.sender.seal(bytes_of("x"), outgoing) == fail(Error::closed));
  CHECK(client.sender.body(outgoing).empty());
  append(peers.server.inbox, Bytes(outgoing).first(size));
  peers.server.run();
  CHECK(peers.server.peer_closed);

  REQUIRE(peers.server.send("data"));
  REQUIRE(peers.server.close());
  Octets incoming = peers.server.outbox;
  const auto first = client.receiver.advance(incoming);
  REQUIRE(first);
  CHECK(std::holds_alternative<ApplicationData>(first->event));
  const auto second = client.receiver.advance(MutableBytes(incoming).subspan(first->consumed));
  REQUIRE(second);
  CHECK(std::holds_alternative<PeerClosed>(second->event));
  CHECK(client.receiver.transport_closed());
}

TEST_CASE("a truncation reaches the sender without an alert", "[rfc9846-6.1]") {
  Peers peers = connected();
  Halves client = halves_of(std::move(peers.client.connection));
  CHECK(client.receiver.transport_closed() == fail(Error::truncated_stream));
  Octets outgoing(max_record_size);
  CHECK(client.sender.seal(bytes_of("x"), outgoing) == fail(Error::truncated_stream));
}

TEST_CASE("one half may go before the other", "[rfc9846-5]") {
  Peers peers = connected();
  std::optional<Sender> sender;
  {
    Halves client = halves_of(std::move(peers.client.connection));
    sender.emplace(std::move(client.sender));
  }
  append(peers.server.inbox, sealed(*sender, "alone"));
  peers.server.run();
  CHECK(peers.server.data == octets("alone"));
}

// Records on their way from one thread to another, a few at a time.
class Pipe {
 public:
  void push(Octets record) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return records_.size() < 64 || ended_; });
    records_.push_back(std::move(record));
    changed_.notify_all();
  }
  std::optional<Octets> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !records_.empty() || ended_; });
    if (records_.empty()) return std::nullopt;
    Octets record = std::move(records_.front());
    records_.pop_front();
    changed_.notify_all();
    return record;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Octets> records_;
  bool ended_ = false;
};

constexpr std::size_t records_each_way = 4'000;

// Numbered records, with changes of keys between them.
bool send_all(Sender& sender, Pipe& pipe) {
  Octets outgoing(max_record_size);
  const auto push = [&](std::size_t size) { pipe.push(octets(Bytes(outgoing).first(size))); };
  for (std::size_t i = 0; i < records_each_way; ++i) {
    const std::array<std::uint8_t, 3> number{static_cast<std::uint8_t>(i >> 16),
                                             static_cast<std::uint8_t>(i >> 8 & 0xff),
                                             static_cast<std::uint8_t>(i & 0xff)};
    const auto done = sender.seal(number, outgoing);
    if (!done || done->consumed != number.size()) return false;
    push(done->produced);
    if (i % 17 == 0) {
      const auto size = sender.update_keys(i % 2 == 0, outgoing);
      if (!size) return false;
      push(*size);
    }
  }
  const auto size = sender.close(outgoing);
  if (size) push(*size);
  pipe.end();
  return size.has_value();
}

// Whether all records came, in order, and close_notify behind them.
bool receive_all(Receiver& receiver, Pipe& pipe) {
  std::size_t next = 0;
  bool closed = false;
  while (auto bytes = pipe.pop()) {
    for (MutableBytes rest(*bytes); !rest.empty();) {
      const auto step = receiver.advance(rest);
      if (!step) return false;
      if (const auto* received = std::get_if<ApplicationData>(&step->event)) {
        const Bytes data = received->data;
        if (data.size() != 3) return false;
        const std::size_t number = static_cast<std::size_t>(data[0]) << 16 |
                                   static_cast<std::size_t>(data[1]) << 8 | data[2];
        if (number != next++) return false;
      }
      closed = closed || std::holds_alternative<PeerClosed>(step->event);
      rest = rest.subspan(step->consumed);
    }
  }
  return closed && next == records_each_way;
}

TEST_CASE("both directions run on threads of their own", "[threads][rfc9846-4.7.3]") {
  Peers peers = connected();
  Halves client = halves_of(std::move(peers.client.connection));
  Halves server = halves_of(std::move(peers.server.connection));
  Pipe to_server;
  Pipe to_client;
  std::array<std::atomic<bool>, 4> good{};
  {
    const std::jthread a([&] { good[0] = send_all(client.sender, to_server); });
    const std::jthread b([&] { good[1] = receive_all(server.receiver, to_server); });
    const std::jthread c([&] { good[2] = send_all(server.sender, to_client); });
    const std::jthread d([&] { good[3] = receive_all(client.receiver, to_client); });
  }
  CHECK(good[0]);
  CHECK(good[1]);
  CHECK(good[2]);
  CHECK(good[3]);
}

TEST_CASE("a failure on one thread stops the other", "[threads][rfc9846-6.2]") {
  Tapped tapped;
  Halves server = halves_of(std::move(tapped.peers.server.connection));
  std::optional<Error> stopped;
  std::size_t alerts = 0;
  std::atomic<bool> running = false;
  {
    const std::jthread sending([&] {
      Octets outgoing(100);
      while (!stopped) {
        const auto done = server.sender.seal(bytes_of("x"), outgoing);
        running = true;
        if (!done) stopped = done.error();
        if (done && done->consumed == 0) ++alerts;
      }
    });
    while (!running) std::this_thread::yield();
    Octets broken{23, 3, 3, 0, 1, 0};
    CHECK(server.receiver.advance(broken) == fail(Error::bad_record_mac));
  }
  CHECK(stopped == Error::bad_record_mac);
  CHECK(alerts == 1);
}

}  // namespace
}  // namespace nacre::test
