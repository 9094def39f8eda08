// Keying material for the application. RFC 9846, section 7.5; RFC 9266.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "crypto/hkdf.h"
#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

Octets exported(const Peer& peer, std::string_view label, std::string_view context,
                std::size_t size = 32) {
  Octets out(size);
  REQUIRE(peer.connection.export_keying_material(label, bytes_of(context), out));
  return out;
}

TEST_CASE("both sides export the same", "[rfc9846-7.5]") {
  const Peers peers = connected();
  for (const std::size_t size : {1U, 32U, 100U, 255U * 32U}) {
    CHECK(exported(peers.client, "EXPERIMENTAL-x", "context", size) ==
          exported(peers.server, "EXPERIMENTAL-x", "context", size));
  }
}

TEST_CASE("label, context, length and connection make a difference", "[rfc9846-7.5]") {
  const Peers peers = connected();
  const Peers others = connected();
  const Octets one = exported(peers.client, "a", "c");
  CHECK(one == exported(peers.client, "a", "c"));
  CHECK(one != exported(peers.client, "b", "c"));
  CHECK(one != exported(peers.client, "a", "d"));
  CHECK(one != exported(peers.client, "a", ""));
  CHECK(one != exported(others.client, "a", "c"));
  CHECK(one != octets(Bytes(exported(peers.client, "a", "c", 33)).first(32)));
}

TEST_CASE("tls-exporter is the exporter with its label and no context",
          "[rfc9266-4][rfc9846-F.1-f351cd]") {
  const Peers peers = connected();
  const auto binding = peers.client.connection.tls_exporter();
  REQUIRE(binding);
  CHECK(*binding == *peers.server.connection.tls_exporter());
  CHECK(octets(Bytes(*binding)) == exported(peers.client, "EXPORTER-Channel-Binding", ""));
}

TEST_CASE("what is exported comes from the exporter_secret, as section 7.5 writes it",
          "[rfc9846-7.5][rfc9846-7.5-6678a6]") {
  const Tapped tapped;
  constexpr auto sha256 = crypto::HashAlgorithm::sha256;
  const auto secret = tapped.secrets->secret("EXPORTER_SECRET");
  const auto empty = crypto::hash(sha256, {});
  const auto context = crypto::hash(sha256, bytes_of("context"));
  const auto derived =
      crypto::hkdf_expand_label(sha256, secret.reveal(), "EXPERIMENTAL-x", empty.bytes()).value();
  Octets expected(50);
  REQUIRE(crypto::hkdf_expand_label(sha256, derived.reveal(), "exporter", context.bytes(),
                                    MutableBytes(expected)));
  CHECK(exported(tapped.peers.client, "EXPERIMENTAL-x", "context", 50) == expected);
  CHECK(exported(tapped.peers.server, "EXPERIMENTAL-x", "context", 50) == expected);
}

TEST_CASE("the exporter outlives key updates and closure", "[rfc9846-7.5]") {
  Peers peers = connected();
  const auto before = *peers.client.connection.tls_exporter();
  REQUIRE(peers.client.update_keys(true));
  peers.drive();
  REQUIRE(peers.client.close());
  peers.drive();
  CHECK(*peers.client.connection.tls_exporter() == before);
  CHECK(*peers.server.connection.tls_exporter() == before);
}

TEST_CASE("what is too long to export is refused", "[rfc9846-7.5]") {
  const Peers peers = connected();
  const Connection& client = peers.client.connection;
  Octets out(255 * 32 + 1);
  CHECK(client.export_keying_material("a", {}, out) == fail(Error::length_out_of_range));
  out.resize(16);
  CHECK(client.export_keying_material(std::string(250, 'a'), {}, out) ==
        fail(Error::length_out_of_range));
  CHECK(client.export_keying_material(std::string(249, 'a'), {}, out));
  const Octets long_context(100'000, 1);
  CHECK(client.export_keying_material("a", long_context, out));
}

}  // namespace
}  // namespace nacre::test
