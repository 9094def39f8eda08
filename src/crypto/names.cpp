// Names to expect of a peer. RFC 9525, section 2; RFC 1123, section 2.1.
#include <arpa/inet.h>

#include <algorithm>
#include <optional>
#include <string>

#include "crypto/ascii.h"
#include "nacre/try.h"
#include "nacre/verify.h"

namespace nacre {
namespace {

constexpr std::size_t max_host_name = 253;
constexpr std::size_t max_label = 63;

using crypto::is_digit;
using crypto::lower;

constexpr bool is_host_character(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || c == '-' || c == '_';
}

constexpr bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= max_label && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, is_host_character);
}

// A last label of digits would make "192.0.2.256" or "1" a name.
constexpr bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > max_host_name) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !std::ranges::all_of(label, is_digit);
    text.remove_prefix(dot + 1);
  }
}

// Writes the address to `out`, and returns how long it is: 4, 16, or 0 where `text` is none.
std::uint8_t parse_address(std::string_view text, std::array<std::uint8_t, 16>& out) {
  const std::string terminated(text);
  if (terminated.contains('\0')) return 0;
  if (inet_pton(AF_INET, terminated.c_str(), out.data()) == 1) return 4;
  if (inet_pton(AF_INET6, terminated.c_str(), out.data()) == 1) return 16;
  return 0;
}

}  // namespace

Result<PeerName> PeerName::parse(std::string_view text) {
  const bool bracketed = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  if (bracketed) text = text.substr(1, text.size() - 2);
  ENSURE(text.size() <= max_host_name + 1, Error::bad_name);

  PeerName name;
  name.address_size_ = parse_address(text, name.address_);
  ENSURE(!bracketed || name.address_size_ == 16, Error::bad_name);
  if (!name.is_address()) {
    if (text.ends_with('.')) text.remove_suffix(1);
    ENSURE(is_host_name(text), Error::bad_name);
  }
  std::ranges::transform(text, name.text_.begin(), lower);
  name.text_size_ = static_cast<std::uint8_t>(text.size());
  return name;
}

}  // namespace nacre
