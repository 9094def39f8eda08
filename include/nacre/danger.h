// What switches a protection off. Each name says so, and can be found by a search for "danger".
#pragma once

#include <memory>
#include <string_view>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/config.h"
#include "nacre/credentials.h"
#include "nacre/error.h"

namespace nacre::danger {

// Anchors that believe every chain, for every name, at any time: the connection is encrypted to
// nobody in particular. CertificateVerify is still checked.
NACRE_API TrustAnchors trust_anyone();

// Receives the secrets of each connection, one line each, without a newline (RFC 9850): whoever
// reads them can read the traffic. May be called from several threads at a time.
class NACRE_API KeyLog {
 public:
  virtual ~KeyLog() = default;
  virtual void line(std::string_view text) = 0;
};

// Hands the secrets of all connections made with the configuration to `log`.
NACRE_API void log_secrets(ClientConfig::Builder& builder, std::shared_ptr<KeyLog> log);
NACRE_API void log_secrets(ServerConfig::Builder& builder, std::shared_ptr<KeyLog> log);

// In place of the system's generator, for tests that replay a handshake. May be called from several
// threads at a time. Signatures and ML-KEM encapsulation keep the system's generator.
class NACRE_API Randomness {
 public:
  virtual ~Randomness() = default;
  virtual Result<void> fill(MutableBytes out) = 0;
};

// Draws all of a configuration's randomness from `source`.
NACRE_API void replace_randomness(ClientConfig::Builder& builder,
                                  std::shared_ptr<Randomness> source);
NACRE_API void replace_randomness(ServerConfig::Builder& builder,
                                  std::shared_ptr<Randomness> source);

// Updates the sending keys after this many records in place of the AEAD's limit, for tests (RFC
// 9846, section 5.5). At least 1.
NACRE_API void update_keys_after(ClientConfig::Builder& builder, std::uint64_t records);
NACRE_API void update_keys_after(ServerConfig::Builder& builder, std::uint64_t records);

}  // namespace nacre::danger
