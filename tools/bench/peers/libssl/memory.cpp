#include <memory>

#include "modes.h"
#include "pair.h"

namespace bench {
namespace {

constexpr int pairs = 500;  // all alive at once: what contexts keep for later hardly counts

struct Sums {
  double allocations = 0, peak = 0, live = 0;
};

void report_heap(const Spec& spec, const char* role, const Sums& sums) {
  const std::string name = "full/" + spec.group + "/" + spec.key;
  if (!spec.releases) {
    report("handshake_allocs", name, role, "allocs", sums.allocations / pairs, pairs);
    report("handshake_peak_heap", name, role, "bytes", sums.peak / pairs, pairs);
  }
  report(spec.releases ? "idle_heap_released" : "idle_heap", name, role, "bytes", sums.live / pairs,
         pairs);
}

void note_handshake(Sums& sums, const Side& side) {
  sums.allocations += double(side.allocations);
  sums.peak += double(side.peak);
}

void measure_connections(const std::string& directory, const Spec& spec) {
  const Contexts contexts(directory, spec);
  Pair first(1 << 16);
  for (int i = 0; i < 20; i++) {
    first.handshake(contexts, false);
    first.exchange(1'024);
    first.close();
  }
  std::vector<std::unique_ptr<Pair>> all;
  for (int i = 0; i < pairs; i++) all.push_back(std::make_unique<Pair>(1 << 15));
  Sums client, server;
  for (const auto& pair : all) {
    pair->handshake(contexts, false);
    note_handshake(client, pair->client_side);
    note_handshake(server, pair->server_side);
    pair->exchange(1'024);
    client.live += double(pair->client_side.live);
    server.live += double(pair->server_side.live);
  }
  report_heap(spec, "client", client);
  report_heap(spec, "server", server);
  for (const auto& pair : all) pair->close();
}

void measure_record_allocations(const std::string& directory, const Spec& spec) {
  constexpr std::size_t size = 16'384;
  constexpr int records = 1'000;
  const Contexts contexts(directory, spec);
  Pair pair(1 << 16);
  pair.handshake(contexts, false);
  const std::vector<std::uint8_t> in(size, 0x61);
  std::vector<std::uint8_t> out(size);
  for (int i = 0; i < records + 100; i++) {
    if (i == 100) pair.client_side = pair.server_side = Side{};
    pair.send(in, size, 1);
    pair.receive(out, size, 1);
  }
  const char* name = spec.releases ? "16384/released" : "16384";
  report("record_allocs", name, "seal", "allocs", double(pair.client_side.allocations) / records,
         records);
  report("record_allocs", name, "open", "allocs", double(pair.server_side.allocations) / records,
         records);
  pair.close();
}

}  // namespace

void measure_memory(const std::string& directory) {
  need(heap_counter().get && heap_counter().reset_peak, "mem needs the heap counter preloaded");
  counts_heap = true;
  for (const bool releases : {false, true}) {
    for (const char* group : {"x25519", "X25519MLKEM768"}) {
      measure_connections(directory, {.group = group, .releases = releases});
    }
  }
  for (const bool releases : {false, true}) {
    measure_record_allocations(directory, {.releases = releases});
  }
}

}  // namespace bench
