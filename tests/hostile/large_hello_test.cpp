// ClientHellos as long as they may be, in the smallest pieces. RFC 9846, sections 4.2.2 and 5.1.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr std::size_t largest = Limits{}.handshake_message;
constexpr std::size_t most_extensions = Limits{}.extensions;

// Distinct code points that mean nothing to us.
Data unknown_numbers(std::size_t count) {
  Data list;
  for (std::size_t i = 0; i < count; ++i) list = list + number(2, 0x4000 + i);
  return list;
}

// What fills a hello up to `size` bytes of message: one unknown extension.
void fill(Hello& hello, std::size_t size) {
  hello.extensions.emplace_back(0x7a7a, Data{});
  const std::size_t present = hello.encode().size();
  REQUIRE(present <= size);
  hello.extensions.back().second = Data(size - present, 0x55);
}

struct Shape {
  std::string what;
  std::function<void(Hello&)> change;
};

const std::vector<Shape> shapes{
    {"one unknown extension", [](Hello& h) { fill(h, largest); }},
    {"as many extensions as may be",
     [](Hello& h) {
       for (std::size_t i = h.extensions.size() + 1; i < most_extensions; ++i) {
         h.extensions.emplace_back(static_cast<int>(0x4000 + i), Data(i % 200));
       }
       fill(h, largest);
     }},
    {"many cipher suites",
     [](Hello& h) {
       h.suites = unknown_numbers(16'000) + h.suites;
       fill(h, largest);
     }},
    {"many groups",
     [](Hello& h) {
       h.at(10) = vector(2, unknown_numbers(16'000) + Data{0, 29});
       fill(h, largest);
     }},
    {"many signature schemes",
     [](Hello& h) {
       h.at(13) = vector(2, unknown_numbers(16'000) + Data{4, 3});
       fill(h, largest);
     }},
    {"many shares",
     [](Hello& h) {
       const Data groups = unknown_numbers(6'000);
       const Data ours = Cursor(h.at(51)).vector(2);
       Data shares;
       for (std::size_t i = 0; i < 12'000; i += 2) {
         shares.insert(shares.end(), {groups[i], groups[i + 1], 0, 1, 9});
       }
       h.at(10) = vector(2, groups + Data{0, 29});
       h.at(51) = vector(2, shares + ours);
       fill(h, largest);
     }},
    {"many protocols",
     [](Hello& h) {
       Data names;
       for (int i = 0; i < 30'000; ++i) names.insert(names.end(), {1, 'x'});
       h.extensions.emplace_back(16, vector(2, names));
       fill(h, largest);
     }},
    {"many authorities",
     [](Hello& h) {
       Data names;
       for (int i = 0; i < 12'000; ++i) names.insert(names.end(), {0, 2, 0x30, 0});
       h.extensions.emplace_back(47, vector(2, names));
       fill(h, largest);
     }},
};

TEST_CASE("a ClientHello of 64 KiB is taken, whatever fills it", "[rfc9846-4.2.2]") {
  for (const Shape& shape : shapes) {
    INFO(shape.what);
    ScriptedClient client;
    shape.change(client.hello);
    REQUIRE(client.hello.encode().size() == largest);
    client.play();
    CHECK(works(client));
  }
}

// A call for each byte that arrives and one for each record taken, and no more.
TEST_CASE("a ClientHello of 64 KiB may come byte by byte", "[AC-033][rfc9846-5.1]") {
  for (const std::size_t content : {1U, 100U, 16'384U}) {
    CAPTURE(content);
    ScriptedClient client;
    client.content = content;
    client.delivery = 1;
    client.peer().room = 4'096;
    shapes.front().change(client.hello);
    client.say_hello(client.hello);
    REQUIRE_FALSE(client.peer().error);
    const std::size_t records = (largest + content - 1) / content;
    const std::size_t bytes = largest + 5 * records;
    CHECK(client.peer().steps <= bytes + 2 * records + 2);
    client.say_finished();
    CHECK(works(client));
  }
}

TEST_CASE("a ClientHello above the limit is refused at its header", "[AC-043][rfc9846-4]") {
  ScriptedClient client;
  client.send(Octets{1});
  client.send(Octets{0, 0xff});
  CHECK_FALSE(client.peer().error);
  client.send(Octets{0xfd});
  CHECK(refused(client, Error::message_too_long, decode_error));
}

TEST_CASE("one extension above the limit is refused", "[rfc9846-4.3]") {
  for (const std::size_t count : {most_extensions, most_extensions + 1}) {
    ScriptedClient client;
    Hello& hello = client.hello;
    while (hello.extensions.size() < count) {
      hello.extensions.emplace_back(static_cast<int>(0x4000 + hello.extensions.size()), Data{});
    }
    client.play();
    if (count == most_extensions) {
      CHECK(works(client));
    } else {
      CHECK(refused(client, Error::too_many_extensions, decode_error));
    }
  }
}

}  // namespace
}  // namespace nacre::test
