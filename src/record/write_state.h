// The sending half of the record layer: every record that goes out is written here, with or without
// keys; change_cipher_spec alone is not (framing.h). RFC 9846, section 5.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "record/framing.h"
#include "record/sealer.h"

namespace nacre::record {

// Move-only; allocates nothing.
class WriteState {
 public:
  // Writes a record to the front of `outgoing` and returns its size. Content apart from `outgoing`,
  // or standing behind its first header_size bytes. Unprotected records have no padding. Errors:
  // buffer_too_small; aead_limit; closed after forget(); wrong_call for what may not be sent:
  // application data without keys, empty handshake or alert content, more than max_content().
  Result<std::size_t> seal(ContentType type, Bytes content, std::size_t padding,
                           MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
    return seal_pieces(type, {std::span(&content, 1), content.size()}, padding, outgoing);
  }
  Result<std::size_t> seal_in_place(ContentType type, std::size_t content_length,
                                    std::size_t padding,
                                    MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
    return seal_pieces(type, {{}, content_length}, padding, outgoing);
  }
  // Without pieces, the content stands in `outgoing` already.
  Result<std::size_t> seal_pieces(ContentType type, const Pieces& content, std::size_t padding,
                                  MutableBytes outgoing) noexcept NACRE_NONALLOCATING;

  // The most content that one record carries.
  std::size_t max_content() const noexcept {
    return sealer_ ? inner_limit_ - std::size_t{1} : max_content_size;
  }
  // What a record needs besides content and padding.
  std::size_t expansion() const noexcept { return sealer_ ? protected_expansion : header_size; }
  // The most content that one record carries in `outgoing_size` bytes.
  std::size_t content_room(std::size_t outgoing_size) const noexcept {
    return std::min(max_content(), outgoing_size - std::min(outgoing_size, expansion()));
  }
  // The padding that can be added to so much content in `outgoing_size` bytes.
  std::size_t padding_room(std::size_t content_length, std::size_t outgoing_size) const noexcept {
    const std::size_t room = content_room(outgoing_size);
    return sealer_ ? room - std::min(room, content_length) : 0;
  }

  // Writes with new keys from the next record on. Errors: unoffered_cipher_suite, crypto_failure.
  Result<void> protect(CipherSuite suite, crypto::HashSecret secret,
                       UsageLimits limits = {}) noexcept NACRE_NONALLOCATING;
  // Writes without protection again: a second ClientHello after early data (section 4.3.10).
  void unprotect() noexcept NACRE_NONALLOCATING;
  // Our KeyUpdate was written: the next record has the next keys. Errors: aead_limit when there
  // were max_key_updates; wrong_call without keys; crypto_failure.
  Result<void> update() noexcept NACRE_NONALLOCATING;
  // Whether the keys have to change before more application data.
  bool must_update() const noexcept { return sealer_ && sealer_->must_update(); }
  // Whether update() is not yet at its limit.
  bool may_update() const noexcept { return sealer_ && sealer_->updates_left() > 0; }
  // The record_size_limit that the peer sent, at least 64; values above the protocol's own change
  // nothing. Holds for protected records.
  void limit_records(std::uint16_t record_size_limit) noexcept NACRE_NONALLOCATING;
  // An initial ClientHello goes out as version 0x0301, all else as 0x0303 (section 5.1).
  void initial_client_hello(bool initial) noexcept { initial_client_hello_ = initial; }
  // Wipes the keys: nothing can be sealed any more.
  void forget() noexcept NACRE_NONALLOCATING;

  bool is_protected() const noexcept { return sealer_.has_value(); }
  // Records written with the present key.
  std::uint64_t sequence() const noexcept { return sealer_ ? sealer_->sequence() : 0; }

 private:
  Result<void> check(std::size_t content_length,
                     std::size_t padding) const noexcept NACRE_NONALLOCATING;
  Result<std::size_t> write_plaintext(ContentType type, const Pieces& content, std::size_t padding,
                                      MutableBytes outgoing) const noexcept NACRE_NONALLOCATING;

  std::optional<RecordSealer> sealer_;
  std::uint16_t inner_limit_ = max_inner_size;
  bool initial_client_hello_ = false;
  bool forgotten_ = false;
};

}  // namespace nacre::record
