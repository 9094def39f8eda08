// What our ClientHello offers: it is written from this, and the answers are held against it. RFC
// 9846, sections 4.2.1 and 4.2.2.
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
  // Makes the random values and the key shares, and takes a session where there is one. Errors:
  // no_randomness, out_of_memory.
  static Result<Offer> make(const ClientConfig::Impl& config, const PeerName& server_name);

  // Writes the body of the ClientHello. The second one, after a HelloRetryRequest, differs in what
  // take_retry() changed and in nothing else.
  Result<void> write(wire::Writer& writer) const;
  // No body is longer.
  std::size_t body_limit() const;

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

  const Random& random() const { return random_; }
  const OfferedSet& extensions() const { return offered_; }
  const PskOffer& psks() const { return psks_; }
  bool has_early_data() const { return offered_.contains(ExtensionType::early_data); }
  // The protocol as our configuration spells it, or nothing where it was not offered.
  std::optional<std::string_view> protocol(Bytes name) const;

 private:
  Offer(const ClientConfig::Impl& config, const PeerName& server_name)
      : config_(&config), server_name_(&server_name) {}

  Result<void> add_share(NamedGroup group);
  Result<void> take_session();
  bool may_send_early_data() const;
  void note_extensions();
  Result<void> write_cipher_suites(wire::Writer& writer) const;
  Result<void> write_extensions(wire::Writer& writer) const;
  Result<void> write_name_and_protocols(wire::Writer& writer) const;
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
  bool retried_ = false;
  OfferedSet offered_;
};

}  // namespace nacre
