// What is measured.
#pragma once

#include <string>

namespace bench {

// Of Nacre; `certificates` is a directory, `only` the one case to measure; empty: all.
void measure_handshakes(const std::string& certificates, int handshakes_each,
                        const std::string& only);
void measure_records(const std::string& certificates, double seconds);
void measure_threads(const std::string& certificates);
void measure_memory(const std::string& certificates);
void measure_codec(double seconds);

// The instructions of one handshake of each kind and of one record of each size, for callgrind.
void count_handshakes(const std::string& certificates, const std::string& only);
void count_records(const std::string& certificates, const std::string& only);

// Of the primitives alone: the least that any library over them needs.
void measure_limit(double seconds);
void measure_limit_of_records(double seconds);

}  // namespace bench
