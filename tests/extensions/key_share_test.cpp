#include "extensions/key_share.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <vector>

#include "nacre/try.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto client = bytes<"000b 0a0a 0001 00 001d 0002 aabb">;

constexpr Result<void> check(Bytes data) {
  TRY(const auto shares, wire::read_all<KeyShareClientHello>(data));
  return shares.check();
}

constexpr Result<void> check_against(Bytes groups, Bytes shares) {
  TRY(const auto supported, wire::read_all<SupportedGroups>(groups));
  TRY(const auto offered, wire::read_all<KeyShareClientHello>(shares));
  return offered.check_against(supported);
}

TEST_CASE("A client sends a list of shares", "[rfc9846-4.3.8]") {
  using T = KeyShareClientHello;
  STATIC_REQUIRE(round_trips<T>(client));
  STATIC_REQUIRE(rejects_every_truncation<T>(client));
  STATIC_REQUIRE(rejects_trailing_data<T>(client));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(client, {{0, 2}, {4, 2}, {9, 2}}));
}

TEST_CASE("A client's list of shares may be empty, but no share", "[rfc9846-4.3.8]") {
  STATIC_REQUIRE(round_trips<KeyShareClientHello>(bytes<"0000">));
  STATIC_REQUIRE(wire::read_all<KeyShareClientHello>(bytes<"0004 001d 0000">) ==
                 fail(Error::length_out_of_range));
}

TEST_CASE("A client sends at most one share for each group",
          "[rfc9846-4.3.8][rfc9846-4.3.8-6d13cc]") {
  CHECK(check(client));
  CHECK(check(bytes<"0000">));
  CHECK(check(bytes<"000a 001d 0001 aa 001d 0001 bb">) == fail(Error::duplicate_share));
}

TEST_CASE("A client's shares are of groups that it supports",
          "[rfc9846-4.3.8][rfc9846-4.3.8-5f7418][rfc9846-4.3.8-8d5ac3]") {
  CHECK(check_against(bytes<"0006 0017 0a0a 001d">, client));
  CHECK(check_against(bytes<"0004 0a0a 001d">, client));
  CHECK(check_against(bytes<"0002 0017">, bytes<"0000">));
  CHECK(check_against(bytes<"0004 0017 001d">, client) == fail(Error::unoffered_group));
}

TEST_CASE("A client's shares come in the order of its groups",
          "[rfc9846-4.3.8][rfc9846-4.3.8-5f7418]") {
  CHECK(check_against(bytes<"0004 001d 0a0a">, client) == fail(Error::unoffered_group));
}

TEST_CASE("As many shares as fit are all checked", "[rfc9846-4.3.8]") {
  std::vector<std::uint8_t> shares;
  for (unsigned group = 0; group < 13'000; ++group) {
    for (const unsigned byte : {group >> 8, group & 0xff, 0U, 1U, 0U}) {
      shares.push_back(static_cast<std::uint8_t>(byte));
    }
  }
  const auto list = KeyShareClientHello::List::from_encoding(shares);
  REQUIRE(list);
  CHECK(KeyShareClientHello{*list}.check());
}

TEST_CASE("A server sends one share", "[rfc9846-4.3.8]") {
  using T = KeyShareServerHello;
  constexpr auto share = bytes<"001d 0002 aabb">;
  STATIC_REQUIRE(round_trips<T>(share));
  STATIC_REQUIRE(rejects_every_truncation<T>(share));
  STATIC_REQUIRE(rejects_trailing_data<T>(share));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(share, {{2, 2}}));
  STATIC_REQUIRE(wire::read_all<T>(bytes<"001d 0000">) == fail(Error::length_out_of_range));
}

TEST_CASE("A server that wants another try names one group", "[rfc9846-4.3.8]") {
  using T = KeyShareHelloRetryRequest;
  STATIC_REQUIRE(round_trips<T>(bytes<"11ec">));
  STATIC_REQUIRE(rejects_every_truncation<T>(bytes<"11ec">));
  STATIC_REQUIRE(rejects_trailing_data<T>(bytes<"11ec">));
}

}  // namespace
}  // namespace nacre
