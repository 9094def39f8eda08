// Objects of a connection in memory of their own: wiped when they go, and null where there is none.
#pragma once

#include <memory>
#include <utility>

#include "crypto/box.h"
#include "nacre/connection.h"

namespace nacre {

// A T says by `crypto::Arena* arena` where it is: null on the heap.
template <class T>
void Dispose<T>::operator()(T* object) const noexcept {
  crypto::destroy(object, 0, object->arena != nullptr);
}

template <class T>
using Owned = std::unique_ptr<T, Dispose<T>>;

// `arena` comes first of what it is made of.
template <class T, class... Arguments>
Owned<T> make_owned(crypto::Arena* arena, Arguments&&... arguments) {
  return Owned<T>(crypto::construct<T>(arena, 0, arena, std::forward<Arguments>(arguments)...));
}

}  // namespace nacre
