// What the runner expects the shim to see. Each function says on stderr what differs.
#pragma once

#include <string>

#include "nacre/connection.h"
#include "shim/meeting.h"

namespace nacre::bogo {

// When the verdict is asked for.
bool is_for_expected_name(const ChainToJudge& question, const Flags& flags);
// Once the handshake is complete.
bool has_expected_properties(const Connection& connection, const Meeting& meeting);
// A client's tickets, once nothing more comes.
bool has_expected_session(const Connection& connection, const Meeting& meeting);
// All of them, a line each.
bool has_expected_messages(const std::string& messages, const Flags& flags);
// Once the connection has failed.
bool has_expected_retry_configs(const Connection& connection, const Flags& flags);

}  // namespace nacre::bogo
