// What must hold in every conversation, whatever its ends were made to do. The machine knows what
// each party really has; an endpoint may say no more than that of its peer.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "machine/machine.h"

namespace nacre::machine {

// After a call: it may fail, but not by accusing a peer whose bytes are as they were sent, and not
// for want of room that it had.
std::optional<Violation> judge_call(const Operation& operation, const Conversation& conversation,
                                    const Side& side, const Outcome& outcome);
// When a side is complete: what it says of its peer, the peer has proved, in this conversation or
// in the one that its session began with.
std::optional<Violation> judge_completion(const std::deque<Conversation>& all, std::size_t index,
                                          const Side& side);
// When data has come: no more than was sent, and early data once, within the server's bounds.
std::optional<Violation> judge_receipt(const std::deque<Conversation>& all,
                                       const Conversation& conversation, const Side& side);
// When close_notify has come: so has all that was sent.
std::optional<Violation> judge_closing(const Conversation& conversation, const Side& side);
// When nobody moves: both ends are where they should be, agree, and know why the other failed.
std::optional<Violation> judge_rest(const Conversation& conversation);

// The truth about a chain that an application is asked about.
bool may_be_believed(const Outcome& asked);

}  // namespace nacre::machine
