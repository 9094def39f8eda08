// The receiving half of the record layer. RFC 9846, section 5.
#include "record/read_state.h"

#include <algorithm>
#include <utility>

namespace nacre::record {

Result<std::size_t> ReadState::needed(Bytes incoming,
                                      bool within_message) const noexcept NACRE_NONALLOCATING {
  TRY(const std::size_t missing, record::needed(incoming, position()));
  if (incoming.size() < header_size) return missing;
  TRY(const RecordHeader header, read_header(incoming, position()));
  TRY(check_header(state(within_message), header));
  return missing;
}

Result<Opened> ReadState::open(MutableBytes record,
                               bool within_message) noexcept NACRE_NONALLOCATING {
  ENSURE(!forgotten_, Error::closed);
  TRY(const RecordHeader header, read_header(record, position()));
  TRY(check_header(state(within_message), header));
  ENSURE(record.size() >= header.record_size(), Error::truncated);
  ENSURE(record.size() == header.record_size(), Error::trailing_data);
  begun_ = true;
  if (header.type != ContentType::application_data) {
    const Opened opened{header.type, record.subspan(header_size)};
    TRY(check_plaintext(opened.type, opened.content));
    if (opened.type == ContentType::handshake) skips_ = false;
    return opened;
  }
  if (!opener_ && skips_) return skip(header.length);
  ENSURE(opener_.has_value(), Error::unexpected_record);
  const Result<Opened> opened = opener_->open(record, inner_limit_);
  if (skips_ && opened == fail(Error::bad_record_mac)) return skip(header.length);
  if (!opened) return opened;
  skips_ = false;
  peer_has_keys_ = true;
  TRY(check_decrypted(state(within_message), opened->type, opened->content));
  return opened;
}

Result<Opened> ReadState::skip(std::size_t length) noexcept NACRE_NONALLOCATING {
  ENSURE(length <= skippable_, Error::too_much_skipped_early_data);
  skippable_ -= static_cast<std::uint32_t>(length);
  return Opened{ContentType::application_data, {}, true};
}

Result<void> ReadState::protect(InboundPhase phase, CipherSuite suite,
                                crypto::HashSecret secret) noexcept NACRE_NONALLOCATING {
  ENSURE(record::is_protected(phase), Error::wrong_call);
  TRY(opener_, RecordOpener::create(suite, std::move(secret)));
  phase_ = phase;
  if (phase != InboundPhase::client_flight) skips_ = false;
  return {};
}

Result<void> ReadState::update() noexcept NACRE_NONALLOCATING {
  ENSURE(opener_.has_value(), Error::wrong_call);
  return opener_->update();
}

void ReadState::limit_records(std::uint16_t record_size_limit) noexcept NACRE_NONALLOCATING {
  inner_limit_ = std::min(record_size_limit, static_cast<std::uint16_t>(max_inner_size));
}

void ReadState::forget() noexcept NACRE_NONALLOCATING {
  opener_.reset();
  forgotten_ = true;
}

}  // namespace nacre::record
