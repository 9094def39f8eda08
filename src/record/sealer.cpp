// Protects records. RFC 9846, sections 5.2 to 5.5.
#include "record/sealer.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite.h"

namespace nacre::record {
namespace {

constexpr bool may_be_protected(ContentType type, std::size_t content_length) noexcept {
  switch (type) {
    case ContentType::application_data:
      return true;
    case ContentType::handshake:
    case ContentType::alert:
      return content_length > 0;
    default:
      return false;
  }
}

constexpr std::uint64_t without_reserve(std::uint64_t records) noexcept {
  return records - std::min(records, reserved_records);
}

}  // namespace

Result<RecordSealer> RecordSealer::create(CipherSuite suite, crypto::HashSecret secret,
                                          UsageLimits limits) noexcept NACRE_NONALLOCATING {
  TRY(const crypto::CipherSuiteProperties row, crypto::properties(suite));
  // fault: AC-041a
  limits.records = std::min(limits.records, row.confidentiality_limit);
  // fault: AC-083d
  limits.key_updates = std::min(limits.key_updates, max_key_updates);
  TRY(TrafficKeys keys, TrafficKeys::derive(suite, std::move(secret)));
  return RecordSealer(std::move(keys), limits);
}

RecordSealer::RecordSealer(TrafficKeys keys, UsageLimits limits) noexcept NACRE_NONALLOCATING
    : keys_(std::move(keys)),
      update_after_(std::min(limits.update_after, without_reserve(limits.records))),
      record_limit_(limits.records),
      updates_left_(limits.key_updates) {}

Result<void> RecordSealer::check(ContentType type, std::size_t content_length, std::size_t padding,
                                 MutableBytes outgoing) const noexcept NACRE_NONALLOCATING {
  ENSURE(may_be_protected(type, content_length), Error::wrong_call);
  ENSURE(content_length <= max_content_size, Error::wrong_call);
  ENSURE(padding <= max_content_size - content_length, Error::wrong_call);
  ENSURE(outgoing.size() >= protected_expansion + content_length + padding,
         Error::buffer_too_small);
  const bool may_use_reserve = type != ContentType::application_data;
  // fault: AC-040b
  ENSURE(sequence_ < (may_use_reserve ? record_limit_ : without_reserve(record_limit_)),
         Error::aead_limit);
  return {};
}

Result<std::size_t> RecordSealer::seal_pieces(ContentType type, const Pieces& content,
                                              std::size_t padding,
                                              MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
  TRY(check(type, content.length, padding, outgoing));
  const std::size_t inner_length = content.length + 1 + padding;
  const auto length = static_cast<std::uint16_t>(inner_length + crypto::aead_tag_size);
  const MutableBytes record = outgoing.first(header_size + length);
  std::ranges::copy(encode({ContentType::application_data, length}), record.begin());
  record[header_size + content.length] = static_cast<std::uint8_t>(type);
  std::ranges::fill(record.subspan(header_size + content.length + 1, padding), std::uint8_t{0});
  const std::size_t gathered = content.pieces.empty() ? 0 : content.length;
  // fault: AC-040a
  const Nonce nonce = keys_.nonce(sequence_++);
  TRY(keys_.aead().seal_record(content.pieces, gathered, record, header_size, nonce));
  return record.size();
}

Result<void> RecordSealer::update() noexcept NACRE_NONALLOCATING {
  // fault: AC-083b
  ENSURE(updates_left_ > 0, Error::aead_limit);
  TRY(keys_.update());
  sequence_ = 0;
  --updates_left_;
  return {};
}

void RecordSealer::skip(std::uint64_t records) noexcept NACRE_NONALLOCATING {
  sequence_ += std::min(records, UINT64_MAX - sequence_);
}

}  // namespace nacre::record
