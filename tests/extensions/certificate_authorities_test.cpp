#include "extensions/certificate_authorities.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"0007 0001 aa 0002 bbcc">;

TEST_CASE("certificate_authorities is a list of names", "[rfc9846-4.3.4]") {
  using T = CertificateAuthorities;
  STATIC_REQUIRE(round_trips<T>(encoding));
  STATIC_REQUIRE(rejects_every_truncation<T>(encoding));
  STATIC_REQUIRE(rejects_trailing_data<T>(encoding));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(encoding, {{0, 2}, {2, 2}, {5, 2}}));
}

TEST_CASE("Neither the list of authorities nor a name is empty", "[rfc9846-4.3.4]") {
  using T = CertificateAuthorities;
  STATIC_REQUIRE(wire::read_all<T>(bytes<"0000">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<T>(bytes<"0002 0000">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<T>(bytes<"0005 0000 0001 aa">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<T>(bytes<"0003 0001 aa">));
}

}  // namespace
}  // namespace nacre
