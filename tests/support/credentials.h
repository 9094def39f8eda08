// Certificates and configurations for tests: one CA, and a server that is "localhost".
#pragma once

#include "crypto/issue.h"
#include "nacre/config.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace nacre::test {

// The time at which all tests take place.
inline constexpr UnixTime now = 1'790'000'000;

const crypto::Issued& authority();
crypto::Issued issue_leaf(crypto::KeyType key, std::vector<std::string> names);
// P-256, for "localhost" and 127.0.0.1.
const crypto::Issued& localhost_leaf();
const Credential& localhost();

// A client's: P-256, for no name.
const crypto::Issued& client_leaf();
const Credential& client_credential();

// x25519 alone: quick.
const Policy& quick_policy();

// Trusts authority(); quick_policy().
ClientConfig::Builder client_config();
// localhost(); quick_policy().
ServerConfig::Builder server_config();

}  // namespace nacre::test
