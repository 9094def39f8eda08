// Everything an endpoint decides before it connects. A config is immutable once built: copy it and
// share it between threads, at the price of a reference count; to change one, build the next.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/compression.h"
#include "nacre/credentials.h"
#include "nacre/ech.h"
#include "nacre/error.h"
#include "nacre/limits.h"
#include "nacre/policies.h"
#include "nacre/policy.h"
#include "nacre/session.h"
#include "nacre/trace.h"
#include "nacre/verify.h"

namespace nacre {

// Gives the time. Called a few times in a handshake and for each ticket, from the thread that
// drives the connection.
using Clock = std::function<UnixTime()>;

// How many zero bytes to add to a record with `length` bytes of content. RFC 9846, section 5.4. The
// result is cut to what the record has room for.
using PaddingFunction = std::function<std::size_t(std::size_t length)>;

class NACRE_API ClientConfig {
 public:
  class Builder;
  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ClientConfig(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// Collects decisions and checks them together in build(). The defaults are the recommended ones. A
// copy is another builder, and what was built stays as it was: neither sees what is decided later.
// They share what was handed to both (a store, a trace, a key log), and that alone.
class NACRE_API ClientConfig::Builder {
 public:
  explicit Builder(TrustAnchors anchors);
  // A client that talks to whoever has this key, and to nobody else: a server that chooses a
  // certificate is refused (psk_declined).
  explicit Builder(ExternalPsk psk);
  // A client that takes raw public keys alone (RFC 7250): a server that has none is refused
  // (no_common_certificate_type). Names are not looked at.
  explicit Builder(RawPublicKeys keys);
  Builder(const Builder& other);
  Builder& operator=(const Builder& other);
  ~Builder();

  // What is offered and accepted, and what the peer may cost.
  Builder& policy(const Policy& policy);
  Builder& limits(const Limits& limits);
  // ALPN protocols, the preferred one first (RFC 7301).
  Builder& alpn(std::span<const std::string_view> protocols);
  Builder& alpn(std::initializer_list<std::string_view> protocols);
  // What to present to a server that asks for a certificate: the first whose schemes and issuers it
  // takes (RFC 9846, section 4.4.2). Where none fits it gets an empty list, and may go on or
  // refuse.
  Builder& credential(Credential credential);
  // Asks the application for it instead (CertificateWanted). Where it was asked, no session is kept
  // but under a session_context(), which tells whose sessions they are: resumed, nobody is asked.
  Builder& ask_credential(bool ask = true);
  // Takes raw public keys (RFC 7250) besides certificates.
  Builder& raw_public_keys(RawPublicKeys keys);
  // The certificate types that we may present, the preferred one first: what
  // client_certificate_type says. By default those of the credentials, in their order; to be given
  // where the application is asked for a credential that is a raw public key.
  Builder& own_certificate_types(std::initializer_list<CertificateType> types);
  // Keys to offer, the preferred one first, at most 8 (RFC 9846, section 4.3.11). A session that
  // can be resumed is offered before them.
  Builder& psk(ExternalPsk psk);
  // Asks for a certificate besides the key: authenticated by both, and secret while either is
  // (RFC 9973). A server that does not answer it is refused (psk_declined), and no session is
  // resumed. Off by default.
  Builder& certificate_with_psk(bool on = true);
  // Resumes sessions from `store`, and keeps new ones there. None by default.
  Builder& sessions(std::shared_ptr<ClientSessionStore> store);
  // A session is resumed no longer than this after the peer has proved itself: by
  // CertificateVerify, or by an external PSK, in the handshake that the session began with. Tickets
  // of resumed connections do not prolong it. Positive; 7 days by default (RFC 9846,
  // section 4.7.1). A session ends with the path that was believed, too: with the earliest notAfter
  // below the anchor, that of the anchor where check_anchor_dates() is on, or with ask_verdict()
  // that of the leaf.
  Builder& max_proof_age(std::chrono::seconds age);
  // A session is resumed only where this is the same, besides the name and all in the configuration
  // that decides whether a server is believed: whom the application expects, where one name stands
  // for several (ask_verdict()). Any length.
  Builder& session_context(Bytes context);
  // How many tickets to ask for after a full handshake, and after a resumed one (RFC 9149). Not
  // sent by default.
  Builder& ticket_request(std::uint8_t new_session_count, std::uint8_t resumption_count);
  // Lets early_data() be used where a session is resumed that allows it. Off by default: whatever
  // is sent so may be replayed (RFC 9846, section 8).
  Builder& early_data(bool on = true);
  // One of the certificates of the path that is believed must have one of these keys, besides all
  // other checks. Not together with ask_verdict() (bad_configuration): who judges a chain elsewhere
  // looks for pins on the path that was found there. Who is known by an external PSK or by a raw
  // public key has no path: pins say nothing of those.
  Builder& pins(std::span<const SpkiPin> pins);
  // Looks certificates of the peer's chain up in `lists` (RFC 5280, section 6.3), and does with
  // those that none covers what `what` says. Nacre's own verifier alone looks there.
  Builder& revocation(RevocationLists lists, Revocation what = Revocation::if_known);
  // Whether an anchor must be within its own dates to vouch for others. Off by default: RFC 5280
  // leaves that to whoever chose the anchor.
  Builder& check_anchor_dates(bool on = true);
  // Remembers there which signatures on certificates were checked. None by default.
  Builder& signature_cache(SignatureCache cache);
  // Asks the server to staple an OCSP response for its certificate (RFC 6066, section 8). What
  // comes is checked, and what says nothing good is refused (bad_certificate_status), as is a
  // certificate that must come with one ("must-staple") and does not; any other may come without.
  // Off by default. Not for a session that is resumed.
  Builder& ocsp_response(bool ask = true);
  // Asks the server for SignedCertificateTimestamps (RFC 6962), for the application to judge:
  // signed_certificate_timestamps(). Off by default.
  Builder& signed_certificate_timestamps(bool ask = true);
  // Asks the application for the verdict on the server's chain (ChainToJudge) in place of Nacre's
  // own verifier.
  Builder& ask_verdict(bool ask = true);
  // Asks it on a session's chain, too, before the session is offered and early data can be sent:
  // one that is refused is let go, and the handshake is a full one. With ask_verdict() alone.
  Builder& ask_session_verdict(bool ask = true);
  // Sends GREASE values (RFC 8701). Off by default.
  Builder& grease(bool on = true);
  // Sends GREASE for Encrypted Client Hello where there is nothing to encrypt with (RFC 9849,
  // section 6.2), so that those who encrypt do not stand out. On by default, as the RFC advises; it
  // costs some 160 bytes of each ClientHello.
  Builder& ech_grease(bool on = true);
  // Sends certificate_authorities with the anchors' names (RFC 9846, section 4.3.4). Off by
  // default.
  Builder& send_certificate_authorities(bool on = true);
  // Sends its certificate compressed to a peer that can decompress it so (RFC 8879). May be given
  // several, the preferred one first. The result is kept with the configuration. Not null.
  Builder& compress_certificate(CertificateCompressorPtr compressor);
  // Takes compressed certificates, no longer than Limits::handshake_message. Off by default: it is
  // one more parser before the peer is known. Not null.
  Builder& decompress_certificate(CertificateCompressorPtr compressor);
  // The largest record content that we want to receive, 64 to 16,384 bytes (RFC 8449).
  Builder& record_size_limit(std::size_t bytes);
  Builder& padding(PaddingFunction function);
  // Pads every record's content to a multiple of `block` bytes.
  Builder& pad_to(std::size_t block);
  Builder& clock(Clock clock);
  // Tells `trace` of each message, alert and change of keys. None by default.
  Builder& trace(std::shared_ptr<Trace> trace);

  // Errors: bad_configuration.
  Result<ClientConfig> build() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  // fault: AC-231a.1
  std::unique_ptr<Impl> impl_;
};

class NACRE_API ServerConfig {
 public:
  class Builder;
  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ServerConfig(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// As ClientConfig::Builder.
class NACRE_API ServerConfig::Builder {
 public:
  explicit Builder(Credential credential);
  // A server without a certificate, for clients that have a key in common with it.
  explicit Builder(ExternalPsk psk);
  Builder(const Builder& other);
  Builder& operator=(const Builder& other);
  ~Builder();

  // Another credential. The handshake takes the first whose names fit server_name (wildcards too)
  // and whose schemes the client can verify; without a fitting name, the first of all.
  Builder& credential(Credential credential);
  // Refuses a server_name that no certificate fits, with unrecognized_name: before a session or
  // another key is looked at. Off by default.
  Builder& require_known_name(bool on = true);
  Builder& policy(const Policy& policy);
  Builder& limits(const Limits& limits);
  // Asks clients for a certificate (RFC 9846, section 4.4.2), in handshakes in which the server
  // presents one: a client that resumes a session has presented its own before.
  struct ClientAuthentication {
    // Who may vouch for clients. A client's name is not looked at: peer_chain() has it. Nothing: no
    // certificates are taken, but raw public keys alone.
    std::optional<TrustAnchors> anchors = {};
    // Raw public keys to believe (RFC 7250), of clients that say that they may present one.
    std::optional<RawPublicKeys> raw_public_keys = {};
    // A client without a certificate is refused (certificate_required), and a PSK alone does not
    // stand for one. If not, it connects, and peer_chain() is empty.
    bool required = true;
    // Schemes that clients may sign with, the preferred one first; empty: the policy's, which are
    // otherwise for our own signatures alone.
    Preferences<SignatureScheme, 16> signature_schemes = {};
    // DistinguishedNames (DER) for certificate_authorities (section 4.3.4), so that a client may
    // choose; an empty list: none. Nothing: the anchors' own, where they fit in 65,533 bytes.
    std::optional<std::vector<std::vector<std::uint8_t>>> authorities = {};
  };
  // Asks clients as ClientAuthentication tells. By default none is asked.
  Builder& client_authentication(ClientAuthentication authentication);
  // Looks certificates of a client's chain up in `lists` (RFC 5280, section 6.3), and does with
  // those that none covers what `what` says. Nacre's own verifier alone looks there.
  Builder& revocation(RevocationLists lists, Revocation what = Revocation::if_known);
  // Whether an anchor must be within its own dates to vouch for others. Off by default: RFC 5280
  // leaves that to whoever chose the anchor.
  Builder& check_anchor_dates(bool on = true);
  // Remembers there which signatures on certificates were checked. None by default.
  Builder& signature_cache(SignatureCache cache);
  // Asks the application for the verdict on a client's chain (ChainToJudge) in place of Nacre's own
  // verifier. Not for a session that is resumed.
  Builder& ask_verdict(bool ask = true);
  // ALPN protocols, the preferred one first. A client that offers others only is refused.
  Builder& alpn(std::span<const std::string_view> protocols);
  Builder& alpn(std::initializer_list<std::string_view> protocols);
  // A key that clients may name. Without a certificate, and for identities that are no tickets of
  // ours, an unknown identity cannot be told from a known one with a wrong key (section 4.3.11).
  Builder& psk(ExternalPsk psk);
  // Asks the application about identities that are neither tickets nor among the keys given
  // (PskOffered), and about the one that a session began with, if that is not among them.
  Builder& ask_psk(bool ask = true);
  // Sends tickets that hold the session, sealed with `keys` (section 4.7.1).
  Builder& ticket_keys(std::shared_ptr<TicketKeys> keys);
  // Sends tickets that name a session in `store`. One of the two, not both.
  Builder& sessions(std::shared_ptr<SessionStore> store);
  // A session ends where the keys of the server's certificates for its name are others than when it
  // began: tickets of another service are not taken, though it has these ticket keys, and a change
  // of key costs each client a full handshake. This says that all who have the ticket keys, or the
  // store, are one service, and that a session of one is good for each, whatever their keys. Off by
  // default.
  Builder& one_service(bool on = true);
  // How many tickets to send, unless the client asks for fewer (RFC 9149), and for how long.
  struct Tickets {
    std::uint8_t after_full_handshake = 2;
    std::uint8_t after_resumption = 1;
    std::chrono::seconds lifetime = std::chrono::hours(24);  // 1 s to max_session_lifetime
  };
  // Sends tickets as Tickets tells, in place of its defaults.
  Builder& tickets(const Tickets& tickets);
  // A session is resumed no longer than this after the peer has proved itself: by
  // CertificateVerify, or by an external PSK, in the handshake that the session began with. Tickets
  // of resumed connections do not prolong it. Positive; 7 days by default (RFC 9846,
  // section 4.7.1). A session ends with the path that was believed, too: with the earliest notAfter
  // below the anchor, that of the anchor where check_anchor_dates() is on, or with ask_verdict()
  // that of the leaf.
  Builder& max_proof_age(std::chrono::seconds age);
  // A session is resumed only where this is the same, besides what docs/sessions.md lists: a
  // tenant, a version of the application. Any length.
  Builder& session_context(Bytes context);
  // Takes early data, which `guard` holds against replays. It is acted upon at most once as far as
  // the guard sees: what the application does with it must bear a replay (section 8).
  struct EarlyData {
    std::shared_ptr<ReplayGuard> guard;
    // Bytes of plaintext, at most Limits::early_data_skipped: what may come may have to be skipped,
    // with 17 bytes and more for each record.
    // Where a ticket of before allows more, this is what counts: a client that sends more is
    // refused (too_much_early_data).
    std::uint32_t max_size = 14'336;
    // That ages may differ by: 1 s to ReplayGuard::max_window.
    std::chrono::seconds window = std::chrono::seconds(10);
  };
  // Takes early data within these bounds. Off by default.
  Builder& early_data(EarlyData early_data);
  // Sends GREASE values in tickets (RFC 8701). Off by default.
  Builder& grease(bool on = true);
  // Takes encrypted ClientHellos (RFC 9849). Of the configuration that a connection began with:
  // what ClientHelloSeen shows is decrypted. With stateless_retry(), a second ClientHello that was
  // encrypted is taken on the connection of the first alone.
  Builder& ech_keys(EchKeys keys);
  // Takes inner ClientHellos that a client-facing server has decrypted, and no encrypted ones
  // (split mode, RFC 9849, section 7): the way from there must be protected, and nobody else reach
  // this server. Of the configuration that ClientHelloSeen was answered with. Off by default.
  Builder& ech_backend(bool on = true);
  // Asks the application for a configuration when the ClientHello is there (ClientHelloSeen).
  Builder& ask_configuration(bool ask = true);
  // 32 secret bytes. HelloRetryRequests then carry a cookie that holds all that is needed to go on
  // (RFC 9846, section 4.3.2), so that another Connection, in another process with the same key,
  // may take the second ClientHello.
  Builder& stateless_retry(std::span<const std::uint8_t, 32> key);
  // Sends its certificate compressed to a peer that can decompress it so (RFC 8879). May be given
  // several, the preferred one first. The result is kept with the configuration. Not null.
  Builder& compress_certificate(CertificateCompressorPtr compressor);
  // Takes compressed certificates, no longer than Limits::handshake_message. Off by default: it is
  // one more parser before the peer is known. Not null.
  Builder& decompress_certificate(CertificateCompressorPtr compressor);
  Builder& record_size_limit(std::size_t bytes);
  Builder& padding(PaddingFunction function);
  Builder& pad_to(std::size_t block);
  Builder& clock(Clock clock);
  // Tells `trace` of each message, alert and change of keys. None by default.
  Builder& trace(std::shared_ptr<Trace> trace);

  // Errors: bad_configuration.
  Result<ServerConfig> build() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  // fault: AC-231b.1
  std::unique_ptr<Impl> impl_;
};

}  // namespace nacre
