// malloc, counted.
#include "support/counting.h"

#include "nacre/attributes.h"

#if !defined(NACRE_OTHER_MALLOC)

namespace {
thread_local std::size_t counted = 0;
thread_local std::size_t bytes = 0;

void count(std::size_t size) {
  ++counted;
  bytes += size;
}
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);

NACRE_API void* malloc(std::size_t size) {
  count(size);
  return __libc_malloc(size);
}
NACRE_API void* calloc(std::size_t number, std::size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}
NACRE_API void* realloc(void* memory, std::size_t size) {
  count(size);
  return __libc_realloc(memory, size);
}
}

namespace nacre::test {

std::size_t allocations() {
  return counted;
}
std::size_t allocated_bytes() {
  return bytes;
}

}  // namespace nacre::test

#endif
