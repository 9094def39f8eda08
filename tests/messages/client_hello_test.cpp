#include "messages/client_hello.h"

#include <catch2/catch_test_macros.hpp>
#include <cstddef>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto head =
    bytes<"0303 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f">;
constexpr auto encoding = bytes<
    "0303 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "04 a0a1a2a3"               // legacy_session_id
    "0004 1301 1303"            // cipher_suites
    "01 00"                     // legacy_compression_methods
    "0010"                      // extensions
    "002b 0003 02 0304"         //   supported_versions
    "0033 0005 0003 001d 00">;  //   not looked into here
constexpr std::size_t without_extensions = 34 + 5 + 6 + 2;

TEST_CASE("ClientHello is read and written back unchanged", "[rfc9846-4.2.2]") {
  STATIC_REQUIRE(round_trips<ClientHello>(encoding));
}

TEST_CASE("ClientHello's fields stand where the RFC puts them", "[rfc9846-4.2.2]") {
  constexpr auto hello = *wire::read_all<ClientHello>(encoding);
  STATIC_REQUIRE(hello.legacy_version == ProtocolVersion::tls_1_2);
  STATIC_REQUIRE(hello.random.back() == 0x1f);
  STATIC_REQUIRE(hello.legacy_session_id.bytes.size() == 4);
  STATIC_REQUIRE(*hello.cipher_suites.begin() == CipherSuite::tls_aes_128_gcm_sha256);
  STATIC_REQUIRE(hello.legacy_compression_methods.bytes.front() == 0);
  STATIC_REQUIRE((*hello.extensions.begin()).extension_type == ExtensionType::supported_versions);
}

TEST_CASE("ClientHello is rejected wherever it is cut short, but in front of its extensions",
          "[rfc9846-4.2.2][rfc9846-6]") {
  constexpr auto rejected = [] {
    for (std::size_t size = 0; size < encoding.size(); ++size) {
      const auto hello = wire::read_all<ClientHello>(Bytes(encoding).first(size));
      if (hello.has_value() != (size == without_extensions)) return false;
      if (!hello && hello.error() != Error::truncated) return false;
    }
    return true;
  };
  STATIC_REQUIRE(rejected());
}

TEST_CASE("ClientHello without extensions is one of an older version, not a broken one",
          "[rfc9846-4.2.2][rfc9846-E.2]") {
  constexpr auto old_hello = Bytes(encoding).first(without_extensions);
  STATIC_REQUIRE(round_trips<ClientHello>(old_hello));
  STATIC_REQUIRE_FALSE(wire::read_all<ClientHello>(old_hello)->extensions.present);
  STATIC_REQUIRE(wire::read_all<ClientHello>(old_hello)->extensions.empty());
}

TEST_CASE("ClientHello with extensions too short for supported_versions is an older one too",
          "[rfc9846-4.2.2][rfc9846-E.2]") {
  STATIC_REQUIRE(round_trips<ClientHello>(
      bytes<"0303 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            "00 0002 c02f 01 00 0005 ff01 0001 00">));
}

TEST_CASE("ClientHello whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_inflated_lengths<ClientHello>(
      encoding, {{34, 1}, {39, 2}, {45, 1}, {47, 2}, {51, 2}, {58, 2}}));
}

TEST_CASE("ClientHello ends where its extensions do", "[rfc9846-4.2.2]") {
  STATIC_REQUIRE(rejects_trailing_data<ClientHello>(encoding));
}

TEST_CASE("ClientHello's vectors keep their bounds", "[rfc9846-4.2.2]") {
  const auto session_id = [](std::size_t size) {
    return wire::read_all<ClientHello>(with_vector(head, 1, size, bytes<"0002 1301 01 00">));
  };
  CHECK(session_id(0));
  CHECK(session_id(32));
  CHECK(session_id(33) == fail(Error::length_out_of_range));

  const auto cipher_suites = [](std::size_t size) {
    return wire::read_all<ClientHello>(
        with_vector(with_vector(head, 1, 0, {}), 2, size, bytes<"01 00">));
  };
  CHECK(cipher_suites(0) == fail(Error::length_out_of_range));
  CHECK(cipher_suites(1) == fail(Error::length_out_of_range));
  CHECK(cipher_suites(2));
  CHECK(cipher_suites(3) == fail(Error::truncated));
  CHECK(cipher_suites(0xfffe));
  CHECK(cipher_suites(0xffff) == fail(Error::length_out_of_range));

  const auto compression = [](std::size_t size) {
    return wire::read_all<ClientHello>(
        with_vector(with_vector(with_vector(head, 1, 0, {}), 2, 2, {}), 1, size, {}));
  };
  CHECK(compression(0) == fail(Error::length_out_of_range));
  CHECK(compression(1));
  CHECK(compression(255));
}

}  // namespace
}  // namespace nacre
