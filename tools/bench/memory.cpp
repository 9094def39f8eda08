// The heap that connections take: while they shake hands, when they are idle, and per record.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cases.h"
#include "meter.h"
#include "pair.h"

namespace bench {
namespace {

void measure_connections(const std::string& certificates, nacre::NamedGroup group,
                         const std::string& name) {
  constexpr std::size_t count = 500;
  const Configs configs = make_configs(certificates, {.group = group});
  const std::vector<std::uint8_t> data(1'024, 0x62);
  Pair first(1 << 16);
  for (int i = 0; i < 20; ++i) {
    first.shake_hands(configs);
    first.exchange(data);
    first.close();
  }
  std::vector<std::unique_ptr<Pair>> pairs;
  for (std::size_t i = 0; i < count; ++i) pairs.push_back(std::make_unique<Pair>(1 << 15));
  const auto mean = [&](Side Pair::* side, auto Side::* what) {
    double sum = 0;
    for (const auto& pair : pairs) sum += static_cast<double>((*pair).*side.*what);
    return sum / count;
  };
  for (const auto& pair : pairs) pair->shake_hands(configs);
  const auto print = [&](const char* metric, const char* unit, auto Side::* what) {
    print_row(metric, name, "client", unit, mean(&Pair::client_cost, what), count);
    print_row(metric, name, "server", unit, mean(&Pair::server_cost, what), count);
  };
  print("handshake_allocs", "allocs", &Side::allocations);
  print("handshake_peak_heap", "bytes", &Side::peak);
  for (const auto& pair : pairs) pair->exchange(data);
  print("idle_heap", "bytes", &Side::live);
  for (const char* const role : {"client", "server"}) {
    print_row("inline_struct", name, role, "bytes", sizeof(nacre::Connection), 1);
  }
  for (const auto& pair : pairs) pair->close();
}

void measure_allocations_of_records(const std::string& certificates) {
  constexpr int count = 1'000;
  const std::vector<std::uint8_t> plaintext(16'384, 0x61);
  Pair pair(1 << 16);
  pair.shake_hands(make_configs(certificates, {}));
  Side seal;
  Side open;
  for (int i = -100; i < count; ++i) {
    if (i == 0) seal = open = {};
    pair.clear();
    on(seal, [&] { pair.seal(plaintext); });
    on(open, [&] { pair.open(plaintext.size()); });
  }
  print_row("record_allocs", "16384", "seal", "allocs",
            static_cast<double>(seal.allocations) / count, count);
  print_row("record_allocs", "16384", "open", "allocs",
            static_cast<double>(open.allocations) / count, count);
}

}  // namespace

void measure_memory(const std::string& certificates) {
  count_heap();
  measure_connections(certificates, nacre::NamedGroup::x25519, "full/x25519/ecdsa-p256");
  measure_connections(certificates, nacre::NamedGroup::x25519_mlkem768,
                      "full/X25519MLKEM768/ecdsa-p256");
  measure_allocations_of_records(certificates);
}

}  // namespace bench
