// Which first flights are new: at most once, whatever the clock does.
#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "nacre/session.h"
#include "session/seen_flights.h"

using namespace nacre;
using namespace std::chrono_literals;

namespace {

constexpr UnixTime noon = 1'800'000'000;
constexpr auto window = 10s;
// How long a flight is told again: twice the window, and as long as a handshake may be late.
constexpr UnixTime memory = 25;

using Binder = std::array<std::uint8_t, 32>;

Binder binder(std::uint32_t number) {
  Binder bytes{};
  for (std::size_t at = 0; at < 4; ++at) {
    bytes.at(at) = static_cast<std::uint8_t>(number >> (8 * at));
  }
  return bytes;
}

MemoryReplayGuard::Start history(std::size_t capacity = 1'024) {
  return {.capacity = capacity, .has_history = true};
}

}  // namespace

TEST_CASE("a flight is new once", "[session][rfc9846-8-b93948]") {
  MemoryReplayGuard guard(history());
  CHECK(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(1), noon, window));
  CHECK(guard.is_first(binder(2), noon, window));
  CHECK_FALSE(guard.is_first(binder(1), noon + 1, window));
  CHECK_FALSE(guard.is_first(binder(2), noon + 20, window));
  // Binders of SHA-384, and what is a part of another.
  const std::array<std::uint8_t, 48> longer{};
  CHECK(guard.is_first(longer, noon + 20, window));
  CHECK(guard.is_first(Bytes(longer).first(32), noon + 20, window));
  CHECK_FALSE(guard.is_first(longer, noon + 20, window));
}

TEST_CASE("1,000 replays on 2 threads are accepted once", "[session][threads][rfc9846-8-b93948]") {
  MemoryReplayGuard guard(history());
  std::atomic<int> accepted = 0;
  const auto replay = [&] {
    for (int count = 0; count < 500; ++count) {
      if (guard.is_first(binder(1), noon + count / 50, window)) ++accepted;
    }
  };
  std::thread first(replay);
  std::thread second(replay);
  first.join();
  second.join();
  CHECK(accepted == 1);
}

TEST_CASE("a flight is told again for as long as it could be fresh", "[session][rfc9846-8.2]") {
  MemoryReplayGuard guard(history());
  REQUIRE(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(1), noon + 2 * window.count(), window));
  CHECK_FALSE(guard.is_first(binder(1), noon + memory, window));
  CHECK(guard.is_first(binder(1), noon + memory + 1, window));
}

TEST_CASE("after a start nothing is accepted until what came before is no longer fresh",
          "[session][rfc9846-8.2-33f4c4]") {
  MemoryReplayGuard guard({.capacity = 16, .has_history = false, .former_window = window});
  CHECK_FALSE(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(2), noon + 1, window));
  CHECK_FALSE(guard.is_first(binder(3), noon + 2 * window.count(), window));
  CHECK(guard.is_first(binder(4), noon + 2 * window.count() + 1, window));
  // One that was refused has not been accepted.
  CHECK(guard.is_first(binder(1), noon + 2 * window.count() + 1, window));
}

TEST_CASE("a start waits for the first call, however long that takes", "[session]") {
  MemoryReplayGuard guard;
  CHECK_FALSE(guard.is_first(binder(1), noon, window));
  MemoryReplayGuard later;
  CHECK_FALSE(later.is_first(binder(1), noon + 1'000'000, window));
}

TEST_CASE("a start's time is counted with the widest window", "[session]") {
  MemoryReplayGuard guard({.capacity = 16, .has_history = false, .former_window = 30s});
  CHECK_FALSE(guard.is_first(binder(1), noon, 10s));
  CHECK_FALSE(guard.is_first(binder(2), noon + 5, 30s));
  CHECK_FALSE(guard.is_first(binder(3), noon + 60, 10s));
  CHECK(guard.is_first(binder(4), noon + 61, 10s));
}

TEST_CASE("a process with a history accepts at once", "[session]") {
  MemoryReplayGuard guard(history());
  CHECK(guard.is_first(binder(1), noon, window));
  MemoryReplayGuard at_zero(history());
  CHECK(at_zero.is_first(binder(1), 0, 0s));
}

TEST_CASE("a full guard accepts nothing until there is room", "[session][rfc9846-8.2-e72fa8]") {
  MemoryReplayGuard guard(history(4));
  for (std::uint32_t number = 0; number < 4; ++number) {
    CHECK(guard.is_first(binder(number), noon, window));
  }
  CHECK_FALSE(guard.is_first(binder(4), noon, window));
  CHECK_FALSE(guard.is_first(binder(4), noon + memory, window));
  for (std::uint32_t number = 0; number < 4; ++number) {
    CHECK_FALSE(guard.is_first(binder(number), noon + memory, window));
  }
  CHECK(guard.is_first(binder(4), noon + memory + 1, window));
  for (std::uint32_t number = 5; number < 8; ++number) {
    CHECK(guard.is_first(binder(number), noon + memory + 1, window));
  }
  CHECK_FALSE(guard.is_first(binder(8), noon + memory + 1, window));
}

