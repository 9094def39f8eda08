// Encrypted Client Hello: lists of configurations and keys, as the command line gives them. RFC
// 9849; RFC 9934.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nacre/ech.h"
#include "tlscli/options.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// What --ech gives: an ECHConfigList in base64, or a file that holds one as base64, bytes or PEM.
// `list` stays empty where `source` is, and where no configuration is usable: that is told.
Outcome<void> load_ech_configs(const std::string& source, std::optional<EchConfigList>& list);

// Those of --ech-key, the preferred one first.
Outcome<std::vector<EchKey>> load_ech_keys(const std::vector<std::string>& files);

// Writes to `path`, which is that of --ech-retry-out, what a server wants to be tried with; or says
// that there is nothing. `configs` is in base64.
Outcome<void> keep_retry_configs(const std::string& configs, const std::string& path);

}  // namespace nacre::tlscli
