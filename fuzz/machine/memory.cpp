#include "machine/memory.h"

#include <cstdlib>

namespace {

thread_local std::ptrdiff_t until_failure = -1;
thread_local bool failed = false;

bool fails() {
  if (until_failure < 0 || until_failure-- != 0) return false;
  return failed = true;
}

}  // namespace

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* memory, std::size_t size);

void* __wrap_malloc(std::size_t size) {
  return fails() ? nullptr : __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  return fails() ? nullptr : __real_calloc(count, size);
}
void* __wrap_realloc(void* memory, std::size_t size) {
  return fails() ? nullptr : __real_realloc(memory, size);
}
}

namespace nacre::machine {

void fail_allocation_after(std::ptrdiff_t count) {
  until_failure = count;
  failed = false;
}

bool has_failed() {
  return failed;
}

}  // namespace nacre::machine
