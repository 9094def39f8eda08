// Encrypted Client Hello: configurations and keys out of flags.
#pragma once

#include <optional>

#include "nacre/config.h"
#include "nacre/ech.h"
#include "shim/flags.h"

namespace nacre::bogo {

// What a client encrypts with; nothing where no flag has it. Errors: those of
// EchConfigList::parse(); bad_configuration where nothing is usable, if the flags insist on that.
Result<std::optional<EchConfigList>> ech_configs(const Flags& flags);

// A server's keys, where it has some. Errors: bad_configuration, and those of EchKey::from_pem().
Result<void> add_ech_keys(ServerConfig::Builder& builder, const Flags& flags);

}  // namespace nacre::bogo
