// ClientHellos of other makes, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nacre::test {

struct RawExtension {
  std::uint16_t type = 0;
  std::vector<std::uint8_t> data;
};

struct RawHello {
  std::uint16_t version = 0x0303;
  std::vector<std::uint16_t> suites;
  std::vector<RawExtension> extensions;
  bool has_extensions = true;  // false: ends before their length
};

inline void put(std::vector<std::uint8_t>& out, std::size_t value, unsigned width) {
  for (unsigned i = width; i > 0; --i) {
    out.push_back(static_cast<std::uint8_t>(value >> 8 * (i - 1) & 0xff));
  }
}

inline void append(std::vector<std::uint8_t>& out, const std::vector<std::uint8_t>& more) {
  out.reserve(out.size() + more.size());
  for (const std::uint8_t byte : more) out.push_back(byte);
}

// A vector: its length of `width` bytes, then `contents`.
inline std::vector<std::uint8_t> prefixed(const std::vector<std::uint8_t>& contents,
                                          unsigned width) {
  std::vector<std::uint8_t> out;
  put(out, contents.size(), width);
  append(out, contents);
  return out;
}

inline std::vector<std::uint8_t> numbers(const std::vector<std::uint16_t>& values) {
  std::vector<std::uint8_t> out;
  for (const std::uint16_t value : values) put(out, value, 2);
  return out;
}

inline std::vector<std::uint8_t> octets_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// server_name with one host_name.
inline RawExtension sni(std::string_view host) {
  std::vector<std::uint8_t> entry{0};
  append(entry, prefixed(octets_of(host), 2));
  return {0x0000, prefixed(entry, 2)};
}

inline RawExtension protocols(const std::vector<std::string_view>& names) {
  std::vector<std::uint8_t> list;
  for (const std::string_view name : names) append(list, prefixed(octets_of(name), 1));
  return {0x0010, prefixed(list, 2)};
}

inline RawExtension versions(const std::vector<std::uint16_t>& values) {
  return {0x002b, prefixed(numbers(values), 1)};
}

inline RawExtension schemes(const std::vector<std::uint16_t>& values) {
  return {0x000d, prefixed(numbers(values), 2)};
}

inline RawExtension groups(const std::vector<std::uint16_t>& values) {
  return {0x000a, prefixed(numbers(values), 2)};
}

// The message's body. The random is 32 times a 7; the session id has one byte.
inline std::vector<std::uint8_t> encode(const RawHello& hello) {
  std::vector<std::uint8_t> out;
  put(out, hello.version, 2);
  for (int i = 0; i < 32; ++i) out.push_back(7);
  append(out, {1, 0x55});
  append(out, prefixed(numbers(hello.suites), 2));
  append(out, {1, 0});
  if (!hello.has_extensions) return out;
  std::vector<std::uint8_t> block;
  for (const RawExtension& extension : hello.extensions) {
    put(block, extension.type, 2);
    append(block, prefixed(extension.data, 2));
  }
  append(out, prefixed(block, 2));
  return out;
}

// Chrome's, of the example in the definition of JA4; with GREASE where Chrome has it.
inline RawHello chrome() {
  return {.suites = {0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
                     0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035},
          .extensions = {{0x5a5a, {}},
                         {0x001b, {2, 0, 2}},
                         sni("www.example.com"),
                         {0x0033, prefixed({0x8a, 0x8a, 0, 1, 0}, 2)},
                         protocols({"h2", "http/1.1"}),
                         {0x4469, {0, 3, 2, 'h', '2'}},
                         {0x0017, {}},
                         {0x002d, {1, 1}},
                         schemes({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601}),
                         {0x0005, {1, 0, 0, 0, 0}},
                         {0x0023, {}},
                         {0x0012, {}},
                         versions({0xfafa, 0x0304, 0x0303}),
                         {0xff01, {0}},
                         {0x000b, {1, 0}},
                         groups({0x8a8a, 0x001d, 0x0017, 0x0018}),
                         {0xcaca, {0}},
                         {0x0015, {0, 0, 0, 0}}}};
}

}  // namespace nacre::test
