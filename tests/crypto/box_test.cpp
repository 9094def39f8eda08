// One allocation for an object and the room behind it.
#include "crypto/box.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <utility>

using namespace nacre;
using namespace nacre::crypto;

namespace {

struct Counted {
  int* destroyed;
  int value;
  Counted(int* destroyed_in, int value_in) : destroyed(destroyed_in), value(value_in) {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { ++*destroyed; }
};

struct alignas(16) Aligned {
  std::array<std::uint8_t, 16> bytes{};
};

}  // namespace

TEST_CASE("a box destroys its object once", "[crypto]") {
  int destroyed = 0;
  {
    auto box = Box<Counted>::make(&destroyed, 7);
    REQUIRE(box);
    CHECK((*box)->value == 7);
    Box<Counted> moved = std::move(*box);
    CHECK_FALSE(*box);  // NOLINT(bugprone-use-after-move)
    CHECK(moved->value == 7);
    CHECK(destroyed == 0);
  }
  CHECK(destroyed == 1);
}

TEST_CASE("assigning to a box destroys what it held", "[crypto]") {
  int first = 0;
  int second = 0;
  auto a = Box<Counted>::make(&first, 1);
  auto b = Box<Counted>::make(&second, 2);
  REQUIRE((a && b));
  *a = std::move(*b);
  CHECK(first == 1);
  CHECK(second == 0);
  CHECK((*a)->value == 2);
  a->reset();
  CHECK(second == 1);
  CHECK_FALSE(*a);
}

TEST_CASE("a box moved onto itself keeps its object", "[crypto]") {
  int destroyed = 0;
  auto box = Box<Counted>::make(&destroyed, 3);
  REQUIRE(box);
  Box<Counted>& same = *box;
  *box = std::move(same);
  CHECK(destroyed == 0);
  CHECK((*box)->value == 3);
}

TEST_CASE("room lies behind the object and does not overlap it", "[crypto]") {
  auto box = Box<Aligned>::make_in(nullptr, 1000);
  REQUIRE(box);
  std::ranges::fill((*box)->bytes, 0x11);
  const MutableBytes room = box->room();
  REQUIRE(room.size() == 1000);
  CHECK(static_cast<void*>(room.data()) == static_cast<void*>(&**box + 1));
  std::ranges::fill(room, 0x22);
  CHECK(std::ranges::count((*box)->bytes, 0x11) == 16);
  Box<Aligned> moved = std::move(*box);
  CHECK(std::ranges::count(moved.room(), 0x22) == 1000);
  CHECK(box->room().empty());  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("a box without room has none, and neither has an empty one", "[crypto]") {
  const auto box = Box<Aligned>::make();
  REQUIRE(box);
  CHECK(box->room().empty());
  CHECK(Box<Aligned>().room().empty());
}

TEST_CASE("memory is aligned for any object", "[crypto]") {
  for (std::size_t size = 1; size < 200; ++size) {
    void* memory = allocate(size, nullptr);
    REQUIRE(memory != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(memory) % alignof(std::max_align_t) == 0);
    release(memory, size, false);
  }
}

TEST_CASE("a box that no memory can hold is an error", "[crypto]") {
  CHECK(Box<Aligned>::make_in(nullptr, SIZE_MAX).error() == Error::out_of_memory);
  CHECK(Box<Aligned>::make_in(nullptr, SIZE_MAX / 2).error() == Error::out_of_memory);
}
