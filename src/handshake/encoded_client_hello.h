// EncodedClientHelloInner: what is encrypted of an inner ClientHello. RFC 9849, sections 5.1 and
// 6.1.3.
#pragma once

#include <cstddef>

#include "messages/client_hello.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/writer.h"

namespace nacre {

// Whether an extension is in the inner ClientHello alone, or differs in the outer one. All others
// are the same in both.
constexpr bool is_inner_alone(ExtensionType type) {
  using enum ExtensionType;
  return type == server_name || type == server_certificate_type ||
         type == client_certificate_type || type == encrypted_client_hello ||
         type == pre_shared_key;
}

// Writes `inner` without its session ID, and without the extensions that the outer one has: those
// follow one upon another. No longer than `inner`, and 5 bytes.
Result<void> write_encoded(wire::Writer& writer, const ClientHello& inner);

// How many zeros to add to `size` bytes, so that neither they nor the name tell them apart:
// `name_size` is that of server_name, or 0 where there is none.
std::size_t encoded_padding(std::size_t size, std::size_t name_size,
                            std::size_t maximum_name_length);

// Writes the inner ClientHello that `encoded` and `outer` make, as a handshake message. In one pass
// over both. Its size is less than that of both. Errors: those of reading; bad_ech_padding,
// bad_outer_extensions, bad_inner_client_hello; buffer_too_small.
Result<void> write_decoded(wire::Writer& writer, Bytes encoded, const ClientHello& outer);

}  // namespace nacre
