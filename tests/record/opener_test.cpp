// Opening protected records. RFC 9846, sections 5.2 to 5.4.
#include "record/opener.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "record/support.h"

using namespace nacre;
using namespace nacre::record;
using enum ContentType;

namespace {

Result<Opened> open_once(CipherSuite suite, MutableBytes record,
                         std::size_t inner_limit = max_inner_size) {
  RecordOpener opener = opener_for(suite);
  return opener.open(record, inner_limit);
}

// `size` bytes of TLSInnerPlaintext: content, a type of application_data, zeros.
Octets inner_plaintext(std::size_t size, std::size_t zeros) {
  Octets inner = content_of(size - zeros);
  inner.back() = 23;
  inner.resize(size);
  return inner;
}

}  // namespace

TEST_CASE("what was sealed opens to the same type and content, in place", "[rfc9846-5.2]") {
  const CipherSuite suite = GENERATE(from_range(suites));
  RecordSealer sealer = sealer_for(suite);
  RecordOpener opener = opener_for(suite);
  for (std::size_t size = 1; size <= max_content_size; size += size < 40 ? 1 : 907) {
    for (const ContentType type : {application_data, handshake, alert}) {
      const Octets content = content_of(size);
      Octets record = sealed(sealer, type, content);
      const auto opened = opener.open(record);
      REQUIRE(opened);
      REQUIRE(opened->type == type);
      REQUIRE(opened->content.data() == record.data() + header_size);
      REQUIRE(same(opened->content, content));
    }
  }
  CHECK(opener.sequence() == sealer.sequence());
}

TEST_CASE("padding of every length is taken off", "[rfc9846-5.4]") {
  RecordSealer sealer = sealer_for(suites[0]);
  RecordOpener opener = opener_for(suites[0]);
  // Content that ends in zeros: the scan stops at the type, and takes none of them.
  const Octets content{9, 0, 0};
  for (std::size_t padding = 0; padding <= max_content_size - content.size(); ++padding) {
    Octets record = sealed(sealer, application_data, content, padding);
    const auto opened = opener.open(record);
    if (!opened || !same(opened->content, content)) FAIL("padding " << padding);
  }
}

TEST_CASE("empty application data opens, with any padding", "[rfc9846-5.1][rfc9846-5.4]") {
  RecordSealer sealer = sealer_for(suites[0]);
  RecordOpener opener = opener_for(suites[0]);
  for (const std::size_t padding : {0u, 1u, 100u, 16'384u}) {
    Octets record = sealed(sealer, application_data, {}, padding);
    const auto opened = opener.open(record);
    REQUIRE(opened);
    CHECK(opened->content.empty());
    CHECK(opened->type == application_data);
  }
}

TEST_CASE("every flipped bit of a record gives bad_record_mac",
          "[rfc9846-5.2][rfc9846-5.2-d22f68]") {
  const CipherSuite suite = GENERATE(from_range(suites));
  RecordSealer sealer = sealer_for(suite);
  const Octets record = sealed(sealer, application_data, content_of(13), 2);
  for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
    Octets flipped = record;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1u << bit % 8);
    CAPTURE(bit);
    CHECK(open_once(suite, flipped) == fail(Error::bad_record_mac));
  }
  Octets untouched = record;
  CHECK(open_once(suite, untouched));
}

