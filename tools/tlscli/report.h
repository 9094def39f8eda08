// The end of a command: its JSON object, its problem, its exit code.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "tlscli/problem.h"

namespace nacre::tlscli {

class Report {
 public:
  Report(std::string command, bool json) : command_(std::move(command)), json_(json) {}

  bool json() const { return json_; }
  // What the object says besides "version", "command", "ok", "exit_code" and "error".
  boost::json::object& fields() { return fields_; }
  // Prints the object before the command has ended, as a server must. There is only one.
  void publish();
  // Prints what is left to print, and returns the exit code.
  int conclude(const Outcome<void>& outcome);

 private:
  std::string command_;
  bool json_;
  bool published_ = false;
  boost::json::object fields_;
};

}  // namespace nacre::tlscli
