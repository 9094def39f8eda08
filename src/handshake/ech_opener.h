// A server's side of Encrypted Client Hello: decrypts the ClientHellos of one connection. RFC 9849,
// sections 5.2, 7.1 and 7.1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/hpke.h"
#include "extensions/encrypted_client_hello.h"
#include "messages/client_hello.h"
#include "nacre/bytes.h"
#include "nacre/ech.h"
#include "nacre/try.h"

namespace nacre {

struct CommonConfig;

// What a server decrypts with. Immutable: connections share it.
struct EchServerKeys {
  std::vector<EchKey> keys;  // the former ones behind the others
  bool trial_decryption = false;
  std::vector<std::uint8_t> retry_configs;  // ECHConfigList of those that clients should use

  // Errors: bad_configuration.
  static Result<std::shared_ptr<const EchServerKeys>> make(EchKeys keys);
};

class EchOpener {
 public:
  explicit EchOpener(std::shared_ptr<const EchServerKeys> keys) : keys_(std::move(keys)) {}

  // Decrypts the first ClientHello, of which `client_hello` is the whole message and `outer` what
  // it says. `room` is twice as long. Returns the inner one, a whole message at the front of
  // `room`; nothing: no key of ours decrypts it. `log`, if given, may have a key log. Errors: those
  // of write_decoded(), unexpected_ech_type.
  Result<std::optional<MutableBytes>> open_first(const ClientHello& outer, Bytes client_hello,
                                                 MutableBytes room,
                                                 const CommonConfig* log = nullptr);
  // The same for the one that follows a HelloRetryRequest, where the first was decrypted. Errors:
  // besides, missing_extension, changed_ech, ech_decrypt_failed; wrong_call where it was not.
  Result<MutableBytes> open_second(const ClientHello& outer, Bytes client_hello, MutableBytes room);

  // ECHConfigList, for a client whose own does not do. As long-lived as this.
  Bytes retry_configs() const { return keys_->retry_configs; }

 private:
  Result<crypto::HpkeReceiver> receiver_for(const EchKey& key, const EchOuter& ech) const;
  Result<MutableBytes> decode(const ClientHello& outer, Bytes encoded, MutableBytes room) const;

  std::shared_ptr<const EchServerKeys> keys_;
  // Of the first ClientHello, once it is decrypted.
  std::optional<crypto::HpkeReceiver> receiver_;
  crypto::HpkeSymmetricCipherSuite suite_;
  std::uint8_t config_id_ = 0;
};

}  // namespace nacre
