// One TLS connection, without I/O and without buffers of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/config.h"
#include "nacre/credentials.h"
#include "nacre/ech.h"
#include "nacre/error.h"
#include "nacre/limits.h"
#include "nacre/names.h"
#include "nacre/session.h"
#include "nacre/verify.h"

namespace nacre {

// The room that any one record needs, header and tag included: an `incoming` of this size always
// makes progress, and so does an `outgoing` of this size. RFC 9846, section 5.2.
inline constexpr std::size_t max_record_size = 5 + 16'384 + 256;

// Enough `outgoing` for an alert, close_notify or KeyUpdate in a record of its own.
inline constexpr std::size_t max_control_record_size = 64;

// What the caller can do now. Views in events live until the next call on the Connection.

// Read at least `at_least` more bytes of input behind those not consumed, and call again; 0: there
// may be more in `incoming` already, or wait for as much as comes.
struct NeedInput {
  std::size_t at_least = 0;
};
// There is more to send than fits: send what was produced, and call again with at least this room.
struct NeedOutput {
  std::size_t at_least = 0;
};
// Application data, decrypted where it stood in `incoming`.
struct ApplicationData {
  MutableBytes data;
};
// Data that the client sent before the handshake was complete, decrypted where it stood. It may be
// a replay of what another connection was sent: RFC 9846, section 8.
struct EarlyData {
  MutableBytes data;
};
// So many tickets came, and are in the configuration's store.
struct TicketReceived {
  std::uint32_t count = 0;
};
// Both Finished messages are verified: the peer is who it says it is, and seal() works. What the
// handshake learned (peer_chain(), server_name()) can be read until the next call of advance().
struct HandshakeComplete {};
// The peer sent close_notify (section 6.1). We may go on sending.
struct PeerClosed {};

// Question: which configuration? Answer with resume(const ServerConfig&). ClientHelloView reads the
// rest of `client_hello`.
struct ClientHelloSeen {
  std::string_view server_name;  // empty: none was sent
  Bytes alpn;                    // ProtocolNameList without its length; empty: none
  Bytes client_hello;            // the message's body, without the handshake header
  // Accepted: all of this was encrypted; or it is an inner ClientHello that somebody else has
  // decrypted, which is refused unless the answer is for a backend server (ech_backend()).
  EchStatus ech = EchStatus::not_offered;
};
// Question: is one of these identities known? Without `of_session` none of them is a ticket that we
// take, nor among the configuration's keys. A session that began with a key of the application's is
// resumed where that key is still the answer. Answer with resume(const KnownPsk&).
struct PskOffered {
  std::span<const Bytes> identities;  // as offered, the client's choice first; not all where many
  // The one of them that was not offered: it stands in the place of a ticket whose session began
  // with it. Empty: there is none.
  Bytes of_session = {};
};
// Question: which of our certificates, for a server that asks for one? Answer with
// resume(Presented).
struct CertificateWanted {
  Bytes signature_algorithms;  // SignatureSchemeList (section 4.3.3) without its length
  Bytes authorities;  // DistinguishedNames (section 4.3.4), each with its length; empty: any
  CertificateType type = CertificateType::x509;  // of what may be presented
  Bytes oid_filters = {};  // OIDFilters (section 4.3.5) without their length; empty: any
};
// Question: sign `content` with the credential's key. Answer with resume(Signature).
struct SignatureWanted {
  SignatureScheme scheme{};
  Bytes content;      // what is signed, section 4.5.2; to be hashed by the scheme
  Bytes certificate;  // the leaf of the credential whose key has to sign, or the raw key, DER
};
// Question: is this chain to be believed? Answer with resume(Verdict).
struct ChainToJudge {
  std::span<const Bytes> chain;  // DER, the leaf first; or one raw public key
  Purpose purpose = Purpose::server;
  CertificateType type = CertificateType::x509;
  Bytes ocsp_response = {};                  // as it was stapled, unchecked; empty: none
  Bytes signed_certificate_timestamps = {};  // SignedCertificateTimestampList; empty: none
  // Whom the chain must be for: on a client the name that it connects to, or, where the server has
  // not taken the encrypted ClientHello, the public name (RFC 9849, section 6.1.7). Empty: nobody
  // in particular.
  std::string_view name = {};
  // Whether it is a session's, that is to be offered (ask_session_verdict()): where it is refused,
  // the handshake goes on without the session.
  bool of_session = false;
};

// One of the above: nothing else happens.
using Event = std::variant<NeedInput, NeedOutput, ApplicationData, EarlyData, TicketReceived,
                           HandshakeComplete, PeerClosed, ClientHelloSeen, PskOffered,
                           CertificateWanted, SignatureWanted, ChainToJudge>;

// Answers.
struct KnownPsk {
  std::optional<ExternalPsk> psk;  // with the identity that it is for; nothing: none is known
};
struct Presented {
  std::optional<Credential> credential;  // nothing: the server gets an empty list
};
struct Signature {
  Bytes bytes;  // empty: the key would not sign, and the handshake fails
};
// Nothing: the chain is believed. Otherwise the cause, whose alert is sent.
struct Verdict {
  std::optional<Error> refused;
};

// What one call did.
struct Step {
  std::size_t consumed = 0;  // bytes of `incoming` that are done with
  std::size_t produced = 0;  // bytes of `outgoing` to send
  Event event;               // what the caller can do now
};

// Why a connection failed.
struct Failure {
  Error error{};
  std::optional<AlertDescription> alert;  // the alert that was sent or received, if any
  bool alert_from_peer = false;
  std::optional<HandshakeType> message;    // the handshake message in hand
  std::optional<ExtensionType> extension;  // the extension in hand
  std::uint64_t offset = 0;                // bytes received before the record in hand
  std::string_view section() const { return nacre::section(error); }
};

// What stands, besides (EC)DHE, behind the keys of a connection, and for who the server is.
enum class KeySource : std::uint8_t {
  certificate,
  session,                   // one with a certificate, or a PSK, before it
  external_psk,              // RFC 9846, section 2.2
  external_psk_certificate,  // both: RFC 9973
};

// What became of early data.
enum class EarlyDataStatus : std::uint8_t { none, offered, accepted, rejected };

// What was negotiated. Views live as long as the Connection.
struct Negotiated {
  CipherSuite cipher_suite{};
  NamedGroup group{};
  std::optional<SignatureScheme> server_signature_scheme;
  // Of a client that has presented a certificate in this handshake.
  std::optional<SignatureScheme> client_signature_scheme;
  // What peer_chain() holds: on a client the server's, on a server the client's. RFC 7250.
  CertificateType peer_certificate_type = CertificateType::x509;
  std::string_view alpn;  // empty: none
  bool retried = false;   // a HelloRetryRequest was sent
  KeySource key_source = KeySource::certificate;
  // The same of the handshake that the session began with, never `session` itself; where none is
  // resumed, key_source. With peer_certificate_type it tells a certificate from a raw public key.
  KeySource began_with = KeySource::certificate;
  // Rejected: the server has not seen it. Nothing is sent again but by the application.
  EarlyDataStatus early_data = EarlyDataStatus::none;
  EchStatus ech = EchStatus::not_offered;
};

// The two halves of a connection after the handshake, for a thread each.
class Receiver;
class Sender;

// Returns what an object of the library stood in, wiped.
template <class T>
struct Dispose {
  void operator()(T* object) const noexcept;
};

// Belongs to one thread at a time. Movable; a moved-from Connection can only be destroyed.
class NACRE_API Connection {
 public:
  // A client that expects `server_name`, a DNS name or an IP address. Errors: bad_name,
  // out_of_memory, no_randomness. The first advance() with empty input produces the ClientHello, or
  // asks for the verdict on a session.
  static Result<Connection> client(const ClientConfig& config, std::string_view server_name);
  // The same, and encrypts the ClientHello with the first of `ech` that can be used (RFC 9849):
  // `server_name`, the keys and sessions that are offered, and what else is not in the outer
  // ClientHello, which has the protocols of ALPN. A server that does not take it is authenticated
  // for the public name, and the handshake ends with ech_rejected: ech_retry_configs() then says
  // how to try again. Where none can be used it is as without `ech`.
  static Result<Connection> client(const ClientConfig& config, std::string_view server_name,
                                   const EchConfigList& ech);
  static Result<Connection> server(const ServerConfig& config);

