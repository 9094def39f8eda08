// What a server refuses, and the alert that the RFC names.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "handshake/edit.h"
#include "handshake/pair.h"

namespace nacre::test {
namespace {

constexpr int server_name = 0;
constexpr int supported_groups = 10;
constexpr int signature_algorithms = 13;
constexpr int alpn = 16;
constexpr int record_size_limit = 28;
constexpr int pre_shared_key = 41;
constexpr int supported_versions = 43;
constexpr int signature_algorithms_cert = 50;
constexpr int key_share = 51;

using enum AlertDescription;

// One identity of one byte, and a binder of 32.
Data offered_psk() {
  Data data{0, 7, 0, 1, 0x61, 0, 0, 0, 0, 0, 33, 32};
  for (int i = 0; i < 32; ++i) data.push_back(0);
  return data;
}

struct Case {
  std::string what;
  std::function<void(Hello&)> change;
  Error error;
  AlertDescription alert;
};

Hello client_hello(const ClientConfig& config = client_builder().build().value()) {
  ClientHandshake client(config, PeerName::parse("localhost").value());
  REQUIRE(client.begin());
  return Hello::parse(take_flight(client.core()).front());
}

Result<void> hand_to_server(const Hello& hello,
                            const ServerConfig& config = server_builder().build().value()) {
  ServerHandshake server(config);
  const Message encoding = hello.encode();
  return server.receive(view(encoding));
}

void expect(const Result<void>& outcome, Error error, AlertDescription alert) {
  REQUIRE_FALSE(outcome);
  CHECK(name(outcome.error()) == name(error));
  CHECK(alert_for(outcome.error()) == alert);
}

const std::vector<Case> cases{
    {"legacy_version", [](Hello& h) { h.version = {3, 4}; }, Error::bad_legacy_version,
     protocol_version},
    {"AC-022: no supported_versions", [](Hello& h) { h.remove(supported_versions); },
     Error::tls13_not_offered, protocol_version},
    {"AC-022: no extension", [](Hello& h) { h.extensions.clear(); }, Error::tls13_not_offered,
     protocol_version},
    {"TLS 1.2 alone", [](Hello& h) { h.at(supported_versions) = {2, 3, 3}; },
     Error::tls13_not_offered, protocol_version},
    {"TLS 1.3 by legacy_version",
     [](Hello& h) {
       h.version = {3, 4};
       h.remove(supported_versions);
     },
     Error::tls13_not_offered, protocol_version},
    {"compression", [](Hello& h) { h.compression = {1}; }, Error::bad_compression_method,
     illegal_parameter},
    {"compression after none", [](Hello& h) { h.compression = {0, 1}; },
     Error::bad_compression_method, illegal_parameter},
    {"no compression twice", [](Hello& h) { h.compression = {0, 0}; },
     Error::bad_compression_method, illegal_parameter},
    {"more compression", [](Hello& h) { h.compression = {1, 0}; }, Error::bad_compression_method,
     illegal_parameter},
    {"no common suite", [](Hello& h) { h.suites = {0x13, 4, 0x0a, 0x0a}; },
     Error::no_common_cipher_suite, handshake_failure},
    {"an odd list of suites", [](Hello& h) { h.suites.push_back(0x13); }, Error::truncated,
     decode_error},
    {"no suites", [](Hello& h) { h.suites.clear(); }, Error::length_out_of_range, decode_error},
    {"a long session id", [](Hello& h) { h.session_id.resize(33); }, Error::length_out_of_range,
     decode_error},
    {"AC-051: no supported_groups", [](Hello& h) { h.remove(supported_groups); },
     Error::missing_extension, missing_extension},
    {"AC-051: no key_share", [](Hello& h) { h.remove(key_share); }, Error::missing_extension,
     missing_extension},
    {"AC-051: no signature_algorithms", [](Hello& h) { h.remove(signature_algorithms); },
     Error::missing_extension, missing_extension},
    {"AC-052: empty signature_algorithms", [](Hello& h) { h.at(signature_algorithms) = {0, 0}; },
     Error::length_out_of_range, decode_error},
    {"AC-052: odd signature_algorithms",
     [](Hello& h) { h.at(signature_algorithms) = {0, 3, 4, 3, 8}; }, Error::truncated,
     decode_error},
    {"AC-052: unknown signature_algorithms only",
     [](Hello& h) { h.at(signature_algorithms) = {0, 2, 0x0a, 0x0a}; },
     Error::no_common_signature_scheme, handshake_failure},
    {"AC-052: empty signature_algorithms_cert",
     [](Hello& h) { h.at(signature_algorithms_cert) = {0, 0}; }, Error::length_out_of_range,
     decode_error},
    {"no common group",
     [](Hello& h) {
       h.at(supported_groups) = {0, 2, 0, 30};
       h.at(key_share) = {0, 0};
     },
     Error::no_common_group, handshake_failure},
    {"a group twice", [](Hello& h) { h.at(supported_groups) = {0, 4, 0, 29, 0, 29}; },
     Error::duplicate_value, illegal_parameter},
    {"AC-058: two shares of one group",
     [](Hello& h) {
       const Data share = Data{0, 29} + vector(2, Data(32, 9));
       h.at(key_share) = vector(2, share + share);
     },
     Error::duplicate_share, illegal_parameter},
    {"AC-058: a share of a group that was not offered",
     [](Hello& h) { h.at(supported_groups) = {0, 2, 0, 23}; }, Error::unoffered_group,
     illegal_parameter},
    {"AC-058: shares in another order",
     [](Hello& h) {
       h.at(supported_groups) = {0, 4, 0, 23, 0, 29};
       h.at(key_share) =
           vector(2, Data{0, 29} + vector(2, Data(32, 9)) + Data{0, 23} + vector(2, Data(65, 4)));
     },
     Error::unoffered_group, illegal_parameter},
    {"AC-059: a share of low order",
     [](Hello& h) {
       h.at(supported_groups) = {0, 2, 0, 29};
       h.at(key_share) = vector(2, Data{0, 29} + vector(2, Data(32)));
     },
     Error::bad_key_share, illegal_parameter},
    {"a share that is no point",
     [](Hello& h) {
       h.at(supported_groups) = {0, 2, 0, 23};
       h.at(key_share) = vector(2, Data{0, 23} + vector(2, Data(65, 4)));
     },
     Error::bad_key_share, illegal_parameter},
    {"an empty share", [](Hello& h) { h.at(key_share) = vector(2, Data{0, 29, 0, 0}); },
     Error::length_out_of_range, decode_error},
    {"AC-047: an extension twice", [](Hello& h) { h.extensions.push_back(h.extensions.front()); },
     Error::duplicate_extension, illegal_parameter},
    {"AC-047: an unknown extension twice",
     [](Hello& h) {
       h.extensions.emplace_back(0xfafa, Data{});
       h.extensions.emplace_back(0xfafa, Data{1});
     },
     Error::duplicate_extension, illegal_parameter},
    {"AC-049: a known extension that has no place in ClientHello",
     [](Hello& h) { h.extensions.emplace_back(48, Data{0, 0}); }, Error::misplaced_extension,
     illegal_parameter},
    {"AC-046: bytes behind an extension's data",
     [](Hello& h) { h.at(supported_groups).push_back(0); }, Error::trailing_data, decode_error},
    {"AC-050: pre_shared_key not last",
     [](Hello& h) { h.extensions.emplace(h.extensions.begin(), pre_shared_key, offered_psk()); },
     Error::psk_not_last, illegal_parameter},
    {"pre_shared_key without psk_key_exchange_modes",
     [](Hello& h) { h.extensions.emplace_back(pre_shared_key, offered_psk()); },
     Error::missing_extension, missing_extension},
    {"AC-056: two host names",
     [](Hello& h) {
       const Data entry = Data{0} + vector(2, {'a', '.', 'b'});
       h.at(server_name) = vector(2, entry + entry);
     },
     Error::bad_server_name, illegal_parameter},
    {"AC-056: an empty list of names", [](Hello& h) { h.at(server_name) = {0, 0}; },
     Error::length_out_of_range, decode_error},
    {"AC-056: a NUL in a name",
     [](Hello& h) { h.at(server_name) = vector(2, Data{0} + vector(2, {'a', 0, 'b'})); },
     Error::bad_server_name, illegal_parameter},
    {"AC-056: an address for a name",
     [](Hello& h) {
       h.at(server_name) = vector(2, Data{0} + vector(2, {'1', '.', '2', '.', '3', '.', '4'}));
     },
     Error::bad_server_name, illegal_parameter},
    {"AC-053: an empty list of protocols",
     [](Hello& h) { h.extensions.emplace_back(alpn, Data{0, 0}); }, Error::length_out_of_range,
     decode_error},
    {"AC-053: an empty protocol",
     [](Hello& h) { h.extensions.emplace_back(alpn, vector(2, Data{0, 1, 'a'})); },
     Error::length_out_of_range, decode_error},
    {"AC-036: a record_size_limit below 64",
     [](Hello& h) { h.extensions.emplace_back(record_size_limit, Data{0, 63}); },
     Error::bad_record_size_limit, illegal_parameter},
};

}  // namespace

TEST_CASE("A server refuses a ClientHello that breaks a rule",
          "[rfc9846-4.2.2][rfc9846-4.3][rfc9846-9.2][rfc9846-9.2-143c39][rfc9846-E.5-7ab507]"
          "[rfc9846-6-eb89d9][rfc9846-2.1-0487f9][rfc9846-4.2.1-3f24c5][rfc9846-4.2.1-f0e0e8]"
          "[rfc9846-4.2.2-cfe7d0][rfc9846-4.2.2-50f234][rfc9846-4.3-2c1133][rfc9846-4.3-804259]"
          "[rfc9846-4.3-2c99db][rfc9846-4.3.1-5a114b][rfc9846-4.3.1-ff6359]"
          "[rfc9846-4.3.1-a25148][rfc9846-4.3.3-c762d1][rfc9846-4.3.11-fdf862]"
          "[rfc9846-4.3.9-137c08]") {
  for (const Case& row : cases) {
    INFO(row.what);
    Hello hello = client_hello();
    row.change(hello);
    expect(hand_to_server(hello), row.error, row.alert);
  }
}

TEST_CASE("AC-054: a server with protocols refuses a client with others alone",
          "[AC-054][rfc7301]") {
  const Hello hello = client_hello(client_builder().alpn({"imap"}).build().value());
  expect(hand_to_server(hello, server_builder().alpn({"h2", "http/1.1"}).build().value()),
         Error::no_application_protocol, no_application_protocol);
  CHECK(hand_to_server(hello));
}

TEST_CASE("AC-057: a server ignores GREASE, and unknown values, in every list",
          "[AC-057][rfc8701][rfc9846-9.3-f942be][rfc9846-4.2.2-ae6377][rfc9846-4.2.2-83961b]"
          "[rfc9846-4.3.1-ff6359]") {
  for (int i = 0; i < 16; ++i) {
    const auto byte = static_cast<std::uint8_t>(0x0a + 0x10 * i);
    const Data grease{byte, byte};
    Hello hello = client_hello(client_builder().grease().build().value());
    hello.suites = grease + hello.suites;
    Cursor groups(hello.at(supported_groups));
    const Data all_groups = groups.vector(2);
    // The client's own GREASE stays in the list: another value than ours may stand beside it.
    if (!std::ranges::equal(grease, Data(all_groups.begin(), all_groups.begin() + 2))) {
      hello.at(supported_groups) = vector(2, grease + all_groups);
    }
    Cursor schemes(hello.at(signature_algorithms));
    hello.at(signature_algorithms) = vector(2, grease + schemes.vector(2));
    Cursor versions(hello.at(supported_versions));
    hello.at(supported_versions) = vector(1, grease + versions.vector(1));
    const int type = byte << 8 | byte;
    hello.remove(type);
    hello.extensions.emplace_back(type, Data{1, 2, 3});
    CAPTURE(i);
    CHECK(hand_to_server(hello));
  }
}

TEST_CASE("AC-045: every truncation of ClientHello is refused",
          "[AC-045][rfc9846-6.2][rfc9846-6-5bcfeb]") {
  const Message good = client_hello().encode();
  // What ends behind the compression methods is a whole ClientHello of an older version.
  const std::size_t without_extensions = 4 + 2 + 32 + 33 + 2 + 6 + 2;
  for (std::size_t size = 4; size < good.size(); ++size) {
    const Message cut = message(1, Data(good.begin() + 4, good.begin() + static_cast<long>(size)));
    ServerHandshake server(server_builder().build().value());
    const Result<void> outcome = server.receive(view(cut));
    CAPTURE(size);
    REQUIRE_FALSE(outcome);
    CHECK(alert_for(outcome.error()) ==
          (size == without_extensions ? protocol_version : decode_error));
  }
}

TEST_CASE("The second ClientHello may differ only where the RFC lets it",
          "[rfc9846-4.2.2][AC-020]") {
  const auto second = [](const std::function<void(Hello&)>& change) -> Result<void> {
    Pair pair(client_builder().build().value(),
              server_builder().policy(only(NamedGroup::secp384r1)).build().value());
    REQUIRE(pair.client.begin());
    for (const Message& hello : take_flight(pair.client.core())) {
      REQUIRE(pair.server.receive(view(hello)));
    }
    for (const Message& retry : take_flight(pair.server.core())) {
      REQUIRE(pair.client.receive(view(retry)));
    }
    Hello hello = Hello::parse(take_flight(pair.client.core()).front());
    change(hello);
    const Message encoding = hello.encode();
    return pair.server.receive(view(encoding));
  };
  CHECK(second([](Hello&) {}));
  CHECK(second([](Hello& h) { h.extensions.emplace_back(21, Data(100)); }));  // padding
  const auto refused = [&](const std::function<void(Hello&)>& change) {
    expect(second(change), Error::changed_client_hello, illegal_parameter);
  };
  refused([](Hello& h) { h.random.front() ^= 1; });
  refused([](Hello& h) { h.session_id.front() ^= 1; });
  refused([](Hello& h) { h.suites = {0x13, 1}; });
  refused([](Hello& h) { h.remove(server_name); });
  refused([](Hello& h) { h.extensions.emplace_back(0xfafa, Data{}); });
  refused([](Hello& h) { h.extensions.emplace_back(44, Data{0, 1, 7}); });
  refused([](Hello& h) { h.at(key_share) = {0, 0}; });
  refused([](Hello& h) { h.at(key_share) = vector(2, Data{0, 29} + vector(2, Data(32, 9))); });
  refused([](Hello& h) { std::swap(h.extensions.at(1), h.extensions.at(2)); });
  // AC-021: the second hello asks for TLS 1.2.
  expect(second([](Hello& h) { h.at(supported_versions) = {2, 3, 3}; }), Error::tls13_not_offered,
         protocol_version);
}

}  // namespace nacre::test
