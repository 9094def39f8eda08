// Writing id-RSASSA-PSS keys, which AWS-LC reads alone, for the files of this room. RFC 4055.
#pragma once

#include <openssl/bytestring.h>

#include <array>
#include <cstdint>
#include <optional>

#include "crypto/signature_impl.h"

namespace nacre::crypto {

// RSASSA-PSS-params of one of the three kinds: its hash, MGF1 with it, and salts as long as it.
using PssParameters = std::array<std::uint8_t, 54>;

// Nothing for other kinds.
std::optional<PssParameters> pss_parameters(KeyKind kind);

// The AlgorithmIdentifier with them.
bool write_pss_algorithm(CBB* out, const PssParameters& parameters);

}  // namespace nacre::crypto
