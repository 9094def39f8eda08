// The key log. RFC 9850.
#pragma once

#include <string_view>

#include "handshake/config.h"
#include "messages/random.h"
#include "nacre/bytes.h"

namespace nacre {

// One line, where the configuration has a log.
void log_to(const CommonConfig& config, std::string_view label, const Random& client_random,
            Bytes value);

// The two lines for an encrypted ClientHello (section 2.3), by the random of the outer one.
void log_ech(const CommonConfig& config, const Random& outer_random, Bytes shared_secret,
             Bytes ech_config);

}  // namespace nacre
