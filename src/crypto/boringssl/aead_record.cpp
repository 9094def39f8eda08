// Records over BoringSSL's AEADs, which take their input in pieces. RFC 9846, section 5.2.
#include <algorithm>
#include <cstring>
#include <utility>

#include "crypto/aead_impl.h"
#include "crypto/marks.h"

// BoringSSL's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {
namespace {

// From this length on, bytes that are not in their place are encrypted from where they are: one
// run of bytes more costs AES-GCM some 15 ns, or 60 in the middle of a block, as much as a copy of
// so many. BoringSSL's combined ChaCha20-Poly1305 takes two runs at most, and encrypts the second
// one by itself.
constexpr std::size_t shortest_run(bool is_chacha, std::size_t offset) {
  if (is_chacha) return 12'288;
  return offset % 16 == 0 ? 256 : 2'048;
}
constexpr std::size_t most_runs(bool is_chacha) {
  return is_chacha ? 2 : 8;
}

}  // namespace

Result<void> Aead::seal_record(std::span<const Bytes> pieces, std::size_t length,
                               MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(is_ready() && record.size() >= header_size + length + aead_tag_size,
         Error::crypto_failure);
  const bool is_chacha = EVP_AEAD_CTX_aead(aead_context(context_)) == EVP_aead_chacha20_poly1305();
  const MutableBytes tag = record.last(aead_tag_size);
  std::array<CRYPTO_IOVEC, 8> runs{};
  std::size_t count = 0;
  std::uint8_t* place = record.data() + header_size;  // where the next run begins
  const auto add = [&](const std::uint8_t* bytes, std::size_t size) {
    if (size > 0) runs[count++] = {place, bytes, size};
    place += size;
  };
  std::size_t standing = 0;  // bytes that are in their place and in no run yet
  std::size_t done = 0;
  for (const Bytes& piece : pieces) {
    const std::size_t size = std::min(piece.size(), length - done);
    // There must be room for what stands in front, for this, and for what stands behind.
    if (size >= shortest_run(is_chacha, done) &&
        count + 3 <= most_runs(is_chacha) + (standing == 0)) {
      add(place, std::exchange(standing, 0));
      add(piece.data(), size);
    } else if (size > 0) {
      std::memmove(place + standing, piece.data(), size);
      standing += size;
    }
    done += size;
  }
  ENSURE(done == length, Error::crypto_failure);
  add(place, static_cast<std::size_t>(tag.data() - place));
  const CRYPTO_IVEC header{record.data(), header_size};
  std::size_t tag_size = 0;
  ENSURE(EVP_AEAD_CTX_sealv(aead_context(context_), runs.data(), count, tag.data(), &tag_size,
                            tag.size(), nonce.data(), nonce.size(), &header, 1) == 1,
         Error::crypto_failure);
  mark_public(record);
  return {};
}

Result<void> Aead::open_record(MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(is_ready() && record.size() >= header_size + aead_tag_size, Error::bad_record_mac);
  const MutableBytes inner = record.first(record.size() - aead_tag_size).subspan(header_size);
  const CRYPTO_IOVEC run{inner.data(), inner.data(), inner.size()};
  const CRYPTO_IVEC header{record.data(), header_size};
  // fault: AC-042.4
  ENSURE(EVP_AEAD_CTX_openv_detached(aead_context(context_), &run, 1, nonce.data(), nonce.size(),
                                     record.last(aead_tag_size).data(), aead_tag_size, &header,
                                     1) == 1,
         Error::bad_record_mac);
  mark_public(inner);  // as in open()
  return {};
}

}  // namespace nacre::crypto
