// Records of every kind at every place of a handshake: those that may stand anywhere, and those
// that may stand nowhere. RFC 9846, sections 5, 5.1, 5.4 and 6.1.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

// Plays a handshake with `intrude` before the message number `at`; false where there is none.
template <class Scripted>
bool play_with(Scripted& script, std::size_t at, bool retries,
               const std::function<void()>& intrude) {
  std::size_t said = 0;
  bool was_there = false;
  script.retries = retries;
  script.before_message = [&] {
    if (said++ != at) return;
    was_there = true;
    intrude();
  };
  script.play();
  script.before_message = nullptr;
  return was_there;
}

const Octets warning{1, 90};

// Judges what comes of an intrusion at each place of handshakes without and with a retry.
template <class Scripted>
std::size_t at_every_place(const std::function<void(Script&)>& intrude,
                           const std::function<void(Script&)>& judge) {
  std::size_t places = 0;
  for (const bool retries : {false, true}) {
    for (std::size_t at = 0;; ++at) {
      CAPTURE(retries, at);
      Scripted script;
      if (!play_with(script, at, retries, [&] { intrude(script); })) break;
      judge(script);
      ++places;
    }
  }
  return places;
}

void in_both_roles(const std::function<void(Script&)>& intrude,
                   const std::function<void(Script&)>& judge) {
  // A server says 5 messages, or 6; a client 2, or 3.
  CHECK(at_every_place<ScriptedServer>(intrude, judge) == 5 + 6);
  CHECK(at_every_place<ScriptedClient>(intrude, judge) == 2 + 3);
}

TEST_CASE("AC-088: user_canceled may come at any place, as often as Limits says",
          "[AC-088][rfc9846-6.1]") {
  for (const std::size_t excess : {0U, 1U}) {
    in_both_roles(
        [&](Script& script) {
          for (std::size_t i = 0; i < Limits{}.warnings + excess; ++i) {
            script.deliver(script.record(ContentType::alert, warning));
          }
        },
        [&](Script& script) {
          if (excess == 0) {
            CHECK(works(script));
          } else {
            CHECK(refused(script, Error::too_many_warnings, unexpected_message));
          }
        });
  }
}

TEST_CASE("close_notify at any place ends the handshake", "[AC-086][rfc9846-6.1]") {
  in_both_roles(
      [](Script& script) {
        script.peer().outbox.clear();
        script.deliver(script.record(ContentType::alert, Octets{1, 0}));
      },
      [](Script& script) {
        CHECK(script.peer().error == Error::peer_canceled);
        CHECK(script.peer().outbox.empty());
      });
}

TEST_CASE("an error alert at any place ends the handshake, and is not answered",
          "[rfc9846-6.2][rfc9846-6-654d69][rfc9846-6-5c6247]") {
  for (const std::uint8_t level : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{0}}) {
    in_both_roles(
        [&](Script& script) {
          script.peer().outbox.clear();
          script.deliver(script.record(ContentType::alert, Octets{level, 40}));
        },
        [](Script& script) {
          CHECK(script.peer().error == Error::peer_alert);
          CHECK(script.peer().connection.failure()->alert == handshake_failure);
          CHECK(script.peer().outbox.empty());
        });
  }
}

struct Intruder {
  std::string what;
  std::function<Octets(Script&)> make;
  AlertDescription alert = unexpected_message;
};

Octets plain(ContentType type, const Octets& content) {
  return WireRecord{type, 0x0303, content}.encode();
}

