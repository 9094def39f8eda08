#include "messages/handshake_message.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>

#include "messages/key_update.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

TEST_CASE("A handshake message begins with its type and a length of three bytes", "[rfc9846-4]") {
  STATIC_REQUIRE(round_trips<HandshakeHeader>(bytes<"14 010203">));
  constexpr auto header = *wire::read_all<HandshakeHeader>(bytes<"14 010203">);
  STATIC_REQUIRE(header.msg_type == HandshakeType::finished);
  STATIC_REQUIRE(header.length.value == 0x010203);
  STATIC_REQUIRE(rejects_every_truncation<HandshakeHeader>(bytes<"14 010203">));
  STATIC_REQUIRE(bytes<"14 010203">.size() == HandshakeHeader::size);
}

TEST_CASE("A message is written with its header", "[rfc9846-4]") {
  constexpr auto written = [](auto write, Bytes expected) {
    std::array<std::uint8_t, 16> buffer{};
    wire::Writer writer(buffer);
    return write(writer) && std::ranges::equal(writer.written(), expected);
  };
  STATIC_REQUIRE(written(
      [](wire::Writer& writer) {
        return write_message(writer, KeyUpdate{KeyUpdateRequest::update_requested});
      },
      bytes<"18 000001 01">));
  STATIC_REQUIRE(written(
      [](wire::Writer& writer) {
        return write_message(writer, HandshakeType::finished,
                             [](wire::Writer& body) { return body.bytes(bytes<"aabb">); });
      },
      bytes<"14 000002 aabb">));
}

TEST_CASE("A message that does not fit is not written", "[rfc9846-4]") {
  std::array<std::uint8_t, 4> buffer{};
  wire::Writer writer(buffer);
  CHECK(write_message(writer, KeyUpdate{}) == fail(Error::buffer_too_small));
}

}  // namespace
}  // namespace nacre
