// What both roles of a handshake share, and what the connection takes from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "crypto/signature.h"
#include "extensions/offered_set.h"
#include "handshake/buffer.h"
#include "handshake/client_offer.h"
#include "handshake/config.h"
#include "handshake/flight.h"
#include "handshake/key_schedule.h"
#include "handshake/message_reader.h"
#include "handshake/proof.h"
#include "handshake/transcript.h"
#include "messages/certificate.h"
#include "messages/certificate_verify.h"
#include "messages/finished.h"
#include "messages/random.h"
#include "nacre/connection.h"
#include "nacre/try.h"
#include "nacre/verify.h"
#include "record/rules.h"

namespace nacre {

// The question that a handshake waits for, if any. Its views live in the handshake's memory.
using Question = std::variant<std::monostate, ClientHelloSeen, PskOffered, CertificateWanted,
                              SignatureWanted, ChainToJudge>;

// The peer's chain, copied out of its Certificate message. RFC 9846, section 4.5.1.
class PeerChain {
 public:
  // The certificates, each behind its length in three bytes.
  Bytes encoding() const { return buffer_.content(); }
  // Errors: certificate_chain_too_long, handshake_memory, out_of_memory.
  Result<void> add(Bytes certificate, const Limits& limits, MemoryBudget& budget);
  // A session's chain: all of `certificates`, whose bytes `bytes` gives. Where one of them does not
  // fit there is none, and `budget` is as it was. Errors: those of add().
  template <class Certificates, class BytesOf>
  static Result<PeerChain> of(const Certificates& certificates, const BytesOf& bytes,
                              const Limits& limits, MemoryBudget& budget) {
    PeerChain chain;
    for (const auto& certificate : certificates) {
      const auto added = chain.add(bytes(certificate), limits, budget);
      // fault: AC-111 AC-113 AC-114 AC-115
      if (added) continue;
      // fault: AC-116a
      chain.release(budget);
      return fail(added.error());
    }
    return chain;
  }
  void release(MemoryBudget& budget);
  bool empty() const { return !views_ || views_->count == 0; }
  // The leaf first.
  std::span<const Bytes> certificates();

  // What came along with the leaf (section 4.5.1.1); empty: nothing. Errors: handshake_memory,
  // out_of_memory.
  Result<void> add_staples(Bytes ocsp_response, Bytes timestamps, MemoryBudget& budget);
  Bytes ocsp_response() const { return ocsp_response_.content(); }
  // SignedCertificateTimestampList, its length in front.
  Bytes signed_certificate_timestamps() const { return timestamps_.content(); }

 private:
  static constexpr std::size_t max_certificates = 16;
  static constexpr std::size_t length_size = 3;
  // Few handshakes of a server have a chain to look at.
  struct Views {
    std::array<Bytes, max_certificates> certificates;
    std::size_t count = 0;
  };
  Buffer buffer_;
  crypto::Box<Views> views_;
  Buffer ocsp_response_;
  Buffer timestamps_;
};

// What we present to the peer.
struct CredentialChoice {
  const Credential::Impl* credential = nullptr;  // the configuration's; null: nothing
  SignatureScheme scheme{};
  bool by_name = false;  // the client's server_name decided
};

// Room for a signature, while it is made and sent.
using SignatureRoom = std::array<std::uint8_t, crypto::max_signature_size>;

// What is left of a handshake when it is over.
struct Established {
  Negotiated negotiated;
  crypto::HashAlgorithm hash{};
  crypto::HashSecret exporter_secret;
};

struct HandshakeCore {
  HandshakeCore(const CommonConfig& common, crypto::Arena* arena)
      : config(&common), budget(common.limits.handshake_memory, arena) {}

  // Replaced by resume(const ServerConfig&); owned by the handshake.
  const CommonConfig* config;
  MemoryBudget budget;
  Flight flight;
  Question question;
  // Protects what the peer sends after the message that was just received. The connection takes it.
  struct NextRead {
    record::InboundPhase phase{};
    crypto::HashSecret traffic_secret;
  };
  std::optional<NextRead> next_read;
  // The peer's record_size_limit (RFC 8449): bytes of content and content type in a protected
  // record.
  std::optional<std::size_t> peer_record_size_limit;
  // Ours, once negotiated.
  std::optional<std::size_t> record_size_limit;
  // For Failure.
  std::optional<ExtensionType> extension_in_hand;

  std::optional<Transcript> transcript;
  Random client_random{};
  Established established;
  PeerChain peer_chain;
  Proof proof;          // what the peer is known by
  Buffer decompressed;  // its Certificate, where that came compressed
  // What the peer presents, until it has proved that it has the key.
  struct Unproved {
    std::optional<crypto::ParsedCertificate> leaf;  // a view of peer_chain; or a raw public key
    crypto::PublicKey key;                          // of the leaf
  };
  crypto::Box<Unproved> peer;
  std::string verdict_detail;
  CredentialChoice own;
  Buffer signed_content;  // while the application signs it
  bool complete = false;
  // A client whose encrypted ClientHello was not taken, once the server of the public name has
  // proved itself and our flight is begun: when it is sent, the connection ends.
  bool ech_rejected = false;
  Buffer ech_retry_configs;  // ECHConfigList
  bool has_spoken = false;   // since the connection last looked

  // How much early data may still be sent (a client), or taken (a server), in bytes.
  std::uint32_t early_data_left = 0;
  // Whether it may be sent now: a client, until it knows that it was rejected, or its last flight
  // is begun; a server that took some, after its own flight.
  bool may_send_early = false;
  // A server that rejects early data passes over it.
  bool skip_early_data = false;

