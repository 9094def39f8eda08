// Configs of the library, made from options.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nacre/config.h"
#include "nacre/danger.h"
#include "nacre/ech.h"
#include "tlscli/options.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

struct ClientSettings {
  ClientConfig config;
  Policy policy;
  std::string trust;                      // where the authorities come from, for people
  std::optional<EchConfigList> ech = {};  // one of its configurations is usable
};

// What a command is about, besides its options.
struct ClientPurpose {
  std::vector<std::string> alpn = {};  // where the options name no protocol
  std::shared_ptr<ClientSessionStore> sessions = {};
  bool early_data = false;
  bool one_ticket = false;  // asks for a single one, and for none when it resumes
};
Outcome<ClientSettings> client_settings(const ClientOptions& options, ClientPurpose purpose);

// What a server is known by, and keeps. It needs a credential or a key in common with its clients.
struct ServerKeys {
  std::vector<Credential> credentials;
  std::vector<ExternalPsk> psks;
  std::shared_ptr<TicketKeys> ticket_keys;
  std::shared_ptr<ReplayGuard> replay_guard;  // none: no early data
  bool asks_clients = false;                  // who they are
  std::optional<TrustAnchors> client_anchors;
  std::vector<SpkiPin> client_keys;  // raw public keys to believe
  std::optional<RevocationLists> revocation_lists;
  Revocation revocation = Revocation::if_known;
  bool requires_client = false;
  std::vector<CertificateCompressorPtr> compressors;
  std::vector<EchKey> ech_keys;
};

// The config of each connection: with -v, each has one of its own, with a trace.
class ServerSettings {
 public:
  ServerSettings(const ServerOptions& options, const Policy& policy, ServerKeys keys,
                 std::shared_ptr<danger::KeyLog> log);
  Outcome<ServerConfig> config(std::size_t connection_number) const;
  // Makes the one config that all connections share where they need none of their own.
  Outcome<void> prepare();
  const Policy& policy() const { return policy_; }

 private:
  std::vector<std::string> alpn_;
  bool verbose_;
  bool fingerprints_;  // the page tells the client's
  Policy policy_;
  ServerKeys keys_;
  std::shared_ptr<danger::KeyLog> log_;
  std::optional<ServerConfig> shared_ = {};
};

Outcome<TrustAnchors> load_anchors(const std::string& source);
Outcome<std::vector<Credential>> load_credentials(const CommonOptions& options);
Outcome<std::vector<CertificateCompressorPtr>> load_compressors(const CommonOptions& options);
Outcome<RevocationLists> load_revocation_lists(const std::string& path);
Revocation revocation_from(const std::string& text);
// Nothing where --keylog is not given.
Outcome<std::shared_ptr<danger::KeyLog>> open_key_log(const CommonOptions& options);
Outcome<std::string> read_file(const std::string& path);

// Protocols of all --alpn options.
std::vector<std::string> alpn_of(const CommonOptions& options);

}  // namespace nacre::tlscli