TEST_CASE("a record that is cut short or too short for a tag gives bad_record_mac",
          "[rfc9846-5.2]") {
  RecordSealer sealer = sealer_for(suites[0]);
  const Octets record = sealed(sealer, application_data, content_of(30));
  for (std::size_t size = header_size; size < record.size(); ++size) {
    Octets cut(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(open_once(suites[0], cut) == fail(Error::bad_record_mac));
  }
  Octets nothing(header_size - 1);
  CHECK(open_once(suites[0], nothing) == fail(Error::truncated));
}

TEST_CASE("the wrong key, the wrong suite and the wrong number give bad_record_mac",
          "[rfc9846-5.2][rfc9846-5.3]") {
  RecordSealer sealer = sealer_for(suites[0]);
  const Octets first = sealed(sealer, application_data, content_of(5));
  const Octets second = sealed(sealer, application_data, content_of(5));
  Octets record = first;
  RecordOpener other = RecordOpener::create(suites[0], secret_for(suites[0], 2)).value();
  CHECK(other.open(record) == fail(Error::bad_record_mac));
  record = first;
  CHECK(open_once(CipherSuite::tls_chacha20_poly1305_sha256, record) ==
        fail(Error::bad_record_mac));
  record = second;
  CHECK(open_once(suites[0], record) == fail(Error::bad_record_mac));
  RecordOpener opener = opener_for(suites[0]);
  record = first;
  CHECK(opener.open(record));
  record = first;
  CHECK(opener.open(record) == fail(Error::bad_record_mac));  // replayed
  record = second;
  CHECK(opener.open(record));  // a failed record does not count
}

TEST_CASE("an inner plaintext has 2^14+1 bytes at most, padding or not",
          "[rfc9846-5.4][rfc9846-5.4-2c933e]") {
  const std::size_t zeros = GENERATE(0u, 1u, 16'000u);
  CAPTURE(zeros);
  Octets largest = sealed_inner(suites[0], inner_plaintext(16'385, zeros));
  CHECK(open_once(suites[0], largest)->content.size() == 16'384 - zeros);
  for (const std::size_t size : {16'386u, 16'387u, 16'384u + 240}) {
    Octets record = sealed_inner(suites[0], inner_plaintext(size, zeros));
    CHECK(open_once(suites[0], record) == fail(Error::record_too_long));
  }
}

TEST_CASE("a negotiated record_size_limit bounds type and padding too", "[rfc8449-4]") {
  const std::size_t limit = GENERATE(64u, 65u, 1'000u, 16'384u, 16'385u);
  CAPTURE(limit);
  for (const std::size_t zeros : {0u, 1u, 63u}) {
    Octets fits = sealed_inner(suites[0], inner_plaintext(limit, zeros));
    CHECK(open_once(suites[0], fits, limit));
    Octets over = sealed_inner(suites[0], inner_plaintext(limit + 1, zeros));
    CHECK(open_once(suites[0], over, limit) == fail(Error::record_too_long));
  }
  Octets over = sealed_inner(suites[0], inner_plaintext(16'386, 0));
  CHECK(open_once(suites[0], over, 60'000) == fail(Error::record_too_long));
}

TEST_CASE("an inner plaintext of zeros alone has no content type",
          "[rfc9846-5.4][rfc9846-5.4-bcfe7f]") {
  for (const std::size_t size : {0u, 1u, 2u, 100u, 16'385u}) {
    Octets record = sealed_inner(suites[0], Octets(size));
    CAPTURE(size);
    CHECK(open_once(suites[0], record) == fail(Error::no_content_type));
  }
}

TEST_CASE("only the content types of section 5.1 come out of a record", "[rfc9846-5]") {
  for (unsigned type = 1; type <= 0xff; ++type) {
    Octets record = sealed_inner(suites[0], Octets{1, static_cast<std::uint8_t>(type), 0});
    const auto opened = open_once(suites[0], record);
    CAPTURE(type);
    if (type >= 20 && type <= 23) {
      REQUIRE(opened);
      CHECK(opened->type == static_cast<ContentType>(type));
    } else {
      CHECK(opened == fail(Error::unknown_content_type));
    }
  }
}

TEST_CASE("the additional data is the header as it came", "[rfc9846-5.2]") {
  // A record whose header says another version: authentic, for whoever authenticates its own bytes.
  const TrafficKeys keys = TrafficKeys::derive(suites[0], secret_for(suites[0])).value();
  Octets record(header_size + 2 + crypto::aead_tag_size);
  std::ranges::copy(Octets{23, 0x7f, 0x12, 0, 18}, record.begin());
  const MutableBytes body = MutableBytes(record).subspan(header_size);
  REQUIRE(keys.aead().seal(body.first(2), body.last(crypto::aead_tag_size), keys.nonce(0),
                           Octets{7, 23}, {}, Bytes(record).first(header_size)));
  const auto opened = open_once(suites[0], record);
  REQUIRE(opened);
  CHECK(same(opened->content, Octets{7}));
}

TEST_CASE("after an update only records of the next key open",
          "[rfc9846-4.7.3][rfc9846-7.2][rfc9846-4.7.3-2c3fc8]") {
  const CipherSuite suite = GENERATE(from_range(suites));
  RecordSealer sealer = sealer_for(suite);
  RecordOpener opener = opener_for(suite);
  for (int generation = 0; generation < 4; ++generation) {
    Octets old = sealed(sealer, application_data, content_of(8));
    REQUIRE(sealer.update());
    Octets next = sealed(sealer, application_data, content_of(8));
    Octets copy = next;
    CHECK(opener.open(copy) == fail(Error::bad_record_mac));
    CHECK(opener.open(old));
    REQUIRE(opener.update());
    CHECK(opener.sequence() == 0);
    CHECK(opener.open(next));
    CHECK(opener.sequence() == 1);
  }
}

TEST_CASE("the receiver's sequence number never wraps", "[rfc9846-5.3][rfc9846-5.3-c30cc6]") {
  const CipherSuite suite = CipherSuite::tls_chacha20_poly1305_sha256;
  RecordOpener opener = opener_for(suite);
  opener.skip(UINT64_MAX - 1);
  Octets last = sealed_inner(suite, Octets{1, 23}, UINT64_MAX - 1);
  CHECK(opener.open(last));
  Octets beyond = sealed_inner(suite, Octets{1, 23}, UINT64_MAX);
  CHECK(opener.open(beyond) == fail(Error::aead_limit));
  Octets wrapped = sealed_inner(suite, Octets{1, 23}, 0);
  CHECK(opener.open(wrapped) == fail(Error::aead_limit));
}

TEST_CASE("a receiver does not enforce the AEAD limit", "[rfc9846-5.5]") {
  RecordOpener opener = opener_for(suites[0]);
  opener.skip(23'726'566 + 1'000);
  Octets record = sealed_inner(suites[0], Octets{1, 23}, 23'726'566 + 1'000);
  CHECK(opener.open(record));
}
