// What the runner expects the shim to see. Each function says on stderr what differs.
#pragma once

#include "nacre/connection.h"
#include "shim/meeting.h"

namespace nacre::bogo {

// Once the handshake is complete.
bool has_expected_properties(const Connection& connection, const Meeting& meeting);
// A client's tickets, once nothing more comes.
bool has_expected_session(const Connection& connection, const Meeting& meeting);

}  // namespace nacre::bogo
