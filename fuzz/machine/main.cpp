// Plays conversations until the time is over, and records what must not be.
//
// nacre_machine [--seconds N] [--seed N] [--record DIR] [--ignore KIND,KIND] [--once]
// [--shrink] nacre_machine --replay FILE...
//
// Ends with 1 where something was found, or where a replay differs.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "machine/recording.h"
#include "machine/script.h"

namespace nacre::machine {
namespace {

struct Options {
  double seconds = 10;
  std::uint64_t seed = 1;
  std::string directory;
  bool once = false;     // ends with the first that it finds
  bool shrinks = false;  // a crash among fewer operations would end it
  std::vector<std::string> ignored;
  std::vector<std::string> replays;
};

constexpr std::size_t decisions = 160;

// What a crash leaves behind: the recording of the moment.
const Recording* at_work = nullptr;
std::string crash_file;

extern "C" void on_crash(int signal) {
  const int file = open(crash_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  if (file >= 0 && at_work != nullptr) {
    [[maybe_unused]] const auto written =
        write(file, at_work->bytes().data(), at_work->bytes().size());
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void write_file(const std::filesystem::path& path, const Octets& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

Octets read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Octets(std::istreambuf_iterator<char>(file), {});
}

// With fewer operations where those do; the whole recording where they do not.
Octets smallest(const Octets& whole, const Violation& violation,
                const std::vector<std::string>& ignored) {
  const auto recorded = read_recording(whole);
  if (!recorded) return whole;
  const auto fewer = record(shrink(recorded->operations, violation.kind, ignored), ignored);
  const auto replayed = replay(fewer);
  const bool is_the_same =
      replayed && !replayed->differs_at &&
      std::ranges::count(replayed->violations, violation.kind, &Violation::kind) > 0;
  return is_the_same ? fewer : whole;
}

int search(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  std::map<std::string, std::size_t> found;
  std::size_t plays = 0;
  std::size_t conversations = 0;
  std::size_t complete = 0;
  for (std::uint64_t seed = options.seed; elapsed() < options.seconds; ++seed, ++plays) {
    Generator decides(seed);
    Recording recording;
    at_work = &recording;
    Generator random(~seed);
    Machine machine([&](MutableBytes out) { random.fill(out); }, &recording);
    machine.ignored = options.ignored;
    Script([&] {
      return static_cast<std::uint8_t>(decides.next() >> 56);
    }).play(machine, decisions);
    conversations += machine.conversations().size();
    for (const auto& each : machine.conversations()) {
      complete += each.sides[0].facts && each.sides[1].facts ? 1U : 0U;
    }
    const auto& violation = machine.violation();
    if (!violation || found[violation->kind]++ > 0) continue;
    std::printf("%s: %s (seed %llu, after %.1f s)\n", violation->kind.c_str(),
                violation->detail.c_str(), static_cast<unsigned long long>(seed), elapsed());
    std::fflush(stdout);
    if (!options.directory.empty()) {
      write_file(std::filesystem::path(options.directory) / (violation->kind + ".recording"),
                 options.shrinks ? smallest(recording.bytes(), *violation, options.ignored)
                                 : recording.bytes());
    }
    if (options.once) break;
  }
  at_work = nullptr;
  std::printf("%zu plays, %zu conversations, %zu complete, %.0f s\n", plays, conversations,
              complete, elapsed());
  for (const auto& [kind, count] : found) std::printf("  %s: %zu times\n", kind.c_str(), count);
  return found.empty() ? 0 : 1;
}

int replay_all(const std::vector<std::string>& files) {
  int result = 0;
  for (const std::string& path : files) {
    const auto replayed = replay(read_file(path));
    std::string what = !replayed ? "no recording, or of another version"
                       : replayed->differs_at
                           ? "differs at entry " + std::to_string(*replayed->differs_at)
                           : "the same";
    const auto violations = replayed ? replayed->violations : std::vector<Violation>{};
    for (const Violation& each : violations) what += "; " + each.kind + ": " + each.detail;
    std::printf("%s: %s\n", path.c_str(), what.c_str());
    if (!replayed || replayed->differs_at || !violations.empty()) result = 1;
  }
  return result;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

int run(std::span<char*> arguments) {
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    const bool is_last = i + 1 == arguments.size();
    if (argument == "--replay") {
      options.replays.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                             arguments.end());
      return replay_all(options.replays);
    }
    const bool is_flag = argument == "--shrink" || argument == "--once";
    options.shrinks = options.shrinks || argument == "--shrink";
    options.once = options.once || argument == "--once";
    if (is_last || is_flag) continue;
    const std::string value = arguments[++i];
    if (argument == "--seconds") options.seconds = std::strtod(value.c_str(), nullptr);
    if (argument == "--seed") options.seed = std::strtoull(value.c_str(), nullptr, 10);
    if (argument == "--record") options.directory = value;
    if (argument == "--ignore") options.ignored = split(value);
  }
  crash_file = (std::filesystem::path(options.directory) / "crash.recording").string();
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL}) std::signal(signal, on_crash);
  return search(options);
}

}  // namespace
}  // namespace nacre::machine

int main(int argc, char** argv) {
  return nacre::machine::run(std::span(argv, static_cast<std::size_t>(argc)));
}
