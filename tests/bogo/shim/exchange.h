// One connection with the runner, from the handshake to the end of the transport.
#pragma once

#include "nacre/try.h"
#include "shim/flags.h"

namespace nacre::bogo {

// Connects to the runner, shakes hands, checks what the flags expect, and exchanges data. Says on
// stderr what went wrong, and returns false.
bool run_connection(const Flags& flags);

}  // namespace nacre::bogo
