// From the library's errors to words and exit codes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nacre/alert.h"
#include "nacre/connection.h"
#include "nacre/error.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// When an error came: what breaks an established connection is not the handshake's failure.
enum class Phase : std::uint8_t { setup, established };

// The one place where a cause becomes an exit code. `alert` is what the peer sent, if it did.
ExitCode exit_code_for(Error error, std::optional<AlertDescription> alert, Phase phase);

// All that is known where an error came up.
struct Situation {
  Error error{};
  Phase phase = Phase::setup;
  std::string peer;                     // "localhost:4433"
  std::string name;                     // the name that the certificate must have
  std::string trust;                    // where the authorities came from: "system", or a file
  std::string offer;                    // the groups and suites that we offered
  std::string detail;                   // the verifier's words
  std::vector<std::string> tried = {};  // the path, and what speaks against other issuers
  // Where the ClientHello was encrypted: the name that a server must have that does not take it;
  // and once one has not, what it wants to be tried with, in base64.
  std::string public_name = {};
  std::string ech_retry_configs = {};
  std::string greeting;  // the first bytes that the peer sent, printable
  int system_error = 0;  // errno of the transport
  bool we_are_server = false;
  std::optional<Failure> failure;  // the connection's own account
};

Problem explain(const Situation& situation);

// Text from elsewhere, fit for a terminal: anything but printable ASCII is escaped.
std::string printable(std::string_view text);

}  // namespace nacre::tlscli
