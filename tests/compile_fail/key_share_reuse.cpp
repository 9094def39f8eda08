// A private key agrees once: agree() consumes it. RFC 9846, section 4.3.8.
// expect: .this. argument to member function|as .this. argument discards qualifiers|no matching
// function
#include <utility>

#include "crypto/key_exchange.h"

using namespace nacre;

bool agree(crypto::KeyShare& share, Bytes server_share) {
#ifdef FAIL
  return share.agree(server_share).has_value();
#else
  return std::move(share).agree(server_share).has_value();
#endif
}
