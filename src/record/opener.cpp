// Opens protected records. RFC 9846, sections 5.2 to 5.4.
#include "record/opener.h"

#include <algorithm>
#include <utility>

namespace nacre::record {
namespace {

// Finds content and type before the padding, section 5.4.
Result<Content> strip(Bytes inner) noexcept {
  std::size_t end = inner.size();
  while (end > 0 && inner[end - 1] == 0) --end;
  // fault: AC-031a
  ENSURE(end > 0, Error::no_content_type);
  const auto type = static_cast<ContentType>(inner[end - 1]);
  ENSURE(is_known(type), Error::unknown_content_type);
  return Content{type, false, static_cast<std::uint16_t>(end - 1)};
}

}  // namespace

Result<RecordOpener> RecordOpener::create(CipherSuite suite,
                                          crypto::HashSecret secret) noexcept NACRE_NONALLOCATING {
  TRY(TrafficKeys keys, TrafficKeys::derive(suite, std::move(secret)));
  return RecordOpener(std::move(keys));
}

RecordOpener::RecordOpener(TrafficKeys keys) noexcept NACRE_NONALLOCATING : keys_(std::move(keys)) {
}

Result<Content> RecordOpener::open_content(MutableBytes record,
                                           std::size_t inner_limit) noexcept NACRE_NONALLOCATING {
  ENSURE(record.size() >= header_size, Error::truncated);
  // The number that would follow the last one wraps: the last one is not used.
  // fault: AC-040c
  ENSURE(sequence_ != UINT64_MAX, Error::aead_limit);
  // fault: AC-037
  TRY(keys_.aead().open_record(record, header_size, keys_.nonce(sequence_)));
  ++sequence_;
  const Bytes inner = record.first(record.size() - crypto::aead_tag_size).subspan(header_size);
  // fault: AC-030c
  ENSURE(inner.size() <= std::min(inner_limit, max_inner_size), Error::record_too_long);
  return strip(inner);
}

Result<void> RecordOpener::update() noexcept NACRE_NONALLOCATING {
  TRY(keys_.update());
  sequence_ = 0;
  return {};
}

void RecordOpener::skip(std::uint64_t records) noexcept NACRE_NONALLOCATING {
  sequence_ += std::min(records, UINT64_MAX - sequence_);
}

}  // namespace nacre::record