  // The same in memory of the application's, which has to live as long as the connection, or the
  // halves that it is split into. `storage`: at least storage_size() bytes for the limits of
  // `config`. Nothing then comes from the heap but what the library of cryptography needs for keys
  // other than Ed25519, for certificates and for ECH, and the sessions that a client keeps. Errors:
  // buffer_too_small, and those of above.
  static Result<Connection> client(const ClientConfig& config, std::string_view server_name,
                                   MutableBytes storage);
  static Result<Connection> server(const ServerConfig& config, MutableBytes storage);
  static constexpr std::size_t storage_size(const Limits& limits) {
    return fixed_storage + limits.handshake_memory;
  }

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // Handles at most one record of `incoming`, which is overwritten, and writes what there is to
  // send to the front of `outgoing`. On an error the connection is dead, and the first alert_size()
  // bytes of `outgoing` hold its last bytes, the alert among them: send them. An alert that did not
  // fit is written by a later call, which fails with the same error. After close_notify came, all
  // of `incoming` is ignored.
  Result<Step> advance(MutableBytes incoming NACRE_LIFETIMEBOUND, MutableBytes outgoing);
  std::size_t alert_size() const;

  // The answers to the questions; advance() then goes on. What `bytes` views need not outlive the
  // call. Errors: no_question; the handshake's own, which the next advance() reports with its
  // alert.
  Result<void> resume(const ServerConfig& config);
  Result<void> resume(const KnownPsk& known);
  Result<void> resume(const Presented& presented);
  Result<void> resume(Signature signature);
  Result<void> resume(Verdict verdict);

