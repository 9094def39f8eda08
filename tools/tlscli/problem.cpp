// Problems that need no table.
#include "tlscli/problem.h"

namespace nacre::tlscli {

std::unexpected<Problem> usage_problem(std::string what, std::string hint) {
  return fail(Problem{.code = ExitCode::usage,
                      .cause = "usage",
                      .what = std::move(what),
                      .why = {},
                      .hint = std::move(hint)});
}

}  // namespace nacre::tlscli
