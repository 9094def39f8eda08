// The key log's lines for Encrypted Client Hello. RFC 9850, section 2.3.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <string>
#include <vector>

#include "nacre/danger.h"
#include "support/ech.h"
#include "support/hex.h"

namespace nacre::test {
namespace {

struct Lines final : danger::KeyLog {
  void line(std::string_view text) override { all.emplace_back(text); }

  // The line with that label, in its three parts.
  std::vector<std::string> find(std::string_view label) const {
    for (const std::string& text : all) {
      if (!text.starts_with(std::string(label) + " ")) continue;
      const std::size_t first = text.find(' ');
      const std::size_t second = text.find(' ', first + 1);
      return {text.substr(0, first), text.substr(first + 1, second - first - 1),
              text.substr(second + 1)};
    }
    return {};
  }

  std::vector<std::string> all;
};

}  // namespace

TEST_CASE("both sides log what opens the encrypted ClientHello, and by whose random", "[ech]") {
  const auto client_log = std::make_shared<Lines>();
  const auto server_log = std::make_shared<Lines>();
  auto client = client_config();
  auto server = ech_server_config();
  danger::log_secrets(client, client_log);
  danger::log_secrets(server, server_log);
  Peers peers = ech_peers(ech_key().config_list(), client.build().value(), server.build().value());
  peers.drive();
  REQUIRE(peers.client.completed);

  const Octets outer = first_hello(peers.client);
  const std::string outer_random = hex(Bytes(outer).subspan(6, 32));
  const auto secret = client_log->find("ECH_SECRET");
  REQUIRE(secret.size() == 3);
  CHECK(secret.at(1) == outer_random);
  CHECK(secret.at(2).size() == 64);
  CHECK(server_log->find("ECH_SECRET") == secret);
  const auto config = client_log->find("ECH_CONFIG");
  REQUIRE(config.size() == 3);
  CHECK(config.at(1) == outer_random);
  CHECK(config.at(2) == hex(ech_key().config_list().bytes().subspan(2)));
  CHECK(server_log->find("ECH_CONFIG") == config);

  // The others are those of the inner ClientHello.
  const auto traffic = client_log->find("CLIENT_TRAFFIC_SECRET_0");
  REQUIRE(traffic.size() == 3);
  CHECK(traffic.at(1) != outer_random);
  CHECK(server_log->find("CLIENT_TRAFFIC_SECRET_0") == traffic);
}

TEST_CASE("after a rejection the log is by the outer random", "[ech]") {
  const auto log = std::make_shared<Lines>();
  auto client = client_config();
  danger::log_secrets(client, log);
  Peers peers = ech_peers(other_ech_key().config_list(), client.build().value());
  peers.drive();
  REQUIRE(peers.client.error == Error::ech_rejected);
  const Octets outer = first_hello(peers.client);
  CHECK(log->find("CLIENT_TRAFFIC_SECRET_0").at(1) == hex(Bytes(outer).subspan(6, 32)));
}

}  // namespace nacre::test
