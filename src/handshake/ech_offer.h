// What a client encrypts its ClientHello with. RFC 9849, sections 6.1 and 6.2.
#pragma once

#include <cstddef>

#include "crypto/hpke.h"
#include "extensions/ech.h"
#include "handshake/config.h"
#include "messages/random.h"
#include "nacre/bytes.h"
#include "nacre/try.h"
#include "nacre/verify.h"
#include "wire/writer.h"

namespace nacre {

struct EchOffer {
  // `config` lives as long as this. Errors: bad_key_share, no_randomness, out_of_memory.
  static Result<EchOffer> make(const UsableEchConfig& config, const CommonConfig& common);

  // Writes encrypted_client_hello of the outer ClientHello, with zeros for `payload`.
  Result<void> write(wire::Writer& writer, std::size_t payload_size, MutableBytes& payload) const;

  const UsableEchConfig* config;
  PeerName public_name;
  crypto::HpkeSender sender;
  Random outer_random{};
  bool is_first = true;  // nothing was sealed yet: the server needs enc
  bool rejected = false;
};

// Writes what encrypted_client_hello looks like, of random bytes. Errors: no_randomness.
Result<void> write_grease_ech(wire::Writer& writer, std::size_t payload_size,
                              const CommonConfig& common);
// No encrypted_client_hello is longer, its payload aside.
inline constexpr std::size_t ech_overhead =
    4 + 1 + 4 + 1 + 2 + crypto::max_hpke_public_key_size + 2;

}  // namespace nacre
