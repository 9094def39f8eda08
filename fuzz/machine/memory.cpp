#include "machine/memory.h"

#include <malloc.h>

#include <cstdlib>

namespace {

thread_local std::ptrdiff_t until_failure = -1;
thread_local bool failed = false;
thread_local std::ptrdiff_t bytes_held = 0;

void* counted(void* memory) {
  if (memory != nullptr) bytes_held += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  return memory;
}

void discount(void* memory) {
  if (memory != nullptr) bytes_held -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
}

bool fails() {
  if (until_failure < 0 || until_failure-- != 0) return false;
  return failed = true;
}

}  // namespace

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void __real_free(void* memory);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* memory, std::size_t size);
void __wrap_free(void* memory);

void* __wrap_malloc(std::size_t size) {
  return fails() ? nullptr : counted(__real_malloc(size));
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  return fails() ? nullptr : counted(__real_calloc(count, size));
}
void* __wrap_realloc(void* memory, std::size_t size) {
  if (fails()) return nullptr;
  discount(memory);
  return counted(__real_realloc(memory, size));
}
void __wrap_free(void* memory) {
  discount(memory);
  __real_free(memory);
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

std::ptrdiff_t held() {
  return bytes_held;
}

}  // namespace nacre::machine
