// Whole handshakes over bytes, however they are cut.
#include <catch2/catch_test_macros.hpp>

#include "support/peers.h"

namespace nacre::test {
namespace {

void require_connected(Peers& peers) {
  REQUIRE_FALSE(peers.client.error);
  REQUIRE_FALSE(peers.server.error);
  REQUIRE(peers.client.completed);
  REQUIRE(peers.server.completed);
  REQUIRE(peers.client.connection.tls_exporter().value() ==
          peers.server.connection.tls_exporter().value());
}

void require_data_passes(Peers& peers) {
  REQUIRE(peers.client.send("from the client"));
  REQUIRE(peers.server.send("from the server"));
  peers.drive();
  REQUIRE(peers.server.data == octets("from the client"));
  REQUIRE(peers.client.data == octets("from the server"));
}

TEST_CASE("a client and a server shake hands and exchange data", "[rfc9846-2]") {
  Peers peers = connected();
  require_connected(peers);
  CHECK(peers.client.connection.is_complete());
  CHECK(peers.server.connection.is_complete());
  require_data_passes(peers);
  const Negotiated client = peers.client.connection.negotiated();
  const Negotiated server = peers.server.connection.negotiated();
  CHECK(client.cipher_suite == CipherSuite::tls_aes_128_gcm_sha256);
  CHECK(client.cipher_suite == server.cipher_suite);
  CHECK(client.group == NamedGroup::x25519);
  CHECK(server.group == NamedGroup::x25519);
  CHECK(client.server_signature_scheme == SignatureScheme::ecdsa_secp256r1_sha256);
  CHECK(server.server_signature_scheme == SignatureScheme::ecdsa_secp256r1_sha256);
  CHECK(client.alpn.empty());
  CHECK_FALSE(client.retried);
}

}  // namespace
}  // namespace nacre::test
