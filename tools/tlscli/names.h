// Names on the command line: suites, groups, signature schemes, pins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nacre/credentials.h"
#include "nacre/policies.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// The parts of a list, "a,b" or "a:b".
std::vector<std::string> split_list(std::string_view text);

// Whether two names are the same, whatever the case; "-" is as good as "_".
bool same_name(std::string_view a, std::string_view b);

// Names are those of the RFC and IANA, in any case, and the usual others: "P-256", "x25519".
Outcome<CipherSuite> parse_suite(std::string_view text);
Outcome<NamedGroup> parse_group(std::string_view text);
Outcome<SignatureScheme> parse_scheme(std::string_view text);

// 64 hexadecimal digits, or 44 characters of base64 as curl writes them: "sha256//...=".
Outcome<SpkiPin> parse_pin(std::string_view text);
Outcome<std::vector<SpkiPin>> parse_pins(const std::vector<std::string>& texts);
// Whole bytes, in either case of the digits; at least one.
Outcome<std::vector<std::uint8_t>> parse_hexadecimal(std::string_view text);
std::string hexadecimal(Bytes bytes);
// What `text` says in base64, white space aside, with or without its padding. Empty where it is
// none.
std::vector<std::uint8_t> base64_bytes(std::string_view text);
std::string base64(Bytes bytes);

}  // namespace nacre::tlscli
