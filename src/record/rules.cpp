// Which records may come when. RFC 9846, sections 5, 5.1 and 5.4.
#include "record/rules.h"

#include "record/alert.h"

namespace nacre::record {
namespace {

// After the first ClientHello and before the peer's Finished.
constexpr bool may_see_change_cipher_spec(InboundPhase phase) noexcept {
  // fault: AC-029c
  return phase != InboundPhase::client_hello && phase != InboundPhase::application;
}

// A client that fails at ServerHello has no keys to protect its alert with, section 7.3.
constexpr bool may_see_plaintext_alert(const InboundState& state) noexcept {
  return !is_protected(state.phase) ||
         (state.phase == InboundPhase::client_flight && !state.peer_has_keys);
}

constexpr bool may_see_application_data(InboundPhase phase) noexcept {
  return phase == InboundPhase::early_data || phase == InboundPhase::application;
}

Result<void> check_alert_length(std::size_t length) noexcept {
  // fault: AC-031c
  ENSURE(length != 0, Error::empty_record);
  // fault: AC-089c.1
  ENSURE(length == alert_size, Error::bad_alert);
  return {};
}

}  // namespace

Result<void> check_header(const InboundState& state,
                          RecordHeader header) noexcept NACRE_NONALLOCATING {
  switch (header.type) {
    case ContentType::change_cipher_spec:
      ENSURE(may_see_change_cipher_spec(state.phase), Error::bad_change_cipher_spec);
      ENSURE(!state.within_message, Error::interleaved_record);
      // fault: AC-029b.1
      ENSURE(header.length == 1, Error::bad_change_cipher_spec);
      return {};
    case ContentType::alert:
      ENSURE(may_see_plaintext_alert(state), Error::unexpected_record);
      ENSURE(!state.within_message, Error::interleaved_record);
      return check_alert_length(header.length);
    case ContentType::handshake:
      ENSURE(!is_protected(state.phase), Error::unexpected_record);
      // fault: AC-035b
      ENSURE(header.length != 0, Error::empty_record);
      return {};
    case ContentType::application_data:
      ENSURE(is_protected(state.phase) || state.skips_early_data, Error::unexpected_record);
      ENSURE(is_protected(state.phase) || !state.within_message, Error::interleaved_record);
      return {};
    default:
      // fault: AC-038.2
      return fail(Error::unknown_content_type);
  }
}

Result<void> check_plaintext(ContentType type, Bytes content) noexcept NACRE_NONALLOCATING {
  if (type != ContentType::change_cipher_spec) return {};
  // fault: AC-029a AC-029b.2
  ENSURE(content.size() == 1 && content[0] == 1, Error::bad_change_cipher_spec);
  return {};
}

Result<void> check_decrypted(const InboundState& state, ContentType type,
                             Bytes content) noexcept NACRE_NONALLOCATING {
  switch (type) {
    case ContentType::change_cipher_spec:
      // fault: AC-029d
      return fail(Error::bad_change_cipher_spec);
    case ContentType::alert:
      // fault: AC-089d
      ENSURE(!state.within_message, Error::interleaved_record);
      return check_alert_length(content.size());
    case ContentType::handshake:
      // fault: AC-031b
      ENSURE(!content.empty(), Error::empty_record);
      return {};
    case ContentType::application_data:
      // fault: AC-002.1
      ENSURE(may_see_application_data(state.phase), Error::unexpected_record);
      // fault: AC-027b
      ENSURE(!state.within_message, Error::interleaved_record);
      return {};
    default:
      // fault: AC-038.3
      return fail(Error::unknown_content_type);
  }
}

}  // namespace nacre::record
