// A key for one message, of a secret that is used for many.
#include "session/one_time_key.h"

#include "crypto/hkdf.h"
#include "crypto/secret.h"

namespace nacre {

Result<crypto::Aead> one_time_aead(Bytes secret, std::string_view purpose, Bytes salt) {
  crypto::Secret<32> key;
  TRY(crypto::hkdf_expand_label(crypto::HashAlgorithm::sha256, secret, purpose, salt,
                                key.resize(32)));
  return crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, key.reveal());
}

}  // namespace nacre
