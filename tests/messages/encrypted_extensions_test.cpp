#include "messages/encrypted_extensions.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"000b 0000 0000 001c 0003 4001ff">;

TEST_CASE("EncryptedExtensions is read and written back unchanged", "[rfc9846-4.4.1]") {
  STATIC_REQUIRE(round_trips<EncryptedExtensions>(encoding));
}

TEST_CASE("EncryptedExtensions is rejected wherever it is cut short", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_every_truncation<EncryptedExtensions>(encoding));
}

TEST_CASE("EncryptedExtensions ends where its last field does", "[rfc9846-4.4.1]") {
  STATIC_REQUIRE(rejects_trailing_data<EncryptedExtensions>(encoding));
}

TEST_CASE("EncryptedExtensions whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_inflated_lengths<EncryptedExtensions>(encoding, {{0, 2}, {4, 2}, {8, 2}}));
}

TEST_CASE("EncryptedExtensions may be empty, and as long as can be told", "[rfc9846-4.4.1]") {
  STATIC_REQUIRE(round_trips<EncryptedExtensions>(bytes<"0000">));
  // One extension that fills the block: its own length is four bytes less.
  const auto largest = with_vector(bytes<"ffff 1234">, 2, 0xfffb, {});
  CHECK(wire::read_all<EncryptedExtensions>(largest));
}

}  // namespace
}  // namespace nacre
