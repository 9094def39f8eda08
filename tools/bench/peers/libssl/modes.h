#pragma once

#include <string>

namespace bench {

void measure_handshakes(const std::string& directory, int count);
void measure_bulk(const std::string& directory, double seconds);
void measure_threads(const std::string& directory);
// Needs the heap counter.
void measure_memory(const std::string& directory);

}  // namespace bench
