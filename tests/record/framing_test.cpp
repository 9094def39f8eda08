// Where a record begins and ends. RFC 9846, sections 5.1 and 5.2.
#include "record/framing.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <vector>

#include "nacre/connection.h"
#include "nacre/names.h"
#include "record/support.h"

using namespace nacre;
using namespace nacre::record;

namespace {

std::array<std::uint8_t, header_size> header(std::uint8_t type, unsigned version, unsigned length) {
  return {type, static_cast<std::uint8_t>(version >> 8), static_cast<std::uint8_t>(version & 0xff),
          static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length & 0xff)};
}

}  // namespace

TEST_CASE("the largest record is as large as the public header promises", "[rfc9846-5.2]") {
  STATIC_REQUIRE(header_size + max_ciphertext_size == max_record_size);
  STATIC_REQUIRE(max_content_size == 1 << 14);
}

TEST_CASE("every legacy_record_version is ignored",
          "[rfc9846-5.1][rfc9846-5.1-a13d87][rfc9846-E-1a714a]") {
  std::size_t accepted = 0;
  for (unsigned version = 0; version <= 0xffff; ++version) {
    const auto bytes = header(22, version, 7);
    const auto read = read_header(bytes, Position::first);
    accepted += read && read->type == ContentType::handshake && read->length == 7 &&
                gives(needed(bytes, Position::first), 7);
  }
  CHECK(accepted == 65'536);
}

TEST_CASE("only the four content types of section 5.1 begin a record", "[rfc9846-5][rfc9846-5.1]") {
  for (unsigned type = 0; type <= 0xff; ++type) {
    const auto bytes = header(static_cast<std::uint8_t>(type), 0x0303, 1);
    const bool known = type >= 20 && type <= 23;
    CAPTURE(type);
    CHECK(read_header(bytes).has_value() == known);
    for (std::size_t size = 1; size <= header_size; ++size) {
      const Bytes front = Bytes(bytes).first(size);
      CHECK(needed(front, Position::later).has_value() == known);
      if (known) continue;
      CHECK(needed(front, Position::first) == fail(Error::not_tls));
      CHECK(needed(front, Position::later) == fail(Error::unknown_content_type));
    }
  }
}

TEST_CASE("other protocols are told apart by their first byte", "[rfc9846-5]") {
  for (const std::string_view text : {"HTTP/1.1 400 Bad Request\r\n", "GET / HTTP/1.1\r\n",
                                      "SSH-2.0-x\r\n", "220 mail ESMTP\r\n", "\x80\x2e\x01"}) {
    CAPTURE(text);
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    CHECK(needed(Bytes(bytes).first(1), Position::first) == fail(Error::not_tls));
    CHECK(needed(bytes, Position::first) == fail(Error::not_tls));
  }
}

TEST_CASE("a length above its bound is refused with the header", "[rfc9846-5.1][rfc9846-5.2]") {
  const auto [type, bound] = GENERATE(std::pair{20, 16'384u}, std::pair{21, 16'384u},
                                      std::pair{22, 16'384u}, std::pair{23, 16'384u + 256});
  CAPTURE(type);
  for (unsigned length = 0; length <= 0xffff; ++length) {
    const auto bytes = header(static_cast<std::uint8_t>(type), 0x0303, length);
    const auto missing = needed(bytes, Position::later);
    const bool as_expected =
        length <= bound ? gives(missing, length) : missing == fail(Error::record_too_long);
    if (!as_expected || read_header(bytes).has_value() != (length <= bound)) {
      FAIL("length " << length);
    }
  }
}

TEST_CASE("needed() says what is missing at every length of input", "[rfc9846-5.1]") {
  std::vector<std::uint8_t> stream(64, 0xff);
  std::ranges::copy(header(22, 0x0301, 20), stream.begin());
  for (std::size_t size = 0; size <= stream.size(); ++size) {
    const auto missing = needed(Bytes(stream).first(size), Position::first);
    const std::size_t expected = size < 5 ? 5 - size : size < 25 ? 25 - size : 0;
    CAPTURE(size);
    CHECK(gives(missing, expected));
  }
}

TEST_CASE("a header is not read from less than five bytes", "[rfc9846-5.1]") {
  const auto bytes = header(22, 0x0303, 0);
  for (std::size_t size = 0; size < header_size; ++size) {
    CHECK(read_header(Bytes(bytes).first(size)) == fail(Error::truncated));
  }
  CHECK(read_header(bytes)->record_size() == header_size);
}

TEST_CASE("a header is written with version 0x0303 unless another is asked for", "[rfc9846-5.1]") {
  CHECK(encode({ContentType::handshake, 0x1234}) == header(22, 0x0303, 0x1234));
  CHECK(encode({ContentType::handshake, 0x00ff}, ProtocolVersion::tls_1_0) ==
        header(22, 0x0301, 0x00ff));
}

TEST_CASE("a change_cipher_spec record is six bytes", "[rfc9846-5][rfc9846-E.4]") {
  std::array<std::uint8_t, 7> out{};
  CHECK(gives(write_change_cipher_spec(out), 6));
  CHECK(out == std::array<std::uint8_t, 7>{20, 3, 3, 0, 1, 1, 0});
  CHECK(write_change_cipher_spec(MutableBytes(out).first(5)) == fail(Error::buffer_too_small));
}
