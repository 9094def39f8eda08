// Which records may come when. RFC 9846, sections 5, 5.1 and 5.4.
#pragma once

#include <cstdint>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "record/framing.h"

namespace nacre::record {

// How far the peer's side of the handshake has come.
enum class InboundPhase : std::uint8_t {
  client_hello,   // a server that has seen no ClientHello; stateless ones begin with `unprotected`
  unprotected,    // a ClientHello was sent or received, and there are no keys to read with
  early_data,     // a server reads 0-RTT data
  client_flight,  // a server reads with handshake keys, up to the client's Finished
  server_flight,  // a client reads with handshake keys, up to the server's Finished
  application,    // the peer's Finished has come
};

// All that the rules depend on.
struct InboundState {
  InboundPhase phase = InboundPhase::client_hello;
  // A handshake message has begun and is not whole.
  bool within_message = false;
  // A record of this peer was opened with keys: it has no reason for plaintext alerts any more.
  bool peer_has_keys = false;
  // Early data was rejected, and may still come (section 4.3.10).
  bool skips_early_data = false;
};

// Whether records of this phase are opened with keys.
constexpr bool is_protected(InboundPhase phase) noexcept {
  return phase >= InboundPhase::early_data;
}

// What the header alone decides, as soon as it is there. Errors: bad_change_cipher_spec,
// unexpected_record, interleaved_record, empty_record, bad_alert.
Result<void> check_header(const InboundState& state,
                          RecordHeader header) noexcept NACRE_NONALLOCATING;

// Content that came without protection, in a record whose header was judged. Errors:
// bad_change_cipher_spec.
Result<void> check_plaintext(ContentType type, Bytes content) noexcept NACRE_NONALLOCATING;

// Content that was decrypted. Errors: bad_change_cipher_spec, unexpected_record,
// interleaved_record, empty_record, bad_alert.
Result<void> check_decrypted(const InboundState& state, ContentType type,
                             Bytes content) noexcept NACRE_NONALLOCATING;

}  // namespace nacre::record
