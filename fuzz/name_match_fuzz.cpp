// Names of hosts: Nacre matches what the library's X.509 parser matches, and nothing else.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "crypto/certificate_parts.h"
#include "crypto/name_match.h"
#include "crypto/x509_oracle.h"

namespace {

using namespace nacre::crypto;
using nacre::Bytes;
using Octets = std::vector<std::uint8_t>;

// What is behind the last newline of `input`, or all of it; that is taken off.
Bytes take_last_line(Bytes& input) {
  const std::size_t newline = nacre::text_of(input).rfind('\n');
  const bool is_whole = newline == std::string_view::npos;
  const Bytes line = is_whole ? input : input.subspan(newline + 1);
  input = is_whole ? Bytes() : input.first(newline);
  return line;
}

// Each line a dNSName and an iPAddress.
Octets names_in(Bytes lines) {
  Octets names;
  while (!lines.empty()) {
    const Bytes line = take_last_line(lines);
    append_general_name(names, 2, line);
    append_general_name(names, 7, line);
  }
  return names;
}

void compare(Bytes names, Bytes host) {
  const auto has_host = x509_has_host_name(names, nacre::text_of(host));
  const auto has_bytes = x509_has_address(names, host);
  if (!has_host) return;  // refused by whoever parses the whole certificate
  const Octets extension = subject_alt_name_of(names);
  const auto found = find_extensions(extension);
  if (!found || !std::ranges::equal(found->names, names)) std::abort();
  if (has_host_name(found->names, nacre::text_of(host)) != has_host) std::abort();
  if (has_address(found->names, host) != has_bytes) std::abort();
}

}  // namespace

// The host stands in the last line. What is in front of it are names, in lines and as DER.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, size);
  if (size > 10'000) return 0;
  const Bytes host = take_last_line(input);
  compare(input, host);
  compare(names_in(input), host);
  return 0;
}
