// Nacre's rows of the benchmark, and the limit's. `./dev bench` runs it, beside the peers.
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "cases.h"
#include "meter.h"
#include "nacre/version.h"

namespace {

constexpr const char* usage =
    "bench CERTIFICATES handshake [N [CASE]]  CPU time of handshakes, 5 * N of each kind\n"
    "bench CERTIFICATES bulk [SECONDS]     records\n"
    "bench CERTIFICATES threads            handshakes on two threads\n"
    "bench CERTIFICATES mem                heap; with the counter preloaded\n"
    "bench CERTIFICATES instructions [ROW] one of each, under callgrind --collect-atstart=no\n"
    "bench codec [SECONDS]                 a message's parser and serializer\n"
    "bench limit [SECONDS]                 the primitives alone\n";

std::string of_nacre() {
  const std::string version(nacre::version());
  return version.substr(0, version.find(' '));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(std::next(argv), std::next(argv, argc));
  const auto number = [&](std::size_t index, double otherwise) {
    return words.size() > index ? std::atof(words.at(index).c_str()) : otherwise;
  };
  const auto word = [&](std::size_t index) {
    return words.size() > index ? words.at(index) : std::string();
  };
  if (words.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  if (words.at(0) == "limit") {
    bench::measure_limit(number(1, 0.3));
    return 0;
  }
  bench::set_peer(NACRE_BENCH_PEER, of_nacre());
  if (words.at(0) == "codec") {
    bench::measure_codec(number(1, 0.3));
    return 0;
  }
  const std::string mode = word(1);
  if (mode == "handshake") {
    bench::measure_handshakes(words.at(0), static_cast<int>(number(2, 400)), word(3));
  } else if (mode == "bulk") {
    bench::measure_records(words.at(0), number(2, 0.3));
  } else if (mode == "threads") {
    bench::measure_threads(words.at(0));
  } else if (mode == "mem") {
    bench::measure_memory(words.at(0));
  } else if (mode == "instructions") {
    bench::count_handshakes(words.at(0), word(2));
    bench::count_records(words.at(0), word(2));
  } else {
    std::fputs(usage, stderr);
    return 2;
  }
}
