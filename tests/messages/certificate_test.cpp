#include "messages/certificate.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"00 000012 000003 308001 0000 000001 30 0004 0005 0000">;

TEST_CASE("Certificate is read and written back unchanged", "[rfc9846-4.5.1]") {
  STATIC_REQUIRE(round_trips<Certificate>(encoding));
}

TEST_CASE("Certificate is rejected wherever it is cut short", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_every_truncation<Certificate>(encoding));
}

TEST_CASE("Certificate ends where its last field does", "[rfc9846-4.5.1]") {
  STATIC_REQUIRE(rejects_trailing_data<Certificate>(encoding));
}

TEST_CASE("Certificate whose lengths overrun what holds them is rejected", "[rfc9846-6]") {
  STATIC_REQUIRE(rejects_inflated_lengths<Certificate>(
      encoding, {{1, 3}, {4, 3}, {10, 2}, {12, 3}, {16, 2}, {20, 2}}));
}

TEST_CASE("Certificate's entries come in order, each with its extensions", "[rfc9846-4.5.1]") {
  constexpr auto message = *wire::read_all<Certificate>(encoding);
  constexpr auto second = [](Certificate certificate) {
    auto entry = certificate.certificate_list.begin();
    return *++entry;
  }(message);
  STATIC_REQUIRE((*message.certificate_list.begin()).cert_data.bytes.size() == 3);
  STATIC_REQUIRE((*message.certificate_list.begin()).extensions.empty());
  STATIC_REQUIRE(second.cert_data.bytes.size() == 1);
  STATIC_REQUIRE((*second.extensions.begin()).extension_type == ExtensionType::status_request);
}

TEST_CASE("Certificate may be empty, but none of its certificates", "[rfc9846-4.5.1]") {
  STATIC_REQUIRE(round_trips<Certificate>(bytes<"00 000000">));
  STATIC_REQUIRE(wire::read_all<Certificate>(bytes<"00 000005 000000 0000">) ==
                 fail(Error::length_out_of_range));
}

TEST_CASE("A certificate may need all three bytes of its length", "[rfc9846-4.5.1]") {
  const auto entry = with_vector({}, 3, 0x10000, bytes<"0000">);
  auto message = with_vector(bytes<"00">, 3, 0, entry);
  message.at(1) = 0x01;
  message.at(3) = 0x05;
  CHECK(wire::read_all<Certificate>(message));
}

}  // namespace
}  // namespace nacre
