// EncodedClientHelloInner: what is decoded is a ClientHello no longer than it was made of, and what
// is encoded again decodes to the same. RFC 9849, section 5.1.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "handshake/encoded_client_hello.h"
#include "round_trip.h"

namespace nacre {
namespace {

using fuzz::require;

std::optional<std::vector<std::uint8_t>> decode(Bytes encoded, const ClientHello& outer,
                                                std::size_t limit) {
  std::vector<std::uint8_t> room(limit);
  wire::Writer writer(room);
  const auto done = write_decoded(writer, encoded, outer);
  require(done != fail(Error::buffer_too_small));
  if (!done) return std::nullopt;
  room.resize(writer.used());
  return room;
}

// Whether those that the outer one has follow one upon another.
bool is_contiguous(const ClientHello& inner) {
  int runs = 0;
  bool within = false;
  for (const Extension& extension : inner.extensions) {
    const bool is_shared = !is_inner_alone(extension.extension_type);
    runs += is_shared && !within ? 1 : 0;
    within = is_shared;
  }
  return runs <= 1;
}

// The inner ClientHello is its own outer one: it has all that may be referred to.
void encode_again(const std::vector<std::uint8_t>& message, std::size_t limit) {
  const Bytes body = Bytes(message).subspan(4);
  const auto inner = wire::read_all<ClientHello>(body);
  require(inner.has_value());
  std::vector<std::uint8_t> room(body.size() + 5);
  wire::Writer writer(room);
  if (!write_encoded(writer, *inner)) return;  // more extensions than can be referred to
  const auto again = decode(writer.written(), *inner, limit);
  require(again.has_value());
  if (is_contiguous(*inner)) require(*again == message);
}

// Two parts, each behind its length.
void decode_pair(Bytes input) {
  wire::Reader reader(input);
  const auto outer_part = reader.vector<2>();
  if (!outer_part) return;
  const auto outer = wire::read_all<ClientHello>(outer_part->rest());
  if (!outer) return;
  const std::size_t limit = input.size() + 64;
  if (const auto message = decode(reader.rest(), *outer, limit)) encode_again(*message, limit);
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nacre::decode_pair(nacre::fuzz::input_of(data, size));
  return 0;
}
