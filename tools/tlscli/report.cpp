// The end of a command.
#include "tlscli/report.h"

#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

void print(const std::string& command, const boost::json::object& fields, const Problem* problem) {
  auto object = json_answer(command, problem == nullptr ? ExitCode::ok : problem->code);
  if (problem != nullptr) object["error"] = json_of(*problem);
  for (const auto& field : fields) object[field.key()] = field.value();
  print_json(object);
}

}  // namespace

void Report::publish() {
  if (json_) print(command_, fields_, nullptr);
  published_ = true;
}

int Report::conclude(const Outcome<void>& outcome) {
  const Problem* problem = outcome ? nullptr : &outcome.error();
  if (problem != nullptr) print_problem(*problem);
  if (json_ && !published_) print(command_, fields_, problem);
  return static_cast<int>(problem == nullptr ? ExitCode::ok : problem->code);
}

}  // namespace nacre::tlscli
