#include "messages/certificate_request.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"01 07 0008 000d 0004 0002 0403">;

TEST_CASE("CertificateRequest is read and written back unchanged", "[rfc9846-4.4.2]") {
  STATIC_REQUIRE(round_trips<CertificateRequest>(encoding));
}

TEST_CASE("CertificateRequest is rejected wherever it is cut short", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_every_truncation<CertificateRequest>(encoding));
}

TEST_CASE("CertificateRequest ends where its last field does", "[rfc9846-4.4.2]") {
  STATIC_REQUIRE(rejects_trailing_data<CertificateRequest>(encoding));
}

TEST_CASE("CertificateRequest whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_inflated_lengths<CertificateRequest>(encoding, {{0, 1}, {2, 2}, {6, 2}}));
}

TEST_CASE("CertificateRequest's context may be empty, and 255 bytes long", "[rfc9846-4.4.2]") {
  const auto context = [](std::size_t size) {
    return wire::read_all<CertificateRequest>(with_vector({}, 1, size, bytes<"0000">));
  };
  CHECK(context(0));
  CHECK(context(255)->certificate_request_context.bytes.size() == 255);
}

}  // namespace
}  // namespace nacre
