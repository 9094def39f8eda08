// malloc, counted.
#include "allocation/counting.h"

#include "nacre/attributes.h"

#if !defined(NACRE_OTHER_MALLOC)

namespace {
thread_local std::size_t counted = 0;
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);

NACRE_API void* malloc(std::size_t size) {
  ++counted;
  return __libc_malloc(size);
}
NACRE_API void* calloc(std::size_t count, std::size_t size) {
  ++counted;
  return __libc_calloc(count, size);
}
NACRE_API void* realloc(void* memory, std::size_t size) {
  ++counted;
  return __libc_realloc(memory, size);
}
}

namespace nacre::test {

std::size_t allocations() {
  return counted;
}

}  // namespace nacre::test

#endif
