// Transcript-Hash. RFC 9846, section 4.1.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "crypto/hash.h"
#include "nacre/bytes.h"
#include "nacre/names.h"

namespace nacre {

// The hash of all handshake messages so far, headers included.
class Transcript {
 public:
  explicit Transcript(crypto::HashAlgorithm algorithm) : hash_(algorithm) {}

  void add(Bytes encoding) { hash_.update(encoding); }

  // The hash up to here; more may follow.
  crypto::Digest hash() const { return hash_.digest(); }

  // A transcript that starts with the synthetic message_hash in place of ClientHello1.
  static Transcript after_retry(crypto::HashAlgorithm algorithm, Bytes client_hello_hash) {
    Transcript transcript(algorithm);
    const std::array<std::uint8_t, 4> header{static_cast<std::uint8_t>(HandshakeType::message_hash),
                                             0, 0,
                                             static_cast<std::uint8_t>(client_hello_hash.size())};
    transcript.add(header);
    transcript.add(client_hello_hash);
    return transcript;
  }

 private:
  crypto::Hash hash_;
};

}  // namespace nacre
