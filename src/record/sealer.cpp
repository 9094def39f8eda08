// Protects records. RFC 9846, sections 5.2 to 5.5.
#include "record/sealer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/cipher_suite.h"

namespace nacre::record {
namespace {

// Up to this much padding is encrypted from a buffer of its own, so that the content need not be
// copied first.
constexpr std::size_t max_short_padding = 63;

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

// The header of a record with so many bytes of TLSInnerPlaintext.
std::array<std::uint8_t, header_size> protected_header(std::size_t inner_length) noexcept {
  const auto length = static_cast<std::uint16_t>(inner_length + crypto::aead_tag_size);
  return encode({ContentType::application_data, length});
}

constexpr std::uint64_t without_reserve(std::uint64_t records) noexcept {
  return records - std::min(records, reserved_records);
}

}  // namespace

Result<RecordSealer> RecordSealer::create(CipherSuite suite, crypto::HashSecret secret,
                                          UsageLimits limits) noexcept NACRE_NONALLOCATING {
  TRY(const crypto::CipherSuiteProperties row, crypto::properties(suite));
  limits.records = std::min(limits.records, row.confidentiality_limit);
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
  ENSURE(sequence_ < (may_use_reserve ? record_limit_ : without_reserve(record_limit_)),
         Error::aead_limit);
  return {};
}

Result<std::size_t> RecordSealer::seal(ContentType type, Bytes content, std::size_t padding,
                                       MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
  TRY(check(type, content.size(), padding, outgoing));
  if (padding > max_short_padding) {
    std::ranges::copy(content, outgoing.subspan(header_size).begin());
    return seal_in_place(type, content.size(), padding, outgoing);
  }
  const auto header = protected_header(content.size() + 1 + padding);
  std::ranges::copy(header, outgoing.begin());
  const MutableBytes body = outgoing.subspan(header_size);
  std::array<std::uint8_t, 1 + max_short_padding> trailer{static_cast<std::uint8_t>(type)};
  const std::size_t tail_size = 1 + padding + crypto::aead_tag_size;
  const Nonce nonce = keys_.nonce(sequence_++);
  TRY(keys_.aead().seal(body.first(content.size()), body.subspan(content.size(), tail_size), nonce,
                        content, Bytes(trailer).first(1 + padding), header));
  return header_size + content.size() + tail_size;
}

Result<std::size_t> RecordSealer::seal_in_place(ContentType type, std::size_t content_length,
                                                std::size_t padding, MutableBytes outgoing) noexcept
    NACRE_NONALLOCATING {
  TRY(check(type, content_length, padding, outgoing));
  const auto header = protected_header(content_length + 1 + padding);
  std::ranges::copy(header, outgoing.begin());
  const MutableBytes inner = outgoing.subspan(header_size, content_length + 1 + padding);
  inner[content_length] = static_cast<std::uint8_t>(type);
  std::ranges::fill(inner.last(padding), std::uint8_t{0});
  const MutableBytes tag = outgoing.subspan(header_size + inner.size(), crypto::aead_tag_size);
  const Nonce nonce = keys_.nonce(sequence_++);
  TRY(keys_.aead().seal(inner, tag, nonce, inner, {}, header));
  return header_size + inner.size() + tag.size();
}

bool RecordSealer::must_update() const noexcept NACRE_NONALLOCATING {
  return sequence_ >= update_after_;
}

Result<void> RecordSealer::update() noexcept NACRE_NONALLOCATING {
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
