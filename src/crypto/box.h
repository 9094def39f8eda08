// Memory: one allocation for an object, optionally with room behind it. Wiped when it is returned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre::crypto {

// `size` bytes aligned for any object, or null.
void* allocate(std::size_t size) noexcept;
// Wipes and returns what allocate() gave.
void release(void* memory, std::size_t size) noexcept;

// Owns a T. make() fails with Error::out_of_memory where `new` would throw.
template <class T>
class Box {
 public:
  Box() = default;
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  Box(Box&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)), room_(std::exchange(other.room_, 0)) {}
  Box& operator=(Box&& other) noexcept {
    if (this != &other) {
      reset();
      object_ = std::exchange(other.object_, nullptr);
      room_ = std::exchange(other.room_, 0);
    }
    return *this;
  }
  ~Box() { reset(); }

  template <class... Arguments>
  static Result<Box> make(Arguments&&... arguments) {
    return make_with_room(0, std::forward<Arguments>(arguments)...);
  }

  // With `room` bytes behind the object, in the same allocation.
  template <class... Arguments>
  static Result<Box> make_with_room(std::size_t room, Arguments&&... arguments) {
    static_assert(std::is_nothrow_destructible_v<T> && alignof(T) <= alignof(std::max_align_t));
    ENSURE(room <= PTRDIFF_MAX - sizeof(T), Error::out_of_memory);
    void* memory = allocate(sizeof(T) + room);
    ENSURE(memory != nullptr, Error::out_of_memory);
    Box box;
    box.object_ = std::construct_at(static_cast<T*>(memory), std::forward<Arguments>(arguments)...);
    box.room_ = room;
    return box;
  }

  void reset() {
    if (object_ == nullptr) return;
    std::destroy_at(object_);
    release(object_, sizeof(T) + room_);
    object_ = nullptr;
    room_ = 0;
  }

  // The bytes behind the object. They start out unset.
  MutableBytes room() const;

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
  std::size_t room_ = 0;
};

// The `size` bytes that start `offset` bytes behind `object`.
MutableBytes bytes_behind(void* object, std::size_t offset, std::size_t size) noexcept;

template <class T>
MutableBytes Box<T>::room() const {
  return bytes_behind(object_, sizeof(T), room_);
}

}  // namespace nacre::crypto
