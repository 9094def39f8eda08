// The terminal, and JSON. All output is unbuffered: nothing is lost when the process ends.
#include "tlscli/output.h"

#include <poll.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>

namespace nacre::tlscli {
namespace {

std::string_view sequence(Colour colour) {
  switch (colour) {
    case Colour::red:
      return "\x1b[1;31m";
    case Colour::green:
      return "\x1b[32m";
    case Colour::yellow:
      return "\x1b[33m";
    case Colour::dim:
      return "\x1b[2m";
  }
  return "";
}

// https://no-color.org: set and not empty.
bool colour_allowed(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color != nullptr && !std::string_view(no_color).empty()) return false;
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return isatty(descriptor) == 1;
}

}  // namespace

std::string coloured(std::string_view text, Colour colour, int descriptor) {
  if (!colour_allowed(descriptor)) return std::string(text);
  return std::string(sequence(colour)).append(text).append("\x1b[0m");
}

bool write_all(int descriptor, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void note(std::string_view line) {
  write_all(2, bytes_of(std::string(line) + "\n"));
}

void say(std::string_view line) {
  write_all(1, bytes_of(std::string(line) + "\n"));
}

void warn_insecure() {
  note(coloured("WARNING: --insecure: nobody checks whom you are talking to", Colour::red));
}

void print_problem(const Problem& problem) {
  std::string text = coloured("tlscli: ", Colour::red) + problem.what + "\n";
  for (const std::string& reason : problem.why) text += "  because: " + reason + "\n";
  if (!problem.hint.empty()) {
    text += coloured("  try: ", Colour::yellow) + problem.hint + "\n";
  }
  write_all(2, bytes_of(text));
}

boost::json::object json_answer(std::string_view command, ExitCode code) {
  return {{"version", json_version},
          {"command", command},
          {"ok", code == ExitCode::ok},
          {"exit_code", static_cast<int>(code)}};
}

boost::json::object json_of(const Problem& problem) {
  boost::json::array why;
  for (const std::string& reason : problem.why) why.emplace_back(reason);
  boost::json::object object{{"cause", problem.cause},
                             {"what", problem.what},
                             {"why", std::move(why)},
                             {"try", problem.hint}};
  if (!problem.ech_retry_configs.empty()) object["ech_retry_configs"] = problem.ech_retry_configs;
  return object;
}

void print_json(const boost::json::object& object) {
  say(boost::json::serialize(object));
}

}  // namespace nacre::tlscli
