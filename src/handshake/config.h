// What stands behind ClientConfig and ServerConfig.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/credentials.h"
#include "crypto/secret.h"
#include "extensions/certificate_type.h"
#include "handshake/compression.h"
#include "handshake/ech_opener.h"
#include "handshake/issuer_index.h"
#include "handshake/own_keys.h"
#include "nacre/config.h"
#include "nacre/danger.h"
#include "nacre/limits.h"
#include "nacre/policy.h"
#include "nacre/session.h"
#include "nacre/trace.h"
#include "nacre/try.h"

namespace nacre {

// So many keys has a client at most; with a session it offers one identity more, and a server looks
// at so many.
inline constexpr std::size_t max_psks = 8;
inline constexpr std::size_t max_identities = max_psks + 1;

// The counts of a ticket_request. RFC 9149, section 2.
struct TicketCounts {
  std::uint8_t after_full_handshake = 0;
  std::uint8_t after_resumption = 0;
};

// Both roles'.
struct CommonConfig {
  Policy policy = policy_2026;
  Limits limits;
  std::vector<std::string> alpn;
  // RFC 8449, as it travels (content type included); 0: not sent.
  std::size_t record_size_limit = 0;
  PaddingFunction padding;                         // empty: none
  Clock clock;                                     // empty: the system's
  std::shared_ptr<Trace> trace;                    // may be null
  std::shared_ptr<danger::KeyLog> key_log;         // may be null
  std::shared_ptr<danger::Randomness> randomness;  // null: the system's
  std::uint64_t update_keys_after = 0;             // records; 0: the AEAD's limit
  std::vector<ExternalPsk> psks;
  std::chrono::seconds max_proof_age = max_session_lifetime;
  IssuerIndex issuers;  // of the credentials
  std::optional<RevocationLists> revocation_lists;
  Revocation revocation = Revocation::if_known;
  bool check_anchor_dates = false;
  std::optional<SignatureCache> signature_cache;
  bool grease = false;
  CertificateCompressors compressors;  // for what we send
  CertificateCompressors decompressors;
  std::shared_ptr<CompressionCache> compression_cache;  // null: no compressors

  UnixTime now() const;
  Result<void> random(MutableBytes out) const;
};

struct ClientConfig::Impl : CommonConfig {
  explicit Impl(TrustAnchors trust) : anchors(std::move(trust)) {}
  TrustAnchors anchors;
  std::vector<SpkiPin> pins;
  // What servers may present, and which of raw public keys are believed (RFC 7250).
  CertificateTypes server_types{CertificateType::x509};
  std::vector<SpkiPin> raw_public_keys;
  // What we may present: those of `credentials`, unless the application says it.
  CertificateTypes own_types;
  std::vector<Credential> credentials;
  bool ask_credential = false;
  bool ask_verdict = false;
  bool ask_session_verdict = false;
  bool send_certificate_authorities = false;
  bool ech_grease = true;
  bool ask_ocsp_response = false;
  bool ask_timestamps = false;
  bool require_psk = false;           // no certificate is believed
  bool certificate_with_psk = false;  // RFC 9973
  bool early_data = false;
  std::shared_ptr<ClientSessionStore> sessions;  // may be null
  std::optional<TicketCounts> ticket_request;
  // Of all that decides whether a server is believed, and who we are to it.
  std::array<std::uint8_t, 32> session_scope{};
  bool has_session_context = false;
};

// What certificate_authorities says to clients. Errors: bad_configuration for names that do not
// fit.
Result<std::vector<std::uint8_t>> authorities_of(
    const ServerConfig::Builder::ClientAuthentication& clients);

struct ServerConfig::Impl : CommonConfig {
  std::vector<Credential> credentials;
  OwnKeys own_keys;
  bool require_known_name = false;
  bool one_service = false;
  std::optional<ServerConfig::Builder::ClientAuthentication> client_authentication;
  CertificateTypes client_types{CertificateType::x509};  // that clients may present
  std::vector<std::uint8_t> client_authorities;  // as certificate_authorities has them; empty: none
  bool ask_verdict = false;
  bool ask_configuration = false;
  bool ask_psk = false;
  std::shared_ptr<TicketKeys> ticket_keys;  // one of them, or neither
  std::shared_ptr<SessionStore> sessions;
  Builder::Tickets tickets;
  Builder::EarlyData early_data;  // without a guard: off
  // Of all in the config that has to be the same for a session to be resumed.
  std::array<std::uint8_t, 32> session_context{};
  std::shared_ptr<const crypto::Secret<32>> cookie_key;  // null: no stateless retry
  std::shared_ptr<const EchServerKeys> ech;              // null: nothing is decrypted
  bool ech_backend = false;
};

// What was asked for so far; checked and copied by build().
struct ClientConfig::Builder::Impl : ClientConfig::Impl {
  using ClientConfig::Impl::Impl;
  std::vector<std::uint8_t> user_context;
  bool contradictory = false;
};

struct ServerConfig::Builder::Impl : ServerConfig::Impl {
  std::vector<std::uint8_t> user_context;
  std::optional<EchKeys> ech_keys;
  bool contradictory = false;
};

// What build() checks and makes of the above: in session_config.cpp.
bool has_consistent_sessions(const ClientConfig::Impl& config);
bool has_consistent_sessions(const ServerConfig::Impl& config);
std::array<std::uint8_t, 32> session_scope(const ClientConfig::Impl& config, Bytes user_context);
std::array<std::uint8_t, 32> session_context(const ServerConfig::Impl& config, Bytes user_context);
// What a session's context has to be: of the config, the name that the client asks for, and the
// keys that the server has for it.
std::array<std::uint8_t, 32> context_of(const ServerConfig::Impl& config,
                                        std::string_view server_name);

// In certificate_types_config.cpp.
bool has_consistent_keys(const ClientConfig::Impl& config);
bool has_consistent_keys(const ServerConfig::Impl& config);
CertificateTypes types_of(const std::vector<Credential>& credentials);
CertificateTypes client_types_of(const ServerConfig::Builder::ClientAuthentication& clients);

}  // namespace nacre
