// The limit of AWS-LC, for Rust to call: cargo links what it builds.
#include "../../cases.h"

extern "C" void bench_measure_limit(double seconds) {
  bench::measure_limit(seconds);
}
