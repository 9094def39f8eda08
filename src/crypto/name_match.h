// Whether a subjectAltName is for a host. RFC 9525, section 6.
#pragma once

#include <string_view>

#include "nacre/bytes.h"

namespace nacre::crypto {

// `names`: each GeneralName behind the other, DER. What is malformed is for no host, and nothing
// behind it is looked at.

// By a dNSName: in any case of letters, and with a wildcard that is the whole left-most label, has
// two more labels behind it and stands for one label.
bool has_host_name(Bytes names, std::string_view host);

// By an iPAddress, byte for byte.
bool has_address(Bytes names, Bytes address);

}  // namespace nacre::crypto
