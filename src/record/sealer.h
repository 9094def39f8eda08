// Protects records. RFC 9846, sections 5.2 to 5.5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "record/framing.h"
#include "record/traffic_keys.h"

namespace nacre::record {

// What a protected record needs besides its content: header, content type, tag.
inline constexpr std::size_t protected_expansion = header_size + 1 + crypto::aead_tag_size;

// The last records that a key may protect are kept for what must still be sent then: KeyUpdate, or
// alerts.
inline constexpr std::uint64_t reserved_records = 3;

// At most this many key updates, section 4.7.3.
// fault: AC-083c
inline constexpr std::uint64_t max_key_updates = (std::uint64_t{1} << 48) - 1;

// How long keys may be used. Larger values than those of section 5.5 change nothing.
struct UsageLimits {
  std::uint64_t update_after = UINT64_MAX;  // records after which must_update() is true
  std::uint64_t records = UINT64_MAX;       // records that one key may protect
  std::uint64_t key_updates = max_key_updates;
};

// Content in pieces: the first `length` bytes of them.
struct Pieces {
  std::span<const Bytes> pieces;
  std::size_t length = 0;
};

// One direction's sending keys. Move-only; allocates nothing.
class RecordSealer {
 public:
  static Result<RecordSealer> create(CipherSuite suite, crypto::HashSecret secret,
                                     UsageLimits limits = {}) noexcept NACRE_NONALLOCATING;

  // Writes a record to the front of `outgoing` and returns its size. `content` is apart from
  // `outgoing`, or exactly where seal_in_place() wants it. Errors: buffer_too_small; aead_limit;
  // wrong_call when content, type and padding together exceed max_inner_size, or when handshake or
  // alert content is empty.
  Result<std::size_t> seal(ContentType type, Bytes content, std::size_t padding,
                           MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
    return seal_pieces(type, {std::span(&content, 1), content.size()}, padding, outgoing);
  }
  // The same for content that stands in `outgoing` already, behind header_size bytes.
  Result<std::size_t> seal_in_place(ContentType type, std::size_t content_length,
                                    std::size_t padding,
                                    MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
    return seal_pieces(type, {{}, content_length}, padding, outgoing);
  }
  // The same for content in pieces; without any, content that stands in `outgoing` already.
  Result<std::size_t> seal_pieces(ContentType type, const Pieces& content, std::size_t padding,
                                  MutableBytes outgoing) noexcept NACRE_NONALLOCATING;

  // Whether the keys have to change before more application data: seal() refuses it with aead_limit
  // once the reserve is reached, and everything once that is used up.
  bool must_update() const noexcept { return sequence_ >= update_after_; }
  // How often update() may still be called.
  std::uint64_t updates_left() const noexcept { return updates_left_; }
  // Changes to the next generation of keys. Errors: aead_limit, crypto_failure.
  Result<void> update() noexcept NACRE_NONALLOCATING;

  // Records protected with this key.
  std::uint64_t sequence() const noexcept { return sequence_; }
  CipherSuite suite() const noexcept { return keys_.suite(); }
  // Leaves out sequence numbers, to come near their end. Never goes back.
  void skip(std::uint64_t records) noexcept NACRE_NONALLOCATING;

 private:
  RecordSealer(TrafficKeys keys, UsageLimits limits) noexcept NACRE_NONALLOCATING;
  Result<void> check(ContentType type, std::size_t content_length, std::size_t padding,
                     MutableBytes outgoing) const noexcept NACRE_NONALLOCATING;

  TrafficKeys keys_;
  std::uint64_t sequence_ = 0;
  std::uint64_t update_after_;
  std::uint64_t record_limit_;
  std::uint64_t updates_left_;
};

}  // namespace nacre::record
