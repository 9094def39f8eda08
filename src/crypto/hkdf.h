// HKDF (RFC 5869) and HMAC, as TLS uses them. RFC 9846, section 7.1. Nothing here allocates.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

// HKDF-Extract(salt, ikm).
Result<HashSecret> hkdf_extract(HashAlgorithm algorithm, Bytes salt,
                                Bytes input_key_material) noexcept NACRE_NONALLOCATING;

// HKDF-Expand(prk, info, out.size()).
Result<void> hkdf_expand(HashAlgorithm algorithm, Bytes pseudorandom_key, Bytes info,
                         MutableBytes out) noexcept NACRE_NONALLOCATING;

// A secret that several others are expanded from: its HMAC key is hashed once. Wiped when it goes.
class HkdfKey {
 public:
  HkdfKey(HashAlgorithm algorithm, Bytes secret) noexcept NACRE_NONALLOCATING;
  HkdfKey(const HkdfKey&) = delete;
  HkdfKey& operator=(const HkdfKey&) = delete;
  ~HkdfKey() NACRE_NONALLOCATING;

  // HKDF-Expand-Label, as below, of at most the hash's length.
  Result<void> expand_label(std::string_view label, Bytes context,
                            MutableBytes out) noexcept NACRE_NONALLOCATING;
  Result<HashSecret> expand_label(std::string_view label,
                                  Bytes context) noexcept NACRE_NONALLOCATING;

 private:
  HashAlgorithm algorithm_;
  bool ready_ = false;
  // The library's own context, which the source file knows: made by the constructor.
  alignas(8) std::array<std::uint8_t, 1'224> context_;
};

// HKDF-Expand-Label(secret, label, context, out.size()); `label` without its "tls13 ". Errors:
// length_out_of_range when label (249 bytes), context (255) or out are too long.
Result<void> hkdf_expand_label(HashAlgorithm algorithm, Bytes secret, std::string_view label,
                               Bytes context, MutableBytes out) noexcept NACRE_NONALLOCATING;
// The same, as a secret of the hash's length.
Result<HashSecret> hkdf_expand_label(HashAlgorithm algorithm, Bytes secret, std::string_view label,
                                     Bytes context) noexcept NACRE_NONALLOCATING;

Result<Digest> hmac(HashAlgorithm algorithm, Bytes key, Bytes data) noexcept NACRE_NONALLOCATING;

}  // namespace nacre::crypto
