// Authenticated encryption of records. RFC 9846, section 5.2. Nothing here allocates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/cipher_suite.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

inline constexpr std::size_t aead_nonce_size = 12;
inline constexpr std::size_t aead_tag_size = 16;

using Nonce = std::array<std::uint8_t, aead_nonce_size>;

// One key. Move-only; wiped by its destructor. A moved-from Aead fails every call.
class Aead {
 public:
  // `key` has the size of the algorithm. Errors: crypto_failure.
  static Result<Aead> create(AeadAlgorithm algorithm, Bytes key) noexcept NACRE_NONALLOCATING;

  Aead(Aead&& other) noexcept NACRE_NONALLOCATING;
  Aead& operator=(Aead&& other) noexcept NACRE_NONALLOCATING;
  Aead(const Aead&) = delete;
  Aead& operator=(const Aead&) = delete;
  ~Aead() NACRE_NONALLOCATING;

  // Encrypts `plaintext` into `ciphertext`, of the same size and either the same place or apart
  // from it, and `trailer` (a content type and padding) with the tag behind it into `tail`, of
  // trailer.size() + aead_tag_size bytes. Errors: crypto_failure.
  Result<void> seal(MutableBytes ciphertext, MutableBytes tail, Bytes nonce, Bytes plaintext,
                    Bytes trailer, Bytes additional_data) const noexcept NACRE_NONALLOCATING;

  // Decrypts where it stands, and returns the plaintext, aead_tag_size bytes shorter. On failure
  // the buffer's content is undefined. Errors: bad_record_mac.
  Result<MutableBytes> open(MutableBytes sealed, Bytes nonce,
                            Bytes additional_data) const noexcept NACRE_NONALLOCATING;

  // The same for a record, which is a header that is authenticated, ciphertext and tag. Sealing
  // puts the first `length` bytes of `pieces` behind the header: they stand apart from `record`, or
  // exactly there already. What follows them is encrypted where it stands.
  Result<void> seal_record(std::span<const Bytes> pieces, std::size_t length, MutableBytes record,
                           std::size_t header_size,
                           const Nonce& nonce) const noexcept NACRE_NONALLOCATING;
  Result<void> open_record(MutableBytes record, std::size_t header_size,
                           const Nonce& nonce) const noexcept NACRE_NONALLOCATING;

 private:
  Aead() = default;
  void clear() noexcept NACRE_NONALLOCATING;

  bool is_ready() const noexcept NACRE_NONALLOCATING;

  // The library's own context, which the source file knows. It does not refer to itself. All zero:
  // there is no key.
  alignas(8) std::array<std::uint8_t, 584> context_{};
};

}  // namespace nacre::crypto
