// What a connection allocates: in its handshake, and nothing afterwards.
#include "nacre/connection.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/random.h"
#include "support/counting.h"
#include "support/credentials.h"
#include "support/library.h"

#if !defined(NACRE_OTHER_MALLOC)

using namespace nacre;
using nacre::test::allocations_in;

namespace {

// Two sides, and the bytes between them in places that are there already. Counts what each side
// allocates; nothing else does.
class CountedPair {
 public:
  CountedPair(const ClientConfig& client, const ServerConfig& server)
      : client_config_(client), server_config_(server) {}

  void shake_hands() {
    begin([&] { return Connection::client(client_config_, "localhost"); },
          [&] { return Connection::server(server_config_); });
    finish();
  }
  // In memory that is there already.
  void shake_hands_in(MutableBytes clients, MutableBytes servers) {
    begin([&] { return Connection::client(client_config_, "localhost", clients); },
          [&] { return Connection::server(server_config_, servers); });
    finish();
  }
  // One record each way; returns what both allocate.
  std::size_t exchange(Bytes plaintext) {
    std::size_t count = 0;
    for (const auto& [from, to] :
         {std::pair(&*client_, &*server_), std::pair(&*server_, &*client_)}) {
      std::size_t size = 0;
      count += allocations_in([&] { size = from->seal(plaintext, up_).value().produced; });
      advance(*to, MutableBytes(up_).first(size), down_, count);
    }
    return count;
  }

  std::size_t client_count = 0;
  std::size_t server_count = 0;

 private:
  void begin(auto&& make_client, auto&& make_server) {
    client_count += allocations_in([&] { client_.emplace(make_client().value()); });
    server_count += allocations_in([&] { server_.emplace(make_server().value()); });
  }
  void finish() {
    std::size_t size = advance(*client_, {}, up_, client_count);
    for (int i = 0; i < 4 && !server_->is_complete(); ++i) {
      size = advance(*server_, MutableBytes(up_).first(size), down_, server_count);
      size = advance(*client_, MutableBytes(down_).first(size), up_, client_count);
    }
    if (!client_->is_complete() || !server_->is_complete()) FAIL("the handshake is not complete");
  }

  static std::size_t advance(Connection& connection, MutableBytes in, MutableBytes out,
                             std::size_t& count) {
    std::size_t produced = 0;
    count += allocations_in([&] {
      do {
        const Step step = connection.advance(in, out.subspan(produced)).value();
        in = in.subspan(step.consumed);
        produced += step.produced;
      } while (!in.empty());
    });
    return produced;
  }

  ClientConfig client_config_;
  ServerConfig server_config_;
  std::optional<Connection> client_;
  std::optional<Connection> server_;
  std::array<std::uint8_t, 16'384 + 256> up_{};
  std::array<std::uint8_t, 16'384 + 256> down_{};
};

// The second handshake: what a thread and a key allocate at their first use is not counted.
CountedPair second_handshake(const ClientConfig& client, const ServerConfig& server) {
  CountedPair first(client, server);
  first.shake_hands();
  CountedPair second(client, server);
  second.shake_hands();
  return second;
}

}  // namespace

TEST_CASE("a connection allocates nothing for its records", "[connection]") {
  CountedPair pair = second_handshake(test::client_config().build().value(),
                                      test::server_config().build().value());
  const std::vector<std::uint8_t> plaintext(16'000, 0x61);
  (void)pair.exchange(plaintext);  // which lets the handshake's memory go
  CHECK(pair.exchange(plaintext) == 0);
  CHECK(pair.exchange(Bytes(plaintext).first(1)) == 0);
}

// BoringSSL's pki builds the path of containers: most of the client's are its. AWS-LC's verifier
// has more of them.
TEST_CASE("a full handshake with a certificate allocates little on the server", "[connection]") {
  const CountedPair pair = second_handshake(test::client_config().build().value(),
                                            test::server_config().build().value());
  CHECK(pair.server_count <= 24);
  CHECK(pair.client_count <= (test::is_over_aws_lc() ? 264 : 124));
}

namespace {

Policy hybrid_alone() {
  Policy policy = policy_2026;
  policy.groups = {NamedGroup::x25519_mlkem768};
  policy.key_shares = policy.groups;
  return policy;
}

struct Keyed {
  ClientConfig::Builder client;
  ServerConfig::Builder server;
};

Keyed by_psk() {
  const std::vector<std::uint8_t> secret(32, 0x5e);
  const auto psk = [&] { return ExternalPsk::make(bytes_of("allocation"), secret).value(); };
  return {ClientConfig::Builder(psk()), ServerConfig::Builder(psk())};
}

// Both sides prove that they have an Ed25519 key.
Keyed by_raw_keys() {
  const auto key = [] {
    const auto issued = test::issue_leaf(crypto::KeyType::ed25519, {"localhost"});
    return Credential::from_raw_key_pem(issued.key_pem).value();
  };
  const Credential clients = key();
  const Credential servers = key();
  Keyed keyed{ClientConfig::Builder(RawPublicKeys{.pins = {servers.spki_pin()}}),
              ServerConfig::Builder(servers)};
  keyed.client.credential(clients);
  keyed.server.client_authentication(
      {.raw_public_keys = RawPublicKeys{.pins = {clients.spki_pin()}}});
  return keyed;
}

}  // namespace

// AWS-LC has ML-KEM keys on its own heap. Both sides keep the identity of the key.
TEST_CASE("a handshake with a PSK and a hybrid group allocates our own blocks alone",
          "[connection]") {
  Keyed keyed = by_psk();
  const CountedPair pair = second_handshake(keyed.client.policy(hybrid_alone()).build().value(),
                                            keyed.server.policy(hybrid_alone()).build().value());
  CHECK(pair.server_count <= (test::is_over_aws_lc() ? 10 : 6));
  CHECK(pair.client_count <= (test::is_over_aws_lc() ? 21 : 9));
}

TEST_CASE("nobody allocates for a handshake in memory that the application gives", "[connection]") {
  const Limits limits{.handshake_memory = 24'576};
  std::vector<std::uint8_t> clients(Connection::storage_size(limits));
  std::vector<std::uint8_t> servers(Connection::storage_size(limits));
  for (Keyed keyed : {by_psk(), by_raw_keys()}) {
    const auto client = keyed.client.policy(hybrid_alone()).limits(limits).build().value();
    const auto server = keyed.server.policy(hybrid_alone()).limits(limits).build().value();
    (void)second_handshake(client, server);
    CountedPair pair(client, server);
    pair.shake_hands_in(clients, servers);
    CHECK(pair.server_count == (test::is_over_aws_lc() ? 5 : 0));
    CHECK(pair.client_count == (test::is_over_aws_lc() ? 12 : 0));
    CHECK(pair.exchange(bytes_of("content")) == 0);
  }
}

#endif
