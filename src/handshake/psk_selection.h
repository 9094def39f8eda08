// Which of a client's identities a server knows, and whether the client has the key. RFC 9846,
// sections 4.3.11 and 8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "handshake/buffer.h"
#include "handshake/client_offer.h"
#include "handshake/config.h"
#include "handshake/core.h"
#include "handshake/key_schedule.h"
#include "handshake/proof.h"
#include "handshake/transcript.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/session.h"
#include "nacre/try.h"

namespace nacre {

// A key that the client has named, and that we know.
struct FoundPsk {
  PskKind kind{};
  crypto::HashAlgorithm hash{};
  crypto::Secret<ExternalPsk::max_key> secret;
  // Of the identity: a second ClientHello names it again.
  crypto::Digest identity;
  std::size_t index = 0;
  bool is_in_store = false;  // a session that is taken out of there once the binder is right

  // A session's.
  CipherSuite cipher_suite{};
  std::uint32_t max_early_data = 0;
  crypto::Digest alpn;  // of the protocol
  Proof proof;
  CertificateType client_certificate_type{};
  // Who the client was when the session began: whole. It is nobody's until the binder is right.
  PeerChain chain;
  // How much older the ticket is to us than to the client.
  std::int64_t age_difference_ms = 0;

  // Gives back what a session that is not resumed holds.
  void release(MemoryBudget& budget) {
    chain.release(budget);
    proof.release(budget);
  }
};

// What names a session in a store.
inline constexpr std::size_t session_id_size = 32;

// The identities that are looked at: the first of those offered.
struct Identities {
  std::array<Bytes, max_identities> list{};
  std::size_t count = 0;

  explicit Identities(const OfferedPsks& psks);
  std::span<const Bytes> all() const { return std::span(list).first(count); }
};

// What is looked for.
struct PskSearch {
  UnixTime now = 0;
  std::array<std::uint8_t, 32> context{};  // that a session has to have
  // Those before it are lost to others, or their key is not known. Behind it, nobody is asked.
  std::size_t first_session = 0;
  const ExternalPsk* known = nullptr;         // what it has answered, if it gave a key
  std::optional<crypto::HashAlgorithm> hash;  // that a HelloRetryRequest has fixed
};

// The first identity that is a session of ours with a hash that both sides have; then the first key
// of the configuration's that is named. Nothing: none. A session whose chain does not fit our
// limits or `budget` is passed over, and leaves nothing behind.
std::optional<FoundPsk> find_psk(const ServerConfig::Impl& config, const ClientOffer& offer,
                                 const PskSearch& search, MemoryBudget& budget);
// That key alone. Nothing: its identity was not offered, or no suite that both have has its hash,
// or it is not the one that is `fixed`.
std::optional<FoundPsk> find_psk(const ExternalPsk& known, const Policy& policy,
                                 const ClientOffer& offer,
                                 std::optional<crypto::HashAlgorithm> fixed);
// Whether the configuration has the key that the session began with, if it began with one.
bool has_key_of(const ServerConfig::Impl& config, const FoundPsk& session);
// A key that nobody has, for an identity that nobody knows: it costs the same, and fails the same.
Result<FoundPsk> unknown_psk(const CommonConfig& config);

// Whether the client has the key: the secret that follows from it. `before`: what came before its
// ClientHello, if anything. Errors: bad_binder.
Result<EarlySecret> check_binder(const FoundPsk& psk, const OfferedPsks& offered,
                                 Bytes client_hello, const std::optional<Transcript>& before);
// The binder of the identity. Empty: there is none.
Bytes binder_at(const OfferedPsks& offered, std::size_t index);

}  // namespace nacre
