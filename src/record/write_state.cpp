// The sending half of the record layer. RFC 9846, section 5.
#include "record/write_state.h"

#include <algorithm>
#include <utility>

namespace nacre::record {
namespace {

// The smallest record_size_limit, RFC 8449, section 4.
constexpr std::uint16_t min_record_size_limit = 64;

}  // namespace

Result<void> WriteState::check(std::size_t content_length,
                               std::size_t padding) const noexcept NACRE_NONALLOCATING {
  ENSURE(!forgotten_, Error::closed);
  ENSURE(content_length <= max_content(), Error::wrong_call);
  ENSURE(padding <= max_content() - content_length, Error::wrong_call);
  return {};
}

Result<std::size_t> WriteState::seal_pieces(ContentType type, const Pieces& content,
                                            std::size_t padding,
                                            MutableBytes outgoing) noexcept NACRE_NONALLOCATING {
  TRY(check(content.length, padding));
  if (sealer_) return sealer_->seal_pieces(type, content, padding, outgoing);
  return write_plaintext(type, content, padding, outgoing);
}

Result<std::size_t> WriteState::write_plaintext(
    ContentType type, const Pieces& content, std::size_t padding,
    MutableBytes outgoing) const noexcept NACRE_NONALLOCATING {
  ENSURE(type == ContentType::handshake || type == ContentType::alert, Error::wrong_call);
  ENSURE(content.length != 0 && padding == 0, Error::wrong_call);
  ENSURE(outgoing.size() >= header_size + content.length, Error::buffer_too_small);
  const bool is_first = initial_client_hello_ && type == ContentType::handshake;
  const auto version = is_first ? ProtocolVersion::tls_1_0 : ProtocolVersion::tls_1_2;
  MutableBytes room = outgoing.subspan(header_size, content.length);
  for (const Bytes& piece : content.pieces) {
    const std::size_t size = std::min(piece.size(), room.size());
    const Bytes taken = piece.first(size);
    std::copy(taken.begin(), taken.end(), room.begin());
    room = room.subspan(size);
  }
  std::ranges::copy(encode({type, static_cast<std::uint16_t>(content.length)}, version),
                    outgoing.begin());
  return header_size + content.length;
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
