// Keys that both sides have, and those that seal tickets, as the command line gives them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nacre/session.h"
#include "tlscli/options.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// None where --psk is not given. With --psk-import two for each, one for either hash.
Outcome<std::vector<ExternalPsk>> load_psks(const PskOptions& options);

// Those of a file, read again every minute; at random where `path` is empty.
Outcome<std::shared_ptr<TicketKeys>> load_ticket_keys(const std::string& path);

// The options of `psk` for the other side's command line, without the keys.
std::string other_side(const PskOptions& options);

}  // namespace nacre::tlscli
