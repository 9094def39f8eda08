// Records over AWS-LC's AEADs, which take their input in one piece. RFC 9846, section 5.2.
#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/aead.h"

namespace nacre::crypto {
namespace {

// A piece of this length is encrypted from where it is, with as much behind it as fits a buffer.
constexpr std::size_t shortest_run = 256;
constexpr std::size_t longest_rest = 64;

}  // namespace

Result<void> Aead::seal_record(std::span<const Bytes> pieces, std::size_t length,
                               MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(record.size() >= header_size + length + aead_tag_size, Error::crypto_failure);
  const Bytes header = record.first(header_size);
  const MutableBytes body = record.subspan(header_size);
  const MutableBytes rest = body.first(body.size() - aead_tag_size).subspan(length);
  if (pieces.size() == 1 && length >= shortest_run && rest.size() <= longest_rest) {
    ENSURE(pieces.front().size() >= length, Error::crypto_failure);
    // The rest becomes ciphertext where it stands.
    std::array<std::uint8_t, longest_rest> room{};
    std::ranges::copy(rest, room.begin());
    return seal(body.first(length), body.subspan(length), nonce, pieces.front().first(length),
                Bytes(room).first(rest.size()), header);
  }
  const MutableBytes inner = body.first(body.size() - aead_tag_size);
  std::size_t copied = 0;
  for (const Bytes& piece : pieces) {
    const std::size_t size = std::min(piece.size(), length - copied);
    if (size > 0) std::memmove(inner.subspan(copied).data(), piece.data(), size);
    copied += size;
  }
  ENSURE(copied == length, Error::crypto_failure);
  return seal(inner, body.last(aead_tag_size), nonce, inner, {}, header);
}

Result<void> Aead::open_record(MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(record.size() >= header_size, Error::bad_record_mac);
  TRY(open(record.subspan(header_size), nonce, record.first(header_size)));
  return {};
}

}  // namespace nacre::crypto
