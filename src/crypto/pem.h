// PEM, the textual encoding of certificates. RFC 7468.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

using Der = std::vector<std::uint8_t>;

// The contents of the blocks with this label, in order; text around them and blocks with another
// label are skipped. Errors: bad_pem, where a block has no end or is not base64.
Result<std::vector<Der>> read_pem(std::string_view text, std::string_view label);

// Appends a block to `text`, in lines of 64 characters.
void append_pem(std::string& text, std::string_view label, Bytes contents);

}  // namespace nacre::crypto
