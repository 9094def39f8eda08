// Names on the command line.
#include "tlscli/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "tlscli/explain.h"

namespace nacre::tlscli {
namespace {

template <class T>
using Aliases = std::vector<std::pair<std::string_view, T>>;

// One of `values` by its name, or by an alias.
template <class T, class Values>
Outcome<T> parse_name(std::string_view text, std::string_view kind, const Values& values,
                      const Aliases<T>& aliases) {
  std::string known;
  for (const T value : values) {
    if (same_name(text, name(value))) return value;
    known += (known.empty() ? "" : ", ") + std::string(name(value));
  }
  for (const auto& [alias, value] : aliases) {
    if (same_name(text, alias)) return value;
  }
  return usage_problem("\"" + printable(text) + "\" is no " + std::string(kind) + " that Nacre has",
                       "one or more of " + known);
}

int digit_value(char c, std::string_view digits) {
  const std::size_t at = digits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// Digits of `bits` bits each, most significant first. Nothing where one is none.
std::vector<std::uint8_t> decode(std::string_view text, std::string_view digits, unsigned bits) {
  std::vector<std::uint8_t> bytes;
  unsigned buffer = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int value = digit_value(c, digits);
    if (value < 0) return {};
    buffer = ((buffer << bits) | static_cast<unsigned>(value)) & 0xffffU;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<std::uint8_t>((buffer >> held) & 0xffU));
  }
  return bytes;
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// The default policy has all but ML-KEM-1024 alone.
constexpr auto all_groups = [] {
  auto groups = policy_2026.groups;
  for (const NamedGroup group : policy_2026_cnsa2.groups) groups.add(group);
  return groups;
}();

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
    return std::tolower(x == '-' ? '_' : x) == std::tolower(y == '-' ? '_' : y);
  });
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(",:");
    if (end != 0) parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

Outcome<CipherSuite> parse_suite(std::string_view text) {
  return parse_name<CipherSuite>(text, "cipher suite", policy_2026.cipher_suites, {});
}

Outcome<NamedGroup> parse_group(std::string_view text) {
  return parse_name<NamedGroup>(text, "group", all_groups,
                                {{"P-256", NamedGroup::secp256r1},
                                 {"P-384", NamedGroup::secp384r1},
                                 {"P-521", NamedGroup::secp521r1},
                                 {"prime256v1", NamedGroup::secp256r1}});
}

Outcome<SignatureScheme> parse_scheme(std::string_view text) {
  return parse_name<SignatureScheme>(text, "signature scheme", policy_2026.signature_schemes, {});
}

Outcome<SpkiPin> parse_pin(std::string_view text) {
  std::string_view digits = text;
  for (const std::string_view prefix : {"sha256//", "sha256/", "sha256:"}) {
    if (digits.starts_with(prefix)) digits.remove_prefix(prefix.size());
  }
  std::vector<std::uint8_t> bytes;
  if (digits.size() == 64) {
    bytes = decode(lowered(digits), hex_digits, 4);
  } else if (digits.size() == 44 && digits.ends_with('=')) {
    bytes = decode(digits.substr(0, 43), base64_digits, 6);
  }
  SpkiPin pin{};
  if (bytes.size() != pin.size()) {
    return usage_problem("\"" + printable(text) + "\" is no SHA-256 of a public key",
                         "`tlscli cert show FILE` and `tlscli connect --probe` print it");
  }
  std::ranges::copy(bytes, pin.begin());
  return pin;
}

Outcome<std::vector<SpkiPin>> parse_pins(const std::vector<std::string>& texts) {
  std::vector<SpkiPin> pins;
  for (const std::string& text : texts) {
    TRY(const SpkiPin pin, parse_pin(text));
    pins.push_back(pin);
  }
  return pins;
}

Outcome<std::vector<std::uint8_t>> parse_hexadecimal(std::string_view text) {
  auto bytes = decode(lowered(text), hex_digits, 4);
  // What is wrong may be a secret: it is not repeated.
  if (bytes.empty() || 2 * bytes.size() != text.size()) {
    return usage_problem("a value is not in hexadecimal digits", "two digits for each byte");
  }
  return bytes;
}

std::vector<std::uint8_t> base64_bytes(std::string_view text) {
  std::string digits(text);
  std::erase_if(digits, [](unsigned char c) { return std::isspace(c) != 0; });
  while (digits.ends_with('=')) digits.pop_back();
  return decode(digits, base64_digits, 6);
}

std::string base64(Bytes bytes) {
  std::string text;
  while (!bytes.empty()) {
    const Bytes part = bytes.first(std::min<std::size_t>(bytes.size(), 3));
    bytes = bytes.subspan(part.size());
    std::uint32_t group = 0;
    for (std::size_t i = 0; i != 3; ++i) {
      group = (group << 8U) | (i < part.size() ? part[i] : 0U);
    }
    for (std::size_t i = 0; i != 4; ++i) {
      text += i <= part.size() ? base64_digits[(group >> (18U - 6U * i)) & 63U] : '=';
    }
  }
  return text;
}

std::string hexadecimal(Bytes bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += hex_digits[byte >> 4U];
    text += hex_digits[byte & 15U];
  }
  return text;
}

}  // namespace nacre::tlscli
