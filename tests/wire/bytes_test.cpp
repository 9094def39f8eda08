#include "nacre/bytes.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string_view>

namespace nacre {
namespace {

using namespace std::literals;

TEST_CASE("Text is looked at as bytes, and bytes as text, without a copy") {
  constexpr std::string_view text = "a\0\xff"sv;
  const Bytes bytes = bytes_of(text);
  REQUIRE(bytes.size() == 3);
  CHECK(bytes[0] == 'a');
  CHECK(bytes[1] == 0);
  CHECK(bytes[2] == 0xff);
  CHECK(text_of(bytes) == text);
  CHECK(text_of(bytes).data() == text.data());
}

TEST_CASE("Empty text is empty bytes") {
  CHECK(bytes_of("").empty());
  CHECK(text_of(Bytes()).empty());
}

}  // namespace
}  // namespace nacre
