// A ClientHello in pieces is the same ClientHello. RFC 9846, section 5.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "attacks/side.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

// A message in plaintext records of `size` bytes.
Octets in_records(const Message& message, std::size_t size) {
  Octets stream;
  for (Bytes rest = message; !rest.empty();) {
    const Bytes content = rest.first(std::min(size, rest.size()));
    append(stream, WireRecord{ContentType::handshake, 0x0303, octets(content)}.encode());
    rest = rest.subspan(content.size());
  }
  return stream;
}

// All that a server makes of a ClientHello.
struct Reading {
  std::string server_name;
  Octets alpn;
  Octets client_hello;
  std::string chosen;
  bool connects = false;

  bool operator==(const Reading&) const = default;
};

// A server with two virtual hosts, told apart by the name asked for and by their protocols, whose
// ClientHello comes as `deliver` hands it over.
template <class Deliver>
Reading read_hello(std::string_view server_name, Deliver deliver) {
  Between between(client_config().alpn({"first", "second"}).ask_verdict(),
                  server_config().ask_configuration(), server_name);
  between.client.peer.answer = [](Connection& connection, const Event&) {
    CHECK(connection.resume(Verdict{}));
  };
  Reading reading;
  between.server.peer.answer = [&](Connection& connection, const Event& event) {
    const auto& hello = std::get<ClientHelloSeen>(event);
    reading.server_name = hello.server_name;
    reading.alpn = octets(hello.alpn);
    reading.client_hello.assign(hello.client_hello.begin(), hello.client_hello.end());
    std::fill(reading.client_hello.begin() + 2, reading.client_hello.end(), std::uint8_t{0});
    const bool is_first = hello.server_name == "first.test";
    ServerConfig::Builder chosen = server_config();
    danger::log_secrets(chosen, between.server.secrets);
    CHECK(connection.resume(*chosen.alpn({is_first ? "first" : "second"}).build()));
  };
  deliver(between.client.messages().front(), between.server);
  between.inbox = between.server.messages();
  between.tell_client(between.inbox.size());
  between.greet();
  reading.chosen = between.server.peer.connection.negotiated().alpn;
  reading.connects = between.server.peer.completed;
  return reading;
}

void in_one_record(const Message& hello, Side& server) {
  server.hear(hello);
}

}  // namespace

TEST_CASE("AC-033: a ClientHello in records of one byte, or of any, is the same",
          "[AC-033][rfc9846-5.1]") {
  const Reading whole = read_hello("first.test", in_one_record);
  REQUIRE(whole.connects);
  for (std::size_t size = 1; size < 300; size += sweep_step) {
    CAPTURE(size);
    const Reading pieces = read_hello("first.test", [&](const Message& hello, Side& server) {
      server.take(in_records(hello, size));
    });
    REQUIRE(pieces == whole);
  }
}

TEST_CASE("AC-033: a ClientHello cut into two segments anywhere is the same",
          "[AC-033][rfc9846-5.1]") {
  const Reading whole = read_hello("first.test", in_one_record);
  for (const std::size_t record_size : {std::size_t{1}, std::size_t{16'384}}) {
    bool is_inside = true;
    for (std::size_t at = 1; is_inside; at += sweep_step) {
      CAPTURE(record_size, at);
      const Reading pieces = read_hello("first.test", [&](const Message& hello, Side& server) {
        const Octets stream = in_records(hello, record_size);
        is_inside = at + sweep_step < stream.size();
        server.take(Bytes(stream).first(at));
        server.take(Bytes(stream).subspan(at));
      });
      REQUIRE(pieces == whole);
    }
  }
}

// The name of the virtual host decides its configuration; a policy for clients' certificates would
// come with that, once there are any.
TEST_CASE("AC-034: a ClientHello in pieces meets the same virtual host", "[AC-034][rfc9846-5.1]") {
  for (const std::string_view name : {"first.test", "second.test"}) {
    for (const std::size_t size : {1U, 2U, 5U, 43U, 50U, 100U, 150U, 200U, 16'384U}) {
      CAPTURE(name, size);
      const Reading reading = read_hello(
          name, [&](const Message& hello, Side& server) { server.take(in_records(hello, size)); });
      CHECK(reading.server_name == name);
      CHECK(reading.alpn == octets("\5first\6second"));
      CHECK(reading.chosen == (name == "first.test" ? "first" : "second"));
      CHECK(reading.connects);
    }
  }
}

}  // namespace nacre::test
