// HelloRetryRequest, with a cookie and without. RFC 9846, sections 4.2.4 and 4.3.2.
#include <catch2/catch_test_macros.hpp>

#include "handshake/edit.h"
#include "handshake/pair.h"

namespace nacre::test {
namespace {

constexpr int cookie = 44;

ServerConfig::Builder stateless(std::uint8_t key_byte, UnixTime time) {
  std::array<std::uint8_t, 32> key{};
  key.fill(key_byte);
  ServerConfig::Builder builder = server_builder();
  builder.policy(only(NamedGroup::secp521r1)).stateless_retry(key).clock([time] { return time; });
  return builder;
}

// A client that has its HelloRetryRequest from one server, and its second ClientHello.
struct Retried {
  Retried() {
    REQUIRE(client.begin());
    const Message hello = take_flight(client.core()).front();
    REQUIRE(first.receive(view(hello)));
    retry = take_flight(first.core()).front();
    REQUIRE(client.receive(view(retry)));
    second_hello = take_flight(client.core()).front();
  }
  ClientConfig config = client_builder().build().value();
  ClientHandshake client{config, PeerName::parse("localhost").value()};
  ServerHandshake first{stateless(1, test_time).build().value()};
  Message retry;
  Message second_hello;
};

Result<void> go_on(Retried& retried, ServerHandshake& server) {
  TRY(server.receive(view(retried.second_hello)));
  for (const Message& message : take_flight(server.core())) {
    TRY(retried.client.receive(view(message)));
  }
  for (const Message& message : take_flight(retried.client.core())) {
    TRY(server.receive(view(message)));
  }
  return {};
}

}  // namespace

TEST_CASE("A server that never saw the first ClientHello goes on from the cookie",
          "[rfc9846-4.3.2][rfc9846-4.2.4-f06286]") {
  Retried retried;
  ServerHandshake another(stateless(1, test_time + 5).build().value());
  REQUIRE(go_on(retried, another));
  CHECK(retried.client.state() == ClientState::connected);
  CHECK(another.state() == ServerState::connected);
  CHECK(another.core().established.negotiated.group == NamedGroup::secp521r1);
  CHECK(another.core().established.negotiated.retried);
}

TEST_CASE("A client uses a cookie in the connection that it came in alone",
          "[rfc9846-4.3.2][rfc9846-4.3.2-2cd32a]") {
  Retried retried;
  REQUIRE(go_on(retried, retried.first));
  const auto has_cookie = [](const Message& hello) {
    const auto extensions = Hello::parse(hello).extensions;
    return std::ranges::count(extensions, cookie, &std::pair<int, Data>::first) == 1;
  };
  CHECK(has_cookie(retried.second_hello));
  ClientHandshake next(retried.config, PeerName::parse("localhost").value());
  REQUIRE(next.begin());
  CHECK_FALSE(has_cookie(take_flight(next.core()).front()));
}

TEST_CASE("The server that sent the cookie goes on too", "[rfc9846-4.3.2]") {
  Retried retried;
  REQUIRE(go_on(retried, retried.first));
  CHECK(retried.first.state() == ServerState::connected);
}

TEST_CASE("A cookie of another key, too old, from the future, or changed in any bit is refused",
          "[rfc9846-4.3.2]") {
  const auto refused = [](ServerConfig config, Message second_hello) {
    ServerHandshake server(config);
    const Result<void> outcome = server.receive(view(second_hello));
    REQUIRE_FALSE(outcome);
    CHECK(name(outcome.error()) == name(Error::bad_cookie));
    CHECK(alert_for(outcome.error()) == AlertDescription::illegal_parameter);
  };
  const Retried retried;
  refused(stateless(2, test_time).build().value(), retried.second_hello);
  refused(stateless(1, test_time + 61).build().value(), retried.second_hello);
  refused(stateless(1, test_time - 61).build().value(), retried.second_hello);
  Hello hello = Hello::parse(retried.second_hello);
  const std::size_t size = hello.at(cookie).size();
  for (std::size_t byte = 2; byte < size; ++byte) {
    Hello changed = hello;
    changed.at(cookie).at(byte) ^= 0x20;
    refused(stateless(1, test_time).build().value(), changed.encode());
  }
  for (const std::size_t length :
       {std::size_t{1}, std::size_t{11}, std::size_t{12}, std::size_t{28}, std::size_t{500}}) {
    Hello changed = hello;
    changed.at(cookie) = vector(2, Data(length, 1));
    refused(stateless(1, test_time).build().value(), changed.encode());
  }
}

TEST_CASE("A cookie holds for its ClientHello alone", "[rfc9846-4.2.2]") {
  const Retried retried;
  Hello hello = Hello::parse(retried.second_hello);
  hello.random.front() ^= 1;
  ServerHandshake server(stateless(1, test_time).build().value());
  const Message changed = hello.encode();
  const Result<void> outcome = server.receive(view(changed));
  REQUIRE_FALSE(outcome);
  CHECK(name(outcome.error()) == name(Error::changed_client_hello));
}

TEST_CASE("A retry for a cookie alone keeps the shares",
          "[rfc9846-4.2.4][rfc9846-9.2-00b8c1][rfc9846-4.2.2-f95e0b][rfc9846-4.2.3-9241db]"
          "[rfc9846-4.3.2-2ac6ff]") {
  ClientHandshake client(client_builder().build().value(), PeerName::parse("localhost").value());
  REQUIRE(client.begin());
  const Hello first = Hello::parse(take_flight(client.core()).front());
  Hello retry;
  retry.from_client = false;
  retry.version = {3, 3};
  retry.random = Data{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                      0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                      0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
  retry.session_id = first.session_id;
  retry.suites = {0x13, 1};
  retry.compression = {0};
  retry.extensions = {{43, {3, 4}}, {cookie, vector(2, {1, 2, 3})}};
  const Message encoding = retry.encode();
  REQUIRE(client.receive(view(encoding)));
  Hello second = Hello::parse(take_flight(client.core()).front());
  CHECK(second.at(cookie) == vector(2, {1, 2, 3}));
  second.remove(cookie);
  CHECK(second.encode() == first.encode());
}

}  // namespace nacre::test
