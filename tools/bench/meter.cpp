// CPU time, heap counts and rows.
#include "meter.h"

#include <dlfcn.h>

#include <ctime>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT die("built without valgrind's headers")
#define CALLGRIND_DUMP_STATS_AT(name) static_cast<void>(name)
#endif

namespace bench {
namespace {

struct HeapCounter {
  void (*get)(HeapCounts*);
  void (*reset_peak)();
};

template <class Function>
Function loaded(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

const HeapCounter& heap_counter() {
  static const HeapCounter counter{loaded<void (*)(HeapCounts*)>("shim_get"),
                                   loaded<void (*)()>("shim_reset_peak")};
  return counter;
}

bool heap_is_counted = false;
const Side* instructions_of = nullptr;
std::string peer;
std::string peer_version;

}  // namespace

void die(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

std::uint64_t cpu_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

void count_heap() {
  if (heap_counter().get == nullptr) die("the heap counter is not preloaded");
  heap_is_counted = true;
}

void count_instructions_of(const Side* side) {
  instructions_of = side;
}

Counting counting(const Side& side) {
  if (heap_is_counted) return Counting::heap;
  return &side == instructions_of ? Counting::instructions : Counting::time;
}

void collect_instructions() {
  CALLGRIND_TOGGLE_COLLECT;
}

void file_instructions(const std::string& name) {
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

HeapCounts heap_counts() {
  HeapCounts counts{};
  heap_counter().get(&counts);
  return counts;
}

void reset_heap_peak() {
  heap_counter().reset_peak();
}

void Side::add_heap(const HeapCounts& before, const HeapCounts& after) {
  allocations += after.allocations - before.allocations;
  peak = std::max(peak, live + (after.peak - before.live));
  live += after.live - before.live;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

void set_peer(std::string name, std::string version) {
  peer = std::move(name);
  peer_version = std::move(version);
}

void print_row(const char* metric, const std::string& name, const char* role, const char* unit,
               double value, std::uint64_t count) {
  std::printf(
      "{\"peer\":\"%s\",\"version\":\"%s\",\"metric\":\"%s\",\"case\":\"%s\",\"role\":\"%s\","
      "\"unit\":\"%s\",\"value\":%.4f,\"n\":%llu}\n",
      peer.c_str(), peer_version.c_str(), metric, name.c_str(), role, unit, value,
      static_cast<unsigned long long>(count));
  std::fflush(stdout);
}

}  // namespace bench
