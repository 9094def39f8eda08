// change_cipher_spec at every place of a handshake. RFC 9846, section 5 and appendix E.4.
//
// Within a message it is refused. Section 5 has such a record dropped "at any time" before the
// peer's Finished; section 5.1 forbids its sender "any other records" between the parts of a
// message. No lawful peer sends it there, and the narrower rule has no exception.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

// Plays the script with `count` change_cipher_spec records before the message number `at`.
template <class Scripted>
void play_with(Scripted& script, std::size_t at, std::size_t count) {
  std::size_t said = 0;
  script.before_message = [&script, &said, at, count] {
    for (std::size_t i = 0; said == at && i < count; ++i) script.deliver(change_cipher_spec);
    ++said;
  };
  script.play();
  script.before_message = nullptr;
}

struct Place {
  std::string what;
  bool retries;
  std::size_t message;  // before that one
};

const std::vector<Place> for_a_client{
    {"before ServerHello", false, 0},
    {"before EncryptedExtensions", false, 1},
    {"before Certificate", false, 2},
    {"before CertificateVerify", false, 3},
    {"before Finished", false, 4},
    {"before HelloRetryRequest", true, 0},
    {"between HelloRetryRequest and ServerHello", true, 1},
    {"before EncryptedExtensions, after a retry", true, 2},
    {"before Finished, after a retry", true, 5},
};

const std::vector<Place> for_a_server{
    {"before Finished", false, 1},
    {"before the second ClientHello", true, 1},
    {"before Finished, after a retry", true, 2},
};

template <class Scripted>
void check_places(const std::vector<Place>& places) {
  constexpr std::size_t limit = Limits{}.records_without_progress;
  for (const Place& place : places) {
    INFO(place.what);
    for (const std::size_t count : {std::size_t{1}, std::size_t{2}, limit}) {
      Scripted script;
      script.retries = place.retries;
      play_with(script, place.message, count);
      CHECK(works(script));
    }
    Scripted script;
    script.retries = place.retries;
    play_with(script, place.message, limit + 1);
    CHECK(refused(script, Error::too_many_empty_records, unexpected_message));
  }
}

TEST_CASE("a client drops change_cipher_spec before the server's Finished",
          "[AC-028][rfc9846-5][rfc9846-E.4][rfc9846-5-26785e]") {
  check_places<ScriptedServer>(for_a_client);
}

TEST_CASE("a server drops change_cipher_spec before the client's Finished",
          "[AC-028][rfc9846-5][rfc9846-E.4][rfc9846-5-26785e]") {
  check_places<ScriptedClient>(for_a_server);
}

TEST_CASE("each message may have change_cipher_spec before it, as many as are taken in a row",
          "[AC-028][rfc9846-5]") {
  ScriptedServer server;
  const auto flood = [](Script& script) {
    for (std::size_t i = 0; i < Limits{}.records_without_progress; ++i) {
      script.deliver(change_cipher_spec);
    }
  };
  server.before_message = [&] { flood(server); };
  server.play();
  CHECK(works(server));
}

TEST_CASE("AC-029: change_cipher_spec before the first ClientHello is unexpected",
          "[AC-029][rfc9846-5][rfc9846-5-3a1ab8]") {
  ScriptedClient client;
  play_with(client, 0, 1);
  CHECK(refused(client, Error::bad_change_cipher_spec, unexpected_message));
}

template <class Scripted>
AlertDescription answer_after_finished() {
  Scripted script;
  script.play();
  REQUIRE(works(script));
  script.deliver(change_cipher_spec);
  CHECK(script.peer().error == Error::bad_change_cipher_spec);
  return script.peer().connection.failure()->alert.value();
}

TEST_CASE("AC-029: change_cipher_spec after the peer's Finished is unexpected",
          "[AC-029][rfc9846-5][rfc9846-5-3a1ab8]") {
  CHECK(answer_after_finished<ScriptedServer>() == unexpected_message);
  CHECK(answer_after_finished<ScriptedClient>() == unexpected_message);
}

// Each message of a flight, in parts of each size below the shortest message's.
template <class Scripted>
void check_within(std::size_t messages, Error error_in_first) {
  for (std::size_t at = 0; at < messages; ++at) {
    for (std::size_t content = 1; content < 6; ++content) {
      CAPTURE(at, content);
      Scripted script;
      std::size_t said = 0;
      script.before_message = [&] { script.content = said++ == at ? content : 16'384; };
      script.between_records = [&] { return change_cipher_spec; };
      script.play();
      CHECK(said == at + 1);
      CHECK(refused(script, at == 0 ? error_in_first : Error::interleaved_record,
                    unexpected_message));
    }
  }
}

TEST_CASE("change_cipher_spec between the parts of a message is refused",
          "[rfc9846-5.1][rfc9846-5.1-91b9eb]") {
  check_within<ScriptedServer>(5, Error::interleaved_record);
  // No ClientHello was received yet.
  check_within<ScriptedClient>(2, Error::bad_change_cipher_spec);
}

}  // namespace
}  // namespace nacre::test
