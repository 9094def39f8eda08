// Why the issuers that a chain offers will not do, in words, for the files of this room alone.
#pragma once

#include <string>
#include <vector>

#include "crypto/anchor_store.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// What ChainVerdict::candidates says of a chain that was refused. Checks no more signatures than
// query.limits.path_iterations.
std::vector<std::string> explain_candidates(const AnchorStore& anchors, const ChainQuery& query);

}  // namespace nacre::crypto
