// The keys of tickets: which are taken, when they come and go, and that no handshake waits.
#include "session/ticket_keys.h"

#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <set>
#include <thread>

#include "ticket_support.h"

using namespace nacre;
using namespace nacre::test;
using namespace std::chrono_literals;

namespace {

constexpr UnixTime hour = 3'600;

// A session that outlives every key.
Octets seal_at(const TicketKeys& keys, UnixTime now) {
  SessionState state = session_state(now);
  state.lifetime = 604'800;
  return seal(keys, now, state);
}

Octets name_of(const Octets& ticket) {
  return {ticket.begin() + 4, ticket.begin() + 20};
}

Octets present_name(const TicketKeys& keys, UnixTime now) {
  return name_of(seal_at(keys, now));
}

std::shared_ptr<TicketKeys> random_keys(std::chrono::seconds renew = 12h,
                                        std::chrono::seconds accept = 24h) {
  auto keys = TicketKeys::random({.renew = renew, .accept = accept});
  REQUIRE(keys);
  return *keys;
}

// What a source was asked, and what it is to say.
struct Script {
  int asked = 0;
  Result<Octets> answer = written_key(1);

  TicketKeys::Source source() {
    return [this] {
      ++asked;
      return answer;
    };
  }
};

}  // namespace

TEST_CASE("given keys are whole, not zeros, and named once", "[session]") {
  const auto outcome = [](const Octets& keys) { return TicketKeys::given(keys).has_value(); };
  CHECK(outcome(written_key(1)));
  CHECK(outcome(written_keys({1, 2, 3, 4, 5, 6, 7, 8})));
  CHECK_FALSE(outcome(written_keys({1, 2, 3, 4, 5, 6, 7, 8, 9})));
  CHECK_FALSE(outcome(written_keys({1, 2, 1})));
  CHECK_FALSE(outcome({}));
  for (const std::size_t size : {1U, 47U, 49U, 95U}) CHECK_FALSE(outcome(Octets(size, 1)));
  CHECK(TicketKeys::given({}) == fail(Error::bad_ticket_keys));
}

TEST_CASE("a key of zeros is never used", "[session]") {
  const Octets zeros(48);
  CHECK(TicketKeys::given(zeros) == fail(Error::bad_ticket_keys));
  Octets key(48);
  std::fill(key.begin(), key.begin() + 16, std::uint8_t{1});  // a name alone
  CHECK(TicketKeys::given(key) == fail(Error::bad_ticket_keys));
  Octets nameless(48);
  std::fill(nameless.begin() + 16, nameless.end(), std::uint8_t{1});
  CHECK(TicketKeys::given(nameless) == fail(Error::bad_ticket_keys));
  nameless.front() = 1;
  CHECK(TicketKeys::given(nameless));

  // Behind a good one, by replacement, and from a source.
  Octets both = written_key(1);
  both.insert(both.end(), zeros.begin(), zeros.end());
  CHECK(TicketKeys::given(both) == fail(Error::bad_ticket_keys));
  const auto keys = given_keys({1});
  const Octets ticket = seal_at(*keys, noon);
  CHECK(keys->replace(zeros) == fail(Error::bad_ticket_keys));
  CHECK(opens(*keys, ticket, noon));
  CHECK(TicketKeys::from([&] { return Result<Octets>(zeros); }, 1h) ==
        fail(Error::bad_ticket_keys));
}

