// The key schedule, as a chain of types: each secret is made from the one before, which is then
// gone. RFC 9846, section 7.1.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/secret.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre {

class HandshakeSecret;

// Where a PSK comes from: each kind has binders of its own.
enum class PskKind : std::uint8_t { resumption, external, imported };

// HKDF-Extract(0, PSK); without a PSK, of zeros.
class EarlySecret {
 public:
  static EarlySecret without_psk(crypto::HashAlgorithm algorithm);
  static Result<EarlySecret> from_psk(crypto::HashAlgorithm algorithm, Bytes psk);

  // The hash is of the ClientHello up to its binders, and of what came before it. Section
  // 4.3.11.2; RFC 9258, section 5.2.
  Result<crypto::Digest> binder(PskKind kind, Bytes transcript_hash) const;
  // The hash is of the ClientHello.
  Result<crypto::HashSecret> client_traffic(Bytes transcript_hash) const;
  Result<crypto::HashSecret> exporter(Bytes transcript_hash) const;

  // Mixes the (EC)DHE shared secret in.
  Result<HandshakeSecret> mix(crypto::SharedSecret shared_secret) &&;

 private:
  EarlySecret(crypto::HashAlgorithm algorithm, crypto::HashSecret secret)
      : algorithm_(algorithm), secret_(std::move(secret)) {}
  crypto::HashAlgorithm algorithm_;
  crypto::HashSecret secret_;  // empty: that without a PSK, which everyone knows
};

struct HandshakeTraffic;
struct ApplicationTraffic;

class HandshakeSecret {
 public:
  // All that follows from it. The hash is of ClientHello...ServerHello.
  Result<HandshakeTraffic> traffic(Bytes transcript_hash) &&;

 private:
  friend class EarlySecret;
  HandshakeSecret(crypto::HashAlgorithm algorithm, crypto::HashSecret secret)
      : algorithm_(algorithm), secret_(std::move(secret)) {}
  crypto::HashAlgorithm algorithm_;
  crypto::HashSecret secret_;
};

class MainSecret {
 public:
  // The hash is of ClientHello...server Finished.
  Result<ApplicationTraffic> traffic(Bytes transcript_hash) const;
  // The hash is of ClientHello...client Finished.
  Result<crypto::HashSecret> resumption(Bytes transcript_hash) &&;

 private:
  friend class HandshakeSecret;
  MainSecret(crypto::HashAlgorithm algorithm, crypto::HashSecret secret)
      : algorithm_(algorithm), secret_(std::move(secret)) {}
  crypto::HashAlgorithm algorithm_;
  crypto::HashSecret secret_;
};

struct HandshakeTraffic {
  crypto::HashSecret client;
  crypto::HashSecret server;
  MainSecret main;
};

struct ApplicationTraffic {
  crypto::HashSecret client;
  crypto::HashSecret server;
  crypto::HashSecret exporter;
};

// The PSK of a ticket, from the resumption secret. Section 4.7.1.
Result<crypto::HashSecret> resumption_psk(crypto::HashAlgorithm algorithm, Bytes resumption_secret,
                                          Bytes ticket_nonce);

// What an accepting server puts into ServerHello or HelloRetryRequest; the hash is of the inner
// ClientHello up to there, with zeros in its place. RFC 9849, section 7.2.
enum class EchConfirms : std::uint8_t { server_hello, hello_retry_request };
Result<std::array<std::uint8_t, 8>> ech_confirmation(crypto::HashAlgorithm algorithm,
                                                     EchConfirms what, Bytes inner_random,
                                                     Bytes transcript_hash);

// verify_data of Finished, section 4.5.3.
Result<crypto::Digest> finished_verify_data(crypto::HashAlgorithm algorithm, Bytes traffic_secret,
                                            Bytes transcript_hash);

// TLS-Exporter(label, context, out.size()), section 7.5.
Result<void> export_keying_material(crypto::HashAlgorithm algorithm, Bytes exporter_main_secret,
                                    std::string_view label, Bytes context, MutableBytes out);

}  // namespace nacre
