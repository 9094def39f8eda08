// Policies for tests of what is negotiated.
#pragma once

#include <initializer_list>

#include "nacre/policies.h"

namespace nacre::test {

// policy_2026 with these groups alone, and a key share of the first.
inline Policy with_groups(std::initializer_list<NamedGroup> groups) {
  Policy policy = policy_2026;
  policy.groups = groups;
  policy.key_shares = {*groups.begin()};
  return policy;
}

}  // namespace nacre::test
