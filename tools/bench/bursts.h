// How records are measured: a burst is sealed through a mebibyte of memory, then opened.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "meter.h"

namespace bench {

struct Burst {
  std::size_t record_size;
  std::size_t records;
};
inline constexpr std::array<Burst, 3> bursts{{{16'384, 64}, {1'024, 512}, {64, 2'048}}};

// How a record is sealed: from the caller's buffer, or where the caller has put its plaintext.
enum class How : std::uint8_t { from_buffer, in_place };

// Bytes of plaintext per second, of five batches the median. `start` comes before each burst.
template <class Start, class Seal, class Open>
void measure_bursts(const std::string& name, const Burst& burst, How how, double seconds,
                    Start&& start, Seal&& seal, Open&& open) {
  constexpr int batches = 5;
  std::vector<double> sealing;
  std::vector<double> opening;
  std::uint64_t total = 0;
  for (int batch = -1; batch < batches; ++batch) {
    Side seal_cost;
    Side open_cost;
    std::uint64_t count = 0;
    const std::uint64_t begin = cpu_nanoseconds();
    while (static_cast<double>(cpu_nanoseconds() - begin) < seconds * 1e9 / batches) {
      start();
      on(seal_cost, [&] {
        for (std::size_t i = 0; i < burst.records; ++i) seal();
      });
      on(open_cost, [&] {
        for (std::size_t i = 0; i < burst.records; ++i) open();
      });
      count += burst.records;
    }
    if (batch < 0) continue;  // to warm up
    const double bytes = static_cast<double>(count * burst.record_size);
    sealing.push_back(bytes * 1e3 / static_cast<double>(seal_cost.nanoseconds));
    opening.push_back(bytes * 1e3 / static_cast<double>(open_cost.nanoseconds));
    total += count;
  }
  if (how == How::in_place) {
    print_row("bulk", name, "seal_in_place", "MB_per_s", median(sealing), total);
  } else {
    print_row("bulk", name, "seal", "MB_per_s", median(sealing), total);
    print_row("bulk", name, "open", "MB_per_s", median(opening), total);
  }
}

}  // namespace bench
