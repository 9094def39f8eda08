// Opens protected records. RFC 9846, sections 5.2 to 5.4.
#include "record/opener.h"

#include <algorithm>
#include <utility>

namespace nacre::record {
namespace {

// Takes padding and content type off, section 5.4.
Result<Opened> strip(MutableBytes inner) noexcept {
  std::size_t end = inner.size();
  while (end > 0 && inner[end - 1] == 0) --end;
  ENSURE(end > 0, Error::no_content_type);
  const auto type = static_cast<ContentType>(inner[end - 1]);
  ENSURE(is_known(type), Error::unknown_content_type);
  return Opened{type, inner.first(end - 1)};
}

}  // namespace

Result<RecordOpener> RecordOpener::create(CipherSuite suite,
                                          crypto::HashSecret secret) noexcept NACRE_NONALLOCATING {
  TRY(TrafficKeys keys, TrafficKeys::derive(suite, std::move(secret)));
  return RecordOpener(std::move(keys));
}

RecordOpener::RecordOpener(TrafficKeys keys) noexcept NACRE_NONALLOCATING : keys_(std::move(keys)) {
}

Result<Opened> RecordOpener::open(MutableBytes record,
                                  std::size_t inner_limit) noexcept NACRE_NONALLOCATING {
  ENSURE(record.size() >= header_size, Error::truncated);
  // The number that would follow the last one wraps: the last one is not used.
  ENSURE(sequence_ != UINT64_MAX, Error::aead_limit);
  const Bytes header = record.first(header_size);
  TRY(const MutableBytes inner,
      keys_.aead().open(record.subspan(header_size), keys_.nonce(sequence_), header));
  ++sequence_;
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