TEST_CASE("a guard without room accepts nothing", "[session]") {
  MemoryReplayGuard guard(history(0));
  CHECK_FALSE(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(1), noon + 100, window));
}

TEST_CASE("a clock that steps back is waited for", "[session]") {
  MemoryReplayGuard guard(history());
  REQUIRE(guard.is_first(binder(1), noon, window));
  CHECK(guard.is_first(binder(2), noon + 100, window));
  // Five seconds may be a handshake that took its time; more may not.
  CHECK(guard.is_first(binder(3), noon + 95, window));
  CHECK_FALSE(guard.is_first(binder(4), noon + 94, window));
  CHECK_FALSE(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(4), noon, window));
  CHECK(guard.is_first(binder(4), noon + 100, window));
}

TEST_CASE("a clock that steps forward and back forgets nothing that becomes fresh", "[session]") {
  MemoryReplayGuard guard(history());
  REQUIRE(guard.is_first(binder(1), noon, window));
  // An hour ahead: what was there is forgotten.
  CHECK(guard.is_first(binder(2), noon + 3'600, window));
  // Back: the flight of noon would be fresh.
  for (UnixTime now = noon; now < noon + 40; ++now) {
    CHECK_FALSE(guard.is_first(binder(1), now, window));
  }
  // When the clock has come there again, the flights of that hour are still told.
  CHECK_FALSE(guard.is_first(binder(2), noon + 3'600, window));
  CHECK(guard.is_first(binder(5), noon + 3'600, window));
}

TEST_CASE("what is refused moves the time on as well", "[session]") {
  MemoryReplayGuard guard(history());
  REQUIRE(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(1), noon + 20, window));
  CHECK_FALSE(guard.is_first(binder(2), noon + 14, window));
  CHECK(guard.is_first(binder(2), noon + 15, window));
}

TEST_CASE("a window that grows lets nothing come again", "[session]") {
  MemoryReplayGuard guard(history());
  REQUIRE(guard.is_first(binder(1), noon, 10s));
  CHECK(guard.is_first(binder(2), noon + memory + 1, 10s));  // and the first is forgotten
  // With 60 seconds it could be fresh until noon + 10 + 60.
  CHECK_FALSE(guard.is_first(binder(1), noon + memory + 1, 60s));
  CHECK_FALSE(guard.is_first(binder(1), noon + 70, 60s));
  CHECK_FALSE(guard.is_first(binder(3), noon + memory + 1 + 50, 60s));
  CHECK(guard.is_first(binder(3), noon + memory + 1 + 51, 60s));
  // What is kept is kept for the wider one.
  CHECK_FALSE(guard.is_first(binder(2), noon + memory + 1 + 125, 10s));
  CHECK_FALSE(guard.is_first(binder(3), noon + memory + 1 + 125, 10s));
}

TEST_CASE("a window that shrinks forgets nothing early", "[session]") {
  MemoryReplayGuard guard(history());
  REQUIRE(guard.is_first(binder(1), noon, 60s));
  CHECK_FALSE(guard.is_first(binder(1), noon + 30, 1s));
  CHECK_FALSE(guard.is_first(binder(1), noon + 125, 1s));
  CHECK(guard.is_first(binder(1), noon + 126, 1s));
}

TEST_CASE("no time and no window break the reckoning", "[session]") {
  constexpr auto first_time = std::numeric_limits<UnixTime>::min();
  constexpr auto last_time = std::numeric_limits<UnixTime>::max();
  MemoryReplayGuard guard(history());
  CHECK(guard.is_first(binder(1), first_time, -1s));
  CHECK_FALSE(guard.is_first(binder(1), 0, 0s));
  CHECK_FALSE(guard.is_first(binder(1), last_time, std::chrono::seconds::max()));
  CHECK_FALSE(guard.is_first(binder(2), last_time, std::chrono::seconds::min()));
  MemoryReplayGuard late({.capacity = 16, .has_history = false});
  CHECK_FALSE(late.is_first(binder(1), last_time, std::chrono::seconds::max()));
}

TEST_CASE("no flight is fresh and accepted twice, for any clock and windows", "[session]") {
  std::mt19937 random(7);
  const auto up_to = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit + 1));
  };
  std::size_t accepted = 0;
  for (int round = 0; round < 200; ++round) {
    MemoryReplayGuard guard(history(64));
    // Each flight says when it was sent; whether it was accepted.
    struct Flight {
      UnixTime sent = 0;
      bool is_accepted = false;
    };
    std::map<std::uint32_t, Flight> flights;
    UnixTime clock = noon;
    int width = 1 + up_to(9);
    for (int step = 0; step < 400; ++step) {
      switch (up_to(12)) {
        case 0:
          clock += up_to(100);
          break;
        case 1:
          clock -= up_to(100);
          break;
        case 2:
          width = 1 + up_to(29);
          break;
        default:
          clock += up_to(2);
      }
      const auto number = static_cast<std::uint32_t>(up_to(99));
      Flight& flight = flights.try_emplace(number, clock + up_to(60) - 30).first->second;
      const UnixTime off = clock - flight.sent;
      if (off < -width || width < off) continue;
      const bool is_new = guard.is_first(binder(number), clock, std::chrono::seconds(width));
      REQUIRE_FALSE((is_new && flight.is_accepted));
      flight.is_accepted |= is_new;
      accepted += is_new ? 1U : 0U;
    }
  }
  CHECK(accepted > 2'000);
}

// Processes follow each other, each with a window of its own and what it knows of those before.
TEST_CASE("AC-126: no flight is accepted twice over restarts with other windows",
          "[AC-126][session][rfc9846-8.2-33f4c4]") {
  std::mt19937 random(13);
  const auto up_to = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit + 1));
  };
  std::size_t accepted = 0;
  for (int round = 0; round < 300; ++round) {
    struct Flight {
      UnixTime sent = 0;
      bool is_accepted = false;
    };
    std::map<std::uint32_t, Flight> flights;
    UnixTime clock = noon;
    std::chrono::seconds widest = 0s;
    for (int process = 0; process < 4; ++process) {
      MemoryReplayGuard guard(
          {.capacity = 256, .has_history = process == 0, .former_window = widest});
      int width = 1 + up_to(29);
      for (int step = 0; step < 150; ++step) {
        clock += up_to(2);
        if (up_to(40) == 0) width = 1 + up_to(29);
        widest = std::max(widest, std::chrono::seconds(width));
        const auto number = static_cast<std::uint32_t>(up_to(99));
        Flight& flight = flights.try_emplace(number, clock + up_to(60) - 30).first->second;
        const UnixTime off = clock - flight.sent;
        if (off < -width || width < off) continue;
        const bool is_new = guard.is_first(binder(number), clock, std::chrono::seconds(width));
        REQUIRE_FALSE((is_new && flight.is_accepted));
        flight.is_accepted |= is_new;
        accepted += is_new ? 1U : 0U;
      }
    }
  }
  CHECK(accepted > 2'000);
}

TEST_CASE("AC-127: a guard that does not know the window before it waits for the widest there is",
          "[AC-127][session][rfc9846-8.2-33f4c4]") {
  MemoryReplayGuard guard;
  const UnixTime quiet = (ReplayGuard::max_window + window).count();
  CHECK_FALSE(guard.is_first(binder(1), noon, window));
  CHECK_FALSE(guard.is_first(binder(2), noon + quiet, window));
  CHECK(guard.is_first(binder(3), noon + quiet + 1, window));
  // A narrower window than before, which is known.
  MemoryReplayGuard narrower({.former_window = 100s});
  CHECK_FALSE(narrower.is_first(binder(1), noon, 1s));
  CHECK_FALSE(narrower.is_first(binder(1), noon + 101, 1s));
  CHECK(narrower.is_first(binder(1), noon + 102, 1s));
}

TEST_CASE("what is kept is found, and what was dropped is not, in any order", "[session]") {
  // Few homes, so that searches run into each other and round the end of the table.
  std::mt19937 random(11);
  SeenFlights flights(24);
  std::vector<FlightMark> kept;
  std::uint32_t number = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (kept.size() < 24 && random() % 2 == 0) {
      FlightMark mark{};
      mark[3] = static_cast<std::uint8_t>(60 + random() % 5);
      for (std::size_t at = 0; at < 4; ++at) {
        mark.at(8 + at) = static_cast<std::uint8_t>(number >> (8 * at));
      }
      REQUIRE_FALSE(flights.has(mark));
      flights.add(mark, number++);
      kept.push_back(mark);
    } else if (!kept.empty()) {
      const auto oldest = static_cast<UnixTime>(number - kept.size());
      REQUIRE_FALSE(flights.drop_before(oldest));
      REQUIRE(flights.drop_before(oldest + 1));
      REQUIRE_FALSE(flights.has(kept.front()));
      kept.erase(kept.begin());
    }
    REQUIRE(std::ranges::all_of(kept, [&](const FlightMark& mark) { return flights.has(mark); }));
    REQUIRE(flights.is_full() == (kept.size() == 24));
  }
}
