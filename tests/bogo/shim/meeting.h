// One connection with the runner, from the handshake to the end of the transport.
#pragma once

#include "shim/flags.h"
#include "shim/sessions.h"

namespace nacre::bogo {

struct Meeting {
  const Flags& flags;
  const Flags& retry;  // a client's, once its early data is rejected
  const Sessions& sessions;
  bool is_resumption = false;
};

// Connects to the runner, shakes hands, checks what the flags expect, and exchanges data. Says on
// stderr what went wrong, and returns false.
bool run_connection(const Meeting& meeting);

}  // namespace nacre::bogo