  // Both sides' secrets. The application's are moved out to where they protect.
  std::optional<EarlySecret> early_secret;
  std::optional<MainSecret> main_secret;
  crypto::HashSecret early_exporter_secret;
  crypto::HashSecret client_handshake_traffic;
  crypto::HashSecret server_handshake_traffic;
  crypto::HashSecret client_application_traffic;
  crypto::HashSecret server_application_traffic;

  CipherSuite cipher_suite() const { return established.negotiated.cipher_suite; }

  // Sends one message: appends it to the flight, adds it to the transcript (where there is one),
  // tells the trace.
  template <class Body>
  Result<void> send(HandshakeType type, std::size_t body_limit, Body&& body) {
    TRY(const Bytes encoding, flight.message(type, body_limit, budget, std::forward<Body>(body)));
    sent(type, encoding);
    return {};
  }
  // What send() does with a message that is in the flight.
  void sent(HandshakeType type, Bytes encoding) {
    if (transcript) transcript->add(encoding);
    told(type, encoding.size());
  }
  void told(HandshakeType type, std::size_t size) {
    has_spoken = true;
    if (config->trace) config->trace->message(true, type, size);
  }

  // Sends what follows with other keys (and a change_cipher_spec before it, see Flight::change()),
  // and tells the trace: here, so that it hears of messages and keys in the order of the wire.
  void change(bool change_cipher_spec, crypto::HashSecret traffic_secret) {
    if (config->trace) config->trace->key_change(true);
    flight.change(change_cipher_spec, Flight::Keys{cipher_suite(), std::move(traffic_secret)});
  }
  // The same, with the keys as they are.
  void change_cipher_spec() { flight.change(true, std::nullopt); }

  // The secrets of early data, from `client_hello_hash`. Section 7.1.
  Result<crypto::HashSecret> derive_early_secrets(Bytes client_hello_hash);

  // The traffic secrets of the handshake from the shared one (and the PSK's, where there is an
  // early secret), and those of the application from `transcript_hash`, which ends with the
  // server's Finished. Section 7.1.
  Result<void> derive_handshake_secrets(crypto::SharedSecret shared_secret);
  Result<void> derive_application_secrets(Bytes transcript_hash);

  // What the peer presents. Its Certificate, which is not empty: the chain is kept, and the leaf's
  // key read (section 4.5.1). `asked`: what it may answer. A peer has one identity: where a chain
  // is there already, the handshake fails. Errors: internal.
  Result<void> take_certificate(const Certificate& certificate, const OfferedSet& asked,
                                Bytes encoding);
  Result<void> take_staples(const CertificateEntry& leaf);
  // A CompressedCertificate as the Certificate that it holds, where we `wait` for one and have
  // asked for the compression: the encoding, which the transcript has, is its own. Any other
  // message is as it came. RFC 8879, section 4. Errors: unoffered_compression,
  // bad_compressed_certificate, and those of reading and of memory.
  Result<HandshakeMessage> decompressed_if(bool wait, const HandshakeMessage& message);
  // What a message of that type would be then.
  HandshakeType meant_by(HandshakeType type) const;
  Result<HandshakeMessage> decompress(const HandshakeMessage& message);
  // Asks the application for its verdict on what the peer has presented, who must have `name`.
  // Errors: bad_certificate.
  Result<void> ask_for_verdict(Purpose purpose, std::string_view name);
  // Our own verdict on the chain. `name`: that the peer must have, if any; `asked`: for what may
  // come with it.
  Verdict judge(const TrustAnchors& anchors, std::span<const SpkiPin> pins, Purpose purpose,
                const std::optional<PeerName>& name, const OfferedSet& asked);
  // The same for a raw public key: whether it is among `keys`.
  Verdict judge_raw_public_key(std::span<const SpkiPin> keys);
  bool has_raw_public_key() const {
    return established.negotiated.peer_certificate_type == CertificateType::raw_public_key;
  }
  // Section 4.5.2. The signature covers the transcript up to, and without, this message.
  using SignatureSchemes = Preferences<SignatureScheme, 16>;
  Result<void> take_certificate_verify(Purpose signer, const SignatureSchemes& offered,
                                       const CertificateVerify& verify, Bytes encoding);

  // Our Certificate: the chain of `own` with the staples that the peer wishes for, or an empty
  // list. Sections 4.5.1, 4.5.1.1 and 4.5.1.3.
  Result<void> send_certificate(const CertificateWishes& wishes);
  Result<void> send_compressed(const CertificateCompressor& compressor, Bytes message,
                               Bytes compressed);
  // Signs what has passed with the key of `own`, into `room`; nothing where the key is elsewhere:
  // then that is the question. Errors: signing_failed.
  Result<std::optional<Signature>> sign(Purpose signer, SignatureRoom& room);
  // Section 4.5.2. Errors: signing_failed.
  Result<void> send_certificate_verify(const Signature& signature);

  // Finished under one side's handshake secret: sent, or checked (bad_finished) and added to the
  // transcript. Section 4.5.3.
  Result<void> send_finished(const crypto::HashSecret& traffic_secret);
  Result<void> take_finished(const crypto::HashSecret& traffic_secret, const Finished& finished,
                             Bytes encoding);

  // One line of RFC 9850's key log, if there is one.
  void log_secret(std::string_view label, const crypto::HashSecret& secret) const;
};

// A second owner for a secret.
crypto::HashSecret duplicate(const crypto::HashSecret& secret);

}  // namespace nacre