const std::vector<Intruder> intruders{
    {"an empty handshake record", [](Script& s) { return s.record(ContentType::handshake, {}); }},
    {"an empty alert", [](Script& s) { return s.record(ContentType::alert, {}); }},
    {"half an alert", [](Script& s) { return s.record(ContentType::alert, Octets{1}); },
     decode_error},
    {"two alerts", [](Script& s) { return s.record(ContentType::alert, Octets{1, 90, 1, 90}); },
     decode_error},
    {"application data",
     [](Script& s) { return s.record(ContentType::application_data, bytes_of("early")); }},
    {"empty application data",
     [](Script& s) { return s.record(ContentType::application_data, {}); }},
    {"change_cipher_spec of another value",
     [](Script&) { return plain(ContentType::change_cipher_spec, {2}); }},
    {"change_cipher_spec of two bytes",
     [](Script&) { return plain(ContentType::change_cipher_spec, {1, 1}); }},
    {"an empty change_cipher_spec",
     [](Script&) { return plain(ContentType::change_cipher_spec, {}); }},
};

// They need keys, and stand for nothing before there are any.
const std::vector<Intruder> protected_intruders{
    {"a protected change_cipher_spec",
     [](Script& s) { return s.record(ContentType::change_cipher_spec, Octets{1}); }},
    {"a content type of 24",
     [](Script& s) { return s.record(static_cast<ContentType>(24), Octets{1}); }},
    {"zeros alone", [](Script& s) { return s.raw(Octets(100)); }},
    {"nothing at all", [](Script& s) { return s.raw({}); }},
    {"a handshake record without protection",
     [](Script&) { return plain(ContentType::handshake, {20, 0, 0, 0}); }},
    {"a record that nobody sealed",
     [](Script&) { return plain(ContentType::application_data, Octets(40, 9)); }, bad_record_mac},
    {"a record shorter than its tag",
     [](Script&) { return plain(ContentType::application_data, Octets(15, 9)); }, bad_record_mac},
    {"an empty protected record", [](Script&) { return plain(ContentType::application_data, {}); },
     bad_record_mac},
};

TEST_CASE("what has no place anywhere is refused at every place",
          "[AC-029][AC-031][AC-089][rfc9846-5][rfc9846-5.1][rfc9846-5-d348a6]") {
  for (const Intruder& intruder : intruders) {
    INFO(intruder.what);
    in_both_roles([&](Script& script) { script.deliver(intruder.make(script)); },
                  [&](Script& script) {
                    REQUIRE(script.peer().error);
                    CHECK(script.peer().connection.failure()->alert == intruder.alert);
                    CHECK_FALSE(script.peer().completed);
                  });
  }
}

TEST_CASE("what has no place among protected records is refused there",
          "[AC-029][AC-031][AC-038][rfc9846-5.2][rfc9846-5.4]") {
  for (const Intruder& intruder : protected_intruders) {
    INFO(intruder.what);
    bool was_protected = false;
    in_both_roles(
        [&](Script& script) {
          was_protected = script.has_keys();
          if (was_protected) script.deliver(intruder.make(script));
        },
        [&](Script& script) {
          if (!was_protected) return;
          REQUIRE(script.peer().error);
          CHECK(script.peer().connection.failure()->alert == intruder.alert);
          CHECK_FALSE(script.peer().completed);
        });
  }
}

// Section 5.1: what follows in the record of a message that changes keys would be read with the
// keys of before.
TEST_CASE("AC-015: no byte may follow a message that changes keys",
          "[AC-015][rfc9846-5.1][rfc9846-5.1-84b3e1][rfc9846-5.1-afb6e9]") {
  const auto check = [](auto&& script, std::size_t last) {
    for (const Octets& rest : {Octets{0}, Octets{24, 0, 0, 1, 0}, Octets(4'000, 8)}) {
      auto played = script();
      std::size_t said = 0;
      played->before_message = [&] { played->trailing = said++ == last ? rest : Octets{}; };
      played->play();
      CAPTURE(last, rest.size());
      CHECK(said == last + 1);
      CHECK(refused(*played, Error::message_across_key_change, unexpected_message));
    }
  };
  const auto server = [] { return std::make_unique<ScriptedServer>(); };
  const auto client = [] { return std::make_unique<ScriptedClient>(); };
  check(server, 0);  // ServerHello
  check(server, 4);  // Finished
  check(client, 0);  // ClientHello
  check(client, 1);  // Finished
}

}  // namespace
}  // namespace nacre::test
