// Whether a certificate is DER to its last byte, for the files of this room alone.
#pragma once

#include <string_view>

#include "nacre/bytes.h"

namespace nacre::crypto {

// What RFC 5280, section 4.1, asks of an encoding that AWS-LC's parser lets pass. Empty: it is all
// in order. `certificate` is one that the parser has read.
std::string_view encoding_fault(Bytes certificate);

}  // namespace nacre::crypto
