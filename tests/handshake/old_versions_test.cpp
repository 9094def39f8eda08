// What older versions had is neither taken nor chosen. RFC 9846, appendices B.3.1.4, E.1, E.2, E.5.
#include <catch2/catch_test_macros.hpp>
#include <functional>

#include "handshake/edit.h"
#include "handshake/pair.h"

namespace nacre::test {
namespace {

constexpr int supported_groups = 10;
constexpr int supported_versions = 43;
constexpr int key_share = 51;

// SSL 2.0, SSL 3.0, TLS 1.0, 1.1, 1.2, and DTLS 1.2.
const std::vector<Data> old_versions{{0, 2}, {3, 0}, {3, 1}, {3, 2}, {3, 3}, {0xfe, 0xfd}};

// NULL, RC4, export, DES, 3DES, and AES in CBC and GCM with RSA and ECDHE.
const std::vector<Data> old_suites{{0, 0},    {0, 2},    {0, 5},       {0, 3},       {0, 9},
                                   {0, 0x0a}, {0, 0x2f}, {0xc0, 0x11}, {0xc0, 0x12}, {0xc0, 0x2f}};

// The first and the last of each range of obsolete groups, and ffdhe2048.
const std::vector<Data> old_groups{{0, 1},    {0, 0x16},    {0, 0x1a},   {0, 0x1c},
                                   {1, 0x00}, {0xff, 0x01}, {0xff, 0x02}};

Data joined(const std::vector<Data>& parts) {
  Data all;
  for (const Data& part : parts) all = all + part;
  return all;
}

Hello client_hello(ClientHandshake& client) {
  REQUIRE(client.begin());
  return Hello::parse(take_flight(client.core()).front());
}

Result<void> ask_server(const std::function<void(Hello&)>& change) {
  Pair pair;
  Hello hello = client_hello(pair.client);
  change(hello);
  const Message changed = hello.encode();
  return pair.server.receive(view(changed));
}

Result<void> answer_client(const std::function<void(Hello&)>& change) {
  Pair pair;
  const Message asked = client_hello(pair.client).encode();
  REQUIRE(pair.server.receive(view(asked)));
  Hello hello = Hello::parse(take_flight(pair.server.core()).front());
  change(hello);
  const Message changed = hello.encode();
  return pair.client.receive(view(changed));
}

}  // namespace

TEST_CASE("a server takes no version but TLS 1.3",
          "[rfc9846-E.2][rfc9846-E.5][rfc9846-E.2-d551a4][rfc9846-E.2-a8b074]"
          "[rfc9846-E.5-d74585]") {
  for (const Data& version : old_versions) {
    CHECK(ask_server([&](Hello& h) { h.at(supported_versions) = vector(1, version); }) ==
          fail(Error::tls13_not_offered));
    CHECK(ask_server([&](Hello& h) {
            h.remove(supported_versions);
            h.version = version;
          }) == fail(Error::tls13_not_offered));
  }
  CHECK(alert_for(Error::tls13_not_offered) == AlertDescription::protocol_version);
  CHECK(ask_server(
      [](Hello& h) { h.at(supported_versions) = vector(1, joined(old_versions) + Data{3, 4}); }));
}

TEST_CASE("a client takes no version but TLS 1.3",
          "[rfc9846-E.1][rfc9846-E.5][rfc9846-E.1-2be023][rfc9846-E.5-d74585]") {
  for (const Data& version : old_versions) {
    CHECK(answer_client([&](Hello& h) { h.at(supported_versions) = version; }) ==
          fail(Error::bad_selected_version));
    CHECK(answer_client([&](Hello& h) {
            h.remove(supported_versions);
            h.version = version;
          }) == fail(Error::tls13_not_selected));
  }
  CHECK(alert_for(Error::tls13_not_selected) == AlertDescription::protocol_version);
}

TEST_CASE("neither side takes a cipher suite of an older version",
          "[rfc9846-E.5][rfc9846-E.5-a15b7e][rfc9846-E.5-cb277b]") {
  CHECK(ask_server([](Hello& h) { h.suites = joined(old_suites); }) ==
        fail(Error::no_common_cipher_suite));
  for (const Data& suite : old_suites) {
    CHECK(answer_client([&](Hello& h) { h.suites = suite; }) ==
          fail(Error::unoffered_cipher_suite));
  }
}

TEST_CASE("neither side takes an obsolete group", "[rfc9846-B.3.1.4][rfc9846-B.3.1.4-d0b86c]") {
  CHECK(ask_server([](Hello& h) {
          h.at(supported_groups) = vector(2, joined(old_groups));
          h.at(key_share) = {0, 0};
        }) == fail(Error::no_common_group));
  for (const Data& group : old_groups) {
    CHECK(answer_client([&](Hello& h) { h.at(key_share) = group + vector(2, Data(65, 4)); }) ==
          fail(Error::unoffered_key_share));
  }
}

}  // namespace nacre::test
