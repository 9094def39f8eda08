#include "extensions/signature_algorithms.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto encoding = bytes<"0004 0403 0804">;

template <class T>
void check_list() {
  STATIC_REQUIRE(round_trips<T>(encoding));
  STATIC_REQUIRE(rejects_every_truncation<T>(encoding));
  STATIC_REQUIRE(rejects_trailing_data<T>(encoding));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(encoding, {{0, 2}}));
  const auto schemes = [](std::size_t size) {
    return wire::read_all<T>(with_vector({}, 2, size, {}));
  };
  CHECK(schemes(0) == fail(Error::length_out_of_range));
  CHECK(schemes(2));
  CHECK(schemes(3) == fail(Error::truncated));
  CHECK(schemes(0xfffe));
  CHECK(schemes(0xffff) == fail(Error::length_out_of_range));
}

TEST_CASE("signature_algorithms is a list of schemes, never empty", "[rfc9846-4.3.3]") {
  check_list<SignatureAlgorithms>();
}

TEST_CASE("signature_algorithms_cert is a list of schemes, never empty", "[rfc9846-4.3.3]") {
  check_list<SignatureAlgorithmsCert>();
}

TEST_CASE("The two lists have types of their own", "[rfc9846-4.3.3]") {
  std::array<std::uint8_t, 32> buffer{};
  wire::Writer writer(buffer);
  const std::array schemes{SignatureScheme::ed25519};
  REQUIRE(write_extension_of<SignatureAlgorithms>(writer, schemes));
  REQUIRE(write_extension_of<SignatureAlgorithmsCert>(writer, schemes));
  CHECK(std::ranges::equal(writer.written(), bytes<"000d 0004 0002 0807 0032 0004 0002 0807">));
}

}  // namespace
}  // namespace nacre
