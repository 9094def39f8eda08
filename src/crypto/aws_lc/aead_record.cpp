// Records over AWS-LC's AEADs, which take their input in one piece. RFC 9846, section 5.2.
#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/aead_impl.h"
#include "crypto/marks.h"

// AWS-LC's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {
namespace {

// A piece of this length is encrypted from where it is, with as much behind it as fits a buffer.
constexpr std::size_t shortest_run = 256;
constexpr std::size_t longest_rest = 64;

}  // namespace

Result<void> Aead::seal_record(std::span<const Bytes> pieces, std::size_t length,
                               MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(is_ready() && record.size() >= header_size + length + aead_tag_size,
         Error::crypto_failure);
  const Bytes header = record.first(header_size);
  const MutableBytes body = record.subspan(header_size);
  const MutableBytes inner = body.first(body.size() - aead_tag_size);
  const MutableBytes rest = inner.subspan(length);
  const bool is_apart = pieces.size() == 1 && length >= shortest_run && rest.size() <= longest_rest;
  std::size_t tail_size = 0;
  int done = 0;
  if (is_apart) {
    // The rest becomes ciphertext where it stands.
    std::array<std::uint8_t, longest_rest> room;
    std::ranges::copy(rest, room.begin());
    ENSURE(pieces.front().size() >= length, Error::crypto_failure);
    done = EVP_AEAD_CTX_seal_scatter(aead_context(context_), body.data(), rest.data(), &tail_size,
                                     rest.size() + aead_tag_size, nonce.data(), nonce.size(),
                                     pieces.front().data(), length, room.data(), rest.size(),
                                     header.data(), header.size());
  } else {
    std::size_t copied = 0;
    for (const Bytes& piece : pieces) {
      const std::size_t size = std::min(piece.size(), length - copied);
      if (size > 0) std::memmove(inner.subspan(copied).data(), piece.data(), size);
      copied += size;
    }
    ENSURE(copied == length, Error::crypto_failure);
    done = EVP_AEAD_CTX_seal_scatter(aead_context(context_), inner.data(),
                                     body.last(aead_tag_size).data(), &tail_size, aead_tag_size,
                                     nonce.data(), nonce.size(), inner.data(), inner.size(),
                                     nullptr, 0, header.data(), header.size());
  }
  ENSURE(done == 1, Error::crypto_failure);
  mark_public(record);
  return {};
}

Result<void> Aead::open_record(MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(is_ready() && record.size() >= header_size + aead_tag_size, Error::bad_record_mac);
  const MutableBytes body = record.subspan(header_size);
  std::size_t size = 0;
  ENSURE(EVP_AEAD_CTX_open(aead_context(context_), body.data(), &size, body.size(), nonce.data(),
                           nonce.size(), body.data(), body.size(), record.data(), header_size) == 1,
         Error::bad_record_mac);
  mark_public(body.first(size));
  return {};
}

}  // namespace nacre::crypto
