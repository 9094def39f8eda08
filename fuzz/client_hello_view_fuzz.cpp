// Reads the body of a ClientHello, and holds its JA4 against a second, slower telling.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "extensions/registry.h"
#include "messages/client_hello.h"
#include "messages/grease.h"
#include "nacre/client_hello.h"
#include "round_trip.h"

namespace nacre {
namespace {

using Numbers = std::vector<std::string>;

std::string hexadecimal(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits.at(byte >> 4U);
    text += digits.at(byte & 15U);
  }
  return text;
}

// Those that count, each of four digits.
template <class T>
Numbers numbers_of(const HelloList<T>& list) {
  Numbers numbers;
  for (const T value : list) {
    const auto number = static_cast<std::uint16_t>(value);
    const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(number >> 8),
                                            static_cast<std::uint8_t>(number & 0xff)};
    if (!is_grease(value)) numbers.push_back(hexadecimal(bytes));
  }
  return numbers;
}

Numbers types_of(const ClientHelloView& hello) {
  Numbers types;
  for (const ExtensionView& extension : hello.extensions()) {
    const auto type = static_cast<std::uint16_t>(extension.type);
    const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(type >> 8),
                                            static_cast<std::uint8_t>(type & 0xff)};
    if (!is_grease(extension.type)) types.push_back(hexadecimal(bytes));
  }
  return types;
}

std::string joined(const Numbers& numbers) {
  std::string text;
  for (const std::string& number : numbers) text += (text.empty() ? "" : ",") + number;
  return text;
}

std::string hash_of(const std::string& text) {
  if (text.empty()) return std::string(12, '0');
  const auto digest = crypto::hash(crypto::HashAlgorithm::sha256, bytes_of(text));
  return hexadecimal(digest.bytes()).substr(0, 12);
}

std::string count_of(const Numbers& numbers) {
  const std::string text = std::to_string(std::min<std::size_t>(numbers.size(), 99));
  return text.size() == 1 ? "0" + text : text;
}

// What follows the version and stands before the hashes is told apart.
void hold_to_definition(const ClientHelloView& hello, std::string_view text) {
  Numbers suites = numbers_of(hello.cipher_suites());
  Numbers types = types_of(hello);
  fuzz::require(text.substr(4, 4) == count_of(suites) + count_of(types));
  fuzz::require((text.at(3) == 'd') == hello.extension(ExtensionType::server_name).has_value());
  std::ranges::sort(suites);
  std::ranges::sort(types);
  std::erase_if(types, [](const std::string& type) { return type == "0000" || type == "0010"; });
  const Numbers schemes = numbers_of(hello.signature_algorithms());
  const std::string tail = schemes.empty() ? "" : "_" + joined(schemes);
  fuzz::require(text.substr(11, 12) == hash_of(joined(suites)));
  fuzz::require(text.substr(24) == hash_of(joined(types) + tail));
}

bool is_plain(char c) {
  return ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
}

void look_at(const ClientHelloView& hello) {
  for (const ExtensionView& extension : hello.extensions()) {
    const auto found = hello.extension(extension.type);
    fuzz::require(found && found->data() == extension.data.data());
  }
  for (const std::string_view protocol : hello.alpn()) fuzz::require(!protocol.empty());
  fuzz::require(hello.random().size() == 32);
  const Ja4 fingerprint = ja4(hello);
  const std::string_view text = fingerprint.text();
  fuzz::require(text.size() == 36 && text.at(0) == 't' && text.at(10) == '_' && text.at(23) == '_');
  fuzz::require(std::ranges::count_if(text, is_plain) == 34);
  hold_to_definition(hello, text);
}

// What a server takes can be viewed.
bool is_taken(Bytes body) {
  const auto hello = wire::read_all<ClientHello>(body);
  Limits limits;
  limits.extensions = body.size();
  return hello && check_block(Where::client_hello, hello->extensions, limits).has_value();
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1 << 17) return 0;
  const auto body = nacre::fuzz::input_of(data, size);
  const auto hello = nacre::ClientHelloView::read(body);
  nacre::fuzz::require(hello || !nacre::is_taken(body));
  if (hello) nacre::look_at(*hello);
  return 0;
}
