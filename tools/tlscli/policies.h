// The released policies by their names, to be chosen and to be shown.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "nacre/policies.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

struct NamedPolicy {
  std::string_view name;  // as the library has it
  Policy policy;
  std::string_view about;  // a line
};

// One of them: "policy_2026_pq", or without its first word.
Outcome<NamedPolicy> parse_policy(std::string_view text);

// All that it holds.
std::string lines_of(const NamedPolicy& named);
boost::json::object json_of(const NamedPolicy& named);

}  // namespace nacre::tlscli
