// Each bit of an encrypted ClientHello counts. RFC 9849, sections 5.2 and 10.12.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdint>
#include <utility>

#include "support/ech.h"

namespace nacre::test {
namespace {

// With one bit of a handshake record's content changed: of the first there is in `outbox`.
void flip(Octets& outbox, std::size_t at, std::uint8_t bit) {
  constexpr std::size_t header = 5;
  outbox.at(header + at) ^= static_cast<std::uint8_t>(1U << bit);
}

}  // namespace

TEST_CASE("no changed bit leads to the server that is meant", "[ech]") {
  const ClientConfig client = client_config().build().value();
  const ServerConfig server = ech_server_config().build().value();
  std::size_t refused = 0;
  std::size_t fell_back = 0;
  std::size_t size = 1;
  for (std::size_t at = 0; at < size; ++at) {
    for (std::uint8_t bit = 0; bit < 8; ++bit) {
      CAPTURE(at, bit);
      Peers peers = ech_peers(ech_key().config_list(), client, server);
      peers.client.run();
      size = first_hello(peers.client).size();
      flip(peers.client.outbox, at, bit);
      peers.deliver_to_server();
      peers.server.run();
      REQUIRE(peers.server.connection.negotiated().ech != EchStatus::accepted);
      REQUIRE(peers.server.connection.server_name() != secret_name);
      ++(peers.server.error ? refused : fell_back);
      peers.drive();
      REQUIRE_FALSE(peers.client.completed);
      REQUIRE_FALSE(peers.server.completed);
      REQUIRE(peers.client.connection.ech_retry_configs() == std::nullopt);
    }
  }
  CHECK(refused > 500);
  CHECK(fell_back > 500);
}

}  // namespace nacre::test
