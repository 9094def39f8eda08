// ML-KEM-768, in BoringSSL's words: peers/aws-lc/include has them for AWS-LC.
#pragma once

#include <openssl/base.h>
#include <openssl/bytestring.h>
#include <openssl/mlkem.h>

#include <array>
#include <cstdint>

namespace bench {

class Kem {
 public:
  bool generate() {
    MLKEM768_generate_key(public_key_.data(), nullptr, &private_key_);
    return true;
  }
  // The public key is parsed each time, as a server does with a client's share.
  bool encapsulate() {
    CBS encoding;
    CBS_init(&encoding, public_key_.data(), public_key_.size());
    MLKEM768_public_key parsed;
    if (MLKEM768_parse_public_key(&parsed, &encoding) != 1) return false;
    MLKEM768_encap(ciphertext_.data(), secret_.data(), &parsed);
    return true;
  }
  bool decapsulate() {
    return MLKEM768_decap(secret_.data(), ciphertext_.data(), ciphertext_.size(), &private_key_) ==
           1;
  }

 private:
  MLKEM768_private_key private_key_{};
  std::array<std::uint8_t, MLKEM768_PUBLIC_KEY_BYTES> public_key_{};
  std::array<std::uint8_t, MLKEM768_CIPHERTEXT_BYTES> ciphertext_{};
  std::array<std::uint8_t, MLKEM_SHARED_SECRET_BYTES> secret_{};
};

}  // namespace bench
