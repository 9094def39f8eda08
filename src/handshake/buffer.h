// Memory that a handshake holds besides its fixed state, within a budget.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/box.h"
#include "nacre/bytes.h"
#include "nacre/try.h"

namespace nacre {

// What is left of Limits::handshake_memory, and where it is taken from.
class MemoryBudget {
 public:
  // `arena`: null where it is the heap.
  MemoryBudget(std::size_t bytes, crypto::Arena* arena) : left_(bytes), arena_(arena) {}

  Result<void> take(std::size_t bytes) {
    // fault: AC-084c
    ENSURE(bytes <= left_, Error::handshake_memory);
    left_ -= bytes;
    return {};
  }
  void give_back(std::size_t bytes) { left_ += bytes; }
  std::size_t left() const { return left_; }
  crypto::Arena* arena() const { return arena_; }

 private:
  std::size_t left_;
  crypto::Arena* arena_;
};

// Bytes that grow at the end and are used up at the front. Wiped when returned. Views of its
// content live until it next grows.
class Buffer {
 public:
  // Room for `size` more bytes behind the content. Errors: handshake_memory, out_of_memory.
  Result<MutableBytes> reserve(std::size_t size, MemoryBudget& budget) {
    if (capacity() - end_ < size) TRY(grow(end_ - begin_ + size, budget));
    return memory_.room().subspan(end_, size);
  }
  // The first `size` bytes of what reserve() gave are content from now on.
  void commit(std::size_t size) {
    end_ += static_cast<std::uint32_t>(std::min(size, capacity() - end_));
  }

  Result<void> append(Bytes bytes, MemoryBudget& budget) {
    TRY(const MutableBytes room, reserve(bytes.size(), budget));
    std::ranges::copy(bytes, room.begin());
    commit(bytes.size());
    return {};
  }

  void consume(std::size_t size) {
    begin_ += static_cast<std::uint32_t>(std::min<std::size_t>(size, end_ - begin_));
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Keeps the first `size` bytes.
  void cut(std::size_t size) {
    end_ = std::min(end_, begin_ + static_cast<std::uint32_t>(std::min<std::size_t>(size, end_)));
  }

  MutableBytes content() const {
    return memory_ ? memory_.room().subspan(begin_, end_ - begin_) : MutableBytes{};
  }
  bool empty() const { return begin_ == end_; }

  void release(MemoryBudget& budget) {
    budget.give_back(capacity());
    memory_.reset();
    begin_ = end_ = 0;
  }

 private:
  struct Nothing {};

  std::size_t capacity() const { return memory_ ? memory_.room().size() : 0; }

  // To twice the size, or half of what is left beyond the need: few copies, however small the parts
  // and the budget.
  Result<void> grow(std::size_t needed, MemoryBudget& budget) {
    const std::size_t spare = budget.left() - std::min(needed, budget.left());
    const std::size_t wanted = std::max(needed, std::min(capacity() * 2, needed + spare / 2));
    ENSURE(wanted <= UINT32_MAX, Error::handshake_memory);
    TRY(budget.take(wanted));
    auto grown = crypto::Box<Nothing>::make_in(budget.arena(), wanted);
    if (!grown) {
      budget.give_back(wanted);
      return fail(grown.error());
    }
    std::ranges::copy(content(), grown->room().begin());
    budget.give_back(capacity());
    memory_ = *std::move(grown);
    end_ -= begin_;
    begin_ = 0;
    return {};
  }

  crypto::Box<Nothing> memory_;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace nacre
