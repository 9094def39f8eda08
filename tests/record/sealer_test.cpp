// Protecting records. RFC 9846, sections 5.2 to 5.5.
#include "record/sealer.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <set>
#include <type_traits>

#include "record/support.h"

using namespace nacre;
using namespace nacre::record;
using enum ContentType;

namespace {

// The TLSInnerPlaintext of a record, decrypted without the opener's own checks.
Octets inner_of(CipherSuite suite, Octets record, std::uint64_t sequence = 0) {
  const TrafficKeys keys = TrafficKeys::derive(suite, secret_for(suite)).value();
  const MutableBytes bytes(record);
  const MutableBytes inner =
      keys.aead()
          .open(bytes.subspan(header_size), keys.nonce(sequence), bytes.first(header_size))
          .value();
  return {inner.begin(), inner.end()};
}

}  // namespace

TEST_CASE("sealing keys move and do not copy", "[secrets]") {
  STATIC_REQUIRE(!std::is_copy_constructible_v<RecordSealer>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<RecordSealer>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<RecordSealer>);
}

TEST_CASE("a protected record is header, content, type, zeros and tag",
          "[rfc9846-5.2][rfc9846-5.4-feb97c]") {
  const CipherSuite suite = GENERATE(from_range(suites));
  const std::size_t size = GENERATE(1u, 2u, 17u, 100u);
  const std::size_t padding = GENERATE(0u, 1u, 62u, 63u, 64u, 65u, 300u);
  CAPTURE(name(suite), size, padding);
  RecordSealer sealer = sealer_for(suite);
  const Octets content = content_of(size);
  const Octets record = sealed(sealer, handshake, content, padding);
  REQUIRE(record.size() == 5 + size + 1 + padding + 16);
  const auto length = static_cast<std::uint16_t>(record.size() - 5);
  CHECK(same(Bytes(record).first(5), encode({application_data, length})));
  Octets expected = content;
  expected.push_back(22);
  expected.resize(expected.size() + padding);
  CHECK(inner_of(suite, record) == expected);
}

TEST_CASE("sealing in place equals sealing apart, for every padding of a small record",
          "[rfc9846-5.2][rfc9846-5.4]") {
  const CipherSuite suite = suites[0];
  RecordSealer apart = sealer_for(suite);
  RecordSealer in_place = sealer_for(suite);
  RecordSealer onto_itself = sealer_for(suite);
  const Octets content = content_of(9);
  for (std::size_t padding = 0; padding <= max_content_size - content.size(); ++padding) {
    const Octets expected = sealed(apart, application_data, content, padding);
    Octets record(expected.size(), 0xee);
    std::ranges::copy(content, record.begin() + header_size);
    Octets other = record;
    const Bytes standing = Bytes(other).subspan(header_size, content.size());
    const auto size = in_place.seal_in_place(application_data, content.size(), padding, record);
    const auto same_size = onto_itself.seal(application_data, standing, padding, other);
    if (!gives(size, record.size()) || record != expected || !gives(same_size, record.size()) ||
        other != expected) {
      FAIL("padding " << padding);
    }
  }
}

TEST_CASE("sealing in place equals sealing apart, for content of many sizes", "[rfc9846-5.2]") {
  const CipherSuite suite = GENERATE(from_range(suites));
  RecordSealer apart = sealer_for(suite);
  RecordSealer in_place = sealer_for(suite);
  for (std::size_t size = 0; size <= max_content_size; size += size < 80 ? 1 : 1019) {
    const Octets content = content_of(size);
    const Octets expected = sealed(apart, application_data, content, 0);
    Octets record(expected.size());
    std::ranges::copy(content, record.begin() + header_size);
    REQUIRE(in_place.seal_in_place(application_data, size, 0, record));
    if (record != expected) FAIL("size " << size);
  }
}

TEST_CASE("content in pieces makes the record that it makes in one", "[rfc9846-5.2]") {
  const CipherSuite suite = GENERATE(from_range(suites));
  const std::size_t padding = GENERATE(0u, 70u);
  RecordSealer whole = sealer_for(suite);
  RecordSealer in_pieces = sealer_for(suite);
  const Octets content = content_of(max_content_size - padding);
  // Each list ends with pieces of its last size, until nothing is left; or is cut where it is full.
  const std::vector<std::vector<std::size_t>> cuts = {
      {max_content_size}, {9, 16'000}, {0, 13'000, 0, 255}, {13'000, 3'000}, {256},
      {300, 7, 300, 255}, {17},        {1, 12'288, 20'000}};
  for (const auto& sizes : cuts) {
    for (const std::size_t length : {std::size_t{0}, std::size_t{300}, content.size()}) {
      std::vector<Bytes> pieces;
      Bytes rest = content;
      for (std::size_t next = 0; !rest.empty(); ++next) {
        const std::size_t wanted = sizes.at(std::min(next, sizes.size() - 1));
        pieces.push_back(rest.first(std::min(wanted, rest.size())));
        rest = rest.subspan(pieces.back().size());
      }
      const Octets expected =
          sealed(whole, application_data, Bytes(content).first(length), padding);
      Octets record(expected.size(), 0xee);
      REQUIRE(gives(in_pieces.seal_pieces(application_data, {pieces, length}, padding, record),
                    expected.size()));
      REQUIRE(record == expected);
    }
  }
}

