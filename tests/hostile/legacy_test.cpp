// The fields that older versions have left behind, at every value. RFC 9846, sections 4.2.2, 4.2.3
// and 5.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

// Each record has one byte of a handshake, and another version than all others.
template <class Scripted>
void play_every_record_version() {
  std::uint32_t next = 0;
  while (next <= 0xffff) {
    Scripted script;
    script.content = 1;
    script.version = [&] { return static_cast<std::uint16_t>(next++ & 0xffff); };
    script.play();
    CAPTURE(next);
    REQUIRE(works(script));
  }
}

// Protected records too: the version is a part of what is authenticated, and has no meaning.
TEST_CASE("AC-039: legacy_record_version is ignored",
          "[AC-039][rfc9846-5.1][rfc9846-5.2][rfc9846-5.1-a13d87][rfc9846-E-1a714a]") {
  play_every_record_version<ScriptedServer>();
  play_every_record_version<ScriptedClient>();
}

TEST_CASE("legacy_session_id may have 0 to 32 bytes, and is echoed", "[rfc9846-4.2.2]") {
  for (std::size_t size = 0; size <= 33; ++size) {
    CAPTURE(size);
    ScriptedClient client;
    client.hello.session_id = Data(size, 0xab);
    client.play();
    if (size == 33) {
      CHECK(refused(client, Error::length_out_of_range, decode_error));
      continue;
    }
    CHECK(works(client));
    CHECK(client.server_hello().session_id == client.hello.session_id);
    const auto records = split_records(client.peer().sent);
    const auto is_change = [](const WireRecord& record) {
      return record.type == ContentType::change_cipher_spec;
    };
    CHECK(std::ranges::count_if(records, is_change) == (size == 0 ? 0 : 1));
  }
}

TEST_CASE("a client takes no other legacy_session_id_echo than its own", "[rfc9846-4.2.3]") {
  for (std::size_t size = 0; size <= 33; ++size) {
    CAPTURE(size);
    ScriptedServer server;
    Hello hello = server.hello();
    REQUIRE(hello.session_id.size() == 32);
    hello.session_id.resize(size);
    if (size == 32) hello.session_id.back() ^= 1;
    server.say_hello(hello);
    if (size == 33) {
      CHECK(refused(server, Error::length_out_of_range, decode_error));
    } else {
      CHECK(refused(server, Error::bad_session_id_echo, illegal_parameter));
    }
  }
}

TEST_CASE("legacy_compression_methods is a single null", "[rfc9846-4.2.2]") {
  for (std::size_t size = 0; size <= 255; ++size) {
    for (const int number : {0, 1, 64, 255}) {
      const auto method = static_cast<std::uint8_t>(number);
      CAPTURE(size, method);
      ScriptedClient client;
      client.hello.compression = Data(size, method);
      client.play();
      if (size == 0) {
        CHECK(refused(client, Error::length_out_of_range, decode_error));
      } else if (size == 1 && method == 0) {
        CHECK(works(client));
      } else {
        CHECK(refused(client, Error::bad_compression_method, illegal_parameter));
      }
    }
  }
  for (unsigned method = 1; method <= 255; ++method) {
    ScriptedServer server;
    Hello hello = server.hello();
    hello.compression = {static_cast<std::uint8_t>(method)};
    server.say_hello(hello);
    CHECK(refused(server, Error::bad_compression_method, illegal_parameter));
  }
}

TEST_CASE("legacy_version is that of TLS 1.2", "[rfc9846-4.2.2][rfc9846-4.2.3]") {
  for (unsigned byte = 0; byte <= 255; ++byte) {
    const auto low = static_cast<std::uint8_t>(byte);
    for (const Data& version : {Data{3, low}, Data{low, 3}}) {
      CAPTURE(version);
      ScriptedClient client;
      client.hello.version = version;
      client.play();
      ScriptedServer server;
      Hello hello = server.hello();
      hello.version = version;
      server.say_hello(hello);
      server.play_protected();
      if (byte == 3) {
        CHECK(works(client));
        CHECK(works(server));
      } else {
        CHECK(refused(client, Error::bad_legacy_version, protocol_version));
        CHECK(refused(server, Error::bad_legacy_version, protocol_version));
      }
    }
  }
}

}  // namespace
}  // namespace nacre::test
