// What stands behind HpkeKey, for the files of this room alone.
#pragma once

#include <openssl/hpke.h>

#include <array>
#include <cstdint>

#include "crypto/hpke.h"

namespace nacre::crypto {

struct HpkeKey::Impl {
  HpkeKem kem{};
  bssl::ScopedEVP_HPKE_KEY key;
  std::array<std::uint8_t, max_hpke_public_key_size> public_key{};
};

}  // namespace nacre::crypto
