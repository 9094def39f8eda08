// Handshakes: CPU time of each side, creation and release of the connections included.
#include <array>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cases.h"
#include "meter.h"
#include "pair.h"

namespace bench {
namespace {

using nacre::NamedGroup;

struct Case {
  const char* name;
  Terms terms;
};

const std::array<Case, 10>& cases() {
  static const std::array<Case, 10> all{{
      {"full/x25519/ecdsa-p256", {}},
      {"full/secp256r1/ecdsa-p256", {.group = NamedGroup::secp256r1}},
      {"full/X25519MLKEM768/ecdsa-p256", {.group = NamedGroup::x25519_mlkem768}},
      {"full/x25519/rsa-2048", {.key = "rsa-2048"}},
      {"full/secp256r1/rsa-2048", {.group = NamedGroup::secp256r1, .key = "rsa-2048"}},
      {"full/X25519MLKEM768/rsa-2048", {.group = NamedGroup::x25519_mlkem768, .key = "rsa-2048"}},
      {"mutual/x25519/ecdsa-p256", {.mutual = true}},
      {"resume/x25519/ecdsa-p256", {.tickets = true}},
      // No peer's: with the signatures of the chain remembered.
      {"full/x25519/ecdsa-p256/signature-cache", {.remembers_signatures = true}},
      {"full/x25519/rsa-2048/signature-cache", {.key = "rsa-2048", .remembers_signatures = true}},
  }};
  return all;
}

void measure(const std::string& certificates, const Case& what, int handshakes_each) {
  constexpr int batches = 5;
  const Configs configs = make_configs(certificates, what.terms);
  Pair pair(1 << 16);
  const auto repeat = [&](int count) {
    for (int i = 0; i < count; ++i) {
      pair.shake_hands(configs);
      if (pair.is_resumed() != what.terms.tickets) die("resumed, or not");
      pair.close();
    }
  };
  pair.shake_hands(configs);
  pair.close();
  repeat(100);
  std::vector<double> client;
  std::vector<double> server;
  std::vector<double> both;
  for (int batch = 0; batch < batches; ++batch) {
    pair.client_cost = pair.server_cost = {};
    repeat(handshakes_each);
    const double scale = 1e3 * handshakes_each;
    client.push_back(static_cast<double>(pair.client_cost.nanoseconds) / scale);
    server.push_back(static_cast<double>(pair.server_cost.nanoseconds) / scale);
    both.push_back(client.back() + server.back());
  }
  const auto count = static_cast<std::uint64_t>(batches * handshakes_each);
  print_row("handshake", what.name, "client", "us_cpu", median(client), count);
  print_row("handshake", what.name, "server", "us_cpu", median(server), count);
  print_row("handshake", what.name, "pair", "us_cpu", median(both), count);
  print_row("handshake_rate", what.name, "pair", "handshakes_per_s", 1e6 / median(both), count);
}

}  // namespace

void measure_handshakes(const std::string& certificates, int handshakes_each,
                        const std::string& only) {
  for (const Case& what : cases()) {
    if (only.empty() || only == what.name) measure(certificates, what, handshakes_each);
  }
}

void count_handshakes(const std::string& certificates, const std::string& only) {
  for (const Case& what : cases()) {
    const Configs configs = make_configs(certificates, what.terms);
    Pair pair(1 << 16);
    const auto shake_hands = [&](const Side* counted) {
      count_instructions_of(counted);
      pair.shake_hands(configs);
      pair.close();
    };
    for (int i = 0; i < 3; ++i) shake_hands(nullptr);
    for (const auto& [role, side] :
         {std::pair("client", &pair.client_cost), std::pair("server", &pair.server_cost)}) {
      const std::string row = std::string(what.name) + " " + role;
      if (!only.empty() && row != only) continue;
      shake_hands(side);
      file_instructions(row);
    }
    count_instructions_of(nullptr);
  }
}

// What a handshake costs when other threads use the same configurations: contention shows as a
// rise.
void measure_threads(const std::string& certificates) {
  constexpr int handshakes = 2'500;
  for (const bool tickets : {false, true}) {
    const Configs configs = make_configs(certificates, {.tickets = tickets});
    for (const std::size_t threads : {1U, 2U}) {
      std::vector<double> costs;
      for (int repetition = 0; repetition < 3; ++repetition) {
        std::vector<std::uint64_t> spent(threads);
        std::vector<std::thread> running;
        for (std::size_t i = 0; i < threads; ++i) {
          running.emplace_back([&, i] {
            const std::uint64_t start = cpu_nanoseconds();
            Pair pair(1 << 16);
            for (int k = 0; k < handshakes; ++k) {
              pair.shake_hands(configs);
              pair.close();
            }
            spent.at(i) = cpu_nanoseconds() - start;
          });
        }
        for (std::thread& thread : running) thread.join();
        std::uint64_t sum = 0;
        for (const std::uint64_t nanoseconds : spent) sum += nanoseconds;
        costs.push_back(static_cast<double>(sum) / 1e3 / static_cast<double>(handshakes * threads));
      }
      const char* const kind = tickets ? "resume" : "full";
      print_row("thread_cost",
                std::string(kind) + "/x25519/ecdsa-p256/threads=" + std::to_string(threads), "pair",
                "us_cpu", median(costs), handshakes * threads);
    }
  }
}

}  // namespace bench
