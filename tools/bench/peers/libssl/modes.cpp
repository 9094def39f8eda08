#include "modes.h"

#include <thread>

#include "pair.h"

namespace bench {
namespace {

constexpr std::size_t wire_size = 1 << 16;

struct HandshakeCase {
  const char* name;
  Spec spec;
  bool resumes = false;
};

std::vector<HandshakeCase> handshake_cases() {
  std::vector<HandshakeCase> cases = {
      {"full/x25519/ecdsa-p256", {"x25519", "ecdsa-p256"}},
      {"full/secp256r1/ecdsa-p256", {"secp256r1", "ecdsa-p256"}},
      {"full/X25519MLKEM768/ecdsa-p256", {"X25519MLKEM768", "ecdsa-p256"}},
      {"full/x25519/rsa-2048", {"x25519", "rsa-2048"}},
      {"full/secp256r1/rsa-2048", {"secp256r1", "rsa-2048"}},
      {"full/X25519MLKEM768/rsa-2048", {"X25519MLKEM768", "rsa-2048"}},
      {"mutual/x25519/ecdsa-p256", {"x25519", "ecdsa-p256"}},
      {"resume/x25519/ecdsa-p256", {"x25519", "ecdsa-p256"}, true},
  };
  cases[6].spec.mutual = true;
  cases[7].spec.tickets = true;
  return cases;
}

void repeat(Pair& pair, const Contexts& contexts, bool resumes, int count) {
  for (int i = 0; i < count; i++) {
    pair.handshake(contexts, resumes);
    pair.close();
  }
}

void measure_handshake(Pair& pair, const HandshakeCase& what, const std::string& directory,
                       int count) {
  const Contexts contexts(directory, what.spec);
  pair.handshake(contexts, false);
  check(what.spec, pair.client());
  pair.close();
  repeat(pair, contexts, what.resumes, 100);
  std::vector<double> client, server, both;
  for (int batch = 0; batch < 5; batch++) {
    pair.client_side = pair.server_side = Side{};
    repeat(pair, contexts, what.resumes, count);
    client.push_back(double(pair.client_side.ns) / 1e3 / count);
    server.push_back(double(pair.server_side.ns) / 1e3 / count);
    both.push_back(client.back() + server.back());
  }
  latest_session.reset();
  report_handshake(what.name, median(client), median(server), median(both),
                   std::uint64_t(count) * 5);
}

void measure_records(Pair& pair, const std::string& cipher, const RecordCase& what,
                     double seconds) {
  const std::vector<std::uint8_t> in(16'384, 0x61);
  std::vector<std::uint8_t> out(16'384);
  std::vector<double> seal, open;
  std::uint64_t total = 0;
  for (int batch = 0; batch < 6; batch++) {
    pair.client_side = pair.server_side = Side{};
    std::uint64_t records = 0;
    const std::uint64_t start = cpu_ns();
    while (double(cpu_ns() - start) < seconds * 1e9 / 5) {
      pair.send(in, what.size, what.burst);
      pair.receive(out, what.size, what.burst);
      records += std::uint64_t(what.burst);
    }
    if (batch == 0) continue;  // the caches fill
    const double bytes = double(records) * double(what.size);
    seal.push_back(bytes * 1e3 / double(pair.client_side.ns));
    open.push_back(bytes * 1e3 / double(pair.server_side.ns));
    total += records;
  }
  const std::string name = cipher + "/" + std::to_string(what.size);
  report("bulk", name, "seal", "MB_per_s", median(seal), total);
  report("bulk", name, "open", "MB_per_s", median(open), total);
}

// CPU time of a pair of connections, where `threads` threads make them by the same contexts.
double pair_cost(const Contexts& contexts, std::size_t threads, int count) {
  std::vector<std::uint64_t> spent(threads);
  std::vector<std::thread> running;
  for (std::uint64_t& mine : spent) {
    running.emplace_back([&mine, &contexts, count] {
      const std::uint64_t start = cpu_ns();
      Pair pair(wire_size);
      repeat(pair, contexts, false, count);
      mine = cpu_ns() - start;
    });
  }
  for (std::thread& thread : running) thread.join();
  std::uint64_t sum = 0;
  for (const std::uint64_t one : spent) sum += one;
  return double(sum) / 1e3 / double(count) / double(threads);
}

}  // namespace

void measure_handshakes(const std::string& directory, int count) {
  Pair pair(wire_size);
  for (const HandshakeCase& what : handshake_cases()) {
    measure_handshake(pair, what, directory, count);
  }
}

void measure_bulk(const std::string& directory, double seconds) {
  for (const char* cipher : {"aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"}) {
    const Spec spec{.cipher = cipher};
    const Contexts contexts(directory, spec);
    Pair pair(4 << 20);
    pair.handshake(contexts, false);
    check(spec, pair.client());
    for (const RecordCase& what : record_cases) measure_records(pair, cipher, what, seconds);
    pair.close();
  }
}

void measure_threads(const std::string& directory) {
  const Contexts contexts(directory, Spec{});
  constexpr int count = 2'500;
  for (const std::size_t threads : {1U, 2U}) {
    std::vector<double> costs;
    for (int i = 0; i < 3; i++) costs.push_back(pair_cost(contexts, threads, count));
    report("thread_cost", "full/x25519/ecdsa-p256/threads=" + std::to_string(threads), "pair",
           "us_cpu", median(costs), count * threads);
  }
}

}  // namespace bench
