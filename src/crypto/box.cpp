// Memory that is wiped when it is returned.
#include "crypto/box.h"

#include <openssl/mem.h>

#include <cstdlib>

namespace nacre::crypto {

// Not OPENSSL_malloc: what it gives is aligned for 8 bytes alone.
void* allocate(std::size_t size, Arena* arena) noexcept {
  return arena != nullptr ? arena->allocate(size) : std::malloc(size);
}

void release(void* memory, std::size_t size, bool is_in_arena) noexcept {
  OPENSSL_cleanse(memory, size);
  if (is_in_arena) return Arena::release(memory);
  std::free(memory);
}

// The one place where an object's address becomes that of the bytes behind it: both lie in one
// allocation, whose size the Box knows.
#pragma clang unsafe_buffer_usage begin
MutableBytes bytes_behind(void* object, std::size_t offset, std::size_t size) noexcept {
  if (object == nullptr) return {};
  return {static_cast<std::uint8_t*>(object) + offset, size};
}
#pragma clang unsafe_buffer_usage end

}  // namespace nacre::crypto
