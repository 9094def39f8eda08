#include "extensions/alpn.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "nacre/try.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

constexpr auto client = bytes<"000c 02 6832 08 687474702f312e31">;

constexpr Result<void> check_selected(Bytes data) {
  TRY(const auto selected, wire::read_all<SelectedProtocol>(data));
  return selected.check();
}

TEST_CASE("A client lists protocols", "[rfc7301-3.1]") {
  using T = ProtocolNameList;
  STATIC_REQUIRE(round_trips<T>(client));
  STATIC_REQUIRE(rejects_every_truncation<T>(client));
  STATIC_REQUIRE(rejects_trailing_data<T>(client));
  STATIC_REQUIRE(rejects_inflated_lengths<T>(client, {{0, 2}, {2, 1}, {5, 1}}));
}

TEST_CASE("Neither the list of protocols nor a name is empty", "[rfc7301-3.1]") {
  STATIC_REQUIRE(wire::read_all<ProtocolNameList>(bytes<"0000">) ==
                 fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<ProtocolNameList>(bytes<"0001 00">) ==
                 fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<ProtocolNameList>(bytes<"0004 00 02 6832">) ==
                 fail(Error::length_out_of_range));
}

TEST_CASE("A server selects exactly one protocol", "[rfc7301-3.1]") {
  STATIC_REQUIRE(check_selected(bytes<"0003 02 6832">));
  STATIC_REQUIRE(wire::read_all<SelectedProtocol>(bytes<"0003 02 6832">)->name().size() == 2);
  STATIC_REQUIRE(check_selected(client) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(check_selected(bytes<"0000">) == fail(Error::length_out_of_range));
}

TEST_CASE("The selected protocol is written as a list of one", "[rfc7301-3.1]") {
  std::array<std::uint8_t, 16> buffer{};
  wire::Writer writer(buffer);
  REQUIRE(write_selected_protocol(writer, bytes<"6832">));
  CHECK(std::ranges::equal(writer.written(), bytes<"0010 0005 0003 02 6832">));
}

}  // namespace
}  // namespace nacre
