// What the runner expects the shim to see. Each function says on stderr what differs.
#pragma once

#include "nacre/connection.h"
#include "shim/flags.h"

namespace nacre::bogo {

// Once the handshake is complete.
bool has_expected_properties(const Connection& connection, const Flags& flags);

}  // namespace nacre::bogo
