// The versions that the library tells.
#include "nacre/version.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

TEST_CASE("the version starts with a number and ends with that of its cryptography", "[version]") {
  const std::string version(nacre::version());
  const std::string crypto(nacre::crypto_version());
  CHECK((crypto.starts_with("BoringSSL ") || crypto.starts_with("AWS-LC ")));
  CHECK(version.ends_with("(" + crypto + ")"));
  CHECK(version.find_first_not_of("0123456789.") == version.find(' '));
}
