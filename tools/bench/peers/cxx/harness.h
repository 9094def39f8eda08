// What the C++ peers share: the CPU time and the heap of each side, the wire, and the lines of
// JSON.
#pragma once

#include <dlfcn.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace bench {

// As heap_counter.c lays it out.
struct HeapCounts {
  std::uint64_t allocations, frees;
  std::int64_t live, peak;
};

// The counter that LD_PRELOAD brings; without it both are null.
struct HeapCounter {
  void (*get)(HeapCounts*) = reinterpret_cast<void (*)(HeapCounts*)>(dlsym(RTLD_DEFAULT,
                                                                           "shim_get"));
  void (*reset_peak)() = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "shim_reset_peak"));
};

inline const HeapCounter& heap_counter() {
  static const HeapCounter counter;
  return counter;
}

// The thread's own time: what else runs on the machine does not count.
inline std::uint64_t cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::uint64_t(time.tv_sec) * 1'000'000'000 + std::uint64_t(time.tv_nsec);
}

struct Side {
  std::uint64_t ns = 0;
  std::uint64_t allocations = 0;
  std::int64_t live = 0, peak = 0;
};

// Time and heap are never measured in one run: counting costs time.
inline bool counts_heap = false;

// Runs `work` on the account of `side`.
template <class Work>
void charge(Side& side, Work&& work) {
  if (!counts_heap) {
    const std::uint64_t start = cpu_ns();
    work();
    side.ns += cpu_ns() - start;
    return;
  }
  HeapCounts before{}, after{};
  heap_counter().reset_peak();
  heap_counter().get(&before);
  work();
  heap_counter().get(&after);
  side.allocations += after.allocations - before.allocations;
  side.peak = std::max(side.peak, side.live + (after.peak - before.live));
  side.live += after.live - before.live;
}

inline std::string peer_name, peer_version;

[[noreturn]] inline void die(const char* what) {
  std::fprintf(stderr, "%s: %s\n", peer_name.c_str(), what);
  std::exit(1);
}

inline void need(bool ok, const char* what) {
  if (!ok) die(what);
}

inline void report(const char* metric, const std::string& name, const char* role, const char* unit,
                   double value, std::uint64_t n) {
  std::printf(R"({"peer":"%s","version":"%s","metric":"%s","case":"%s","role":"%s","unit":"%s",)"
              R"("value":%.4f,"n":%llu})"
              "\n",
              peer_name.c_str(), peer_version.c_str(), metric, name.c_str(), role, unit, value,
              static_cast<unsigned long long>(n));
  std::fflush(stdout);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// What a handshake costs each side, and both.
inline void report_handshake(const std::string& name, double client, double server, double pair,
                             std::uint64_t n) {
  report("handshake", name, "client", "us_cpu", client, n);
  report("handshake", name, "server", "us_cpu", server, n);
  report("handshake", name, "pair", "us_cpu", pair, n);
  report("handshake_rate", name, "pair", "handshakes_per_s", 1e6 / pair, n);
}

// Record sizes, and how many records go out before they are read: a wire of 1 MiB at the most.
struct RecordCase {
  std::size_t size;
  int burst;
};
inline constexpr RecordCase record_cases[] = {{16'384, 64}, {1'024, 512}, {64, 2'048}};

// A queue of bytes in memory that is there already, from one writer to one reader. `put` and `get`
// return -1 for what a socket would block on.
class Wire {
 public:
  explicit Wire(std::size_t size) : bytes_(size) {}

  int put(const void* data, std::size_t size) {
    if (read_ == written_) clear();
    if (written_ + size > bytes_.size()) return -1;
    std::memcpy(bytes_.data() + written_, data, size);
    written_ += size;
    return static_cast<int>(size);
  }

  int get(void* data, std::size_t size) {
    const std::size_t count = std::min(size, written_ - read_);
    if (count == 0) return -1;
    std::memcpy(data, bytes_.data() + read_, count);
    read_ += count;
    return static_cast<int>(count);
  }

  void clear() { read_ = written_ = 0; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t read_ = 0, written_ = 0;
};

}  // namespace bench
