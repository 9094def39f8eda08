// The receiving half of the record layer: every record that comes in passes here, with or without
// keys. RFC 9846, section 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "record/framing.h"
#include "record/opener.h"
#include "record/rules.h"

namespace nacre::record {

// The record at the front of what came in, opened; or what it still needs.
struct Arrival {
  std::uint16_t size = 0;    // 0: it is not whole
  std::uint16_t needed = 0;  // then, at least so many bytes more
  Content content;
};

// Move-only; allocates nothing.
class ReadState {
 public:
  // A server begins with client_hello (or, stateless, with unprotected), a client with unprotected.
  explicit ReadState(InboundPhase phase) noexcept : phase_(phase) {}

  // How many more bytes the record at the front of `incoming` needs, at least; 0: it is whole. A
  // record whose header breaks a rule is refused before it is whole. `within_message`: a handshake
  // message has begun and is not whole. Errors: those of needed() and check_header();
  // too_much_skipped_early_data.
  Result<std::size_t> needed(Bytes incoming,
                             bool within_message) const noexcept NACRE_NONALLOCATING;

  // Opens one whole record, header included, where it stands. An Opened of change_cipher_spec is to
  // be dropped. Alert content is two bytes, handshake content at least one. Errors: those of
  // needed(), RecordOpener::open() and rules.h; too_much_skipped_early_data; truncated when the
  // record is not whole, trailing_data when there is more; closed after forget().
  Result<Opened> open(MutableBytes record NACRE_LIFETIMEBOUND,
                      bool within_message) noexcept NACRE_NONALLOCATING;
  // Both at once, for whatever stands behind the record at the front of `incoming`.
  Result<Arrival> next(MutableBytes incoming, bool within_message) noexcept NACRE_NONALLOCATING;

  // Reads with new keys from the next record on. The caller has made sure that no handshake bytes
  // are left over (message_across_key_change). Errors: unoffered_cipher_suite, crypto_failure,
  // wrong_call for a phase without keys.
  Result<void> protect(InboundPhase phase, CipherSuite suite,
                       crypto::HashSecret secret) noexcept NACRE_NONALLOCATING;
  // The first ClientHello has come.
  void client_hello_seen() noexcept {
    if (phase_ == InboundPhase::client_hello) phase_ = InboundPhase::unprotected;
  }
  // Passes over records of application data, `limit` bytes of them at most, until the client's next
  // handshake record: one without protection, or one that our keys open. Section 4.3.10. A record
  // counts for the length of a tag at least.
  void skip_early_data(std::uint32_t limit) noexcept {
    skippable_ = limit;
    skips_ = true;
  }
  // The peer's KeyUpdate, section 4.7.3. Errors: wrong_call without keys, crypto_failure.
  Result<void> update() noexcept NACRE_NONALLOCATING;
  // What we advertised as record_size_limit, once that is negotiated. Holds for protected records,
  // but not for early data, whose sender does not know it (RFC 8449, section 4).
  void limit_records(std::uint16_t record_size_limit) noexcept NACRE_NONALLOCATING;
  // Wipes the keys: nothing can be opened any more.
  void forget() noexcept NACRE_NONALLOCATING;

  InboundPhase phase() const noexcept { return phase_; }
  bool is_protected() const noexcept { return opener_.has_value(); }
  // Records opened with the present key.
  std::uint64_t sequence() const noexcept { return opener_ ? opener_->sequence() : 0; }

 private:
  Position position() const noexcept { return begun_ ? Position::later : Position::first; }
  InboundState state(bool within_message) const noexcept {
    return {phase_, within_message, peer_has_keys_, skips_};
  }
  Result<RecordHeader> judge_header(Bytes incoming,
                                    bool within_message) const noexcept NACRE_NONALLOCATING;
  Result<Content> open_whole(RecordHeader header, MutableBytes record,
                             bool within_message) noexcept NACRE_NONALLOCATING;
  Result<Content> skip(std::size_t length) noexcept NACRE_NONALLOCATING;

  std::optional<RecordOpener> opener_;
  std::uint16_t inner_limit_ = max_inner_size;
  InboundPhase phase_;
  std::uint32_t skippable_ = 0;
  bool skips_ = false;
  bool begun_ = false;
  bool peer_has_keys_ = false;
  bool forgotten_ = false;
};

}  // namespace nacre::record
