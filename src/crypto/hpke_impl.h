// What HPKE is made of, for the files of this room alone.
#pragma once

#include <openssl/evp.h>

#include "crypto/hpke.h"
#include "crypto/library.h"

namespace nacre::crypto {

// Null where `private_key_info`, PKCS#8, holds no key of X25519 or P-256. In the library's
// keys.cpp, as the next.
bssl::UniquePtr<EVP_PKEY> parse_hpke_private_key(Bytes private_key_info);

// Null where memory is short.
bssl::UniquePtr<EVP_PKEY> make_x25519_key(Bytes scalar);

// The shared secret of DHKEM between `own` and the other side. Errors: bad_key_share,
// out_of_memory.
Result<HpkeSecret> hpke_shared_secret(const HpkeKey& own, Bytes peer_public_key, Bytes enc,
                                      Bytes recipient_public_key);

}  // namespace nacre::crypto
