// The keys of one direction. RFC 9846, sections 5.3, 7.2 and 7.3.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "crypto/aead.h"
#include "crypto/cipher_suite.h"
#include "crypto/secret.h"
#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"

namespace nacre::record {

using crypto::Nonce;

// A [sender]_write_iv: wiped when it goes.
class WriteIv {
 public:
  WriteIv() = default;
  WriteIv(WriteIv&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
  WriteIv& operator=(WriteIv&& other) noexcept NACRE_NONALLOCATING;
  WriteIv(const WriteIv&) = delete;
  WriteIv& operator=(const WriteIv&) = delete;
  ~WriteIv() { wipe(); }

  // The nonce of the record with this sequence number, section 5.3. Written in the words in which
  // ciphers read it: a load of several stores waits for all of them.
  Nonce nonce(std::uint64_t sequence) const noexcept NACRE_NONALLOCATING {
    static_assert(std::endian::native == std::endian::little);
    const auto words = std::bit_cast<std::array<std::uint32_t, 3>>(bytes_);
    const std::uint64_t number = std::byteswap(sequence);
    const std::uint64_t front = words[0] | (words[1] ^ (number & 0xffff'ffffU)) << 32;
    const auto back = static_cast<std::uint32_t>(words[2] ^ number >> 32);
    Nonce nonce{};
    std::ranges::copy(std::bit_cast<std::array<std::uint8_t, 8>>(front), nonce.begin());
    std::ranges::copy(std::bit_cast<std::array<std::uint8_t, 4>>(back),
                      MutableBytes(nonce).subspan(8).begin());
    return nonce;
  }
  MutableBytes bytes() noexcept NACRE_LIFETIMEBOUND { return bytes_; }

 private:
  void wipe() noexcept { crypto::wipe(bytes_); }

  Nonce bytes_{};
};

// A traffic secret with the key and the IV that follow from it. Move-only.
class TrafficKeys {
 public:
  // Section 7.3. Errors: unoffered_cipher_suite (not one of ours), crypto_failure.
  static Result<TrafficKeys> derive(CipherSuite suite,
                                    crypto::HashSecret secret) noexcept NACRE_NONALLOCATING;

  // The next generation, section 7.2: this one is wiped. On failure nothing changes.
  Result<void> update() noexcept NACRE_NONALLOCATING;

  CipherSuite suite() const noexcept { return suite_; }
  const crypto::Aead& aead() const noexcept { return aead_; }
  Nonce nonce(std::uint64_t sequence) const noexcept { return iv_.nonce(sequence); }

 private:
  TrafficKeys(crypto::Aead aead, crypto::HashSecret secret, WriteIv iv,
              CipherSuite suite) noexcept NACRE_NONALLOCATING;

  crypto::Aead aead_;
  crypto::HashSecret secret_;
  WriteIv iv_;
  CipherSuite suite_;
};

}  // namespace nacre::record
