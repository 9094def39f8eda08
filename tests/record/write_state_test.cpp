// The sending half of the record layer. RFC 9846, section 5.
#include "record/write_state.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <type_traits>

#include "nacre/connection.h"
#include "record/alert.h"
#include "record/support.h"

using namespace nacre;
using namespace nacre::record;
using enum ContentType;

namespace {

const CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256;

WriteState writing(UsageLimits limits = {}) {
  WriteState write;
  write.protect(suite, secret_for(suite), limits).value();
  return write;
}

}  // namespace

TEST_CASE("the sending half moves and does not copy", "[secrets]") {
  STATIC_REQUIRE(!std::is_copy_constructible_v<WriteState>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<WriteState>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<WriteState>);
}

TEST_CASE("an initial ClientHello travels as 0x0301, all else as 0x0303", "[rfc9846-5.1]") {
  WriteState write;
  Octets outgoing(64);
  const Octets content = content_of(4);
  write.initial_client_hello(true);
  CHECK(gives(write.seal(handshake, content, 0, outgoing), 9));
  CHECK(same(Bytes(outgoing).first(9), Octets{22, 3, 1, 0, 4, 1, 2, 3, 4}));
  write.initial_client_hello(false);
  CHECK(gives(write.seal(handshake, content, 0, outgoing), 9));
  CHECK(same(Bytes(outgoing).first(9), Octets{22, 3, 3, 0, 4, 1, 2, 3, 4}));
  write.initial_client_hello(true);
  REQUIRE(write.protect(suite, secret_for(suite)));
  REQUIRE(write.seal(handshake, content, 0, outgoing));
  CHECK(same(Bytes(outgoing).first(5), Octets{23, 3, 3, 0, 21}));
}

TEST_CASE("in place and apart are the same without keys too", "[rfc9846-5.1]") {
  const WriteState state;
  WriteState apart;
  WriteState in_place;
  const Octets content = content_of(50);
  Octets first(100);
  Octets second(100);
  std::ranges::copy(content, second.begin() + header_size);
  CHECK(gives(apart.seal(handshake, content, 0, first), 55));
  CHECK(gives(in_place.seal_in_place(handshake, 50, 0, second), 55));
  CHECK(first == second);
  CHECK(in_place.seal_in_place(handshake, 96, 0, second) == fail(Error::buffer_too_small));
}

TEST_CASE("what may not travel without keys is refused",
          "[rfc9846-5.1][rfc9846-5.1-739a25][rfc9846-5.1-fc7f40]") {
  WriteState write;
  Octets outgoing(whole_record);
  const Octets content = content_of(4);
  CHECK(write.seal(application_data, content, 0, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(change_cipher_spec, Octets{1}, 0, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(handshake, {}, 0, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(alert, {}, 0, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(handshake, content, 1, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(handshake, content_of(16'385), 0, outgoing) == fail(Error::wrong_call));
  CHECK(gives(write.seal(handshake, content_of(16'384), 0, outgoing), 16'389));
  CHECK(write.seal(handshake, content, 0, MutableBytes(outgoing).first(8)) ==
        fail(Error::buffer_too_small));
}

TEST_CASE("the room that a record is said to have is the room it has", "[rfc9846-5.2]") {
  const bool with_keys = GENERATE(false, true);
  const std::uint16_t limit =
      GENERATE(std::uint16_t{64}, std::uint16_t{513}, std::uint16_t{16'385});
  CAPTURE(with_keys, limit);
  WriteState write = with_keys ? writing() : WriteState();
  write.limit_records(limit);
  const Octets content = content_of(max_content_size);
  for (std::size_t size = 0; size < 17'000; size += size < 700 ? 1 : 499) {
    Octets outgoing(size);
    const std::size_t room = write.content_room(size);
    REQUIRE(room <= write.max_content());
    if (room > 0) {
      REQUIRE(write.seal(handshake, Bytes(content).first(room), 0, outgoing));
    }
    const bool one_more =
        room < content.size() &&
        write.seal(handshake, Bytes(content).first(room + 1), 0, outgoing).has_value();
    REQUIRE(!one_more);
    const std::size_t part = room / 2;
    const std::size_t padding = write.padding_room(part, size);
    REQUIRE(padding == (with_keys ? room - part : 0));
    if (part > 0) {
      REQUIRE(write.seal(handshake, Bytes(content).first(part), padding, outgoing));
    }
  }
}

TEST_CASE("the peer's record_size_limit bounds protected records, type and padding included",
          "[rfc8449-4]") {
  WriteState write;
  write.limit_records(100);
  CHECK(write.max_content() == max_content_size);
  REQUIRE(write.protect(suite, secret_for(suite)));
  CHECK(write.max_content() == 99);
  Octets outgoing(200);
  CHECK(write.seal(application_data, content_of(99), 0, outgoing));
  CHECK(write.seal(application_data, content_of(90), 9, outgoing));
  CHECK(write.seal(application_data, content_of(100), 0, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(application_data, content_of(90), 10, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal_in_place(application_data, 100, 0, outgoing) == fail(Error::wrong_call));
  CHECK(write.seal(application_data, {}, SIZE_MAX, outgoing) == fail(Error::wrong_call));
}

TEST_CASE("a record_size_limit above the protocol's own changes nothing", "[rfc8449-4]") {
  WriteState write = writing();
  write.limit_records(65'535);
  CHECK(write.max_content() == 16'384);
  write.limit_records(16'385);
  CHECK(write.max_content() == 16'384);
  write.limit_records(16'384);
  CHECK(write.max_content() == 16'383);
}

TEST_CASE("an alert, close_notify or KeyUpdate fits the room that is promised for it",
          "[rfc9846-5.2]") {
  STATIC_REQUIRE(protected_expansion + 5 <= max_control_record_size);
  WriteState write = writing();
  Octets outgoing(max_control_record_size);
  CHECK(write.seal(alert, encode(AlertDescription::close_notify), 0, outgoing));
  CHECK(write.seal(handshake, Octets{24, 0, 0, 1, 0}, 0, outgoing));
}

TEST_CASE("updates pass through, and their limits", "[rfc9846-4.7.3][rfc9846-5.5]") {
  WriteState plain;
  CHECK(!plain.must_update());
  CHECK(!plain.may_update());
  CHECK(plain.update() == fail(Error::wrong_call));
  WriteState write = writing({.update_after = 1, .key_updates = 1});
  Octets outgoing(64);
  CHECK(!write.must_update());
  CHECK(write.seal(application_data, content_of(3), 0, outgoing));
  CHECK(write.must_update());
  CHECK(write.may_update());
  CHECK(write.update());
  CHECK(write.sequence() == 0);
  CHECK(!write.may_update());
  CHECK(write.update() == fail(Error::aead_limit));
}

TEST_CASE("after forget() nothing is sealed", "[rfc9846-6][rfc9846-6-3be505]") {
  WriteState write = writing();
  write.forget();
  Octets outgoing(64);
  CHECK(write.seal(application_data, content_of(3), 0, outgoing) == fail(Error::closed));
  CHECK(write.seal(alert, content_of(2), 0, outgoing) == fail(Error::closed));
  CHECK(write.seal_in_place(alert, 2, 0, outgoing) == fail(Error::closed));
  CHECK(!write.is_protected());
}
