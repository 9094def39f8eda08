// Configurations out of flags, by the public API alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nacre/config.h"
#include "nacre/danger.h"
#include "shim/flags.h"

namespace nacre::bogo {

using KeyLog = std::shared_ptr<danger::KeyLog>;

// In the order in which they are tried.
std::vector<CredentialFlags> all_credentials(const Flags& flags);

// Errors: no_common_signature_scheme where the flags leave it no scheme of TLS 1.3.
Result<Credential> credential_of(const CredentialFlags& flags, bool key_elsewhere);

Result<ClientConfig> client_config(const Flags& flags, const KeyLog& key_log);
// Asks for the configuration once the ClientHello is there: server_config() makes that one, with
// its keys elsewhere where the flags say -async. Errors: no_common_signature_scheme where no
// credential can sign.
Result<ServerConfig> asking_server_config(const Flags& flags, const KeyLog& key_log);
Result<ServerConfig> server_config(const Flags& flags, const KeyLog& key_log);

// Errors: file_unreadable.
Result<std::string> read_file(const std::string& path);

}  // namespace nacre::bogo
