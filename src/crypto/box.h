// Memory: one allocation for an object, optionally with room behind it. Wiped when it is returned.
// It comes from an arena, or from the heap where there is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "crypto/arena.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

// `size` bytes aligned for any object, or null.
void* allocate(std::size_t size, Arena* arena) noexcept;
// Wipes and returns what allocate() gave.
void release(void* memory, std::size_t size, bool is_in_arena) noexcept;

// An object with `room` bytes behind it; null where there is no memory.
template <class T, class... Arguments>
T* construct(Arena* arena, std::size_t room, Arguments&&... arguments) {
  static_assert(std::is_nothrow_destructible_v<T> && alignof(T) <= alignof(std::max_align_t));
  void* memory = room <= PTRDIFF_MAX - sizeof(T) ? allocate(sizeof(T) + room, arena) : nullptr;
  if (memory == nullptr) return nullptr;
  T* const object =
      std::construct_at(static_cast<T*>(memory), std::forward<Arguments>(arguments)...);
  return object;
}
template <class T>
void destroy(T* object, std::size_t room, bool is_in_arena) noexcept {
  std::destroy_at(object);
  release(object, sizeof(T) + room, is_in_arena);
}

// Owns a T. What makes one fails with Error::out_of_memory where `new` would throw.
template <class T>
class Box {
 public:
  Box() = default;
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  Box(Box&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)),
        room_(other.room_),
        is_in_arena_(other.is_in_arena_) {}
  Box& operator=(Box&& other) noexcept {
    if (this != &other) {
      reset();
      object_ = std::exchange(other.object_, nullptr);
      room_ = other.room_;
      is_in_arena_ = other.is_in_arena_;
    }
    return *this;
  }
  ~Box() { reset(); }

  // On the heap.
  template <class... Arguments>
  static Result<Box> make(Arguments&&... arguments) {
    return make_in(nullptr, 0, std::forward<Arguments>(arguments)...);
  }

  // In `arena`, if there is one, with `room` bytes behind the object.
  template <class... Arguments>
  static Result<Box> make_in(Arena* arena, std::size_t room, Arguments&&... arguments) {
    ENSURE(room <= UINT32_MAX, Error::out_of_memory);
    Box box;
    box.object_ = construct<T>(arena, room, std::forward<Arguments>(arguments)...);
    ENSURE(box.object_ != nullptr, Error::out_of_memory);
    box.room_ = static_cast<std::uint32_t>(room);
    box.is_in_arena_ = arena != nullptr;
    return box;
  }

  void reset() {
    if (T* const object = std::exchange(object_, nullptr)) destroy(object, room_, is_in_arena_);
  }

  // The bytes behind the object. They start out unset.
  MutableBytes room() const;

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
  std::uint32_t room_ = 0;
  bool is_in_arena_ = false;
};

// The `size` bytes that start `offset` bytes behind `object`.
MutableBytes bytes_behind(void* object, std::size_t offset, std::size_t size) noexcept;

template <class T>
MutableBytes Box<T>::room() const {
  return bytes_behind(object_, sizeof(T), room_);
}

}  // namespace nacre::crypto
