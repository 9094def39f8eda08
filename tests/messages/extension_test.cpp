#include "messages/extension.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

struct Answer {
  static constexpr auto type = ExtensionType::record_size_limit;
  std::uint16_t value = 0;
  static constexpr auto wire = wire::fields(&Answer::value);
};

struct Answers {
  static constexpr auto type = ExtensionType::padding;
  using List = wire::Vector<std::uint16_t, 2, 4>;
  List values;
  static constexpr auto wire = wire::fields(&Answers::values);
};

constexpr Extensions block(Bytes encoding) {
  return *Extensions::from_encoding(encoding);
}

TEST_CASE("An extension is its type and its data", "[rfc9846-4.3]") {
  STATIC_REQUIRE(round_trips<Extension>(bytes<"0033 0002 aabb">));
  STATIC_REQUIRE(rejects_every_truncation<Extension>(bytes<"0033 0002 aabb">));
  STATIC_REQUIRE(rejects_trailing_data<Extension>(bytes<"0033 0002 aabb">));
  STATIC_REQUIRE(round_trips<Extension>(bytes<"0033 0000">));
}

TEST_CASE("An extension is found among others, or not", "[rfc9846-4.3]") {
  STATIC_REQUIRE((*find<Answer>(block(bytes<"0000 0000 001c 0002 0040">)))->value == 0x40);
  STATIC_REQUIRE_FALSE(find<Answer>(block(bytes<"0000 0000">))->has_value());
  STATIC_REQUIRE(contains((*find<Answers>(block(bytes<"0015 0003 02 0007">)))->values, 7));
  STATIC_REQUIRE_FALSE(find<Answer>(Extensions())->has_value());
}

TEST_CASE("An extension that is there twice is not found but refused", "[rfc9846-4.3]") {
  STATIC_REQUIRE(find<Answer>(block(bytes<"001c 0002 0040 001c 0002 0040">)).error() ==
                 Error::duplicate_extension);
}

TEST_CASE("Bytes left over in an extension are an error", "[rfc9846-4.3]") {
  STATIC_REQUIRE(find<Answer>(block(bytes<"001c 0003 004000">)).error() == Error::trailing_data);
  STATIC_REQUIRE(find<Answer>(block(bytes<"001c 0001 00">)).error() == Error::truncated);
}

TEST_CASE("A search that fails names the extension in hand", "[rfc9846-4.3]") {
  std::optional<ExtensionType> in_hand;
  CHECK_FALSE(find<Answer>(block(bytes<"001c 0001 00">), &in_hand));
  CHECK(in_hand == ExtensionType::record_size_limit);
  in_hand.reset();
  CHECK(find<Answer>(block(bytes<"001c 0002 0040">), &in_hand));
  CHECK_FALSE(in_hand);
}

TEST_CASE("Extensions are written with their type and length", "[rfc9846-4.3]") {
  constexpr auto written = [](auto write, Bytes expected) {
    std::array<std::uint8_t, 16> buffer{};
    wire::Writer writer(buffer);
    return write(writer) && std::ranges::equal(writer.written(), expected);
  };
  STATIC_REQUIRE(written([](wire::Writer& w) { return write_extension(w, Answer{0x4001}); },
                         bytes<"001c 0002 4001">));
  STATIC_REQUIRE(written(
      [](wire::Writer& w) {
        return write_extension_of<Answers>(w, std::array<std::uint16_t, 2>{1, 2});
      },
      bytes<"0015 0005 04 00010002">));
  STATIC_REQUIRE_FALSE(written(
      [](wire::Writer& w) {
        return write_extension_of<Answers>(w, std::array<std::uint16_t, 0>{});
      },
      bytes<"0015 0001 00">));
}

}  // namespace
}  // namespace nacre
