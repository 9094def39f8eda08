// A client's session file: what is read is written so that it is read again, the same. The first
// byte says whether the rest is a file, or what stands before the checksum of one.
#include <algorithm>
#include <array>
#include <vector>

#include "crypto/hash.h"
#include "nacre/session.h"
#include "round_trip.h"

namespace nacre {
namespace {

using fuzz::require;

void read(Bytes file) {
  MemoryClientSessionStore store({.scopes = 8, .sessions_each = 3});
  const auto outcome = store.deserialize(file);
  if (!outcome) {
    require(outcome == fail(Error::bad_session_file) && store.size() == 0);
    return;
  }
  require(store.size() <= 24);
  const auto written = store.serialize();
  MemoryClientSessionStore again({.scopes = 8, .sessions_each = 3});
  require(again.deserialize(written).has_value());
  require(again.size() == store.size());
  require(again.serialize() == written);
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const nacre::Bytes input = nacre::fuzz::input_of(data, size);
  std::vector<std::uint8_t> file(input.begin() + 1, input.end());
  if (input.front() % 2 == 0) {
    const auto checksum = nacre::crypto::hash(nacre::crypto::HashAlgorithm::sha256, file);
    file.insert(file.end(), checksum.storage.begin(), checksum.storage.begin() + 32);
  }
  nacre::read(file);
  return 0;
}
