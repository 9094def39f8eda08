// What went wrong, for people and for scripts: the exit code, the chain of causes, what to try.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/error.h"
#include "nacre/try.h"

namespace nacre::tlscli {

// What the process returns. Documented in docs/tlscli.md and by --help; never renumbered.
enum class ExitCode : std::uint8_t {
  ok = 0,
  bug = 1,
  usage = 2,
  unreachable = 3,  // name or TCP
  timeout = 4,
  not_tls13 = 5,  // the peer does not speak TLS 1.3
  handshake_failure = 6,
  not_trusted = 7,
  wrong_name = 8,
  bad_time = 9,  // expired or not yet valid
  application_error = 11,
};

struct Problem {
  ExitCode code = ExitCode::bug;
  std::string cause;             // for scripts: "unknown_issuer", "connection_refused"
  std::string what;              // one line
  std::vector<std::string> why;  // from the general to the particular
  std::string hint;              // what to try; may be empty
  // Of a server that rejected Encrypted Client Hello, in base64; empty: none.
  std::string ech_retry_configs = {};
};

// A T, or the Problem that stands in its way.
template <class T>
struct [[nodiscard]] Outcome : std::expected<T, Problem> {
  using std::expected<T, Problem>::expected;
};

// A mistake on the command line or in the files that it names.
std::unexpected<Problem> usage_problem(std::string what, std::string hint = {});

}  // namespace nacre::tlscli

namespace nacre {

// Lets TRY pass a Problem on as it passes an Error on.
inline std::unexpected<tlscli::Problem> fail(tlscli::Problem problem) {
  return std::unexpected(std::move(problem));
}

}  // namespace nacre
