// First flights that come again, or out of their time. RFC 9846, sections 4.3.10 and 8.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "attacks/early_flight.h"

namespace nacre::test {
namespace {

constexpr UnixTime window = 10;  // the default, in seconds
constexpr int replays = 1'000;

// The records of a ClientHello and of early data behind it.
Octets first_flight(Resumable& pair) {
  Peer client(Connection::client(pair.configs().first, "localhost").value());
  client.run();
  Octets outgoing(client.room);
  const auto sealed = client.connection.early_data(bytes_of("pay"), outgoing).value();
  append(client.outbox, Bytes(outgoing).first(sealed.produced));
  return client.outbox;
}

struct Outcomes {
  std::atomic<int> accepted = 0;
  std::atomic<int> failed = 0;   // instead of going on without early data
  std::atomic<int> resumed = 0;  // by the ticket
};

// A server of that configuration hears it, so many times. For several threads at a time.
void replay(const ServerConfig& config, const Octets& flight, int count, Outcomes& outcomes) {
  for (; count > 0; --count) {
    Peer server(Connection::server(config).value());
    append(server.inbox, flight);
    server.run();
    const Negotiated negotiated = server.connection.negotiated();
    if (server.error) ++outcomes.failed;
    if (negotiated.key_source == KeySource::session) ++outcomes.resumed;
    if (!server.early_data.empty()) ++outcomes.accepted;
  }
}

// A client that resumes, and whether its early data was accepted. `resumes`: whether its session
// is.
bool is_accepted(Resumable& pair, bool resumes = true) {
  Peers peers = pair.meet("localhost", [](Peers& under_way) {
    Octets outgoing(under_way.client.room);
    const auto sealed = under_way.client.connection.early_data(bytes_of("pay"), outgoing);
    REQUIRE(sealed);
    append(under_way.client.outbox, Bytes(outgoing).first(sealed->produced));
  });
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  CHECK((peers.server.connection.negotiated().key_source == KeySource::session) == resumes);
  const EarlyDataStatus status = peers.client.connection.negotiated().early_data;
  CHECK(status == peers.server.connection.negotiated().early_data);
  CHECK((status == EarlyDataStatus::accepted) == (peers.server.early_data == octets("pay")));
  return status == EarlyDataStatus::accepted;
}

struct EarlyPair : Resumable {
  EarlyPair() {
    early_data = true;
    trusts_anyone = true;
    (void)connect();
  }
  void pass(UnixTime seconds) {
    client_time += seconds;
    server_time += seconds;
  }
};

}  // namespace

TEST_CASE("AC-075: a first flight that comes 1,000 times is accepted once",
          "[AC-075][rfc9846-8-b93948][rfc9846-8]") {
  EarlyPair pair;
  const Octets flight = first_flight(pair);
  Outcomes outcomes;
  replay(pair.configs().second, flight, replays, outcomes);
  CHECK(outcomes.accepted == 1);
  CHECK(outcomes.failed == 0);
  CHECK(outcomes.resumed == replays);
}

TEST_CASE(
    "AC-075: a first flight that comes to two threads, and two configurations, is accepted once",
    "[AC-075][threads][rfc9846-8-b93948][rfc9846-8]") {
  EarlyPair pair;
  const Octets flight = first_flight(pair);
  Outcomes outcomes;
  const ServerConfig first = pair.configs().second;
  const ServerConfig second = pair.configs().second;
  {
    const std::jthread one([&] { replay(first, flight, replays / 2, outcomes); });
    const std::jthread other([&] { replay(second, flight, replays / 2, outcomes); });
  }
  CHECK(outcomes.accepted == 1);
  CHECK(outcomes.failed == 0);
  CHECK(outcomes.resumed == replays);
}

TEST_CASE("AC-075: a first flight that was accepted is not after a restart, however late it comes",
          "[AC-075][rfc9846-8.2-33f4c4][rfc9846-8]") {
  EarlyPair pair;
  const Octets flight = first_flight(pair);
  Outcomes before;
  replay(pair.configs().second, flight, 1, before);
  CHECK(before.accepted == 1);

  // The same keys, and nothing known of what was accepted.
  pair.guard = std::make_shared<MemoryReplayGuard>(
      MemoryReplayGuard::Start{.former_window = std::chrono::seconds(window)});
  const ServerConfig restarted = pair.configs().second;
  Outcomes after;
  for (UnixTime second = 0; second <= 4 * window; ++second) {
    replay(restarted, flight, 25, after);
    pair.server_time += 1;
  }
  CHECK(after.accepted == 0);
  CHECK(after.failed == 0);
  CHECK(after.resumed == 25 * (4 * window + 1));
  // And others are, by now.
  pair.client_time = pair.server_time;
  CHECK(is_accepted(pair));
}

TEST_CASE("AC-075: a stateful ticket is used up, early data and all", "[AC-075][rfc9846-8.1]") {
  Resumable pair(true);
  pair.early_data = true;
  (void)pair.connect();
  const Octets flight = first_flight(pair);
  // A guard that has forgotten: the ticket alone is what is used once.
  Outcomes outcomes;
  for (int i = 0; i < 20; ++i) {
    pair.guard = std::make_shared<MemoryReplayGuard>(
        MemoryReplayGuard::Start{.capacity = 16, .has_history = true});
    replay(pair.configs().second, flight, 10, outcomes);
  }
  CHECK(outcomes.accepted == 1);
  CHECK(outcomes.failed == 0);
  CHECK(outcomes.resumed == 1);
}

TEST_CASE("AC-076: the age of a ticket may be off by the window, both ways, and no more",
          "[AC-076][rfc9846-8.3][rfc9846-4.3.10][rfc9846-4.3.10-9e6d84][rfc9846-4.3.10-97198e]") {
  for (const UnixTime age : {UnixTime{0}, UnixTime{3'600}}) {
    for (const UnixTime skew : {-window - 1, -window, UnixTime{0}, window, window + 1}) {
      CAPTURE(age, skew);
      EarlyPair pair;
      pair.pass(age);
      // So much older to the server than to the client.
      (skew > 0 ? pair.server_time : pair.client_time) += std::max(skew, -skew);
      CHECK(is_accepted(pair) == (-window <= skew && skew <= window));
    }
  }
}

TEST_CASE("AC-076: a server's clock that steps back accepts nothing until it is where it was",
          "[AC-076][rfc9846-8.3][rfc9846-4.3.10-97198e]") {
  EarlyPair pair;
  pair.pass(100);
  CHECK(is_accepted(pair));
  const auto same_age = [&](UnixTime step) {
    (void)pair.connect();  // a ticket of that time
    pair.pass(step);
  };
  same_age(-60);
  CHECK_FALSE(is_accepted(pair));
  pair.pass(54);
  CHECK_FALSE(is_accepted(pair));
  pair.pass(6);
  CHECK(is_accepted(pair));
}

TEST_CASE("AC-076: a server's clock that steps forward and back takes no flight twice",
          "[AC-076][rfc9846-8.3][rfc9846-8-b93948]") {
  EarlyPair pair;
  const Octets flight = first_flight(pair);
  const ServerConfig config = pair.configs().second;
  Outcomes outcomes;
  replay(config, flight, 1, outcomes);
  CHECK(outcomes.accepted == 1);
  // An hour on, by another client, what was remembered is forgotten.
  pair.pass(3'600);
  CHECK(is_accepted(pair));
  pair.pass(-3'600);
  replay(config, flight, 25, outcomes);
  CHECK(outcomes.accepted == 1);
  CHECK(outcomes.failed == 0);
  CHECK(outcomes.resumed == 26);
}

}  // namespace nacre::test
