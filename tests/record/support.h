// What the tests of the record layer share.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/cipher_suite.h"
#include "crypto/secret.h"
#include "record/opener.h"
#include "record/sealer.h"

namespace nacre::record {

using Octets = std::vector<std::uint8_t>;

inline constexpr std::array suites = {CipherSuite::tls_aes_128_gcm_sha256,
                                      CipherSuite::tls_aes_256_gcm_sha384,
                                      CipherSuite::tls_chacha20_poly1305_sha256};

// A traffic secret of the suite's length, different for each seed.
inline crypto::HashSecret secret_for(CipherSuite suite, std::uint8_t seed = 1) {
  crypto::HashSecret secret;
  std::uint8_t value = seed;
  for (std::uint8_t& byte : secret.resize(crypto::hash_size(crypto::properties(suite)->hash))) {
    byte = value;
    value = static_cast<std::uint8_t>((value * 5u + 1u) & 0xffu);
  }
  return secret;
}

inline RecordSealer sealer_for(CipherSuite suite, UsageLimits limits = {}) {
  return std::move(RecordSealer::create(suite, secret_for(suite), limits)).value();
}

inline RecordOpener opener_for(CipherSuite suite) {
  return std::move(RecordOpener::create(suite, secret_for(suite))).value();
}

// Bytes that differ from each other and are not zero.
inline Octets content_of(std::size_t size) {
  Octets content(size);
  std::size_t next = 0;
  for (std::uint8_t& byte : content) byte = static_cast<std::uint8_t>(1 + next++ % 251);
  return content;
}

inline constexpr std::size_t whole_record = header_size + max_ciphertext_size;

// A record in a buffer of its own.
inline Octets sealed(RecordSealer& sealer, ContentType type, Bytes content,
                     std::size_t padding = 0) {
  Octets record(protected_expansion + content.size() + padding);
  record.resize(sealer.seal(type, content, padding, record).value());
  return record;
}

// Protects any TLSInnerPlaintext, a well-formed one or not, as the record number `sequence`.
inline Octets sealed_inner(CipherSuite suite, Bytes inner, std::uint64_t sequence = 0) {
  const TrafficKeys keys = std::move(TrafficKeys::derive(suite, secret_for(suite))).value();
  const std::size_t length = inner.size() + crypto::aead_tag_size;
  Octets record(header_size + length);
  std::ranges::copy(encode({ContentType::application_data, static_cast<std::uint16_t>(length)}),
                    record.begin());
  const MutableBytes body = MutableBytes(record).subspan(header_size);
  keys.aead()
      .seal(body.first(inner.size()), body.last(crypto::aead_tag_size), keys.nonce(sequence), inner,
            {}, Bytes(record).first(header_size))
      .value();
  return record;
}

template <class T>
bool gives(const Result<T>& result, const std::type_identity_t<T>& value) {
  return result && *result == value;
}

inline bool same(Bytes a, Bytes b) {
  return std::ranges::equal(a, b);
}

}  // namespace nacre::record
