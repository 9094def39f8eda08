#include "messages/server_hello.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>

#include "extensions/key_share.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<
    "0303 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "02 b0b1"                   // legacy_session_id_echo
    "1301 00"                   // cipher_suite, legacy_compression_method
    "000f"                      // extensions
    "002b 0002 0304"            //   supported_versions
    "0033 0005 001d 0001 aa">;  //   key_share
constexpr std::size_t without_extensions = 34 + 3 + 3;

TEST_CASE("ServerHello is read and written back unchanged", "[rfc9846-4.2.3]") {
  STATIC_REQUIRE(round_trips<ServerHello>(encoding));
}

TEST_CASE("ServerHello's fields stand where the RFC puts them", "[rfc9846-4.2.3]") {
  constexpr auto hello = *wire::read_all<ServerHello>(encoding);
  STATIC_REQUIRE(hello.legacy_version == ProtocolVersion::tls_1_2);
  STATIC_REQUIRE(hello.random.at(31) == 0x1f);
  STATIC_REQUIRE(hello.legacy_session_id_echo.bytes.size() == 2);
  STATIC_REQUIRE(hello.cipher_suite == CipherSuite::tls_aes_128_gcm_sha256);
  STATIC_REQUIRE(hello.legacy_compression_method == 0);
  STATIC_REQUIRE((*find<KeyShareServerHello>(hello.extensions))->server_share.group ==
                 NamedGroup::x25519);
}

TEST_CASE("ServerHello is rejected wherever it is cut short, but in front of its extensions",
          "[rfc9846-6]") {
  constexpr auto rejected = [] {
    for (std::size_t size = 0; size < encoding.size(); ++size) {
      const auto hello = wire::read_all<ServerHello>(Bytes(encoding).first(size));
      if (hello.has_value() != (size == without_extensions)) return false;
      if (!hello && hello.error() != Error::truncated) return false;
    }
    return true;
  };
  STATIC_REQUIRE(rejected());
}

TEST_CASE("A TLS 1.2 ServerHello can be read, to be refused for its version", "[rfc9846-E.1]") {
  STATIC_REQUIRE(round_trips<ServerHello>(Bytes(encoding).first(without_extensions)));
  STATIC_REQUIRE(round_trips<ServerHello>(
      bytes<"0303 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            "00 c02f 00 0005 ff01 0001 00">));
}

TEST_CASE("ServerHello whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(
      rejects_inflated_lengths<ServerHello>(encoding, {{34, 1}, {40, 2}, {44, 2}, {50, 2}}));
}

TEST_CASE("ServerHello ends where its extensions do", "[rfc9846-4.2.3]") {
  STATIC_REQUIRE(rejects_trailing_data<ServerHello>(encoding));
}

TEST_CASE("ServerHello's session ID is at most 32 bytes", "[rfc9846-4.2.3]") {
  const auto session_id = [](std::size_t size) {
    return wire::read_all<ServerHello>(
        with_vector(Bytes(encoding).first(34), 1, size, bytes<"1301 00">));
  };
  CHECK(session_id(0));
  CHECK(session_id(32));
  CHECK(session_id(33) == fail(Error::length_out_of_range));
}

TEST_CASE("A certain random makes a ServerHello a HelloRetryRequest",
          "[rfc9846-4.2.3][rfc9846-4.2.3-9241db]") {
  constexpr auto with_random = [](const Random& random) {
    ServerHello hello = *wire::read_all<ServerHello>(encoding);
    hello.random = random;
    return hello;
  };
  // SHA-256 of "HelloRetryRequest", as the RFC prints it.
  constexpr Random special =
      bytes<"cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c">;
  STATIC_REQUIRE(is_hello_retry_request(with_random(special)));
  for (std::size_t i = 0; i < special.size(); ++i) {
    Random other = special;
    other.at(i) ^= 1;
    CHECK_FALSE(is_hello_retry_request(with_random(other)));
  }
}

TEST_CASE("The last eight bytes of the random tell of a downgrade", "[rfc9846-4.2.3]") {
  Random random{};
  CHECK_FALSE(has_downgrade_sentinel(random));
  std::ranges::copy(bytes<"444f574e47524401">, random.begin() + 24);
  CHECK(has_downgrade_sentinel(random));
  random.back() = 0;
  CHECK(has_downgrade_sentinel(random));
  random.back() = 2;
  CHECK_FALSE(has_downgrade_sentinel(random));
  random.back() = 1;
  random.at(24) = 0;
  CHECK_FALSE(has_downgrade_sentinel(random));
}

}  // namespace
}  // namespace nacre
