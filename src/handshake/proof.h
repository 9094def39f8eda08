// What a peer has proved of itself: in this handshake, or in the one that its session began with.
// RFC 9846, sections 4.3.11 and 4.7.1.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "handshake/buffer.h"
#include "nacre/connection.h"
#include "nacre/try.h"
#include "session/external_psk.h"
#include "session/session_state.h"
#include "session/time.h"

namespace nacre {

// Whether a session began with that key, by the identity and the digest that it has.
inline bool is_by(const ExternalPsk& psk, Bytes identity, Bytes digest) {
  return std::ranges::equal(psk.identity(), identity) &&
         // fault: AC-144b
         std::ranges::equal(digest_of(psk).bytes(), digest);
}

struct Proof {
  KeySource began_with = KeySource::certificate;
  ProvedTime proved;
  // Of the external PSK; empty: there was none.
  Buffer psk_identity;
  crypto::Digest psk_digest;  // a server's

  // A session's, on `budget`, to which release() gives it back. Errors: handshake_memory,
  // out_of_memory.
  static Result<Proof> read(const SessionState& state, MemoryBudget& budget) {
    Proof proof;
    proof.began_with = state.began_with;
    proof.proved = {static_cast<UnixTime>(state.authenticated),
                    static_cast<UnixTime>(state.valid_until)};
    proof.psk_digest.size = state.psk_digest.bytes.size();
    std::ranges::copy(state.psk_digest.bytes, proof.psk_digest.storage.begin());
    if (!state.psk_identity.bytes.empty()) {
      TRY(proof.psk_identity.append(state.psk_identity.bytes, budget));
    }
    return proof;
  }
  void release(MemoryBudget& budget) { psk_identity.release(budget); }

  bool is_by(const ExternalPsk& psk) const {
    return nacre::is_by(psk, psk_identity.content(), psk_digest.bytes());
  }
};

}  // namespace nacre
