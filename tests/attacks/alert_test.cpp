// Alerts of any level, length and number. RFC 9846, section 6.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "attacks/side.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Outcome too_many{Error::too_many_warnings, unexpected_message};
constexpr Outcome bad_alert{Error::bad_alert, decode_error};

Octets alert(Side& side, AlertDescription description, std::size_t level = 1) {
  return side.record(ContentType::alert, Octets{static_cast<std::uint8_t>(level),
                                                static_cast<std::uint8_t>(description)});
}

std::vector<Make> everywhere() {
  std::vector<Make> places = without_keys();
  places.insert(places.end(), with_keys().begin(), with_keys().end());
  return places;
}

}  // namespace

TEST_CASE("AC-088: user_canceled is passed over until close_notify comes",
          "[AC-088][rfc9846-6.1][rfc9846-6.1-277dde]") {
  for (const Make& make : with_application_keys()) {
    Side side = make();
    const std::size_t sent = side.peer.sent.size();
    side.take(alert(side, user_canceled));
    side.take(side.record(ContentType::application_data, bytes_of("goes on")));
    CHECK(side.peer.data == octets("goes on"));
    CHECK_FALSE(side.peer.peer_closed);
    CHECK_FALSE(side.peer.error);
    CHECK(side.peer.sent.size() == sent);
    REQUIRE(side.peer.send("so do we"));
    side.take(alert(side, close_notify));
    CHECK(side.peer.peer_closed);
    CHECK_FALSE(side.peer.error);
    CHECK(side.peer.connection.transport_closed());
  }
}

TEST_CASE("AC-088: a handshake goes on after user_canceled", "[AC-088][rfc9846-6.1]") {
  Between between;
  between.client.take(alert(between.client, user_canceled));
  between.server.take(alert(between.server, user_canceled));
  between.greet();
  between.server.take(alert(between.server, user_canceled));
  while (!between.inbox.empty()) {
    between.tell_client(1);
    if (between.inbox.size() == 2) between.client.take(alert(between.client, user_canceled));
  }
  between.connect();
  // Each side has had two, and has two left.
  for (Side* const side : {&between.client, &between.server}) {
    for (int i = 0; i < 2; ++i) side->take(alert(*side, user_canceled));
    REQUIRE_FALSE(side->peer.error);
    side->take(alert(*side, user_canceled));
    check_refused(*side, too_many);
  }
}

