// Authenticated encryption over BoringSSL. RFC 9846, section 5.2.
#include "crypto/aead.h"

#include <openssl/aead.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "crypto/marks.h"
#include "crypto/secret.h"

// BoringSSL's declarations do not say what allocates: tests/allocation counts.
#if defined(__clang__) && __clang_major__ >= 20
#pragma clang diagnostic ignored "-Wfunction-effects"
#endif

namespace nacre::crypto {
namespace {

using Context = std::array<std::uint8_t, 576>;

// AES-GCM and ChaCha20-Poly1305 keep nothing but key material and function pointers in an
// EVP_AEAD_CTX, and own no memory: it may be moved byte by byte, and wiping is all its cleanup.
static_assert(sizeof(EVP_AEAD_CTX) <= sizeof(Context) && alignof(EVP_AEAD_CTX) <= 8);
static_assert(std::is_trivially_copyable_v<EVP_AEAD_CTX>);

// The header names no type of BoringSSL, so the context lives in bytes, as large and as aligned as
// the assertions above hold them.
#pragma clang unsafe_buffer_usage begin
EVP_AEAD_CTX* aead_context(Context& bytes) {
  return reinterpret_cast<EVP_AEAD_CTX*>(bytes.data());
}
const EVP_AEAD_CTX* aead_context(const Context& bytes) {
  return reinterpret_cast<const EVP_AEAD_CTX*>(bytes.data());
}
#pragma clang unsafe_buffer_usage end

const EVP_AEAD* implementation(AeadAlgorithm algorithm) {
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm:
      return EVP_aead_aes_128_gcm();
    case AeadAlgorithm::aes_256_gcm:
      return EVP_aead_aes_256_gcm();
    case AeadAlgorithm::chacha20_poly1305:
      return EVP_aead_chacha20_poly1305();
  }
  return nullptr;
}

// From this length on, bytes that are not in their place are encrypted from where they are: one
// run of bytes more costs AES-GCM some 15 ns, or 60 in the middle of a block, as much as a copy of
// so many. BoringSSL's combined ChaCha20-Poly1305 takes two runs at most, and encrypts the second
// one by itself.
constexpr std::size_t shortest_run(AeadAlgorithm algorithm, std::size_t offset) {
  if (algorithm == AeadAlgorithm::chacha20_poly1305) return 12'288;
  return offset % 16 == 0 ? 256 : 2'048;
}
constexpr std::size_t most_runs(AeadAlgorithm algorithm) {
  return algorithm == AeadAlgorithm::chacha20_poly1305 ? 2 : 8;
}

}  // namespace

Result<Aead> Aead::create(AeadAlgorithm algorithm, Bytes key) noexcept NACRE_NONALLOCATING {
  const EVP_AEAD* const method = implementation(algorithm);
  ENSURE(method != nullptr && key.size() == EVP_AEAD_key_length(method), Error::crypto_failure);
  Aead aead;
  ENSURE(EVP_AEAD_CTX_init(aead_context(aead.context_), method, key.data(), key.size(),
                           aead_tag_size, nullptr) == 1,
         Error::crypto_failure);
  aead.ready_ = true;
  aead.algorithm_ = algorithm;
  return aead;
}

Aead::Aead(Aead&& other) noexcept NACRE_NONALLOCATING : context_(other.context_),
                                                        ready_(other.ready_),
                                                        algorithm_(other.algorithm_) {
  other.clear();
}

Aead& Aead::operator=(Aead&& other) noexcept NACRE_NONALLOCATING {
  if (this != &other) {
    context_ = other.context_;
    ready_ = other.ready_;
    algorithm_ = other.algorithm_;
    other.clear();
  }
  return *this;
}

Aead::~Aead() NACRE_NONALLOCATING {
  clear();
}

void Aead::clear() noexcept NACRE_NONALLOCATING {
  wipe(context_);
  ready_ = false;
}

Result<void> Aead::seal(MutableBytes ciphertext, MutableBytes tail, Bytes nonce, Bytes plaintext,
                        Bytes trailer, Bytes additional_data) const noexcept NACRE_NONALLOCATING {
  ENSURE(ready_ && nonce.size() == aead_nonce_size, Error::crypto_failure);
  ENSURE(ciphertext.size() == plaintext.size(), Error::crypto_failure);
  ENSURE(tail.size() == trailer.size() + aead_tag_size, Error::crypto_failure);
  std::size_t tail_size = 0;
  ENSURE(EVP_AEAD_CTX_seal_scatter(
             aead_context(context_), ciphertext.data(), tail.data(), &tail_size, tail.size(),
             nonce.data(), nonce.size(), plaintext.data(), plaintext.size(), trailer.data(),
             trailer.size(), additional_data.data(), additional_data.size()) == 1,
         Error::crypto_failure);
  mark_public(ciphertext);
  mark_public(tail);
  return {};
}

Result<MutableBytes> Aead::open(MutableBytes sealed, Bytes nonce,
                                Bytes additional_data) const noexcept NACRE_NONALLOCATING {
  ENSURE(ready_ && nonce.size() == aead_nonce_size, Error::bad_record_mac);
  std::size_t size = 0;
  ENSURE(EVP_AEAD_CTX_open(aead_context(context_), sealed.data(), &size, sealed.size(),
                           nonce.data(), nonce.size(), sealed.data(), sealed.size(),
                           additional_data.data(), additional_data.size()) == 1,
         Error::bad_record_mac);
  // What the peer wrote is parsed, and its padding looked through: neither is for constant time.
  mark_public(sealed.first(size));
  return sealed.first(size);
}

Result<void> Aead::seal_record(std::span<const Bytes> pieces, std::size_t length,
                               MutableBytes record, std::size_t header_size,
                               const Nonce& nonce) const noexcept NACRE_NONALLOCATING {
  ENSURE(ready_ && record.size() >= header_size + length + aead_tag_size, Error::crypto_failure);
  const MutableBytes tag = record.last(aead_tag_size);
  std::array<CRYPTO_IOVEC, 8> runs;
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
    if (size >= shortest_run(algorithm_, done) &&
        count + 3 <= most_runs(algorithm_) + (standing == 0)) {
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
  ENSURE(ready_ && record.size() >= header_size + aead_tag_size, Error::bad_record_mac);
  const MutableBytes inner = record.first(record.size() - aead_tag_size).subspan(header_size);
  const CRYPTO_IOVEC run{inner.data(), inner.data(), inner.size()};
  const CRYPTO_IVEC header{record.data(), header_size};
  ENSURE(EVP_AEAD_CTX_openv_detached(aead_context(context_), &run, 1, nonce.data(), nonce.size(),
                                     record.last(aead_tag_size).data(), aead_tag_size, &header,
                                     1) == 1,
         Error::bad_record_mac);
  mark_public(inner);  // as in open()
  return {};
}

}  // namespace nacre::crypto
