// Where a record begins and ends. RFC 9846, sections 5.1 and 5.2.
#include "record/framing.h"

#include <algorithm>

namespace nacre::record {
namespace {

// The limit for protected records is that of their outer type.
constexpr std::size_t max_length(ContentType type) noexcept {
  // fault: AC-030a
  return type == ContentType::application_data ? max_ciphertext_size : max_content_size;
}

Result<ContentType> read_type(std::uint8_t byte, Position position) noexcept {
  const auto type = static_cast<ContentType>(byte);
  if (is_known(type)) return type;
  return fail(position == Position::first ? Error::not_tls : Error::unknown_content_type);
}

}  // namespace

Result<RecordHeader> read_header(Bytes incoming, Position position) noexcept NACRE_NONALLOCATING {
  ENSURE(incoming.size() >= header_size, Error::truncated);
  TRY(const ContentType type, read_type(incoming[0], position));
  // fault: AC-039
  const auto length = static_cast<std::uint16_t>(incoming[3] << 8 | incoming[4]);
  // fault: AC-030b AC-035a
  ENSURE(length <= max_length(type), Error::record_too_long);
  return RecordHeader{type, length};
}

Result<std::size_t> needed(Bytes incoming, Position position) noexcept NACRE_NONALLOCATING {
  if (incoming.empty()) return header_size;
  TRY(read_type(incoming[0], position));
  if (incoming.size() < header_size) return header_size - incoming.size();
  TRY(const RecordHeader header, read_header(incoming, position));
  return header.record_size() - std::min(header.record_size(), incoming.size());
}

std::array<std::uint8_t, header_size> encode(
    RecordHeader header, ProtocolVersion legacy_version) noexcept NACRE_NONALLOCATING {
  const auto version = static_cast<std::uint16_t>(legacy_version);
  return {static_cast<std::uint8_t>(header.type), static_cast<std::uint8_t>(version >> 8),
          static_cast<std::uint8_t>(version & 0xff), static_cast<std::uint8_t>(header.length >> 8),
          static_cast<std::uint8_t>(header.length & 0xff)};
}

Result<std::size_t> write_change_cipher_spec(MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
  ENSURE(outgoing.size() >= change_cipher_spec_size, Error::buffer_too_small);
  std::ranges::copy(encode({ContentType::change_cipher_spec, 1}), outgoing.begin());
  outgoing[header_size] = 1;
  return change_cipher_spec_size;
}

}  // namespace nacre::record