  // Encrypts as much of `plaintext` as fits one record, and returns what it took and produced;
  // nothing makes an empty record, as cover traffic. A KeyUpdate goes before it where one is due:
  // then there may be room for that alone, and `consumed` is 0. Not before HandshakeComplete
  // (not_ready); not after close() (closed). Errors: buffer_too_small when `outgoing` has not even
  // room for one byte; aead_limit when the keys are used up and have been updated as often as may
  // be (section 4.7.3): close() still works.
  struct Sealed {
    std::size_t consumed = 0;  // bytes of `plaintext` that are in the record
    std::size_t produced = 0;  // bytes of `outgoing` to send
  };
  // Seals one record, as Sealed tells.
  Result<Sealed> seal(Bytes plaintext, MutableBytes outgoing);
  // The same for plaintext in pieces, one behind the other: none of them need be copied together
  // first. `consumed` counts over all of them, and may end within one.
  Result<Sealed> seal_pieces(std::span<const Bytes> pieces, MutableBytes outgoing);
  // The part of `outgoing` where plaintext may be written, to be sealed where it stands by
  // seal_body(length, outgoing), which returns the bytes to send. Empty where there is no room: it
  // leaves some for a KeyUpdate, so that 64 bytes of `outgoing` have 15 of body. Give both calls
  // the same `outgoing`. seal_body() wants that room (49 bytes, and `length`) whether a KeyUpdate
  // is due or not: with less it fails with buffer_too_small, and has changed nothing.
  MutableBytes body(MutableBytes outgoing NACRE_LIFETIMEBOUND) const;
  Result<std::size_t> seal_body(std::size_t length, MutableBytes outgoing);

  // Seals data that goes before the handshake is complete, as Sealed tells. A client's (0-RTT) is
  // encrypted to whoever has the session, may be replayed to the server, and is lost if it is
  // rejected: negotiated().early_data tells, once the handshake is complete. It may be sent after
  // the ClientHello, while early_data_room() is not 0. A server's (0.5-RTT), to a client whose
  // early data it has accepted, goes to one that has not yet shown that it is there. RFC 9846,
  // sections 2.3 and 8. Errors: no_early_data, buffer_too_small.
  Result<Sealed> early_data(Bytes plaintext, MutableBytes outgoing);
  // How many bytes of early data may be sent now; 0: none.
  std::size_t early_data_room() const;

  // Changes our sending keys, and asks the peer to change its own if `request_peer` and no such
  // request waits for its answer (section 4.7.3). Returns the bytes of `outgoing` to send; needs
  // max_control_record_size. Errors: aead_limit when there were 2^48-1 updates.
  Result<std::size_t> update_keys(bool request_peer, MutableBytes outgoing);
  // Sends close_notify: no seal() after it, but advance() still reads. During a handshake
  // user_canceled comes first (section 6.1), before it the rest of a handshake message that is sent
  // in part (section 5.1), and the connection is over: advance() fails with closed. A second call
  // produces nothing. Errors: buffer_too_small, with nothing changed: where advance() has sent the
  // message, max_control_record_size is enough.
  Result<std::size_t> close(MutableBytes outgoing);
  // Ends the connection with an error alert of the application's choosing (section 6.2), at any
  // time, a question's too: later calls fail with application_refused. Returns the bytes of
  // `outgoing` to send; needs max_control_record_size, or else advance() has the alert. The rest of
  // a handshake message that is sent in part goes before it (section 5.1). Errors:
  // wrong_call for an alert that is no error: close() sends those.
  Result<std::size_t> abort(AlertDescription alert, MutableBytes outgoing);
  // Tells that the transport has ended. Without a close_notify before it, that is truncated_stream.
  Result<void> transport_closed();

