// JA4, FoxIO's fingerprint of TLS clients.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "crypto/hash.h"
#include "messages/grease.h"
#include "nacre/bytes.h"
#include "nacre/client_hello.h"

namespace nacre {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t hash_digits = 12;

constexpr char digit(unsigned value) {
  return digits.at(value & 15);
}

// The characters of a fingerprint, from the first to the last.
class Text {
 public:
  void add(char c) { characters_.at(used_++) = c; }
  void add(std::string_view text) {
    for (const char c : text) add(c);
  }
  Ja4 finish() const {
    assert(used_ == characters_.size());
    return Ja4(characters_);
  }

 private:
  std::array<char, Ja4::size> characters_{};
  std::size_t used_ = 0;
};

// Hashes lists of numbers, of four digits each.
class ListHash {
 public:
  void add(std::uint16_t number) {
    if (separator_ != 0) hash_.update(bytes_of({&separator_, 1}));
    const std::array<char, 4> text{digit(number >> 12), digit(number >> 8 & 15),
                                   digit(number >> 4 & 15), digit(number & 15)};
    hash_.update(bytes_of({text.data(), text.size()}));
    separator_ = ',';
  }
  // What is added now is another list.
  void next_list() { separator_ = '_'; }
  // A hash of nothing would look like one of something.
  void write(Text& text) const {
    const crypto::Digest digest = hash_.digest();
    for (const std::uint8_t byte : digest.bytes().first(hash_digits / 2)) {
      text.add(separator_ == 0 ? '0' : digit(byte >> 4U));
      text.add(separator_ == 0 ? '0' : digit(byte & 15U));
    }
  }

 private:
  crypto::Hash hash_{crypto::HashAlgorithm::sha256};
  char separator_ = 0;
};

template <class T>
std::uint16_t number_of(T value) {
  if constexpr (std::is_same_v<T, ExtensionView>) {
    return static_cast<std::uint16_t>(value.type);
  } else {
    return static_cast<std::uint16_t>(value);
  }
}

template <class T>
bool counts(T value) {
  if constexpr (std::is_same_v<T, ExtensionView>) {
    return !is_grease(value.type);
  } else {
    return !is_grease(value);
  }
}

template <class T>
void add_count(Text& text, const HelloList<T>& list) {
  const auto count = std::ranges::count_if(list, counts<T>);
  const auto shown = static_cast<unsigned>(std::min<std::ptrdiff_t>(count, 99));
  text.add(digit(shown / 10));
  text.add(digit(shown % 10));
}

// Calls `use` for each number that counts, in increasing order: for each first digit that there is,
// it counts what follows. So the cost is bounded, and needs no memory, whatever a client sends.
template <class T>
void in_order(const HelloList<T>& list, const auto& use) {
  std::array<bool, 16> has{};
  for (const T value : list) has.at(number_of(value) >> 12) = true;
  for (std::size_t first = 0; first < has.size(); ++first) {
    if (!has.at(first)) continue;
    std::array<std::uint16_t, 0x1000> times{};
    for (const T value : list) {
      if (number_of(value) >> 12 == static_cast<int>(first) && counts(value)) {
        ++times.at(number_of(value) & 0xfff);
      }
    }
    for (std::size_t rest = 0; rest < times.size(); ++rest) {
      for (unsigned i = 0; i < times.at(rest); ++i) {
        use(static_cast<std::uint16_t>(first << 12 | rest));
      }
    }
  }
}

std::string_view version_text(std::uint16_t version) {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

// The highest of supported_versions where there are any.
std::string_view version_of(const ClientHelloView& hello) {
  const auto versions = hello.supported_versions();
  if (versions.empty()) return version_text(number_of(hello.legacy_version()));
  std::uint16_t highest = 0;
  for (const ProtocolVersion version : versions) {
    if (counts(version)) highest = std::max(highest, number_of(version));
  }
  return version_text(highest);
}

bool is_alphanumeric(char c) {
  return ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
}

// The first protocol's first and last character; where one of them is no letter or digit, the first
// and the last of its hexadecimal digits.
void add_protocol(Text& text, const HelloList<std::string_view>& protocols) {
  if (protocols.empty()) return text.add("00");
  const std::string_view first = *protocols.begin();
  if (is_alphanumeric(first.front()) && is_alphanumeric(first.back())) {
    text.add(first.front());
    text.add(first.back());
    return;
  }
  text.add(digit(static_cast<unsigned char>(first.front()) >> 4U));
  text.add(digit(static_cast<unsigned char>(first.back()) & 15U));
}

void add_suites(Text& text, const ClientHelloView& hello) {
  ListHash hash;
  in_order(hello.cipher_suites(), [&](std::uint16_t number) { hash.add(number); });
  hash.write(text);
}

// Without those that depend on the server rather than on the client.
void add_extensions(Text& text, const ClientHelloView& hello) {
  constexpr auto name = static_cast<std::uint16_t>(ExtensionType::server_name);
  constexpr auto alpn =
      static_cast<std::uint16_t>(ExtensionType::application_layer_protocol_negotiation);
  ListHash hash;
  in_order(hello.extensions(), [&](std::uint16_t number) {
    if (number != name && number != alpn) hash.add(number);
  });
  bool first = true;
  for (const SignatureScheme scheme : hello.signature_algorithms()) {
    if (!counts(scheme)) continue;
    if (first) hash.next_list();
    first = false;
    hash.add(number_of(scheme));
  }
  hash.write(text);
}

}  // namespace

Ja4 ja4(const ClientHelloView& hello) {
  Text text;
  text.add('t');
  text.add(version_of(hello));
  text.add(hello.extension(ExtensionType::server_name) ? 'd' : 'i');
  add_count(text, hello.cipher_suites());
  add_count(text, hello.extensions());
  add_protocol(text, hello.alpn());
  text.add('_');
  add_suites(text, hello);
  text.add('_');
  add_extensions(text, hello);
  return text.finish();
}

}  // namespace nacre
