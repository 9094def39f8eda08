// How much to pad a record. RFC 9846, section 5.4.
#include "record/padding.h"

#include <algorithm>

namespace nacre::record {
namespace {

std::size_t wanted(const PaddingPolicy& policy, std::size_t content_length) {
  if (policy.function != nullptr && *policy.function) return (*policy.function)(content_length);
  if (policy.block < 2) return 0;
  const std::size_t beyond = content_length % policy.block;
  return beyond == 0 ? 0 : policy.block - beyond;
}

}  // namespace

std::size_t padding_for(const PaddingPolicy& policy, std::size_t content_length, std::size_t room) {
  return room == 0 ? 0 : std::min(wanted(policy, content_length), room);
}

}  // namespace nacre::record
