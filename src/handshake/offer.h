// What our ClientHello offers: it is written from this, and the answers are held against it. With
// Encrypted Client Hello two are written, from the same description. RFC 9846, sections 4.2.1 and
// 4.2.2; RFC 9849, section 6.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/key_exchange.h"
#include "extensions/key_share.h"
#include "extensions/offered_set.h"
#include "handshake/buffer.h"
#include "handshake/config.h"
#include "handshake/ech_offer.h"
#include "handshake/psk_offer.h"
#include "messages/random.h"
#include "messages/server_hello.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "nacre/verify.h"
#include "wire/writer.h"

namespace nacre {

class Offer {
 public:
  // Makes the random values and the key shares, and takes a session where there is one. `ech`,
  // which has to live as long as this, says what to encrypt with; null: nothing. Errors:
  // no_randomness, handshake_memory, out_of_memory, bad_key_share for a key of `ech`.
  static Result<Offer> make(const ClientConfig::Impl& config, const PeerName& server_name,
                            const EchConfigList* ech, MemoryBudget& budget);

  // Goes on without the session. Before anything is written.
  void drop_session();

  // Writes the body of the ClientHello, where there is one alone. The second one, after a
  // HelloRetryRequest, differs in what take_retry() changed and in nothing else.
  Result<void> write(wire::Writer& writer) const;
  // No body is longer.
  std::size_t body_limit() const;

  // Whether two ClientHellos are written, until the server has rejected the inner one.
  bool encrypts() const { return ech_ && !ech_->rejected; }
  // The inner one, and the outer one with room for `payload_size` encrypted bytes, at `payload`.
  Result<void> write_inner(wire::Writer& writer) const;
  Result<void> write_outer(wire::Writer& writer, std::size_t payload_size,
                           MutableBytes& payload) const;
  // What is encrypted of the body `inner`: padded, in `encoded`, with room for the tag behind it.
  Result<MutableBytes> encode(Bytes inner, Buffer& encoded, MemoryBudget& budget) const;
  // Encrypts it to `payload`, a part of the body `outer`.
  Result<void> seal(MutableBytes encoded, MutableBytes payload, Bytes outer);
  // Makes what stands in for encryption, once, where our configuration wants that. RFC 9849,
  // section 6.2.
  Result<void> make_grease_ech(MemoryBudget& budget);
  // What the server has done with the inner one. From then on this is the offer that it has taken:
  // the inner one, or the outer one, of which `outer` is the whole message.
  void accept_ech();
  Result<void> reject_ech(Bytes outer, MemoryBudget& budget);
  bool is_ech_rejected() const { return ech_ && ech_->rejected; }
  // Whom the server has to be.
  const PeerName& peer_name() const {
    return is_ech_rejected() ? ech_->public_name : *server_name_;
  }

  // Completes a ClientHello that was written: its binders, over it and what came before.
  Result<void> bind(MutableBytes client_hello, const std::optional<Transcript>& before) const;

  // Holds what a ServerHello and a HelloRetryRequest share against the offer, the version first.
  // Section 4.2.3.
  Result<void> check(const ServerHello& hello, std::optional<ExtensionType>* in_hand) const;
  // Changes the offer as the server asks: a share of another group, a cookie. Early data is over,
  // and keys are left out that do not fit `hash`. Section 4.2.4.
  Result<void> take_retry(const std::optional<KeyShareHelloRetryRequest>& key_share, Bytes cookie,
                          crypto::HashAlgorithm hash, MemoryBudget& budget);
  // The shared secret with the server's share; our private keys are gone afterwards.
  Result<crypto::SharedSecret> agree(const KeyShareEntry& server_share);

  const Random& random() const { return is_ech_rejected() ? ech_->outer_random : random_; }
  const OfferedSet& extensions() const { return offered_; }
  const PskOffer& psks() const { return psks_; }
  bool has_early_data() const { return offered_.contains(ExtensionType::early_data); }
  // The protocol as our configuration spells it, or nothing where it was not offered.
  std::optional<std::string_view> protocol(Bytes name) const;

 private:
  Offer(const ClientConfig::Impl& config, const PeerName& server_name)
      : config_(&config), server_name_(&server_name) {}

  // The one that there is, or one of two.
  enum class Hello : std::uint8_t { only, inner, outer };
  template <class WriteEch>
  Result<void> write_hello(wire::Writer& writer, Hello which, const WriteEch& ech) const;
  // Of what is seen: nothing of the inner random shows.
  const Random& grease_source() const { return ech_ ? ech_->outer_random : random_; }

  Result<void> add_share(NamedGroup group, MemoryBudget& budget);
  Result<void> take_session();
  bool may_send_early_data() const;
  void note_extensions();
  Result<void> write_cipher_suites(wire::Writer& writer) const;
  Result<void> write_inner_alone(wire::Writer& writer) const;
  Result<void> write_shared(wire::Writer& writer) const;
  Result<void> write_protocols(wire::Writer& writer) const;
  Result<void> write_algorithms(wire::Writer& writer) const;
  Result<void> write_certificate_wishes(wire::Writer& writer) const;
  Result<void> write_key_shares(wire::Writer& writer) const;
  Result<void> write_psk_modes(wire::Writer& writer) const;

  const ClientConfig::Impl* config_;
  const PeerName* server_name_;
  Random random_{};
  std::array<std::uint8_t, 32> session_id_{};
  static constexpr std::size_t max_shares = 8;
  std::array<std::optional<crypto::KeyShare>, max_shares> shares_;
  std::size_t share_count_ = 0;
  PskOffer psks_;
  Buffer cookie_;
  std::optional<EchOffer> ech_;
  // encrypted_client_hello of `only`: GREASE, or what the server has rejected.
  Buffer unread_ech_;
  bool retried_ = false;
  OfferedSet offered_;
};

}  // namespace nacre
