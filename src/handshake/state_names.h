// The names of states and inputs, for people: the drawings of the tables, and failed tests.
#pragma once

#include <string_view>

#include "handshake/client.h"
#include "handshake/server.h"
#include "handshake/state_machine.h"

namespace nacre {

std::string_view name(ClientState state);
std::string_view name(ServerState state);
std::string_view name(Input input);

}  // namespace nacre
