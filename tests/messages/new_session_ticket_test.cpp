#include "messages/new_session_ticket.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"00093a80 01020304 02 0001 0003 aabbcc 0008 002a 0004 00004000">;

TEST_CASE("NewSessionTicket is read and written back unchanged", "[rfc9846-4.7.1]") {
  STATIC_REQUIRE(round_trips<NewSessionTicket>(encoding));
}

TEST_CASE("NewSessionTicket is rejected wherever it is cut short", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_every_truncation<NewSessionTicket>(encoding));
}

TEST_CASE("NewSessionTicket ends where its last field does", "[rfc9846-4.7.1]") {
  STATIC_REQUIRE(rejects_trailing_data<NewSessionTicket>(encoding));
}

TEST_CASE("NewSessionTicket whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(
      rejects_inflated_lengths<NewSessionTicket>(encoding, {{8, 1}, {11, 2}, {16, 2}, {20, 2}}));
}

TEST_CASE("NewSessionTicket's vectors keep their bounds", "[rfc9846-4.7.1]") {
  const auto nonce = [](std::size_t size) {
    return wire::read_all<NewSessionTicket>(
        with_vector(bytes<"00000000 00000000">, 1, size, bytes<"0001 aa 0000">));
  };
  CHECK(nonce(0));
  CHECK(nonce(255));
  const auto ticket = [](std::size_t size) {
    return wire::read_all<NewSessionTicket>(
        with_vector(bytes<"00000000 00000000 00">, 2, size, bytes<"0000">));
  };
  CHECK(ticket(0) == fail(Error::length_out_of_range));
  CHECK(ticket(1));
  CHECK(ticket(0xffff));
}

}  // namespace
}  // namespace nacre
