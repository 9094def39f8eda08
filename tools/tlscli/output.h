// What goes to the terminal: data and the JSON object to stdout, everything else to stderr.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "nacre/bytes.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

inline constexpr int json_version = 1;

enum class Colour : unsigned char { red, green, yellow, dim };

// Escape sequences round `text` where `descriptor` is a terminal and NO_COLOR is not set.
std::string coloured(std::string_view text, Colour colour, int descriptor = 2);

// One line to stderr, whole even where several threads write.
void note(std::string_view line);
// The line of --insecure.
void warn_insecure();
// Tells of a problem on stderr: what, why, what to try.
void print_problem(const Problem& problem);

// Writes all of `bytes` to a descriptor. False when it no longer takes them.
bool write_all(int descriptor, Bytes bytes);
// One line to stdout.
void say(std::string_view line);

// The object that every --json answer starts from: "version", "command", "ok", "exit_code".
boost::json::object json_answer(std::string_view command, ExitCode code = ExitCode::ok);
boost::json::object json_of(const Problem& problem);
void print_json(const boost::json::object& object);

// Where data from the peer goes: stdout, or stderr when stdout is for the JSON object.
constexpr int data_descriptor(bool json) {
  return json ? 2 : 1;
}

}  // namespace nacre::tlscli
