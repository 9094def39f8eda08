// The receiving half of the record layer. RFC 9846, section 5.
#include "record/read_state.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <type_traits>

#include "record/support.h"
#include "record/write_state.h"

using namespace nacre;
using namespace nacre::record;
using enum ContentType;

namespace {

const CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256;

Octets plain(ContentType type, Bytes content) {
  Octets record(header_size + content.size());
  std::ranges::copy(encode({type, static_cast<std::uint16_t>(content.size())}), record.begin());
  std::ranges::copy(content, record.begin() + header_size);
  return record;
}

ReadState reading(InboundPhase phase) {
  ReadState read(InboundPhase::unprotected);
  read.protect(phase, suite, secret_for(suite)).value();
  return read;
}

Result<Opened> open_new(InboundPhase phase, Octets record, bool within_message = false) {
  ReadState read = is_protected(phase) ? reading(phase) : ReadState(phase);
  auto opened = read.open(record, within_message);
  if (opened) opened->content = {};  // the record ends here
  return opened;
}

Octets keyed(ContentType type, Bytes content) {
  RecordSealer sealer = sealer_for(suite);
  return sealed(sealer, type, content);
}

}  // namespace

TEST_CASE("both halves of an established connection's record layer fit 1,400 bytes", "[memory]") {
  STATIC_REQUIRE(sizeof(ReadState) + sizeof(WriteState) <= 1'400);
  STATIC_REQUIRE(!std::is_copy_constructible_v<ReadState>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<ReadState>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<ReadState>);
}

TEST_CASE("without keys a record is its content", "[rfc9846-5.1]") {
  ReadState read(InboundPhase::client_hello);
  Octets record = plain(handshake, content_of(40));
  const auto opened = read.open(record, false);
  REQUIRE(opened);
  CHECK(opened->type == handshake);
  CHECK(same(opened->content, content_of(40)));
  CHECK(opened->content.data() == record.data() + header_size);
}

TEST_CASE("a record comes whole and alone", "[rfc9846-5.1]") {
  ReadState read(InboundPhase::unprotected);
  Octets record = plain(handshake, content_of(3));
  for (std::size_t size = 0; size < record.size(); ++size) {
    CHECK(read.open(MutableBytes(record).first(size), false) == fail(Error::truncated));
  }
  record.push_back(0);
  CHECK(read.open(record, false) == fail(Error::trailing_data));
}

TEST_CASE("change_cipher_spec is dropped between the ClientHello and the peer's Finished",
          "[rfc9846-5][rfc9846-5-26785e][rfc9846-5-3a1ab8]") {
  const Octets record = plain(change_cipher_spec, Octets{1});
  using enum InboundPhase;
  CHECK(open_new(client_hello, record) == fail(Error::bad_change_cipher_spec));
  for (const InboundPhase phase : {unprotected, early_data, client_flight, server_flight}) {
    const auto opened = open_new(phase, record);
    REQUIRE(opened);
    CHECK(opened->type == change_cipher_spec);
  }
  CHECK(open_new(application, record) == fail(Error::bad_change_cipher_spec));
}

TEST_CASE("a dropped change_cipher_spec does not count as a record of the key", "[rfc9846-5.3]") {
  ReadState read = reading(InboundPhase::server_flight);
  Octets dropped = plain(change_cipher_spec, Octets{1});
  Octets record = keyed(handshake, content_of(8));
  CHECK(read.open(dropped, false));
  CHECK(read.sequence() == 0);
  CHECK(read.open(record, false));
  CHECK(read.sequence() == 1);
}

TEST_CASE("any other change_cipher_spec is refused", "[rfc9846-5]") {
  const Octets content = GENERATE(Octets{}, Octets{0}, Octets{2}, Octets{0xff}, Octets{1, 1});
  const Octets record = plain(change_cipher_spec, content);
  using enum InboundPhase;
  for (const auto phase :
       {client_hello, unprotected, early_data, client_flight, server_flight, application}) {
    CHECK(open_new(phase, record) == fail(Error::bad_change_cipher_spec));
    if (is_protected(phase)) {
      CHECK(open_new(phase, keyed(handshake, Octets{1})).has_value());
    }
  }
}

TEST_CASE("protected change_cipher_spec is refused", "[rfc9846-5]") {
  using enum InboundPhase;
  for (const auto phase : {early_data, client_flight, server_flight, application}) {
    CHECK(open_new(phase, sealed_inner(suite, Octets{1, 20})) ==
          fail(Error::bad_change_cipher_spec));
  }
}

TEST_CASE("application data before keys, and plaintext handshake after them, are unexpected",
          "[rfc9846-5][rfc9846-5.1]") {
  using enum InboundPhase;
  for (const auto phase : {client_hello, unprotected}) {
    CHECK(open_new(phase, plain(application_data, content_of(20))) ==
          fail(Error::unexpected_record));
  }
  for (const auto phase : {early_data, client_flight, server_flight, application}) {
    CHECK(open_new(phase, plain(handshake, content_of(20))) == fail(Error::unexpected_record));
  }
  for (const auto phase : {client_flight, server_flight}) {
    CHECK(open_new(phase, keyed(application_data, content_of(20))) ==
          fail(Error::unexpected_record));
    CHECK(open_new(phase, keyed(application_data, {})) == fail(Error::unexpected_record));
  }
}

TEST_CASE("a client that has no keys yet may send its alert without them", "[rfc9846-7.3]") {
  ReadState read = reading(InboundPhase::client_flight);
  const Octets refusal = plain(alert, Octets{2, 47});
  Octets record = refusal;
  CHECK(read.open(record, false)->type == alert);
  record = keyed(handshake, content_of(5));
  CHECK(read.open(record, false));
  record = refusal;
  CHECK(read.open(record, false) == fail(Error::unexpected_record));
  CHECK(open_new(InboundPhase::server_flight, refusal) == fail(Error::unexpected_record));
  CHECK(open_new(InboundPhase::application, refusal) == fail(Error::unexpected_record));
}

TEST_CASE("the first byte decides whether this is TLS, later ones whether it is a record",
          "[rfc9846-5]") {
  ReadState read(InboundPhase::unprotected);
  const Octets text{'H', 'T', 'T', 'P', '/', '1'};
  CHECK(read.needed(text, false) == fail(Error::not_tls));
  Octets record = plain(handshake, content_of(5));
  CHECK(read.open(record, false));
  CHECK(read.needed(text, false) == fail(Error::unknown_content_type));
}

TEST_CASE("a header that breaks a rule is refused before its record is whole",
          "[rfc9846-5][rfc9846-5.1]") {
  const ReadState read(InboundPhase::unprotected);
  CHECK(read.needed(encode({change_cipher_spec, 2}), false) == fail(Error::bad_change_cipher_spec));
  CHECK(read.needed(encode({alert, 3}), false) == fail(Error::bad_alert));
  CHECK(read.needed(encode({handshake, 0}), false) == fail(Error::empty_record));
  CHECK(read.needed(encode({handshake, 16'385}), false) == fail(Error::record_too_long));
  CHECK(read.needed(encode({application_data, 30}), false) == fail(Error::unexpected_record));
  CHECK(read.needed(encode({alert, 2}), true) == fail(Error::interleaved_record));
  CHECK(gives(read.needed(encode({alert, 2}), false), 2));
  CHECK(gives(read.needed({}, false), 5));
}

TEST_CASE("every length bound holds for whole records", "[rfc9846-5.1][rfc9846-5.2]") {
  using enum InboundPhase;
  CHECK(open_new(unprotected, plain(handshake, content_of(16'384))));
  CHECK(open_new(unprotected, plain(handshake, content_of(16'385))) ==
        fail(Error::record_too_long));
  // 2^14+256 bytes are tried, and not authentic; one more is refused by its length.
  CHECK(open_new(application, plain(application_data, content_of(16'384 + 256))) ==
        fail(Error::bad_record_mac));
  CHECK(open_new(application, plain(application_data, content_of(16'384 + 257))) ==
        fail(Error::record_too_long));
  Octets inner = content_of(16'386);
  inner.back() = 23;
  CHECK(open_new(application, sealed_inner(suite, inner)) == fail(Error::record_too_long));
  inner.resize(16'385);
  inner.back() = 23;
  CHECK(open_new(application, sealed_inner(suite, inner)));
}

TEST_CASE("our record_size_limit bounds protected records alone", "[rfc8449-4]") {
  ReadState read(InboundPhase::unprotected);
  read.limit_records(64);
  Octets hello = plain(handshake, content_of(1'000));
  CHECK(read.open(hello, false));
  REQUIRE(read.protect(InboundPhase::application, suite, secret_for(suite)));
  RecordSealer sealer = sealer_for(suite);
  Octets fits = sealed(sealer, application_data, content_of(60), 3);
  CHECK(read.open(fits, false));
  Octets over = sealed(sealer, application_data, content_of(60), 4);
  CHECK(read.open(over, false) == fail(Error::record_too_long));
}

TEST_CASE("AC-149 our record_size_limit holds from the handshake keys on, not for early data",
          "[AC-149][rfc8449-4]") {
  for (const InboundPhase phase : {InboundPhase::early_data, InboundPhase::client_flight,
                                   InboundPhase::server_flight, InboundPhase::application}) {
    ReadState read = reading(phase);
    read.limit_records(64);
    const bool is_early = phase == InboundPhase::early_data;
    const bool is_data = is_early || phase == InboundPhase::application;
    Octets over = keyed(is_data ? application_data : handshake, content_of(64));
    CHECK(read.open(over, false).has_value() == is_early);
  }
  ReadState read = reading(InboundPhase::early_data);
  read.limit_records(64);
  REQUIRE(read.protect(InboundPhase::client_flight, suite, secret_for(suite)));
  Octets over = keyed(handshake, content_of(64));
  CHECK(read.open(over, false) == fail(Error::record_too_long));
}

TEST_CASE("keys change with protect() and update()", "[rfc9846-7.2][rfc9846-7.3]") {
  ReadState read = reading(InboundPhase::server_flight);
  RecordSealer first = sealer_for(suite);
  Octets record = sealed(first, handshake, content_of(4));
  CHECK(read.open(record, false));
  CHECK(read.sequence() == 1);
  REQUIRE(read.protect(InboundPhase::application, suite, secret_for(suite, 9)));
  CHECK(read.sequence() == 0);
  CHECK(read.phase() == InboundPhase::application);
  RecordSealer second = RecordSealer::create(suite, secret_for(suite, 9)).value();
  record = sealed(second, application_data, content_of(4));
  CHECK(read.open(record, false));
  REQUIRE(second.update());
  REQUIRE(read.update());
  record = sealed(second, application_data, content_of(4));
  CHECK(read.open(record, false));
}

TEST_CASE("what fails in protect() changes nothing", "[rfc9846-7.3]") {
  ReadState read = reading(InboundPhase::server_flight);
  CHECK(read.protect(InboundPhase::application, CipherSuite{0x1304}, secret_for(suite)) ==
        fail(Error::unoffered_cipher_suite));
  CHECK(read.protect(InboundPhase::unprotected, suite, secret_for(suite)) ==
        fail(Error::wrong_call));
  CHECK(read.phase() == InboundPhase::server_flight);
  Octets record = keyed(handshake, content_of(4));
  CHECK(read.open(record, false));
}

TEST_CASE("client_hello_seen() leaves only the first phase", "[rfc9846-5]") {
  ReadState read(InboundPhase::client_hello);
  read.client_hello_seen();
  CHECK(read.phase() == InboundPhase::unprotected);
  REQUIRE(read.protect(InboundPhase::client_flight, suite, secret_for(suite)));
  read.client_hello_seen();
  CHECK(read.phase() == InboundPhase::client_flight);
}

TEST_CASE("without keys there is no update, and after forget() no record",
          "[rfc9846-6][rfc9846-6-3be505]") {
  ReadState read(InboundPhase::unprotected);
  CHECK(read.update() == fail(Error::wrong_call));
  ReadState other = reading(InboundPhase::application);
  other.forget();
  CHECK(!other.is_protected());
  Octets record = keyed(application_data, content_of(4));
  CHECK(other.open(record, false) == fail(Error::closed));
  CHECK(other.update() == fail(Error::wrong_call));
}
