// Words for people about certificates. Nothing that a peer wrote gets through unescaped.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>
#include <vector>

#include "nacre/verify.h"

namespace nacre::crypto {

// Printable ASCII, all else as \xNN, cut to `limit` characters.
std::string printable(std::string_view text, std::size_t limit = 256);

// "2026-11-23 06:30:00 UTC".
std::string date_text(UnixTime time);

// RFC 2253 style.
std::string name_text(const X509_NAME* name);
// The same in quotation marks.
std::string quoted(const X509_NAME* name);

// Lower case.
std::string hex_text(Bytes bytes);

// "192.0.2.1", "2001:db8::1", or hexadecimal for what is no address.
std::string address_text(Bytes address);

// "a, b, c and 3 more".
std::string list_text(const std::vector<std::string>& items, std::size_t most = 8);

}  // namespace nacre::crypto