  // Whether both Finished are verified, and what was agreed on until now.
  bool is_complete() const;
  Negotiated negotiated() const;
  // The peer's chain, DER (a resumed session's is that of its first handshake), or the one
  // SubjectPublicKeyInfo of a raw public key; and the name that the client asked for: from the
  // Certificate or ClientHello until the call of advance() that follows HandshakeComplete; empty
  // otherwise.
  std::span<const Bytes> peer_chain() const NACRE_LIFETIMEBOUND;
  std::string_view server_name() const NACRE_LIFETIMEBOUND;
  // The identity of the external PSK that was chosen, or that the session began with: which of
  // several, as it travels (ExternalPsk::identity()); empty: none. From ServerHello, or on a server
  // from the ClientHello whose binder was right, for as long as peer_chain().
  Bytes psk_identity() const NACRE_LIFETIMEBOUND;
  // What the peer has stapled to its leaf in this handshake, where we asked for it: OCSPResponse
  // (RFC 6960), DER, and SignedCertificateTimestampList (RFC 6962, section 3.3) with its length in
  // front, which Nacre does not judge; empty: none. As long-lived as peer_chain().
  Bytes ocsp_response() const NACRE_LIFETIMEBOUND;
  Bytes signed_certificate_timestamps() const NACRE_LIFETIMEBOUND;
  // Why the chain was refused, in words; empty otherwise. As long-lived as peer_chain().
  std::string_view verdict_detail() const NACRE_LIFETIMEBOUND;
  // After ech_rejected, what the server, authenticated for the public name, wants to be tried with
  // on a new connection; the application decides how often. Nothing, or none that is usable: ECH is
  // securely disabled, and a connection without it may be tried. Nothing after any other error: no
  // reason to go without. RFC 9849, section 6.1.6.
  std::optional<EchConfigList> ech_retry_configs() const;
  // The last error and its circumstances, once a call has failed.
  const std::optional<Failure>& failure() const NACRE_LIFETIMEBOUND;

  // Keying material for the application, section 7.5. `out` holds at most 255 times the hash's
  // size. Errors: not_ready, length_out_of_range (label longer than 249 bytes).
  Result<void> export_keying_material(std::string_view label, Bytes context,
                                      MutableBytes out) const;
  // The same from what is known when early data is (the early exporter), until the call of
  // advance() that follows HandshakeComplete: what was said of replays holds for it. Errors:
  // not_ready where there is no early data, or none any more because the server has rejected it;
  // length_out_of_range.
  Result<void> export_early_keying_material(std::string_view label, Bytes context,
                                            MutableBytes out) const;
  // The channel binding "tls-exporter" (RFC 9266).
  Result<std::array<std::uint8_t, 32>> tls_exporter() const;

  // Ends this object: its halves go on, each in one thread. Errors: not_ready before
  // HandshakeComplete; why the connection is dead; out_of_memory. The connection then goes on
  // itself, as before; after out_of_memory without what the handshake learned (peer_chain()).
  Result<std::pair<Receiver, Sender>> split() &&;

  struct Impl;

 private:
  // The connection, its handshake's fixed state, and what separates the pieces.
  static constexpr std::size_t fixed_storage = 6'400;

  explicit Connection(std::unique_ptr<Impl, Dispose<Impl>> impl);
  std::unique_ptr<Impl, Dispose<Impl>> impl_;
};

// The reading half. What it must send (an answer to KeyUpdate, an alert) the Sender sends with its
// next call: advance() says so by `Step::event` of NeedOutput.
class NACRE_API Receiver {
 public:
  Receiver(Receiver&&) noexcept;
  Receiver& operator=(Receiver&&) noexcept;
  ~Receiver();

  // As Connection's.
  Result<Step> advance(MutableBytes incoming NACRE_LIFETIMEBOUND);
  Result<void> transport_closed();
  const std::optional<Failure>& failure() const NACRE_LIFETIMEBOUND;

  struct Impl;
  explicit Receiver(std::unique_ptr<Impl, Dispose<Impl>> impl);

 private:
  std::unique_ptr<Impl, Dispose<Impl>> impl_;
};

// The writing half. When the Receiver has failed, the next call that sends anything produces its
// alert (seal() takes no plaintext then), and later ones fail with its error.
class NACRE_API Sender {
 public:
  Sender(Sender&&) noexcept;
  Sender& operator=(Sender&&) noexcept;
  ~Sender();

  // As Connection's.
  Result<Connection::Sealed> seal(Bytes plaintext, MutableBytes outgoing);
  Result<Connection::Sealed> seal_pieces(std::span<const Bytes> pieces, MutableBytes outgoing);
  MutableBytes body(MutableBytes outgoing NACRE_LIFETIMEBOUND) const;
  Result<std::size_t> seal_body(std::size_t length, MutableBytes outgoing);
  Result<std::size_t> update_keys(bool request_peer, MutableBytes outgoing);
  Result<std::size_t> close(MutableBytes outgoing);
  Result<std::size_t> abort(AlertDescription alert, MutableBytes outgoing);
  // Sends what the Receiver owes: an answer to KeyUpdate, or the alert of its failure. 0: nothing.
  Result<std::size_t> flush(MutableBytes outgoing);

  struct Impl;
  explicit Sender(std::unique_ptr<Impl, Dispose<Impl>> impl);

 private:
  std::unique_ptr<Impl, Dispose<Impl>> impl_;
};

}  // namespace nacre
