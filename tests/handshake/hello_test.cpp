// What both sides' hellos say, and what they must not. RFC 9846, sections 4.2 and 4.3.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "extensions/registry.h"
#include "handshake/edit.h"
#include "handshake/pair.h"
#include "nacre/danger.h"

namespace nacre::test {
namespace {

constexpr int server_name = 0;
constexpr int supported_groups = 10;
constexpr int alpn = 16;
constexpr int record_size_limit = 28;
constexpr int supported_versions = 43;
constexpr int cookie = 44;
constexpr int psk_key_exchange_modes = 45;
constexpr int post_handshake_auth = 49;
constexpr int key_share = 51;

constexpr std::array<std::uint8_t, 32> cookie_key{1, 2, 3};

using Messages = std::vector<Message>;

// A whole handshake, and all that was said.
struct Talked {
  explicit Talked(const ClientConfig& client_config = client_builder().build().value(),
                  const ServerConfig& server_config = server_builder().build().value(),
                  const std::string& name = "localhost")
      : client(client_config, PeerName::parse(name).value()), server(server_config) {
    REQUIRE(client.begin());
    while (client.state() != ClientState::connected || server.state() != ServerState::connected) {
      pass(client, server, by_client);
      pass(server, client, by_server);
    }
  }
  static void pass(auto& from, auto& to, Messages& said) {
    for (const Message& message : take_flight(from.core())) {
      said.push_back(message);
      REQUIRE(to.receive(view(message)));
    }
  }
  // The hellos of one side, a HelloRetryRequest too.
  static std::vector<Hello> hellos(const Messages& said) {
    std::vector<Hello> found;
    for (const Message& message : said) {
      if (message.front() <= 2) found.push_back(Hello::parse(message));
    }
    return found;
  }
  ClientHandshake client;
  ServerHandshake server;
  Messages by_client, by_server;
};

// Every way in which our client says hello.
std::vector<ClientConfig> clients() {
  return {client_builder().build().value(), client_builder().grease().build().value(),
          client_builder().alpn({"h2"}).record_size_limit(4096).build().value(),
          client_builder().send_certificate_authorities().grease().build().value(),
          client_builder().policy(only(NamedGroup::secp256r1)).build().value()};
}

Hello first_hello(const ClientConfig& config) {
  ClientHandshake client(config, PeerName::parse("localhost").value());
  REQUIRE(client.begin());
  return Hello::parse(take_flight(client.core()).front());
}

std::set<int> types(const Hello& hello) {
  std::set<int> found;
  for (const auto& [type, data] : hello.extensions) found.insert(type);
  return found;
}

std::set<int> types(const Data& block) {
  std::set<int> found;
  for (Cursor cursor(block); !cursor.empty(); cursor.vector(2)) {
    found.insert(static_cast<int>(cursor.number(2)));
  }
  return found;
}

struct Share {
  std::size_t group;
  Data key;
};

std::vector<Share> shares(Hello hello) {
  std::vector<Share> found;
  Cursor list(Cursor(hello.at(key_share)).vector(2));
  while (!list.empty()) {
    const std::size_t group = list.number(2);
    found.push_back({group, list.vector(2)});
  }
  return found;
}

std::vector<std::size_t> groups(Hello hello) {
  std::vector<std::size_t> found;
  Cursor list(Cursor(hello.at(supported_groups)).vector(2));
  while (!list.empty()) found.push_back(list.number(2));
  return found;
}

Hello without(Hello hello, std::initializer_list<int> extensions) {
  for (const int type : extensions) hello.remove(type);
  return hello;
}

// The block as a peer would check it that had sent `offered`.
void check_sent(Where where, Bytes encoding, const OfferedSet& offered) {
  CAPTURE(static_cast<int>(where));
  std::optional<ExtensionType> in_hand;
  const auto outcome =
      check_block(where, Extensions::from_encoding(encoding).value(), Limits{}, &offered, &in_hand);
  CHECK(outcome.has_value());
}

void check_sent(const Talked& talked) {
  OfferedSet offered;
  for (const Hello& hello : Talked::hellos(talked.by_client)) {
    for (const int type : types(hello)) {
      if ((type & 0x0f0f) != 0x0a0a) offered.add(static_cast<ExtensionType>(type));
    }
    check_sent(Where::client_hello, hello.block(), offered);
  }
  bool retried = talked.server.core().established.negotiated.retried;
  for (const Message& message : talked.by_server) {
    Cursor body(Data(message.begin() + 4, message.end()));
    if (message.front() == 2) {
      const Where where = retried ? Where::hello_retry_request : Where::server_hello;
      check_sent(where, Hello::parse(message).block(), offered);
      retried = false;
    } else if (message.front() == 8) {
      check_sent(Where::encrypted_extensions, body.vector(2), offered);
    } else if (message.front() == 11) {
      body.vector(1);
      Cursor list(body.vector(3));
      for (; !list.empty(); check_sent(Where::certificate, list.vector(2), offered)) list.vector(3);
    }
  }
}

ServerConfig::Builder generous_server() {
  ServerConfig::Builder builder = server_builder();
  builder.alpn({"h2"}).record_size_limit(1024);
  return builder;
}

}  // namespace

TEST_CASE("A ClientHello has no compression, and a session ID of its own",
          "[rfc9846-4.2.2][rfc9846-4.2.2-0f1ff2][rfc9846-4.2.2-23827b]") {
  for (const ClientConfig& config : clients()) {
    const Hello hello = first_hello(config);
    CHECK(hello.compression == Data{0});
    CHECK(hello.session_id.size() == 32);
    CHECK(hello.session_id != first_hello(config).session_id);
    CHECK(hello.random != first_hello(config).random);
  }
}

TEST_CASE("Every block of extensions that is sent keeps the rules",
          "[rfc9846-4.3][rfc9846-4.3-c2f763][rfc9846-4.3-9224e5][rfc9846-4.3-2c99db]"
          "[rfc9846-4.2.4-09f90e][rfc9846-4.3.7-a0c94c]") {
  for (const ClientConfig& client : clients()) {
    check_sent(Talked(client, server_builder().build().value()));
    check_sent(Talked(client, generous_server().build().value()));
    check_sent(Talked(client, generous_server().stateless_retry(cookie_key).build().value()));
  }
  check_sent(
      Talked(client_builder().grease().build().value(), generous_server()
                                                            .stateless_retry(cookie_key)
                                                            .policy(only(NamedGroup::secp384r1))
                                                            .build()
                                                            .value()));
}

TEST_CASE("A server answers what was asked, and nothing else",
          "[rfc9846-4.3][rfc9846-4.3-9224e5][rfc9846-4.3.6-adb499][rfc9846-4.3.9-3211ef]") {
  const auto answered = [](const std::function<void(Hello&)>& change) {
    ServerHandshake server(generous_server().build().value());
    Hello hello = first_hello(client_builder().build().value());
    change(hello);
    const Message asked = hello.encode();
    REQUIRE(server.receive(view(asked)));
    const auto flight = take_flight(server.core());
    CHECK(types(Hello::parse(flight.at(0))) == std::set{supported_versions, key_share});
    const Message& encrypted_extensions = flight.at(1);
    return types(Data(encrypted_extensions.begin() + 6, encrypted_extensions.end()));
  };
  CHECK(answered([](Hello& h) { h.remove(server_name); }).empty());
  CHECK(answered([](Hello& h) {
          h.extensions.emplace_back(alpn, vector(2, {2, 'h', '2'}));
          h.extensions.emplace_back(record_size_limit, Data{0x40, 1});
        }) == std::set{server_name, alpn, record_size_limit});
  CHECK(answered([](Hello& h) {
          h.extensions.emplace_back(post_handshake_auth, Data{});
          h.extensions.emplace_back(psk_key_exchange_modes, Data{1, 1});
        }) == std::set{server_name});
}

TEST_CASE("A server's hellos echo the session ID, and share a group that the client shared",
          "[rfc9846-4.2.3][rfc9846-2-7e2252][rfc9846-4.2.3-718489][rfc9846-4.3.8-701e33]"
          "[rfc9846-4.3.8-d8ead2]") {
  for (const NamedGroup group : policy_2026.groups) {
    const Talked talked(client_builder().build().value(),
                        server_builder().policy(only(group)).build().value());
    const std::vector<Hello> asked = Talked::hellos(talked.by_client);
    for (const Hello& hello : Talked::hellos(talked.by_server)) {
      CHECK(hello.session_id == asked.front().session_id);
      CHECK(hello.compression == Data{0});
    }
    Hello answer = Talked::hellos(talked.by_server).back();
    const std::size_t chosen = Cursor(answer.at(key_share)).number(2);
    CHECK(chosen == static_cast<std::size_t>(group));
    CHECK(std::ranges::count(shares(asked.back()), chosen, &Share::group) == 1);
    CHECK(std::ranges::count(groups(asked.back()), chosen) == 1);
  }
}

TEST_CASE("A second ClientHello is the first, but for its one new share and the cookie",
          "[rfc9846-4.2.2][rfc9846-4.2.2-f95e0b][rfc9846-4.3.8-a46cf7][rfc9846-4.3.2-2ac6ff]") {
  for (const bool grease : {false, true}) {
    const Talked talked(client_builder().grease(grease).build().value(),
                        server_builder()
                            .stateless_retry(cookie_key)
                            .policy(only(NamedGroup::secp384r1))
                            .build()
                            .value());
    const std::vector<Hello> asked = Talked::hellos(talked.by_client);
    REQUIRE(asked.size() == 2);
    CHECK(without(asked.at(1), {key_share, cookie}).encode() ==
          without(asked.at(0), {key_share}).encode());
    REQUIRE(shares(asked.at(1)).size() == 1);
    CHECK(shares(asked.at(1)).front().group == static_cast<std::size_t>(NamedGroup::secp384r1));
    Hello second = asked.at(1);
    CHECK(second.at(cookie) == Talked::hellos(talked.by_server).front().at(cookie));
  }
}

TEST_CASE("A client's shares are of its groups, in their order, each of its own making",
          "[rfc9846-4.3.8][rfc9846-4.3.8-5f7418][rfc9846-4.3.8-6d13cc][rfc9846-4.3.8-8d5ac3]"
          "[rfc9846-4.3.8-b42dbd]") {
  Policy policy = policy_2026;
  policy.key_shares = {NamedGroup::x25519_mlkem768, NamedGroup::x25519, NamedGroup::secp256r1,
                       NamedGroup::secp256r1_mlkem768};
  for (const bool grease : {false, true}) {
    const Hello hello = first_hello(client_builder().grease(grease).policy(policy).build().value());
    std::vector<std::size_t> supported = groups(hello);
    const std::vector<Share> all = shares(hello);
    CHECK(all.size() == 4U + (grease ? 1U : 0U));
    auto place = supported.begin();
    for (const Share& share : all) {
      place = std::find(place, supported.end(), share.group);
      REQUIRE(place != supported.end());
      ++place;
    }
    // Nor have the hybrid groups the share of the group that is in them.
    const auto end_of = [](const Data& key) { return Data(key.end() - 32, key.end()); };
    const auto begin_of = [](const Data& key) { return Data(key.begin(), key.begin() + 65); };
    const std::size_t first = grease ? 1 : 0;
    CHECK(end_of(all.at(first).key) != all.at(first + 1).key);
    CHECK(begin_of(all.at(first + 3).key) != all.at(first + 2).key);
  }
}

TEST_CASE("No share is used in two connections", "[rfc9846-4.3.8][rfc9846-4.3.8-923fbb]") {
  const ClientConfig client = client_builder().build().value();
  for (const NamedGroup group : policy_2026.groups) {
    const ServerConfig server = server_builder().policy(only(group)).build().value();
    std::set<Data> seen;
    std::size_t count = 0;
    for (int round = 0; round < 3; ++round) {
      const Talked talked(client, server);
      for (const Hello& hello : Talked::hellos(talked.by_client)) {
        for (const Share& share : shares(hello)) {
          seen.insert(share.key);
          ++count;
        }
      }
      seen.insert(Talked::hellos(talked.by_server).back().at(key_share));
      ++count;
    }
    CHECK(seen.size() == count);
  }
}

TEST_CASE("A peer that uses its share again is borne with",
          "[rfc9846-4.3.8][rfc9846-4.3.8-34293f]") {
  const Policy x25519 = only(NamedGroup::x25519);
  ClientConfig::Builder client = client_builder();
  danger::replace_randomness(client.policy(x25519), std::make_shared<Sevens>());
  ServerConfig::Builder server = server_builder();
  danger::replace_randomness(server.policy(x25519), std::make_shared<Sevens>());
  const ClientConfig usual_client = client_builder().build().value();
  const ServerConfig usual_server = server_builder().build().value();
  std::set<Data> client_shares;
  std::set<Data> server_shares;
  for (int round = 0; round < 3; ++round) {
    const Talked one(client.build().value(), usual_server);
    client_shares.insert(Talked::hellos(one.by_client).front().at(key_share));
    const Talked other(usual_client, server.build().value());
    server_shares.insert(Talked::hellos(other.by_server).front().at(key_share));
  }
  CHECK(client_shares.size() == 1);
  CHECK(server_shares.size() == 1);
}

TEST_CASE("ServerHello.random is random to its last byte, whatever the client's is",
          "[rfc9846-4.2.3][rfc9846-4.2.3-14b35f][rfc9846-4.2.3-07d4cf]") {
  const Hello asked = first_hello(client_builder().build().value());
  const auto answer = [&](const ServerConfig& config) {
    ServerHandshake server(config);
    const Message encoding = asked.encode();
    REQUIRE(server.receive(view(encoding)));
    return Hello::parse(take_flight(server.core()).front()).random;
  };
  const ServerConfig usual = server_builder().build().value();
  const Data random = answer(usual);
  CHECK(random != answer(usual));
  CHECK(random != asked.random);
  ServerConfig::Builder scripted = server_builder();
  danger::replace_randomness(scripted, std::make_shared<Sevens>());
  CHECK(answer(scripted.build().value()) == Data(32, 7));
}

TEST_CASE("A server's supported_groups changes nothing in its connection",
          "[rfc9846-4.3.7][rfc9846-4.3.7-9a6ef1]") {
  Pair pair;
  REQUIRE(pair.client.begin());
  const Message asked = take_flight(pair.client.core()).front();
  REQUIRE(pair.server.receive(view(asked)));
  REQUIRE(pair.client.receive(view(take_flight(pair.server.core()).front())));
  const Data secp384r1 = Data{0, supported_groups} + vector(2, vector(2, {0, 24}));
  const Message encrypted_extensions = message(8, vector(2, secp384r1));
  REQUIRE(pair.client.receive(view(encrypted_extensions)));
  CHECK(pair.client.state() == ClientState::wait_cert_cr);
  CHECK(take_flight(pair.client.core()).empty());
  CHECK(pair.client.core().established.negotiated.group == NamedGroup::x25519_mlkem768);
}

}  // namespace nacre::test
