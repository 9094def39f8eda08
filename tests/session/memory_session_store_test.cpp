// A server's sessions in memory: taken once, within bounds, the oldest making room.
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <thread>
#include <vector>

#include "nacre/session.h"

using namespace nacre;

namespace {

using Octets = std::vector<std::uint8_t>;
constexpr UnixTime noon = 1'800'000'000;
constexpr UnixTime later = noon + 3'600;

Octets id(std::uint8_t number) {
  return Octets(32, number);
}

Octets state(std::size_t size = 68) {
  return Octets(size, 9);
}

}  // namespace

TEST_CASE("a session is taken once, as it was put", "[session][rfc9846-4.7.1-094598]") {
  MemorySessionStore store;
  store.put(id(1), state(10), later);
  store.put(id(2), state(20), later);
  CHECK(store.size() == 2);
  CHECK(store.look(id(1), noon) == state(10));
  CHECK(store.take(id(1), noon));
  CHECK_FALSE(store.take(id(1), noon));
  CHECK(store.size() == 1);
  CHECK_FALSE(store.take(id(3), noon));
  CHECK_FALSE(store.take({}, noon));
  CHECK(store.look(id(2), noon) == state(20));
  CHECK(store.take(id(2), noon));
  CHECK(store.size() == 0);
}

TEST_CASE("AC-124: a session stays however often it is looked at, and goes when it is taken",
          "[AC-124][session][rfc9846-8.1]") {
  MemorySessionStore store;
  store.put(id(1), state(10), later);
  for (int count = 0; count < 3; ++count) CHECK(store.look(id(1), noon) == state(10));
  CHECK(store.look(id(2), noon) == std::nullopt);
  CHECK(store.look({}, noon) == std::nullopt);
  CHECK(store.take(id(1), noon));
  CHECK_FALSE(store.take(id(1), noon));
  CHECK(store.look(id(1), noon) == std::nullopt);
  CHECK(store.size() == 0);
  store.put(id(1), state(10), later);
  CHECK(store.look(id(1), later) == std::nullopt);
  CHECK_FALSE(store.take(id(1), later));
}

TEST_CASE("a session that has expired is not given, and dropped", "[session]") {
  MemorySessionStore store;
  store.put(id(1), state(), later);
  store.put(id(2), state(), later + 1);
  store.put(id(3), state(), later);
  CHECK(store.look(id(2), later) == state());
  CHECK(store.take(id(2), later));
  CHECK(store.size() == 1);  // the first is gone
  CHECK_FALSE(store.take(id(3), later));
  CHECK(store.size() == 0);
  store.put(id(1), state(), later + 1);
  store.put(id(2), state(), later);  // behind one that has not
  CHECK_FALSE(store.take(id(2), later));
  CHECK(store.size() == 1);
  CHECK(store.look(id(1), later - 1) == state());
  CHECK(store.take(id(1), later - 1));
}

TEST_CASE("the oldest session makes room for the next", "[session]") {
  MemorySessionStore store({.sessions = 3, .bytes = 10'000});
  for (std::uint8_t number = 1; number <= 4; ++number) store.put(id(number), state(), later);
  CHECK(store.size() == 3);
  CHECK_FALSE(store.take(id(1), noon));
  CHECK(store.look(id(2), noon) == state());
  CHECK(store.take(id(2), noon));
  store.put(id(5), state(), later);
  CHECK(store.look(id(3), noon) == state());
  CHECK(store.take(id(3), noon));
}

TEST_CASE("a store holds as many bytes as it may, of ids and states", "[session]") {
  MemorySessionStore store({.sessions = 100, .bytes = 300});
  for (std::uint8_t number = 1; number <= 3; ++number) store.put(id(number), state(), later);
  CHECK(store.size() == 3);
  store.put(id(4), state(1), later);
  CHECK(store.size() == 3);
  CHECK_FALSE(store.take(id(1), noon));
  // What was taken is no longer counted.
  CHECK(store.look(id(4), noon) == state(1));
  CHECK(store.take(id(4), noon));
  CHECK(store.look(id(3), noon) == state());
  CHECK(store.take(id(3), noon));
  store.put(id(5), state(), later);
  store.put(id(6), state(), later);
  CHECK(store.size() == 3);
  // As large as the store, and larger.
  store.put(id(7), state(268), later);
  CHECK(store.size() == 1);
  store.put(id(8), state(269), later);
  store.put(Octets(301), {}, later);
  CHECK(store.size() == 1);
  CHECK(store.look(id(7), noon) == state(268));
  CHECK(store.take(id(7), noon));
}

TEST_CASE("a store without room keeps nothing", "[session]") {
  MemorySessionStore none({.sessions = 0, .bytes = 300});
  none.put(id(1), state(), later);
  CHECK(none.size() == 0);
  MemorySessionStore small({.sessions = 1, .bytes = 31});
  small.put(id(1), {}, later);
  CHECK(small.size() == 0);
}

TEST_CASE("what is put under the same id takes its place", "[session]") {
  MemorySessionStore store({.sessions = 3, .bytes = 200});
  for (int count = 0; count < 10; ++count) store.put(id(1), state(100), later);
  CHECK(store.size() == 1);
  store.put(id(1), state(1), later);
  store.put(id(2), state(100), later);
  CHECK(store.size() == 2);
  CHECK(store.look(id(1), noon) == state(1));
  CHECK(store.take(id(1), noon));
}

TEST_CASE("two threads do not take the same session", "[session][threads]") {
  MemorySessionStore store;
  std::atomic<int> taken = 0;
  const auto work = [&] {
    for (int count = 0; count < 2'000; ++count) {
      const auto number = static_cast<std::uint8_t>(count % 50);
      if (store.take(id(number), noon)) ++taken;
    }
  };
  for (std::uint8_t number = 0; number < 50; ++number) store.put(id(number), state(), later);
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  CHECK(taken == 50);
}
