// Which records may come when, cell by cell. RFC 9846, sections 5, 5.1 and 5.4.
#include "record/rules.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <vector>

using namespace nacre;
using namespace nacre::record;
using enum ContentType;

namespace {

constexpr std::array phases = {InboundPhase::client_hello,  InboundPhase::unprotected,
                               InboundPhase::early_data,    InboundPhase::client_flight,
                               InboundPhase::server_flight, InboundPhase::application};

// What a record may be refused with; nothing: it is taken.
using Outcome = std::optional<Error>;

Outcome outcome(const Result<void>& result) {
  return result ? Outcome() : Outcome(result.error());
}

}  // namespace

TEST_CASE("each record type has its phases", "[rfc9846-5][rfc9846-5.1][rfc9846-5-d348a6]") {
  constexpr auto ccs = Error::bad_change_cipher_spec;
  constexpr auto no = Error::unexpected_record;
  struct Row {
    InboundPhase phase;
    // Outer types with a length of their own, then types found inside.
    Outcome ccs, alert, handshake, application_data;
    Outcome inner_handshake, inner_alert, inner_application_data;
  };
  // What is inside is asked only where there are keys.
  const std::array<Row, 6> table{{
      {InboundPhase::client_hello, ccs, {}, {}, no, {}, {}, no},
      {InboundPhase::unprotected, {}, {}, {}, no, {}, {}, no},
      {InboundPhase::early_data, {}, no, no, {}, {}, {}, {}},
      {InboundPhase::client_flight, {}, {}, no, {}, {}, {}, no},
      {InboundPhase::server_flight, {}, no, no, {}, {}, {}, no},
      {InboundPhase::application, ccs, no, no, {}, {}, {}, {}},
  }};
  const std::vector<std::uint8_t> two{1, 0};
  for (const Row& row : table) {
    const InboundState state{.phase = row.phase};
    CAPTURE(static_cast<int>(row.phase));
    CHECK(outcome(check_header(state, {change_cipher_spec, 1})) == row.ccs);
    CHECK(outcome(check_header(state, {alert, 2})) == row.alert);
    CHECK(outcome(check_header(state, {handshake, 2})) == row.handshake);
    CHECK(outcome(check_header(state, {application_data, 20})) == row.application_data);
    CHECK(outcome(check_decrypted(state, handshake, two)) == row.inner_handshake);
    CHECK(outcome(check_decrypted(state, alert, two)) == row.inner_alert);
    CHECK(outcome(check_decrypted(state, application_data, two)) == row.inner_application_data);
    CHECK(outcome(check_decrypted(state, application_data, {})) == row.inner_application_data);
  }
}

TEST_CASE("a protected change_cipher_spec has no place at all", "[rfc9846-5]") {
  for (const InboundPhase phase : phases) {
    for (const bool within : {false, true}) {
      CHECK(check_decrypted({phase, within, true}, change_cipher_spec,
                            std::array<std::uint8_t, 1>{1}) == fail(Error::bad_change_cipher_spec));
    }
  }
}

TEST_CASE("change_cipher_spec is one byte of 1", "[rfc9846-5]") {
  const InboundState state{.phase = InboundPhase::unprotected};
  for (unsigned length = 0; length <= 16'384; ++length) {
    const auto result =
        check_header(state, {change_cipher_spec, static_cast<std::uint16_t>(length)});
    if (outcome(result) != (length == 1 ? Outcome() : Outcome(Error::bad_change_cipher_spec))) {
      FAIL("length " << length);
    }
  }
  for (unsigned value = 0; value <= 0xff; ++value) {
    const std::array content{static_cast<std::uint8_t>(value)};
    CHECK(check_plaintext(change_cipher_spec, content).has_value() == (value == 1));
  }
  CHECK(check_plaintext(change_cipher_spec, std::array<std::uint8_t, 2>{1, 1}) ==
        fail(Error::bad_change_cipher_spec));
  CHECK(check_plaintext(change_cipher_spec, {}) == fail(Error::bad_change_cipher_spec));
  CHECK(check_plaintext(handshake, std::array<std::uint8_t, 2>{0, 0}));
}

TEST_CASE("empty handshake and alert records are refused, with keys and without",
          "[rfc9846-5.1][rfc9846-5.4]") {
  const InboundState open{.phase = InboundPhase::unprotected};
  CHECK(check_header(open, {handshake, 0}) == fail(Error::empty_record));
  CHECK(check_header(open, {alert, 0}) == fail(Error::empty_record));
  for (const InboundPhase phase : {InboundPhase::early_data, InboundPhase::client_flight,
                                   InboundPhase::server_flight, InboundPhase::application}) {
    CHECK(check_decrypted({.phase = phase}, handshake, {}) == fail(Error::empty_record));
    CHECK(check_decrypted({.phase = phase}, alert, {}) == fail(Error::empty_record));
  }
}

TEST_CASE("an alert record holds one alert", "[rfc9846-5.1]") {
  const std::vector<std::uint8_t> bytes(8, 1);
  for (std::uint16_t size = 1; size <= 8; ++size) {
    const Outcome expected = size == 2 ? Outcome() : Outcome(Error::bad_alert);
    CAPTURE(size);
    CHECK(outcome(check_header({.phase = InboundPhase::unprotected}, {alert, size})) == expected);
    CHECK(outcome(check_decrypted({.phase = InboundPhase::application}, alert,
                                  Bytes(bytes).first(size))) == expected);
  }
}

TEST_CASE("nothing comes between the fragments of a handshake message", "[rfc9846-5.1]") {
  const std::vector<std::uint8_t> two{1, 0};
  const InboundState plain{InboundPhase::unprotected, true, false};
  CHECK(check_header(plain, {handshake, 2}));
  CHECK(check_header(plain, {alert, 2}) == fail(Error::interleaved_record));
  CHECK(check_header(plain, {change_cipher_spec, 1}) == fail(Error::interleaved_record));
  const InboundState keyed{InboundPhase::application, true, true};
  CHECK(check_decrypted(keyed, handshake, two));
  CHECK(check_decrypted(keyed, alert, two) == fail(Error::interleaved_record));
  CHECK(check_decrypted(keyed, application_data, two) == fail(Error::interleaved_record));
  CHECK(check_decrypted(keyed, application_data, {}) == fail(Error::interleaved_record));
  const InboundState flight{InboundPhase::server_flight, true, true};
  CHECK(check_header(flight, {change_cipher_spec, 1}) == fail(Error::interleaved_record));
}

TEST_CASE("a plaintext alert passes only until the client has shown that it has keys",
          "[rfc9846-7.3]") {
  InboundState state{.phase = InboundPhase::client_flight};
  CHECK(check_header(state, {alert, 2}));
  state.peer_has_keys = true;
  CHECK(check_header(state, {alert, 2}) == fail(Error::unexpected_record));
}

TEST_CASE("unknown content types are refused in every phase", "[rfc9846-5]") {
  for (const InboundPhase phase : phases) {
    for (unsigned type = 0; type <= 0xff; ++type) {
      if (type >= 20 && type <= 23) continue;
      const auto unknown = static_cast<ContentType>(type);
      CHECK(check_header({.phase = phase}, {unknown, 1}) == fail(Error::unknown_content_type));
      CHECK(check_decrypted({.phase = phase}, unknown, std::array<std::uint8_t, 1>{1}) ==
            fail(Error::unknown_content_type));
    }
  }
}
