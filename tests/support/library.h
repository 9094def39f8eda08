// Which library of cryptography is under test, for what legitimately differs: beside each such test
// stands why.
#pragma once

#include "nacre/version.h"

namespace nacre::test {

inline bool is_over_aws_lc() {
  return crypto_version().starts_with("AWS-LC");
}

}  // namespace nacre::test
