// The keys that both sides have before they meet, by the importer of RFC 9258.
#pragma once

#include <optional>
#include <vector>

#include "nacre/connection.h"
#include "nacre/session.h"
#include "nacre/try.h"
#include "shim/flags.h"

namespace nacre::bogo {

// Each key for each hash, in the order of the credentials. Errors: bad_pem, bad_psk.
Result<std::vector<ExternalPsk>> all_psks(const Flags& flags);

// A key that nobody has: for a server that looks its keys up.
Result<ExternalPsk> nobodys_psk();

// Our first that the client names.
std::optional<ExternalPsk> find(const std::vector<ExternalPsk>& psks, const PskOffered& question);

// Of a flag. Errors: bad_pem.
Result<std::vector<std::uint8_t>> unbase64(const std::string& text);

}  // namespace nacre::bogo
