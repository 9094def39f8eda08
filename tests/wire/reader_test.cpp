#include "wire/reader.h"

#include <catch2/catch_test_macros.hpp>

#include "support/encoding.h"

namespace nacre::wire {
namespace {

using test::bytes;

TEST_CASE("A Reader takes bytes in order and says when none are left", "[rfc9846-3]") {
  constexpr auto order = [] {
    Reader reader(bytes<"01020304">);
    const auto first = reader.take(1);
    const auto rest = reader.take(3);
    return first->front() == 1 && rest->back() == 4 && reader.empty() && reader.finish();
  };
  STATIC_REQUIRE(order());
}

TEST_CASE("A Reader does not take more than there is", "[rfc9846-6]") {
  STATIC_REQUIRE(Reader(bytes<"0102">).take(3) == fail(Error::truncated));
  STATIC_REQUIRE(Reader(bytes<"0102">).integer<3>() == fail(Error::truncated));
  STATIC_REQUIRE(Reader(Bytes()).integer<1>() == fail(Error::truncated));
}

TEST_CASE("Numbers travel most significant byte first", "[rfc9846-3.3]") {
  STATIC_REQUIRE(*Reader(bytes<"ff">).integer<1>() == 0xff);
  STATIC_REQUIRE(*Reader(bytes<"0102">).integer<2>() == 0x0102);
  STATIC_REQUIRE(*Reader(bytes<"010203">).integer<3>() == 0x010203);
  STATIC_REQUIRE(*Reader(bytes<"ffeeddccbbaa9988">).integer<8>() == 0xffeeddccbbaa9988);
}

TEST_CASE("A vector is read as a Reader of its own", "[rfc9846-3.4]") {
  constexpr auto separate = [] {
    Reader reader(bytes<"0002 aabb cc">);
    const auto contents = reader.vector<2>();
    return contents && contents->rest().size() == 2 && reader.rest().size() == 1 &&
           reader.finish() == fail(Error::trailing_data);
  };
  STATIC_REQUIRE(separate());
}

TEST_CASE("A vector that is longer than its container is refused", "[rfc9846-6]") {
  constexpr auto refused = [](Bytes bytes) {
    Reader reader(bytes);
    return !reader.vector<3>();
  };
  STATIC_REQUIRE(refused(bytes<"000002 aa">));
  STATIC_REQUIRE(refused(bytes<"ffffff aa">));
  STATIC_REQUIRE(refused(bytes<"0000">));
}

}  // namespace
}  // namespace nacre::wire
