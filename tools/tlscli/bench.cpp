// `tlscli bench`: connections and bytes per second, over sockets.
#include "tlscli/bench.h"

#include <boost/json/array.hpp>
#include <iomanip>
#include <sstream>

#include "tlscli/commands.h"
#include "tlscli/cores.h"
#include "tlscli/names.h"
#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

constexpr std::uint64_t own_bytes = std::uint64_t{4} << 30;

// Where client and server run; -1: wherever the system likes.
struct Places {
  int client = -1;
  int server = -1;
};

boost::json::value json_of_core(int core) {
  return core < 0 ? boost::json::value(nullptr) : boost::json::value(core);
}

boost::json::object json_of(const Measurement& measured) {
  boost::json::object object{{"what", measured.what},
                             {"unit", measured.counts_bytes() ? "bytes/s" : "connections/s"},
                             {"rate", measured.rate()},
                             {"seconds", measured.seconds},
                             {"client_cpu_seconds", measured.cpu_seconds},
                             {"connection", json_of(measured.summary)}};
  if (measured.counts_bytes()) {
    object["bytes"] = measured.bytes;
  } else {
    object["connections"] = measured.connections;
  }
  return object;
}

std::string line_of(const Measurement& measured) {
  constexpr double giga = 1e9;
  const Summary& summary = measured.summary;
  std::ostringstream text;
  text << std::left << std::setw(10) << measured.what << std::right << std::fixed;
  if (measured.counts_bytes()) {
    text << std::setw(9) << std::setprecision(3) << measured.rate() / giga << " GB/s"
         << std::setw(10) << static_cast<double>(measured.bytes) / giga << " GB";
  } else {
    text << std::setw(9) << std::setprecision(0) << measured.rate() << " /s  " << std::setw(10)
         << measured.connections << "   ";
  }
  text << std::setprecision(2) << std::setw(8) << measured.seconds << " s" << std::setprecision(0)
       << std::setw(9) << 100 * measured.cpu_seconds / measured.seconds << " %     "
       << words_for(summary.key_source) << ", " << name(summary.group) << ", "
       << name(summary.suite);
  if (summary.signature) text << ", " << name(*summary.signature);
  return text.str();
}

std::string words_for(const Places& places, bool own_server) {
  const auto core = [](int number) {
    return number < 0 ? std::string("not pinned") : "core " + std::to_string(number);
  };
  std::string text = "client: " + core(places.client);
  if (own_server) text += "; server (tlscli server, a process): " + core(places.server);
  if (own_server && places.server >= 0 && places.server == places.client) {
    text += ": they share it, and the figures are those of both";
  }
  return text;
}

enum class Figure : std::uint8_t { full, resumed, received, sent };

// What is asked for; without a HOST, all that the options do not exclude.
std::vector<Figure> figures_of(const BenchOptions& options) {
  const bool own_server = options.target.empty();
  if (options.bytes != 0) {
    if (options.send) return {Figure::sent};
    return own_server ? std::vector{Figure::received, Figure::sent} : std::vector{Figure::received};
  }
  if (options.resume) return {Figure::resumed};
  if (!own_server) return {Figure::full};
  if (options.connections) return {Figure::full, Figure::resumed};
  return {Figure::full, Figure::resumed, Figure::received, Figure::sent};
}

Outcome<Measurement> measure(Figure figure, const BenchOptions& options, const Endpoint& endpoint) {
  switch (figure) {
    case Figure::full:
      return measure_connections(options, endpoint, false);
    case Figure::resumed:
      return measure_connections(options, endpoint, true);
    case Figure::received:
      return measure_bytes(options, endpoint, false);
    case Figure::sent:
      return measure_bytes(options, endpoint, true);
  }
  return usage_problem("there is no such figure");
}

Outcome<void> measure_all(const std::vector<Figure>& figures, const BenchOptions& options,
                          const Endpoint& endpoint, const Places& places, bool own_server,
                          Report& report) {
  report.fields()["client_core"] = json_of_core(places.client);
  report.fields()["server_core"] = json_of_core(places.server);
  report.fields()["own_server"] = own_server;
  if (!options.json) {
    say(words_for(places, own_server));
    say("                 rate        count        time   client's CPU   negotiated");
  }
  boost::json::array measurements;
  for (const Figure figure : figures) {
    TRY(const Measurement measured, measure(figure, options, endpoint));
    if (!options.json) say(line_of(measured));
    measurements.emplace_back(json_of(measured));
  }
  report.fields()["measurements"] = std::move(measurements);
  return {};
}

// Of options that tell how to reach or to believe another server.
Outcome<void> refuse_without_host(const BenchOptions& options) {
  const bool any = !options.ca.empty() || !options.pins.empty() || !options.name.empty() ||
                   options.insecure || options.ocsp || !options.psk.keys.empty() ||
                   !options.ech.empty() || !options.raw_pins.empty() || !options.crl.empty() ||
                   !options.path.empty();
  if (!any) return {};
  return usage_problem("an option is about a server, and none is named",
                       "name it: tlscli bench HOST:PORT; without one, bench starts its own");
}

Outcome<void> bench_own_server(const BenchOptions& options, Report& report) {
  TRY(refuse_without_host(options));
  const std::vector<int> cores = allowed_cores();
  Places places;
  if (!cores.empty()) places = {.client = cores.front(), .server = cores.back()};
  BenchOptions settled = options;
  if (settled.bytes == 0) settled.bytes = own_bytes;
  TRY(const ServerProcess server, ServerProcess::start(settled, places.server));
  if (!pin_to(places.client)) places.client = -1;
  settled.ca = server.ca();
  return measure_all(figures_of(options), settled, server.endpoint(), places, true, report);
}

}  // namespace

Outcome<void> run_bench(const BenchOptions& options, Report& report) {
  const bool is_path = options.path.starts_with('/') && options.path == printable(options.path) &&
                       options.path.find(' ') == std::string::npos;
  if (!options.path.empty() && !is_path) {
    return usage_problem("\"" + printable(options.path) + "\" is no path", "write --www /PATH");
  }
  if (options.target.empty()) return bench_own_server(options, report);
  TRY(const Endpoint endpoint, parse_endpoint(options.target, 443));
  // Who else runs there is not known: taskset(1) says where we do.
  const std::vector<int> cores = allowed_cores();
  const Places places{.client = cores.size() == 1 ? cores.front() : -1};
  return measure_all(figures_of(options), options, endpoint, places, false, report);
}

}  // namespace nacre::tlscli
