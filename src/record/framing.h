// Where a record begins and ends. RFC 9846, sections 5.1 and 5.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"

namespace nacre::record {

inline constexpr std::size_t header_size = 5;
inline constexpr std::size_t max_content_size = 16'384;
// A TLSInnerPlaintext: content, its type, padding. Section 5.4.
inline constexpr std::size_t max_inner_size = max_content_size + 1;
inline constexpr std::size_t max_ciphertext_size = max_content_size + 256;

// Whether section 5.1 names this content type.
constexpr bool is_known(ContentType type) noexcept {
  // fault: AC-038.1
  return type >= ContentType::change_cipher_spec && type <= ContentType::application_data;
}

// legacy_record_version is not here: it is ignored for all purposes.
struct RecordHeader {
  ContentType type{};
  std::uint16_t length = 0;

  constexpr std::size_t record_size() const noexcept { return header_size + length; }
};

// Where in the stream a record stands: bytes that no TLS record begins with are not_tls at its
// beginning, unknown_content_type later.
enum class Position : std::uint8_t { first, later };

// How many more bytes the record at the front of `incoming` needs, at least; 0: it is whole. Judges
// what is there already. Errors: not_tls, unknown_content_type, record_too_long.
Result<std::size_t> needed(Bytes incoming, Position position) noexcept NACRE_NONALLOCATING;

// Reads the header at the front of `incoming`. Errors: truncated, and those of needed().
Result<RecordHeader> read_header(Bytes incoming,
                                 Position position = Position::later) noexcept NACRE_NONALLOCATING;

// A header as it travels.
std::array<std::uint8_t, header_size> encode(
    RecordHeader header,
    ProtocolVersion legacy_version = ProtocolVersion::tls_1_2) noexcept NACRE_NONALLOCATING;

inline constexpr std::size_t change_cipher_spec_size = header_size + 1;

// Writes the record of middlebox compatibility mode (appendix E.4), which is never protected, and
// returns its size. Errors: buffer_too_small.
Result<std::size_t> write_change_cipher_spec(MutableBytes outgoing) noexcept NACRE_NONALLOCATING;

}  // namespace nacre::record
