// Counts a program's heap, for LD_PRELOAD: calls, and the live and the peak bytes that can be used
// (malloc_usable_size). The program finds shim_get() and shim_reset_peak() by dlsym.
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct heap_counts {
  uint64_t allocations, frees;
  int64_t live, peak;
};

// glibc's own, under the names that it keeps for those who replace malloc.
extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void __libc_free(void*);

static atomic_uint_fast64_t allocations, frees;
static atomic_int_fast64_t live, peak;

static void grow(int64_t size) {
  int64_t now = atomic_fetch_add_explicit(&live, size, memory_order_relaxed) + size;
  if (now > atomic_load_explicit(&peak, memory_order_relaxed)) {
    atomic_store_explicit(&peak, now, memory_order_relaxed);
  }
}

static void* added(void* block) {
  if (!block) return NULL;
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  grow((int64_t)malloc_usable_size(block));
  return block;
}

void* malloc(size_t size) {
  return added(__libc_malloc(size));
}
void* calloc(size_t count, size_t size) {
  return added(__libc_calloc(count, size));
}
void* memalign(size_t alignment, size_t size) {
  return added(__libc_memalign(alignment, size));
}
void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** result, size_t alignment, size_t size) {
  void* block = memalign(alignment, size);
  if (!block) return ENOMEM;
  *result = block;
  return 0;
}

void free(void* block) {
  if (!block) return;
  grow(-(int64_t)malloc_usable_size(block));
  atomic_fetch_add_explicit(&frees, 1, memory_order_relaxed);
  __libc_free(block);
}

void* realloc(void* old, size_t size) {
  if (!old) return malloc(size);
  int64_t before = (int64_t)malloc_usable_size(old);
  void* block = __libc_realloc(old, size);
  if (!block && size != 0) return NULL;  // the old one lives on
  int64_t after = block ? (int64_t)malloc_usable_size(block) : 0;
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&frees, 1, memory_order_relaxed);
  grow(after - before);
  return block;
}

void shim_get(struct heap_counts* counts) {
  counts->allocations = atomic_load_explicit(&allocations, memory_order_relaxed);
  counts->frees = atomic_load_explicit(&frees, memory_order_relaxed);
  counts->live = atomic_load_explicit(&live, memory_order_relaxed);
  counts->peak = atomic_load_explicit(&peak, memory_order_relaxed);
}

void shim_reset_peak(void) {
  atomic_store_explicit(&peak, atomic_load_explicit(&live, memory_order_relaxed),
                        memory_order_relaxed);
}
