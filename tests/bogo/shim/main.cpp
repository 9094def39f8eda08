// The shim of BoGo, the runner of BoringSSL's tests: one process per test, told by flags what to do
// and what to expect, with the runner as its peer.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <span>

#include "shim/flags.h"
#include "shim/meeting.h"
#include "shim/sessions.h"

namespace nacre::bogo {
namespace {

constexpr int unimplemented = 89;

int run(std::span<char* const> arguments) {
  const CommandLine line = parse(arguments);
  if (line.unknown) {
    std::fprintf(stderr, "unimplemented: %s\n", line.unknown->c_str());
    return unimplemented;
  }
  if (line.initial.is_handshaker_supported) {
    std::puts("No");
    return 0;
  }
  const auto sessions = Sessions::make();
  if (!sessions) return 1;
  for (unsigned i = 0; i <= line.initial.resume_count; ++i) {
    const bool is_resumption = i > 0;
    const Flags& flags = is_resumption ? line.resume : line.initial;
    if (is_resumption && !flags.server && !sessions->last->is_there()) {
      std::fputs("no session to offer\n", stderr);
      return 1;
    }
    if (!run_connection({flags, line.retry, *sessions, is_resumption})) return 1;
    sessions->pass(std::chrono::seconds(flags.resumption_delay));
  }
  return 0;
}

}  // namespace
}  // namespace nacre::bogo

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const int code = nacre::bogo::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
  // What comes after this line is the sanitizers'.
  std::fputs("--- DONE ---\n", stderr);
  return code;
}
