#include "messages/certificate_verify.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"0403 0003 aabbcc">;

TEST_CASE("CertificateVerify is read and written back unchanged", "[rfc9846-4.5.2]") {
  STATIC_REQUIRE(round_trips<CertificateVerify>(encoding));
}

TEST_CASE("CertificateVerify is rejected wherever it is cut short", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_every_truncation<CertificateVerify>(encoding));
}

TEST_CASE("CertificateVerify ends where its last field does", "[rfc9846-4.5.2]") {
  STATIC_REQUIRE(rejects_trailing_data<CertificateVerify>(encoding));
}

TEST_CASE("CertificateVerify whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_inflated_lengths<CertificateVerify>(encoding, {{2, 2}}));
}

TEST_CASE("CertificateVerify's signature may be empty, and 65,535 bytes long", "[rfc9846-4.5.2]") {
  STATIC_REQUIRE(round_trips<CertificateVerify>(bytes<"0403 0000">));
  CHECK(wire::read_all<CertificateVerify>(with_vector(bytes<"0403">, 2, 0xffff, {})));
}

}  // namespace
}  // namespace nacre
