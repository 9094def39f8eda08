// ClientHello and ServerHello taken apart, so that a test can change one thing and put them
// together again. Written apart from the codec that it tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace nacre::test {

using Message = std::vector<std::uint8_t>;  // header and body
using Data = std::vector<std::uint8_t>;

// One after the other, most significant byte first.
inline Data number(std::size_t width, std::size_t value) {
  Data data(width);
  for (std::size_t i = width; i > 0; value >>= 8) data.at(--i) = static_cast<std::uint8_t>(value);
  return data;
}

inline Data operator+(Data a, const Data& b) {
  a.reserve(a.size() + b.size());
  for (const std::uint8_t byte : b) a.push_back(byte);
  return a;
}

// `data` behind its length.
inline Data vector(std::size_t width, const Data& data) {
  return number(width, data.size()) + data;
}

inline Message message(std::uint8_t type, const Data& body) {
  return Data{type} + vector(3, body);
}

class Cursor {
 public:
  explicit Cursor(const Data& data) : data_(data) {}
  Data take(std::size_t count) {
    Data taken;
    for (; count > 0; --count) taken.push_back(data_.at(at_++));
    return taken;
  }
  std::size_t number(std::size_t width) {
    std::size_t value = 0;
    for (const std::uint8_t byte : take(width)) value = value << 8 | byte;
    return value;
  }
  Data vector(std::size_t width) { return take(number(width)); }
  bool empty() const { return at_ == data_.size(); }

 private:
  Data data_;
  std::size_t at_ = 0;
};

struct Hello {
  bool from_client = true;
  Data version, random, session_id, suites, compression;
  std::vector<std::pair<int, Data>> extensions;

  static Hello parse(const Message& encoding) {
    Cursor cursor(encoding);
    Hello hello;
    hello.from_client = cursor.number(1) == 1;
    cursor.number(3);
    hello.version = cursor.take(2);
    hello.random = cursor.take(32);
    hello.session_id = cursor.vector(1);
    hello.suites = hello.from_client ? cursor.vector(2) : cursor.take(2);
    hello.compression = hello.from_client ? cursor.vector(1) : cursor.take(1);
    Cursor extensions(cursor.vector(2));
    while (!extensions.empty()) {
      const int type = static_cast<int>(extensions.number(2));
      hello.extensions.emplace_back(type, extensions.vector(2));
    }
    return hello;
  }

  // The extensions, without their length.
  Data block() const {
    Data list;
    for (const auto& [type, data] : extensions) {
      list = list + number(2, static_cast<std::size_t>(type)) + vector(2, data);
    }
    return list;
  }

  Message encode() const {
    return message(from_client ? 1 : 2, version + random + vector(1, session_id) +
                                            (from_client ? vector(2, suites) : suites) +
                                            (from_client ? vector(1, compression) : compression) +
                                            vector(2, block()));
  }

  Data& at(int type) {
    return std::ranges::find(extensions, type, &std::pair<int, Data>::first)->second;
  }
  void remove(int type) {
    std::erase_if(extensions, [=](const auto& extension) { return extension.first == type; });
  }
};

}  // namespace nacre::test
