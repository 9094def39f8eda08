// The shim of BoGo, the runner of BoringSSL's tests: one process per test, told by flags what to do
// and what to expect, with the runner as its peer.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <span>

#include "shim/exchange.h"
#include "shim/flags.h"

namespace nacre::bogo {
namespace {

constexpr int unimplemented = 89;

bool insists_on_issuer(const Flags& flags) {
  return std::ranges::any_of(flags.credentials, &CredentialFlags::must_match_issuer);
}

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
  // A server's credentials prefer the issuers that the client names; they cannot insist on them.
  if (line.initial.server && insists_on_issuer(line.initial)) return unimplemented;
  if (!run_connection(line.initial)) return 1;
  for (unsigned i = 0; i < line.initial.resume_count; ++i) {
    // Until there are sessions, a server has none that it could take up.
    if (!line.resume.server || !line.resume.expect_session_miss) return unimplemented;
    if (!run_connection(line.resume)) return 1;
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
