// What handshakes and records cost, and beside the records the AEAD alone over the same bytes. Both
// sides of a handshake run in one thread: the time is theirs together.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/aead.h"
#include "crypto/issue.h"
#include "nacre/connection.h"

namespace {

using namespace nacre;

using Buffer = std::vector<std::uint8_t>;

// A benchmark of what fails is none.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench: %s\n", std::string(describe(result.error())).c_str());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

struct Configs {
  ClientConfig client;
  ServerConfig server;
};

Configs configs(crypto::KeyType key, const Policy& policy, bool keeps_sessions = false) {
  const UnixTime now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const auto request = [&](bool is_ca) {
    return crypto::IssueRequest{.key = is_ca ? crypto::KeyType::p256 : key,
                                .common_name = is_ca ? "bench CA" : "localhost",
                                .names = {"localhost"},
                                .not_before = now - 60,
                                .not_after = now + 86'400,
                                .is_ca = is_ca};
  };
  const crypto::Issued root = must(crypto::issue(request(true), nullptr));
  const crypto::Issued leaf = must(crypto::issue(request(false), &root));
  const auto anchors = must(TrustAnchors::from_pem(root.certificate_pem));
  const auto credential = must(Credential::from_pem(leaf.certificate_pem, leaf.key_pem));
  ClientConfig::Builder client(anchors);
  client.policy(policy);
  ServerConfig::Builder server(credential);
  server.policy(policy);
  if (keeps_sessions) {
    client.sessions(std::make_shared<MemoryClientSessionStore>());
    server.ticket_keys(must(TicketKeys::random()));
  }
  return {must(client.build()), must(server.build())};
}

// Hands `wire` to `to`, and returns how much it answers in `reply`.
std::size_t hand_over(MutableBytes wire, Connection& to, MutableBytes reply) {
  std::size_t size = 0;
  do {
    const Step step = must(to.advance(wire, reply.subspan(size)));
    wire = wire.subspan(step.consumed);
    size += step.produced;
  } while (!wire.empty());
  return size;
}

struct Wire {
  Buffer up = Buffer(65'536);
  Buffer down = Buffer(65'536);
};

void shake_hands(Connection& client, Connection& server, Wire& wire) {
  std::size_t up = must(client.advance({}, wire.up)).produced;
  while (!client.is_complete() || !server.is_complete()) {
    const std::size_t down = hand_over(MutableBytes(wire.up).first(up), server, wire.down);
    up = hand_over(MutableBytes(wire.down).first(down), client, wire.up);
  }
}

void handshake(benchmark::State& state, crypto::KeyType key, NamedGroup group) {
  Policy policy = policy_2026;
  policy.groups = {group};
  policy.key_shares = {group};
  const Configs both = configs(key, policy);
  Wire wire;
  for (auto _ : state) {
    Connection client = must(Connection::client(both.client, "localhost"));
    Connection server = must(Connection::server(both.server));
    shake_hands(client, server, wire);
  }
}

// Each one with a ticket of the one before, and a new ticket for the next.
void resumption(benchmark::State& state, NamedGroup group) {
  Policy policy = policy_2026;
  policy.groups = {group};
  policy.key_shares = {group};
  const Configs both = configs(crypto::KeyType::p256, policy, true);
  Wire wire;
  const auto meet = [&] {
    Connection client = must(Connection::client(both.client, "localhost"));
    Connection server = must(Connection::server(both.server));
    shake_hands(client, server, wire);
    return client.negotiated().key_source;
  };
  (void)meet();
  for (auto _ : state) {
    if (meet() != KeySource::session) state.SkipWithError("not resumed");
  }
}

void record(benchmark::State& state, CipherSuite suite, bool open) {
  Policy policy = policy_2026;
  policy.cipher_suites = {suite};
  const Configs both = configs(crypto::KeyType::p256, policy);
  Wire wire;
  Connection client = must(Connection::client(both.client, "localhost"));
  Connection server = must(Connection::server(both.server));
  shake_hands(client, server, wire);
  const auto size = static_cast<std::size_t>(state.range(0));
  const Buffer plaintext(size);
  for (auto _ : state) {
    const auto sealed = must(client.seal(plaintext, wire.up));
    if (open) must(server.advance(MutableBytes(wire.up).first(sealed.produced), wire.down));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// The limit: the AEAD over the same bytes.
void aead(benchmark::State& state, crypto::AeadAlgorithm algorithm, bool open) {
  const Buffer key(algorithm == crypto::AeadAlgorithm::aes_128_gcm ? 16 : 32);
  const crypto::Aead cipher = must(crypto::Aead::create(algorithm, key));
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::array<std::uint8_t, crypto::aead_nonce_size> nonce{};
  const std::array<std::uint8_t, 1> type{23};
  const std::array<std::uint8_t, 5> header{};
  const Buffer plaintext(size);
  Buffer sealed(size + 1 + crypto::aead_tag_size);
  for (auto _ : state) {
    must(cipher.seal(MutableBytes(sealed).first(size), MutableBytes(sealed).subspan(size), nonce,
                     plaintext, type, header));
    if (open) must(cipher.open(sealed, nonce, header));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void add_all() {
  using enum NamedGroup;
  for (const NamedGroup group : {x25519, secp256r1, x25519_mlkem768}) {
    for (const auto& [key, name] : {std::pair(crypto::KeyType::p256, "ECDSA-P256"),
                                    std::pair(crypto::KeyType::rsa2048, "RSA-2048")}) {
      const std::string title = "handshake/" + std::string(nacre::name(group)) + "/" + name;
      benchmark::RegisterBenchmark(title.c_str(), handshake, key, group);
    }
    const std::string title = "resumption/" + std::string(nacre::name(group));
    benchmark::RegisterBenchmark(title.c_str(), resumption, group);
  }
  for (const auto& suite : crypto::cipher_suites) {
    for (const bool open : {false, true}) {
      const std::string what =
          std::string(nacre::name(suite.suite)) + (open ? "/seal+open" : "/seal");
      benchmark::RegisterBenchmark(("record/" + what).c_str(), record, suite.suite, open)
          ->Arg(64)
          ->Arg(1'024)
          ->Arg(16'384);
      benchmark::RegisterBenchmark(("aead/" + what).c_str(), aead, suite.aead, open)
          ->Arg(64)
          ->Arg(1'024)
          ->Arg(16'384);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add_all();
  benchmark::RunSpecifiedBenchmarks();
}
