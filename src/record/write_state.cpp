// The sending half of the record layer. RFC 9846, section 5.
#include "record/write_state.h"

#include <algorithm>
#include <utility>

namespace nacre::record {
namespace {

// The smallest record_size_limit, RFC 8449, section 4.
constexpr std::uint16_t min_record_size_limit = 64;

// `total` - `part`, or 0.
constexpr std::size_t rest(std::size_t total, std::size_t part) noexcept {
  return total - std::min(total, part);
}

}  // namespace

std::size_t WriteState::max_content() const noexcept NACRE_NONALLOCATING {
  return sealer_ ? inner_limit_ - std::size_t{1} : max_content_size;
}

std::size_t WriteState::expansion() const noexcept NACRE_NONALLOCATING {
  return sealer_ ? protected_expansion : header_size;
}

std::size_t WriteState::content_room(std::size_t outgoing_size) const noexcept NACRE_NONALLOCATING {
  return std::min(max_content(), rest(outgoing_size, expansion()));
}

std::size_t WriteState::padding_room(std::size_t content_length,
                                     std::size_t outgoing_size) const noexcept NACRE_NONALLOCATING {
  return sealer_ ? rest(content_room(outgoing_size), content_length) : 0;
}

Result<void> WriteState::check(std::size_t content_length,
                               std::size_t padding) const noexcept NACRE_NONALLOCATING {
  ENSURE(!forgotten_, Error::closed);
  ENSURE(content_length <= max_content(), Error::wrong_call);
  ENSURE(padding <= max_content() - content_length, Error::wrong_call);
  return {};
}

Result<std::size_t> WriteState::seal(ContentType type, Bytes content, std::size_t padding,
                                     MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
  TRY(check(content.size(), padding));
  if (sealer_) return sealer_->seal(type, content, padding, outgoing);
  return write_plaintext(type, content, padding, outgoing);
}

Result<std::size_t> WriteState::seal_in_place(ContentType type, std::size_t content_length,
                                              std::size_t padding,
                                              MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
  TRY(check(content_length, padding));
  if (sealer_) return sealer_->seal_in_place(type, content_length, padding, outgoing);
  ENSURE(outgoing.size() >= header_size + content_length, Error::buffer_too_small);
  return write_plaintext(type, outgoing.subspan(header_size, content_length), padding, outgoing);
}

Result<std::size_t> WriteState::write_plaintext(
    ContentType type, Bytes content, std::size_t padding,
    MutableBytes outgoing) const noexcept NACRE_NONALLOCATING {
  ENSURE(type == ContentType::handshake || type == ContentType::alert, Error::wrong_call);
  ENSURE(!content.empty() && padding == 0, Error::wrong_call);
  ENSURE(outgoing.size() >= header_size + content.size(), Error::buffer_too_small);
  const auto version = initial_client_hello_ ? ProtocolVersion::tls_1_0 : ProtocolVersion::tls_1_2;
  std::ranges::copy(content, outgoing.subspan(header_size).begin());
  std::ranges::copy(encode({type, static_cast<std::uint16_t>(content.size())}, version),
                    outgoing.begin());
  return header_size + content.size();
}

Result<void> WriteState::protect(CipherSuite suite, crypto::HashSecret secret,
                                 UsageLimits limits) noexcept NACRE_NONALLOCATING {
  TRY(sealer_, RecordSealer::create(suite, std::move(secret), limits));
  return {};
}

void WriteState::unprotect() noexcept NACRE_NONALLOCATING {
  sealer_.reset();
}

Result<void> WriteState::update() noexcept NACRE_NONALLOCATING {
  ENSURE(sealer_.has_value(), Error::wrong_call);
  return sealer_->update();
}

void WriteState::limit_records(std::uint16_t record_size_limit) noexcept NACRE_NONALLOCATING {
  inner_limit_ = std::clamp(record_size_limit, min_record_size_limit,
                            static_cast<std::uint16_t>(max_inner_size));
}

void WriteState::forget() noexcept NACRE_NONALLOCATING {
  sealer_.reset();
  forgotten_ = true;
}

}  // namespace nacre::record
