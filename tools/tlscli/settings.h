// Configs of the library, made from options.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nacre/config.h"
#include "nacre/danger.h"
#include "tlscli/options.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

struct ClientSettings {
  ClientConfig config;
  Policy policy;
  std::string trust;  // where the authorities come from, for people
};

// `default_alpn` counts where the options name no protocol.
Outcome<ClientSettings> client_settings(const ClientOptions& options,
                                        std::vector<std::string> default_alpn = {});

// Makes a config for each connection: with -v, each has a trace of its own.
class ServerSettings {
 public:
  ServerSettings(const ServerOptions& options, const Policy& policy,
                 std::vector<Credential> credentials, std::shared_ptr<danger::KeyLog> log);
  Outcome<ServerConfig> config(std::size_t connection_number) const;
  const Policy& policy() const { return policy_; }

 private:
  std::vector<std::string> alpn_;
  bool verbose_;
  Policy policy_;
  std::vector<Credential> credentials_;
  std::shared_ptr<danger::KeyLog> log_;
};

Outcome<TrustAnchors> load_anchors(const std::string& source);
Outcome<std::vector<Credential>> load_credentials(const CommonOptions& options);
// Nothing where --keylog is not given.
Outcome<std::shared_ptr<danger::KeyLog>> open_key_log(const CommonOptions& options);
Outcome<std::string> read_file(const std::string& path);

// Protocols of all --alpn options.
std::vector<std::string> alpn_of(const CommonOptions& options);

}  // namespace nacre::tlscli
