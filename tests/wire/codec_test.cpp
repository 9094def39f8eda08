#include "wire/codec.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "nacre/names.h"
#include "support/encoding.h"

namespace nacre::wire {
namespace {

using test::bytes;
using test::round_trips;
using Shorts = Vector<std::uint16_t, 2, 6>;

TEST_CASE("A length is as wide as the vector's ceiling needs", "[rfc9846-3.4]") {
  STATIC_REQUIRE(prefix_width<0xff> == 1);
  STATIC_REQUIRE(prefix_width<0x100> == 2);
  STATIC_REQUIRE(prefix_width<0xfffe> == 2);
  STATIC_REQUIRE(prefix_width<0xffff> == 2);
  STATIC_REQUIRE(prefix_width<0x10000> == 3);
}

TEST_CASE("Numbers, enumerateds and opaque values are read and written back", "[rfc9846-3]") {
  STATIC_REQUIRE(round_trips<std::uint8_t>(bytes<"fe">));
  STATIC_REQUIRE(round_trips<std::uint32_t>(bytes<"fedcba98">));
  STATIC_REQUIRE(round_trips<Uint24>(bytes<"fedcba">));
  STATIC_REQUIRE(round_trips<std::array<std::uint8_t, 3>>(bytes<"010203">));
  STATIC_REQUIRE(round_trips<Opaque<0, 0xff>>(bytes<"00">));
  STATIC_REQUIRE(round_trips<Opaque<1, 0xffff>>(bytes<"0001 aa">));
  STATIC_REQUIRE(round_trips<Remainder>(bytes<"010203">));
  STATIC_REQUIRE(round_trips<Remainder>(Bytes()));
}

TEST_CASE("Unknown values of an enumerated are legal", "[rfc9846-3.5]") {
  STATIC_REQUIRE(*read_all<NamedGroup>(bytes<"fafa">) == static_cast<NamedGroup>(0xfafa));
}

TEST_CASE("A Uint24 that needs more than three bytes is not written", "[rfc9846-3.3]") {
  std::array<std::uint8_t, 4> buffer{};
  Writer writer(buffer);
  REQUIRE(write(writer, Uint24{0x1000000}) == fail(Error::length_out_of_range));
  REQUIRE(write(writer, Uint24{0xffffff}));
}

TEST_CASE("An opaque vector keeps its bounds, read and written", "[rfc9846-3.4]") {
  using Small = Opaque<2, 3>;
  STATIC_REQUIRE(read_all<Small>(bytes<"01 aa">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(read_all<Small>(bytes<"02 aabb">));
  STATIC_REQUIRE(read_all<Small>(bytes<"03 aabbcc">));
  STATIC_REQUIRE(read_all<Small>(bytes<"04 aabbccdd">) == fail(Error::length_out_of_range));
  constexpr auto writes = [](Bytes bytes) {
    std::array<std::uint8_t, 8> buffer{};
    Writer writer(buffer);
    return write(writer, Small{bytes});
  };
  STATIC_REQUIRE(writes(bytes<"aa">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(writes(bytes<"aabbcc">));
  STATIC_REQUIRE(writes(bytes<"aabbccdd">) == fail(Error::length_out_of_range));
}

TEST_CASE("A vector keeps its bounds, and its elements are whole", "[rfc9846-3.4]") {
  STATIC_REQUIRE(read_all<Shorts>(bytes<"00">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(round_trips<Shorts>(bytes<"02 0001">));
  STATIC_REQUIRE(read_all<Shorts>(bytes<"03 000102">) == fail(Error::truncated));
  STATIC_REQUIRE(round_trips<Shorts>(bytes<"06 000100020003">));
  STATIC_REQUIRE(read_all<Shorts>(bytes<"08 0001000200030004">) ==
                 fail(Error::length_out_of_range));
}

TEST_CASE("A vector's elements come in the order in which they travel", "[rfc9846-3.4]") {
  constexpr auto vector = read_all<Shorts>(bytes<"06 000300010002">);
  constexpr auto in_order = [](const Shorts& shorts) {
    std::array<std::uint16_t, 3> values{};
    std::size_t count = 0;
    for (const std::uint16_t value : shorts) values.at(count++) = value;
    return count == 3 && values == std::array<std::uint16_t, 3>{3, 1, 2};
  };
  STATIC_REQUIRE(in_order(*vector));
  STATIC_REQUIRE(contains(*vector, 1));
  STATIC_REQUIRE_FALSE(contains(*vector, 4));
}

TEST_CASE("A vector without elements ends where it begins", "[rfc9846-3.4]") {
  constexpr auto vector = read_all<Vector<std::uint16_t, 0, 6>>(bytes<"00">);
  STATIC_REQUIRE(vector->empty());
  STATIC_REQUIRE(vector->begin() == vector->end());
  STATIC_REQUIRE(Shorts().begin() == Shorts().end());
}

TEST_CASE("A vector is made from its own encoding, which is checked", "[rfc9846-3.4]") {
  STATIC_REQUIRE(
      std::ranges::equal(Shorts::from_encoding(bytes<"00010002">)->encoding(), bytes<"00010002">));
  STATIC_REQUIRE(Shorts::from_encoding(bytes<"000100">) == fail(Error::truncated));
  STATIC_REQUIRE(Shorts::from_encoding(Bytes()) == fail(Error::length_out_of_range));
}

TEST_CASE("A range is written as a vector within its bounds", "[rfc9846-3.4]") {
  constexpr auto writes = [](const auto& range, Bytes expected) {
    std::array<std::uint8_t, 16> buffer{};
    Writer writer(buffer);
    return write_elements<Shorts>(writer, range) && std::ranges::equal(writer.written(), expected);
  };
  using Numbers = std::array<std::uint16_t, 3>;
  STATIC_REQUIRE(writes(Numbers{1, 2, 3}, bytes<"06 000100020003">));
  STATIC_REQUIRE_FALSE(writes(std::array<std::uint16_t, 0>{}, bytes<"00">));
  STATIC_REQUIRE_FALSE(writes(std::array<std::uint16_t, 4>{}, bytes<"08 0000000000000000">));
}

TEST_CASE("A trailing vector may be absent, but not broken", "[rfc9846-4.2.2]") {
  using Tail = Trailing<Vector<std::uint16_t, 0, 6>>;
  STATIC_REQUIRE(round_trips<Tail>(Bytes()));
  STATIC_REQUIRE_FALSE(read_all<Tail>(Bytes())->present);
  STATIC_REQUIRE(round_trips<Tail>(bytes<"00">));
  STATIC_REQUIRE(read_all<Tail>(bytes<"00">)->present);
  STATIC_REQUIRE(round_trips<Tail>(bytes<"02 0001">));
  STATIC_REQUIRE(read_all<Tail>(bytes<"02 00">) == fail(Error::truncated));
  STATIC_REQUIRE(read_all<Tail>(bytes<"02 000100">) == fail(Error::trailing_data));
}

struct Pair {
  std::uint8_t first = 0;
  Opaque<0, 2> second;
  static constexpr auto wire = fields(&Pair::first, &Pair::second);
};

TEST_CASE("A structure is its members in order, and nothing behind them", "[rfc9846-3.6]") {
  STATIC_REQUIRE(round_trips<Pair>(bytes<"07 02 aabb">));
  STATIC_REQUIRE(test::rejects_every_truncation<Pair>(bytes<"07 02 aabb">));
  STATIC_REQUIRE(test::rejects_trailing_data<Pair>(bytes<"07 02 aabb">));
}

TEST_CASE("The first member that fails ends the reading of a structure", "[rfc9846-3.6]") {
  STATIC_REQUIRE(read_all<Pair>(bytes<"07 03 aabbcc">) == fail(Error::length_out_of_range));
}

}  // namespace
}  // namespace nacre::wire
