// Sessions that outlive a run: --session-in and --session-out.
#pragma once

#include <memory>

#include "nacre/session.h"
#include "tlscli/client.h"

namespace nacre::tlscli {

// Nothing where neither option is given; empty where only --session-out is.
Outcome<std::shared_ptr<MemoryClientSessionStore>> load_sessions(const ClientOptions& options);

// Waits for a ticket, for a short while, where none has come.
Result<void> await_ticket(Channel& channel, double timeout);

// Writes what --session-out asks for: what came, and what was not used. The file is for its owner
// alone.
Outcome<void> keep_sessions(Client& client, const ClientOptions& options,
                            const MemoryClientSessionStore* sessions);

}  // namespace nacre::tlscli
