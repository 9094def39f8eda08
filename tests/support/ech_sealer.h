// Encrypts whatever a test wants a server to decrypt. RFC 9849, section 6.1.1.
#pragma once

#include "crypto/hpke.h"
#include "extensions/ech.h"
#include "handshake/edit.h"
#include "support/ech.h"

namespace nacre::test {

inline constexpr int encrypted_client_hello = 0xfe0d;
inline constexpr int ech_outer_extensions = 0xfd00;

class EchSealer {
 public:
  explicit EchSealer(const EchKey& key = ech_key());

  // The ClientHello that is like `outer`, and has `encoded` encrypted in it.
  Message seal(Hello outer, const Data& encoded);

  // To be changed before seal().
  Data enc;
  std::uint8_t config_id = 0;
  Data suite{0, 1, 0, 1};

 private:
  crypto::HpkeSender sender_;
};

// ClientHellos of a client that does without encryption: for the public name, and for the secret
// one with the mark of an inner ClientHello and no session ID.
Hello outer_hello();
Hello inner_hello();
// EncodedClientHelloInner, without padding.
Data encoded(const Hello& inner);

}  // namespace nacre::test
