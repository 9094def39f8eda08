// What one side of a conversation costs: the CPU time of its calls, or what they take of the heap.
// And the rows that a benchmark prints: one JSON object a line, the same for all peers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "nacre/error.h"
#include "nacre/try.h"

namespace bench {

[[noreturn]] void die(const std::string& what);

// A benchmark of what fails is none.
template <class T>
T must(nacre::Result<T> result) {
  if (!result) die(std::string(nacre::describe(result.error())));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// CPU time of this thread.
std::uint64_t cpu_nanoseconds();

// What the preloaded heap counter tells; see peers/heap_counter.c.
struct HeapCounts {
  std::uint64_t allocations;
  std::uint64_t frees;
  std::int64_t live;
  std::int64_t peak;
};

// What sides count: CPU time; or what they take of the heap (ends the program where no counter is
// preloaded); or instructions, under callgrind, of one side alone.
struct Side;
void count_heap();
void count_instructions_of(const Side* side);
enum class Counting : std::uint8_t { time, heap, instructions };
Counting counting(const Side& side);
HeapCounts heap_counts();
void reset_heap_peak();

struct Side {
  std::uint64_t nanoseconds = 0;
  std::uint64_t allocations = 0;
  std::int64_t live = 0;
  std::int64_t peak = 0;

  void add_heap(const HeapCounts& before, const HeapCounts& after);
};

// Begins to collect, or ends it; and files what was collected since the last time under `name`.
void collect_instructions();
void file_instructions(const std::string& name);

// Calls `action`, and counts what it costs to `side`.
template <class Action>
auto on(Side& side, Action&& action) {
  const auto counted = [&](auto&& finish) {
    if constexpr (std::is_void_v<decltype(action())>) {
      action();
      finish();
    } else {
      auto result = action();
      finish();
      return result;
    }
  };
  const Counting what = counting(side);
  if (what == Counting::heap) {
    reset_heap_peak();
    const HeapCounts before = heap_counts();
    return counted([&] { side.add_heap(before, heap_counts()); });
  }
  if (what == Counting::instructions) {
    collect_instructions();
    return counted([] { collect_instructions(); });
  }
  const std::uint64_t start = cpu_nanoseconds();
  return counted([&] { side.nanoseconds += cpu_nanoseconds() - start; });
}

double median(std::vector<double> values);

// Who is measured, for the rows that follow.
void set_peer(std::string name, std::string version);
void print_row(const char* metric, const std::string& name, const char* role, const char* unit,
               double value, std::uint64_t count);

// Microseconds of CPU that one call of `action` takes: the median of five batches.
struct Timing {
  double microseconds;
  std::uint64_t count;
};
template <class Action>
Timing time_of(double seconds, Action&& action) {
  constexpr int batches = 5;
  constexpr int calls = 16;
  for (int i = 0; i < calls; ++i) action();
  std::vector<double> times;
  std::uint64_t total = 0;
  for (int batch = 0; batch < batches; ++batch) {
    const std::uint64_t start = cpu_nanoseconds();
    std::uint64_t count = 0;
    std::uint64_t spent = 0;
    do {
      for (int i = 0; i < calls; ++i) action();
      count += calls;
      spent = cpu_nanoseconds() - start;
    } while (static_cast<double>(spent) < seconds * 1e9 / batches);
    times.push_back(static_cast<double>(spent) / 1e3 / static_cast<double>(count));
    total += count;
  }
  return {median(times), total};
}

}  // namespace bench
