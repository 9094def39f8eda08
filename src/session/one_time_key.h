// A key for one message, of a secret that is used for many.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/aead.h"
#include "nacre/try.h"

namespace nacre {

// Random, for each message another. Under AES-GCM with a random nonce of 96 bits one key must not
// seal more than 2^32 messages (NIST SP 800-38D, section 8.3), and nobody counts those of a fleet
// or before a client has proved anything. 256 bits do not meet twice, so each message has a key of
// its own, and that key one nonce.
using Salt = std::array<std::uint8_t, 32>;

inline constexpr std::array<std::uint8_t, crypto::aead_nonce_size> only_nonce{};

// AES-256-GCM for the one message with that salt. `purpose`: at most 12 bytes, so that secrets may
// be shared.
Result<crypto::Aead> one_time_aead(Bytes secret, std::string_view purpose, Bytes salt);

}  // namespace nacre
