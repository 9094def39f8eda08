// The runner's algorithms: what they take off or put on says that they were used.
#pragma once

#include "nacre/config.h"
#include "shim/flags.h"

namespace nacre::bogo {

void add_compression(ClientConfig::Builder& builder, const Flags& flags);
void add_compression(ServerConfig::Builder& builder, const Flags& flags);

}  // namespace nacre::bogo
