// Handshake messages on their way into records. RFC 9846, section 5.1.
#include "record/fragment.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "record/read_state.h"
#include "record/support.h"

using namespace nacre;
using namespace nacre::record;

namespace {

const CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256;

struct Received {
  Octets bytes;
  std::vector<std::size_t> inner_sizes;
};

// What a peer reads from whole records in a row.
Received receive(ReadState& read, MutableBytes records) {
  Received received;
  while (!records.empty()) {
    REQUIRE(gives(read.needed(records, false), 0));
    const std::size_t size = read_header(records)->record_size();
    const auto opened = read.open(records.first(size), false).value();
    REQUIRE(opened.type == ContentType::handshake);
    received.bytes.insert(received.bytes.end(), opened.content.begin(), opened.content.end());
    received.inner_sizes.push_back(size - header_size - crypto::aead_tag_size);
    records = records.subspan(size);
  }
  return received;
}

WriteState writing() {
  WriteState write;
  write.protect(suite, secret_for(suite)).value();
  return write;
}

ReadState reading() {
  ReadState read(InboundPhase::unprotected);
  read.protect(InboundPhase::server_flight, suite, secret_for(suite)).value();
  return read;
}

}  // namespace

TEST_CASE("messages of any length arrive whole through buffers of any size", "[rfc9846-5.1]") {
  const std::size_t length = GENERATE(1u, 63u, 64u, 5'000u, 16'384u, 16'385u, 40'000u);
  const std::size_t buffer = GENERATE(23u, 64u, 1'000u, 16'661u, 70'000u);
  if (length / buffer > 400) return;
  CAPTURE(length, buffer);
  WriteState write = writing();
  ReadState read = reading();
  const Octets messages = content_of(length);
  Octets received;
  Octets outgoing(buffer);
  for (std::size_t sent = 0; sent < length;) {
    const auto done = write_handshake(write, Bytes(messages).subspan(sent), {}, outgoing).value();
    REQUIRE(done.consumed > 0);
    REQUIRE(done.produced <= buffer);
    const Received got = receive(read, MutableBytes(outgoing).first(done.produced));
    REQUIRE(got.bytes.size() == done.consumed);
    received.insert(received.end(), got.bytes.begin(), got.bytes.end());
    sent += done.consumed;
  }
  CHECK(received == messages);
}

TEST_CASE("records are as few as the limits allow", "[rfc9846-5.1]") {
  WriteState write = writing();
  ReadState read = reading();
  Octets outgoing(70'000);
  const Octets messages = content_of(40'000);
  const auto done = write_handshake(write, messages, {}, outgoing).value();
  CHECK(done.consumed == 40'000);
  const Received got = receive(read, MutableBytes(outgoing).first(done.produced));
  CHECK(got.inner_sizes == std::vector<std::size_t>{16'385, 16'385, 7'233});
}

TEST_CASE("a short tail of the buffer is left unused once a record is written", "[rfc9846-5.1]") {
  WriteState write = writing();
  Octets outgoing(16'384 + 22 + 100);
  const auto done = write_handshake(write, content_of(40'000), {}, outgoing).value();
  CHECK(done.consumed == 16'384);
  CHECK(room_for_fragment(write, 40'000 - done.consumed) == 16'384 + 22);
  CHECK(room_for_fragment(write, 10) == 32);
}

TEST_CASE("fragments respect the peer's record_size_limit, padding included", "[rfc8449-4]") {
  const std::uint16_t limit = GENERATE(std::uint16_t{64}, std::uint16_t{100}, std::uint16_t{4'096});
  const std::size_t block = GENERATE(0u, 16u, 100u, 1'000u);
  CAPTURE(limit, block);
  WriteState write = writing();
  write.limit_records(limit);
  ReadState read = reading();
  read.limit_records(limit);
  Octets outgoing(70'000);
  const Octets messages = content_of(5'000);
  const auto done = write_handshake(write, messages, {.block = block}, outgoing).value();
  CHECK(done.consumed == messages.size());
  const Received got = receive(read, MutableBytes(outgoing).first(done.produced));
  CHECK(got.bytes == messages);
  for (const std::size_t inner : got.inner_sizes) CHECK(inner <= limit);
}

TEST_CASE("padding fills the last record to its block", "[rfc9846-5.4]") {
  WriteState write = writing();
  ReadState read = reading();
  Octets outgoing(1'000);
  const auto done = write_handshake(write, content_of(130), {.block = 256}, outgoing).value();
  CHECK(done.produced == protected_expansion + 256);
  CHECK(receive(read, MutableBytes(outgoing).first(done.produced)).bytes == content_of(130));
}

TEST_CASE("without room for one byte there is no record", "[rfc9846-5.1]") {
  WriteState write = writing();
  const Octets messages = content_of(10);
  for (std::size_t size = 0; size <= protected_expansion; ++size) {
    Octets outgoing(size);
    CHECK(write_handshake(write, messages, {}, outgoing) == fail(Error::buffer_too_small));
  }
  CHECK(write.sequence() == 0);
  Octets outgoing(protected_expansion + 1);
  CHECK(write_handshake(write, messages, {}, outgoing)->consumed == 1);
}

TEST_CASE("nothing to send makes no record", "[rfc9846-5.1]") {
  WriteState write = writing();
  Octets outgoing(100);
  CHECK(write_handshake(write, {}, {.block = 16}, outgoing)->produced == 0);
}

TEST_CASE("a ClientHello above 2^14 bytes is split without keys", "[rfc9846-5.1]") {
  WriteState write;
  write.initial_client_hello(true);
  Octets outgoing(70'000);
  const auto done = write_handshake(write, content_of(20'000), {.block = 64}, outgoing).value();
  CHECK(done.consumed == 20'000);
  CHECK(done.produced == 20'000 + 2 * header_size);
  CHECK(outgoing[2] == 1);
  CHECK(outgoing[16'384 + header_size + 2] == 1);
}
