// Configurations out of flags, by the public API alone.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/config.h"
#include "nacre/connection.h"
#include "nacre/danger.h"
#include "nacre/trace.h"
#include "shim/flags.h"
#include "shim/sessions.h"

namespace nacre::bogo {

// What a configuration is given besides what the flags say.
struct Surroundings {
  Sessions sessions;
  std::shared_ptr<danger::KeyLog> key_log;
  std::shared_ptr<Trace> trace;
};

// Those with a certificate, in the order in which they are tried.
std::vector<CredentialFlags> all_credentials(const Flags& flags);

// Errors: no_common_signature_scheme where the flags leave it no scheme of TLS 1.3.
Result<Credential> credential_of(const CredentialFlags& flags, bool key_elsewhere);

// Whom a client connects to: an address, which is not sent as server_name, where no flag names one.
std::string_view server_name(const Flags& flags);

Result<ClientConfig> client_config(const Flags& flags, const Surroundings& surroundings);
// Asks for the configuration once the ClientHello is there: server_config() makes that one, with
// its keys elsewhere where the flags say -async. Errors: no_common_signature_scheme where no
// credential can sign.
Result<ServerConfig> asking_server_config(const Flags& flags, const Surroundings& surroundings);
// The keys of PSKs are elsewhere, too, where the flags say -async.
Result<ServerConfig> server_config(const Flags& flags, const ClientHelloSeen& hello,
                                   const Surroundings& surroundings);

// Errors: file_unreadable.
Result<std::string> read_file(const std::string& path);

}  // namespace nacre::bogo
