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

// The shared secret of DHKEM between `own` and the other side. Errors: bad_key_share,
// out_of_memory.
Result<HpkeSecret> hpke_shared_secret(const HpkeKey& own, Bytes peer_public_key, Bytes enc,
                                      Bytes recipient_public_key);

}  // namespace nacre::crypto