TEST_CASE("of given keys the first seals and all open, until they are replaced", "[session]") {
  const auto keys = given_keys({1, 2});
  CHECK(present_name(*keys, noon) == Octets(16, 1));
  const Octets older = seal_at(*given_keys({2}), noon);
  const Octets newer = seal_at(*keys, noon);
  CHECK(opens(*keys, older, noon));
  CHECK(opens(*keys, newer, noon));
  CHECK(present_name(*keys, noon + 1'000 * hour) == Octets(16, 1));

  REQUIRE(keys->replace(written_keys({3, 1})));
  CHECK(present_name(*keys, noon) == Octets(16, 3));
  CHECK(opens(*keys, newer, noon));
  CHECK_FALSE(opens(*keys, older, noon));
}

TEST_CASE("a replacement that fails leaves the keys as they are", "[session]") {
  const auto keys = given_keys({1});
  CHECK(keys->replace(Octets(47, 1)) == fail(Error::bad_ticket_keys));
  CHECK(keys->replace(written_keys({2, 2})) == fail(Error::bad_ticket_keys));
  CHECK(present_name(*keys, noon) == Octets(16, 1));
}

TEST_CASE("a rotation keeps its bounds", "[session]") {
  const auto outcome = [](std::chrono::seconds renew, std::chrono::seconds accept) {
    return TicketKeys::random({.renew = renew, .accept = accept}).has_value();
  };
  CHECK(outcome(12h, 24h));
  CHECK(outcome(1s, 1s));
  CHECK(outcome(1s, 8s));
  CHECK(outcome(168h, 168h));
  CHECK(outcome(21h, 168h));
  CHECK_FALSE(outcome(1s, 9s));  // nine keys would open at a time
  CHECK_FALSE(outcome(0s, 1s));
  CHECK_FALSE(outcome(-1s, 1s));
  CHECK_FALSE(outcome(2s, 1s));
  CHECK_FALSE(outcome(168h, 168h + 1s));
  CHECK_FALSE(outcome(std::chrono::seconds::max(), std::chrono::seconds::max()));
  CHECK(TicketKeys::random({.renew = 0s}) == fail(Error::bad_configuration));
}

TEST_CASE("keys at random are there from the start, and no two alike", "[session]") {
  const auto keys = random_keys();
  const Octets ticket = seal_at(*keys, noon);
  CHECK(opens(*keys, ticket, noon));
  const auto other = TicketKeys::random();
  REQUIRE(other);
  CHECK_FALSE(opens(**other, ticket, noon));
  CHECK(present_name(**other, noon) != name_of(ticket));
}

TEST_CASE("a key seals until it is renewed, and opens until it has expired", "[session]") {
  const auto keys = random_keys();
  const Octets first = seal_at(*keys, noon);
  CHECK(present_name(*keys, noon + 12 * hour - 1) == name_of(first));
  const Octets second = seal_at(*keys, noon + 12 * hour);
  CHECK(name_of(second) != name_of(first));
  CHECK(opens(*keys, first, noon + 24 * hour - 1));
  CHECK_FALSE(opens(*keys, first, noon + 24 * hour));
  CHECK(opens(*keys, second, noon + 36 * hour - 1));
  CHECK_FALSE(opens(*keys, second, noon + 36 * hour));
}

TEST_CASE("opening renews keys as sealing does", "[session]") {
  const auto keys = random_keys();
  const Octets first = seal_at(*keys, noon);
  CHECK(opens(*keys, first, noon + 13 * hour));  // makes a key that is 13 hours younger
  const Octets second = seal_at(*keys, noon + 13 * hour);
  CHECK(name_of(second) != name_of(first));
  CHECK(opens(*keys, second, noon + 37 * hour - 1));
  CHECK_FALSE(opens(*keys, second, noon + 37 * hour));
}

TEST_CASE("as many keys open as the rotation says", "[session]") {
  const auto keys = random_keys(1h, 8h);
  std::vector<Octets> tickets;
  for (UnixTime at = 0; at < 20; ++at) tickets.push_back(seal_at(*keys, noon + at * hour));
  const UnixTime now = noon + 19 * hour;
  for (std::size_t at = 0; at < tickets.size(); ++at) {
    CHECK(opens(*keys, tickets[at], now) == (at >= 12));
  }
  CHECK(std::set<Octets>(tickets.begin(), tickets.end()).size() == 20);
}

TEST_CASE("keys that have expired are wiped", "[session]") {
  const auto keys = random_keys();
  seal_at(*keys, noon);
  CHECK(keys->impl().keys(noon + 12 * hour)->size == 2);
  CHECK(keys->impl().keys(noon + 24 * hour)->size == 2);
  CHECK(keys->impl().keys(noon + 100 * hour)->size == 1);
  CHECK_FALSE(keys->impl().slots.has_unread());
}

TEST_CASE("a ring that is read is wiped when its reader is gone", "[session]") {
  const auto keys = given_keys({1});
  {
    const auto pinned = keys->impl().slots.pin();
    REQUIRE(keys->replace(written_key(2)));
    CHECK(pinned->newest().name ==
          std::array<std::uint8_t, 16>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    CHECK(keys->impl().slots.has_unread());
    CHECK(present_name(*keys, noon) == Octets(16, 2));
    CHECK(keys->impl().slots.has_unread());
  }
  CHECK(present_name(*keys, noon) == Octets(16, 2));  // and wipes
  CHECK_FALSE(keys->impl().slots.has_unread());
}

TEST_CASE("while readers hold every slot the keys stay as they are", "[session]") {
  KeyRingSlots slots;
  const auto ring_of = [](std::uint8_t number) {
    KeyRing ring;
    REQUIRE(ring.add(TicketKey::read(written_key(number)).value()));
    return ring;
  };
  std::vector<std::optional<KeyRingSlots::Pin>> pins;
  for (std::uint8_t number = 1; number <= 4; ++number) {
    KeyRing ring = ring_of(number);
    REQUIRE(slots.put(ring));
    pins.emplace_back(slots.pin());
  }
  KeyRing fifth = ring_of(5);
  CHECK_FALSE(slots.put(fifth));
  CHECK(fifth.newest().name[0] == 5);
  for (std::uint8_t number = 1; number <= 4; ++number) {
    CHECK((*pins[number - 1U])->newest().name[0] == number);
  }
  pins.front().reset();
  CHECK(slots.put(fifth));
  CHECK(slots.pin()->newest().name[0] == 5);
}

TEST_CASE("a clock that steps back does not keep a key longer", "[session]") {
  const auto keys = random_keys();
  const Octets ahead = seal_at(*keys, noon + 1'000 * hour);
  CHECK(present_name(*keys, noon + 988 * hour) == name_of(ahead));
  const Octets back = seal_at(*keys, noon);
  CHECK(name_of(back) != name_of(ahead));
  CHECK(opens(*keys, back, noon));
  CHECK_FALSE(opens(*keys, ahead, noon + 1'000 * hour));  // its key is gone
}

TEST_CASE("no time breaks the rotation", "[session]") {
  const auto keys = random_keys();
  for (const UnixTime now : {UnixTime{0}, std::numeric_limits<UnixTime>::min(),
                             std::numeric_limits<UnixTime>::max(), noon}) {
    const SessionState state = session_state();
    const auto ticket = seal_with(*keys, Salt{}, state, now);
    CHECK(ticket.has_value());
  }
  CHECK(opens(*keys, seal_at(*keys, noon), noon));
}

TEST_CASE("keys at random that are replaced are no longer renewed", "[session]") {
  const auto keys = random_keys();
  const Octets ticket = seal_at(*keys, noon);
  REQUIRE(keys->replace(written_key(1)));
  CHECK_FALSE(opens(*keys, ticket, noon));
  CHECK(present_name(*keys, noon + 100 * hour) == Octets(16, 1));
}

TEST_CASE("a source is asked at the start and whenever its keys are to be renewed", "[session]") {
  Script script;
  const auto keys = TicketKeys::from(script.source(), 1h).value();
  CHECK(script.asked == 1);
  CHECK(present_name(*keys, noon) == Octets(16, 1));
  script.answer = written_keys({2, 1});
  CHECK(present_name(*keys, noon + hour - 1) == Octets(16, 1));
  CHECK(script.asked == 1);
  CHECK(present_name(*keys, noon + hour) == Octets(16, 2));
  CHECK(script.asked == 2);
  CHECK(present_name(*keys, noon + 2 * hour - 1) == Octets(16, 2));
  CHECK(script.asked == 2);
  // A clock that steps back does not put off the next time.
  CHECK(present_name(*keys, noon) == Octets(16, 2));
  CHECK(script.asked == 2);
  CHECK(present_name(*keys, noon - 1) == Octets(16, 2));
  CHECK(script.asked == 3);
}

TEST_CASE("where a source fails its keys stay, and it is asked again within a minute",
          "[session]") {
  Script script;
  const auto keys = TicketKeys::from(script.source(), 1h).value();
  CHECK(present_name(*keys, noon) == Octets(16, 1));
  for (const auto& answer : {Result<Octets>(fail(Error::file_unreadable)),
                             Result<Octets>(Octets(48)), Result<Octets>(Octets(47, 1))}) {
    script.answer = answer;
    script.asked = 0;
    CHECK(present_name(*keys, noon + hour) == Octets(16, 1));
    CHECK(script.asked == 1);
    CHECK(present_name(*keys, noon + hour + 59) == Octets(16, 1));
    CHECK(script.asked == 1);
    script.answer = written_key(1);
    CHECK(present_name(*keys, noon + hour + 60) == Octets(16, 1));
    CHECK(script.asked == 2);
    present_name(*keys, noon);
  }
}

TEST_CASE("a source that gives nothing at the start makes no keys", "[session]") {
  Script script;
  script.answer = fail(Error::file_unreadable);
  CHECK(TicketKeys::from(script.source(), 1h) == fail(Error::file_unreadable));
  script.answer = written_key(1);
  CHECK(TicketKeys::from(script.source(), 0s) == fail(Error::bad_configuration));
  CHECK(TicketKeys::from(nullptr, 1h) == fail(Error::bad_configuration));
  CHECK(TicketKeys::from(script.source(), std::chrono::seconds::max()));
}

TEST_CASE("keys of a source that are replaced hold until it is asked again", "[session]") {
  Script script;
  const auto keys = TicketKeys::from(script.source(), 1h).value();
  present_name(*keys, noon);
  REQUIRE(keys->replace(written_key(3)));
  CHECK(present_name(*keys, noon + hour - 1) == Octets(16, 3));
  CHECK(present_name(*keys, noon + hour) == Octets(16, 1));
}

TEST_CASE("a slow source holds up one handshake, and the others go on", "[session][threads]") {
  std::atomic<bool> is_asked = false;
  std::atomic<bool> may_answer = true;
  const auto keys = TicketKeys::from(
                        [&] {
                          is_asked = true;
                          while (!may_answer) std::this_thread::yield();
                          return Result<Octets>(written_key(1));
                        },
                        1h)
                        .value();
  const Octets ticket = seal_at(*keys, noon);
  is_asked = false;
  may_answer = false;
  std::thread slow([&] { (void)opens(*keys, ticket, noon + hour); });
  while (!is_asked) std::this_thread::yield();
  const bool opened = opens(*keys, ticket, noon + hour);  // while the source is silent
  may_answer = true;
  slow.join();
  CHECK(opened);
}

TEST_CASE("keys that change under load lose no ticket", "[session][threads]") {
  const auto keys = random_keys(21h, 168h);
  std::atomic<UnixTime> clock = noon;
  std::atomic<std::size_t> lost = 0;
  std::atomic<bool> is_over = false;
  std::array<std::atomic<int>, 4> served{};
  const auto serve = [&](std::size_t which) {
    for (; !is_over; ++served[which]) {
      const UnixTime now = clock;
      SessionState state = session_state(now);
      state.lifetime = 604'800;
      Salt salt{};
      crypto::random_bytes(salt);
      const auto ticket = seal_with(*keys, salt, state, now);
      Octets room(max_ticket_size);
      if (!ticket || !open_ticket(*keys, *ticket, now, room)) ++lost;
    }
  };
  std::array<std::thread, 4> threads;
  for (std::size_t which = 0; which < 4; ++which) threads[which] = std::thread(serve, which);
  for (int step = 0; step < 100; ++step) {
    clock += 10 * hour;
    // No thread falls further behind than a clock may.
    for (const auto& count : served) {
      for (const int before = count; count == before;) std::this_thread::yield();
    }
  }
  is_over = true;
  for (auto& thread : threads) thread.join();
  CHECK(lost == 0);
  CHECK(keys->impl().keys(clock)->size <= 8);
}

TEST_CASE("keys that are replaced under load are whole or not there", "[session][threads]") {
  const auto keys = given_keys({1, 2});
  std::atomic<std::size_t> lost = 0;
  std::atomic<bool> is_over = false;
  const auto serve = [&] {
    while (!is_over) {
      const auto ticket = seal_with(*keys, Salt{1}, session_state(), noon);
      Octets room(max_ticket_size);
      if (!ticket || !open_ticket(*keys, *ticket, noon, room)) ++lost;
    }
  };
  std::array<std::thread, 3> threads;
  for (auto& thread : threads) thread = std::thread(serve);
  // Each of the two stays, so that what one seals the next opens.
  for (int step = 0; step < 2'000; ++step) {
    if (!keys->replace(step % 2 == 0 ? written_keys({2, 1}) : written_keys({1, 2}))) ++lost;
  }
  is_over = true;
  for (auto& thread : threads) thread.join();
  CHECK(lost == 0);
}