TEST_CASE("content, type and padding together have 2^14+1 bytes at most",
          "[rfc9846-5.4][rfc9846-5.4-2c933e][rfc9846-5.2-0bffc1]") {
  RecordSealer sealer = sealer_for(suites[0]);
  Octets outgoing(2 * whole_record);
  const Octets content = content_of(max_content_size + 1);
  const auto seal = [&](std::size_t size, std::size_t padding) {
    return sealer.seal(application_data, Bytes(content).first(size), padding, outgoing);
  };
  CHECK(gives(seal(16'384, 0), 5 + 16'384 + 1 + 16));
  CHECK(gives(seal(16'383, 1), 5 + 16'384 + 1 + 16));
  CHECK(gives(seal(0, 16'384), 5 + 16'384 + 1 + 16));
  CHECK(seal(16'385, 0) == fail(Error::wrong_call));
  CHECK(seal(16'384, 1) == fail(Error::wrong_call));
  CHECK(seal(0, 16'385) == fail(Error::wrong_call));
  CHECK(seal(1, SIZE_MAX) == fail(Error::wrong_call));
  CHECK(sealer.seal_in_place(application_data, SIZE_MAX, 0, outgoing) == fail(Error::wrong_call));
  CHECK(sealer.seal_in_place(application_data, 1, SIZE_MAX - 1, outgoing) ==
        fail(Error::wrong_call));
  CHECK(sealer.sequence() == 3);
}

TEST_CASE("a record that does not fit is not begun", "[rfc9846-5.2]") {
  RecordSealer sealer = sealer_for(suites[0]);
  const Octets content = content_of(10);
  const std::size_t padding = GENERATE(0u, 5u, 200u);
  const std::size_t whole = protected_expansion + 10 + padding;
  for (std::size_t size = 0; size < whole; ++size) {
    Octets outgoing(size, 0xee);
    const Octets before = outgoing;
    REQUIRE(sealer.seal(handshake, content, padding, outgoing) == fail(Error::buffer_too_small));
    REQUIRE(sealer.seal_in_place(handshake, 10, padding, outgoing) ==
            fail(Error::buffer_too_small));
    REQUIRE(outgoing == before);
  }
  CHECK(sealer.sequence() == 0);
  Octets outgoing(whole + 1, 0xee);
  CHECK(gives(sealer.seal(handshake, content, padding, outgoing), whole));
  CHECK(outgoing.back() == 0xee);
}

TEST_CASE("empty handshake and alert records are never sent",
          "[rfc9846-5.1][rfc9846-5.4][rfc9846-5.1-162804][rfc9846-5.4-99c10a]") {
  RecordSealer sealer = sealer_for(suites[0]);
  Octets outgoing(100);
  for (const std::size_t padding : {0u, 7u}) {
    CHECK(sealer.seal(handshake, {}, padding, outgoing) == fail(Error::wrong_call));
    CHECK(sealer.seal(alert, {}, padding, outgoing) == fail(Error::wrong_call));
    CHECK(sealer.seal(application_data, {}, padding, outgoing).has_value());
  }
}

TEST_CASE("only handshake, alert and application data are ever protected",
          "[rfc9846-5][rfc9846-5-d8611c]") {
  RecordSealer sealer = sealer_for(suites[0]);
  Octets outgoing(100);
  const Octets content{1, 1};
  for (unsigned type = 0; type <= 0xff; ++type) {
    const auto result = sealer.seal(static_cast<ContentType>(type), content, 0, outgoing);
    CAPTURE(type);
    CHECK(result.has_value() == (type >= 21 && type <= 23));
  }
}

TEST_CASE("the sequence number counts records and starts again with each key",
          "[rfc9846-5.3][rfc9846-5.3-d7641b]") {
  RecordSealer sealer = sealer_for(suites[0]);
  const Octets content = content_of(4);
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(sealer.sequence() == i);
    const Octets record = sealed(sealer, application_data, content);
    CHECK(inner_of(suites[0], record, i).size() == 5);
  }
  REQUIRE(sealer.update());
  CHECK(sealer.sequence() == 0);
}

TEST_CASE("no (key, nonce) is used twice over a run of records and updates", "[rfc9846-5.3]") {
  // Equal plaintexts under an equal key and nonce give equal records.
  RecordSealer sealer = sealer_for(suites[0], {.update_after = 50});
  std::set<Octets> records;
  const Octets content = content_of(16);
  std::size_t count = 0;
  for (; count < 2'000; ++count) {
    if (sealer.must_update()) REQUIRE(sealer.update());
    records.insert(count % 2 == 0 ? sealed(sealer, application_data, content)
                                  : sealed(sealer, application_data, content, 0));
  }
  CHECK(records.size() == count);
}

TEST_CASE("an update is due before the AEAD's limit", "[rfc9846-5.5][rfc9846-5.5-fabc20]") {
  for (const auto& row : crypto::cipher_suites) {
    CAPTURE(name(row.suite));
    RecordSealer sealer = sealer_for(row.suite);
    const Octets content = content_of(3);
    Octets outgoing(100);
    sealer.skip(row.confidentiality_limit - reserved_records - 1);
    CHECK(!sealer.must_update());
    CHECK(sealer.seal(application_data, content, 0, outgoing));
    CHECK(sealer.must_update());
    CHECK(sealer.seal(application_data, content, 0, outgoing) == fail(Error::aead_limit));
    CHECK(sealer.seal_in_place(application_data, 3, 0, outgoing) == fail(Error::aead_limit));
    for (std::uint64_t i = 0; i < reserved_records; ++i) {
      CHECK(sealer.seal(i % 2 == 0 ? handshake : alert, content, 0, outgoing));
    }
    CHECK(sealer.sequence() == row.confidentiality_limit);
    CHECK(sealer.seal(handshake, content, 0, outgoing) == fail(Error::aead_limit));
    CHECK(sealer.seal_in_place(alert, 2, 0, outgoing) == fail(Error::aead_limit));
    CHECK(sealer.sequence() == row.confidentiality_limit);
    CHECK(sealer.update());
    CHECK(!sealer.must_update());
    CHECK(sealer.seal(application_data, content, 0, outgoing));
  }
}

TEST_CASE("the AEAD limit of AES-GCM is 2^24.5 records", "[rfc9846-5.5]") {
  for (const auto& row : crypto::cipher_suites) {
    if (row.aead == crypto::AeadAlgorithm::chacha20_poly1305) continue;
    const double limit = static_cast<double>(row.confidentiality_limit);
    CHECK(limit * limit <= 562'949'953'421'312.0);  // 2^49
    CHECK((limit + 1) * (limit + 1) > 562'949'953'421'312.0);
  }
}

TEST_CASE("the sequence number never wraps", "[rfc9846-5.3][rfc9846-5.3-c30cc6]") {
  RecordSealer sealer = sealer_for(CipherSuite::tls_chacha20_poly1305_sha256);
  sealer.skip(UINT64_MAX);
  sealer.skip(UINT64_MAX);
  CHECK(sealer.sequence() == UINT64_MAX);
  Octets outgoing(100);
  CHECK(sealer.seal(alert, Octets{1, 0}, 0, outgoing) == fail(Error::aead_limit));
  CHECK(sealer.sequence() == UINT64_MAX);
}

TEST_CASE("injected limits can be lower than the AEAD's, never higher", "[rfc9846-5.5]") {
  Octets outgoing(100);
  const Octets content = content_of(3);
  RecordSealer early = sealer_for(suites[0], {.update_after = 2});
  for (const bool due : {false, false, true}) {
    CHECK(early.must_update() == due);
    CHECK(early.seal(application_data, content, 0, outgoing));
  }
  RecordSealer low = sealer_for(suites[0], {.records = 10});
  low.skip(6);
  CHECK(!low.must_update());
  CHECK(low.seal(application_data, content, 0, outgoing));
  CHECK(low.must_update());
  CHECK(low.seal(application_data, content, 0, outgoing) == fail(Error::aead_limit));
  RecordSealer high = sealer_for(suites[0], {.records = 100'000'000});
  high.skip(23'726'566);
  CHECK(high.seal(alert, content, 0, outgoing) == fail(Error::aead_limit));
}

TEST_CASE("there are 2^48-1 key updates at most", "[rfc9846-4.7.3][rfc9846-4.7.3-aa5421]") {
  STATIC_REQUIRE(max_key_updates == 281'474'976'710'655);
  STATIC_REQUIRE(UsageLimits{}.key_updates == max_key_updates);
  CHECK(sealer_for(suites[0], {.key_updates = UINT64_MAX}).updates_left() == max_key_updates);
  RecordSealer sealer = sealer_for(suites[0], {.key_updates = 3});
  for (int i = 0; i < 3; ++i) {
    CHECK(sealer.updates_left() == 3 - static_cast<std::uint64_t>(i));
    CHECK(sealer.update());
  }
  CHECK(sealer.updates_left() == 0);
  CHECK(sealer.update() == fail(Error::aead_limit));
  Octets outgoing(100);
  CHECK(sealer.seal(alert, Octets{1, 0}, 0, outgoing));
}

TEST_CASE("a moved-from sealer seals nothing", "[secrets]") {
  RecordSealer sealer = sealer_for(suites[0]);
  RecordSealer moved(std::move(sealer));
  Octets outgoing(100);
  CHECK(moved.seal(alert, Octets{1, 0}, 0, outgoing));
  CHECK(sealer.seal(alert, Octets{1, 0}, 0, outgoing) ==  // NOLINT: what is left is the point
        fail(Error::crypto_failure));
}
