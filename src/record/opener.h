// Opens protected records. RFC 9846, sections 5.2 to 5.4.
#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "record/framing.h"
#include "record/traffic_keys.h"

namespace nacre::record {

// What a record held. `content` is where it was in the record.
struct Opened {
  ContentType type{};
  MutableBytes content;
  bool is_skipped = false;  // early data that was rejected: nothing is known of it
};

// The same, as small as it gets: it goes from function to function in registers.
struct Content {
  ContentType type{};
  bool is_skipped = false;
  std::uint16_t length = 0;

  MutableBytes in(MutableBytes record) const noexcept {
    return record.subspan(header_size, length);
  }
  Opened opened(MutableBytes record) const noexcept { return {type, in(record), is_skipped}; }
};

// One direction's receiving keys. Move-only; allocates nothing.
class RecordOpener {
 public:
  static Result<RecordOpener> create(CipherSuite suite,
                                     crypto::HashSecret secret) noexcept NACRE_NONALLOCATING;

  // Decrypts one whole record, header included, where it stands, and takes off the padding. No
  // TLSInnerPlaintext may be longer than `inner_limit`. On failure the content is undefined.
  // Errors: bad_record_mac, record_too_long, no_content_type, unknown_content_type, aead_limit when
  // the sequence numbers are used up.
  Result<Content> open_content(MutableBytes record,
                               std::size_t inner_limit) noexcept NACRE_NONALLOCATING;
  Result<Opened> open(MutableBytes record NACRE_LIFETIMEBOUND,
                      std::size_t inner_limit = max_inner_size) noexcept NACRE_NONALLOCATING {
    TRY(const Content content, open_content(record, inner_limit));
    return content.opened(record);
  }

  // Changes to the next generation of keys. How often is for the sender to limit.
  Result<void> update() noexcept NACRE_NONALLOCATING;

  // Records opened with this key.
  std::uint64_t sequence() const noexcept { return sequence_; }
  CipherSuite suite() const noexcept { return keys_.suite(); }
  // Leaves out sequence numbers, to come near their end. Never goes back.
  void skip(std::uint64_t records) noexcept NACRE_NONALLOCATING;

 private:
  explicit RecordOpener(TrafficKeys keys) noexcept NACRE_NONALLOCATING;

  TrafficKeys keys_;
  std::uint64_t sequence_ = 0;
};

}  // namespace nacre::record
