// The receiving half of the record layer. RFC 9846, section 5.
#include "record/read_state.h"

#include <algorithm>
#include <utility>

namespace nacre::record {

namespace {

// What a record that is passed over counts for. One without room for a tag is no early data, but is
// passed over like it (section 4.3.10): it counts as the shortest, so that empty ones have an end.
constexpr std::size_t charge(std::size_t length) {
  // fault: AC-201
  return std::max(length, crypto::aead_tag_size);
}

}  // namespace

Result<RecordHeader> ReadState::judge_header(Bytes incoming, bool within_message) const noexcept
    NACRE_NONALLOCATING {
  TRY(const RecordHeader header, read_header(incoming, position()));
  TRY(check_header(state(within_message), header));
  const bool is_skipped = header.type == ContentType::application_data && !opener_ && skips_;
  if (is_skipped) ENSURE(charge(header.length) <= skippable_, Error::too_much_skipped_early_data);
  return header;
}

Result<std::size_t> ReadState::needed(Bytes incoming,
                                      bool within_message) const noexcept NACRE_NONALLOCATING {
  if (incoming.size() < header_size) return record::needed(incoming, position());
  TRY(const RecordHeader header, judge_header(incoming, within_message));
  return header.record_size() - std::min(header.record_size(), incoming.size());
}

Result<Opened> ReadState::open(MutableBytes record,
                               bool within_message) noexcept NACRE_NONALLOCATING {
  ENSURE(!forgotten_, Error::closed);
  TRY(const RecordHeader header, judge_header(record, within_message));
  ENSURE(record.size() >= header.record_size(), Error::truncated);
  ENSURE(record.size() == header.record_size(), Error::trailing_data);
  TRY(const Content content, open_whole(header, record, within_message));
  return content.opened(record);
}

Result<Arrival> ReadState::next(MutableBytes incoming,
                                bool within_message) noexcept NACRE_NONALLOCATING {
  if (incoming.size() < header_size) {
    TRY(const std::size_t missing, record::needed(incoming, position()));
    return Arrival{0, static_cast<std::uint16_t>(missing), {}};
  }
  TRY(const RecordHeader header, judge_header(incoming, within_message));
  const auto size = static_cast<std::uint16_t>(header.record_size());
  if (incoming.size() < size) {
    return Arrival{0, static_cast<std::uint16_t>(size - incoming.size()), {}};
  }
  ENSURE(!forgotten_, Error::closed);
  TRY(const Content content, open_whole(header, incoming.first(size), within_message));
  return Arrival{size, 0, content};
}

// A whole record, whose header was judged.
Result<Content> ReadState::open_whole(RecordHeader header, MutableBytes record,
                                      bool within_message) noexcept NACRE_NONALLOCATING {
  begun_ = true;
  if (header.type != ContentType::application_data) {
    TRY(check_plaintext(header.type, record.subspan(header_size)));
    // fault: AC-080e
    if (header.type == ContentType::handshake) skips_ = false;
    return Content{header.type, false, header.length};
  }
  if (!opener_ && skips_) return skip(header.length);
  ENSURE(opener_.has_value(), Error::unexpected_record);
  // RFC 8449, section 4: a client cannot know our limit before EncryptedExtensions.
  // fault: AC-149
  const bool is_early = phase_ == InboundPhase::early_data;
  // fault: AC-036a
  const std::size_t inner_limit = is_early ? max_inner_size : inner_limit_;
  const Result<Content> content = opener_->open_content(record, inner_limit);
  if (skips_ && content == fail(Error::bad_record_mac)) return skip(header.length);
  if (!content) return content;
  skips_ = false;
  peer_has_keys_ = true;
  TRY(check_decrypted(state(within_message), content->type, content->in(record)));
  return content;
}

Result<Content> ReadState::skip(std::size_t length) noexcept NACRE_NONALLOCATING {
  ENSURE(charge(length) <= skippable_, Error::too_much_skipped_early_data);
  // fault: AC-078c
  skippable_ -= static_cast<std::uint32_t>(charge(length));
  return Content{ContentType::application_data, true, 0};
}

Result<void> ReadState::protect(InboundPhase phase, CipherSuite suite,
                                crypto::HashSecret secret) noexcept NACRE_NONALLOCATING {
  ENSURE(record::is_protected(phase), Error::wrong_call);
  TRY(opener_, RecordOpener::create(suite, std::move(secret)));
  phase_ = phase;
  // fault: AC-078d
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