TEST_CASE("AC-088: a flood of warnings ends at 4", "[AC-088][rfc9846-6.1]") {
  for (const Make& make : everywhere()) {
    Side side = make();
    const std::size_t sent = side.peer.sent.size();
    side.take(alert(side, user_canceled));
    const std::size_t heap = heap_in_use();
    for (int i = 1; i < 4; ++i) side.take(alert(side, user_canceled));
    CHECK(heap_in_use() <= heap + 1'024);
    REQUIRE_FALSE(side.peer.error);
    CHECK(side.peer.sent.size() == sent);
    side.take(alert(side, user_canceled));
    check_refused(side, too_many);

    // Many at once: what is behind the fifth is not looked at.
    Side flooded = make();
    Octets record;
    for (int i = 0; i < 5; ++i) {
      record = alert(flooded, user_canceled);
      append(flooded.peer.inbox, record);
    }
    for (int i = 5; i < 100'000; ++i) append(flooded.peer.inbox, record);
    const std::size_t steps = flooded.peer.steps;
    flooded.peer.run();
    CHECK(flooded.peer.steps - steps == 5);
    CHECK(flooded.peer.inbox.size() == (100'000 - 4) * record.size());
    check_refused(flooded, too_many);
  }
}

TEST_CASE("AC-088: data between warnings does not excuse them", "[AC-088][rfc9846-6.1]") {
  for (const std::uint32_t limit : {0U, 1U, 7U}) {
    for (const bool is_client : {true, false}) {
      Limits limits;
      limits.warnings = limit;
      Between between(client_config().limits(limits), server_config().limits(limits));
      between.connect();
      Side& side = is_client ? between.client : between.server;
      for (std::uint32_t i = 0; i < limit; ++i) {
        side.take(alert(side, user_canceled));
        side.take(side.record(ContentType::application_data, Octets{7}));
        side.take(side.forger()->key_update(0));
      }
      REQUIRE_FALSE(side.peer.error);
      CHECK(side.peer.data.size() == limit);
      side.take(alert(side, user_canceled));
      check_refused(side, too_many, limit);
    }
  }
}

TEST_CASE("AC-089: an alert's level says nothing", "[AC-089][rfc9846-6][rfc9846-6-5c6247]") {
  for (const Make& make : with_application_keys()) {
    for (std::size_t level = 0; level < 256; level += sweep_step) {
      CAPTURE(level);
      Side closed = make();
      closed.take(alert(closed, user_canceled, level));
      CHECK_FALSE(closed.peer.error);
      closed.take(alert(closed, close_notify, level));
      CHECK(closed.peer.peer_closed);
      CHECK_FALSE(closed.peer.error);

      Side failed = make();
      const std::size_t sent = failed.peer.sent.size();
      const auto description = static_cast<AlertDescription>(level % 2 == 0 ? 20 : 255);
      failed.take(alert(failed, description, level));
      CHECK(failed.peer.error == Error::peer_alert);
      CHECK(failed.peer.connection.failure()->alert == description);
      CHECK(failed.peer.sent.size() == sent);
    }
  }
  // Without keys, where a handshake costs nothing: every level with every description.
  for (std::size_t level = 0; level < 256; level += sweep_step) {
    for (int description = 0; description < 256; ++description) {
      Side side(server_config());
      side.take(alert(side, static_cast<AlertDescription>(description), level));
      const bool warns = description == 90;
      const Error expected = description == 0 ? Error::peer_canceled : Error::peer_alert;
      if (side.peer.error.has_value() == warns || (!warns && side.peer.error != expected)) {
        FAIL("level " << level << ", description " << description);
      }
    }
  }
}

TEST_CASE("AC-089: an alert is two bytes in one record",
          "[AC-089][rfc9846-5.1-a0804f][rfc9846-6]") {
  for (const Make& make : everywhere()) {
    for (const int description : {0, 20, 90}) {
      const auto number = static_cast<std::uint8_t>(description);
      for (const Octets& content :
           {Octets{1}, Octets{2}, Octets{1, number, 0}, Octets{2, number, 2, number},
            Octets{1, 0, 1, 0, 1, 0}, Octets(16'384, number)}) {
        Side side = make();
        side.take(side.record(ContentType::alert, content));
        check_refused(side, bad_alert);
        CHECK_FALSE(side.peer.peer_closed);
      }
      // Cut in two: the first half is refused, and nothing waits for the second.
      Side cut = make();
      const Octets first = cut.record(ContentType::alert, Octets{1});
      const Octets second = cut.record(ContentType::alert, Octets{number});
      const std::size_t steps = cut.peer.steps;
      cut.take(first + second);
      CHECK(cut.peer.steps - steps == 1);
      check_refused(cut, bad_alert);
    }
    Side empty = make();
    empty.take(empty.record(ContentType::alert, {}));
    check_refused(empty, {Error::empty_record, unexpected_message});
  }
}

TEST_CASE("AC-089: no alert stands between the parts of a message", "[AC-089][rfc9846-5.1]") {
  for (const Make& make : everywhere()) {
    for (const AlertDescription description : {close_notify, user_canceled, internal_error}) {
      for (const Octets& begun : {Octets{1}, Octets{2, 0}, Octets{24, 0, 0}}) {
        Side side = make();
        side.hear(begun);
        REQUIRE_FALSE(side.peer.error);
        side.take(alert(side, description));
        check_refused(side, {Error::interleaved_record, unexpected_message});
        CHECK_FALSE(side.peer.peer_closed);
      }
    }
  }
}

}  // namespace nacre::test
