#include "extensions/supported_versions.h"

#include <catch2/catch_test_macros.hpp>
#include <cstddef>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto client = bytes<"04 0304 0303">;

TEST_CASE("A client lists versions", "[rfc9846-4.3.1]") {
  using T = SupportedVersionsClientHello;
  STATIC_REQUIRE(round_trips<T>(client));
  STATIC_REQUIRE(rejects_every_truncation<T>(client));
  STATIC_REQUIRE(rejects_trailing_data<T>(client));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(client, {{0, 1}}));
  STATIC_REQUIRE(contains(wire::read_all<T>(client)->versions, ProtocolVersion::tls_1_3));
}

TEST_CASE("The list of versions keeps its bounds", "[rfc9846-4.3.1]") {
  const auto versions = [](std::size_t size) {
    return wire::read_all<SupportedVersionsClientHello>(with_vector({}, 1, size, {}));
  };
  CHECK(versions(0) == fail(Error::length_out_of_range));
  CHECK(versions(1) == fail(Error::length_out_of_range));
  CHECK(versions(2));
  CHECK(versions(3) == fail(Error::truncated));
  CHECK(versions(254));
  CHECK(versions(255) == fail(Error::length_out_of_range));
}

TEST_CASE("A server selects one version", "[rfc9846-4.3.1]") {
  using T = SupportedVersionsServerHello;
  STATIC_REQUIRE(round_trips<T>(bytes<"0304">));
  STATIC_REQUIRE(rejects_every_truncation<T>(bytes<"0304">));
  STATIC_REQUIRE(rejects_trailing_data<T>(bytes<"0304">));
}

}  // namespace
}  // namespace nacre
