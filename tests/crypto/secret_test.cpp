// Secrets wipe themselves and compare in constant time.
#include "crypto/secret.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

using namespace nacre;
using namespace nacre::crypto;

namespace {

using Key = Secret<32>;

Key filled(std::size_t size, std::uint8_t byte) {
  Key key;
  std::ranges::fill(key.resize(size), byte);
  return key;
}

bool holds(const auto& memory, std::uint8_t byte) {
  return std::ranges::find(memory, byte) != memory.end();
}

// The bytes that an object lies in, as they are now.
template <class T>
std::vector<std::uint8_t> memory_of(const T& object) {
  std::vector<std::uint8_t> copy(sizeof(T));
  std::memcpy(copy.data(), static_cast<const void*>(&object), sizeof(T));
  return copy;
}

}  // namespace

TEST_CASE("a secret cannot be copied", "[crypto]") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Key>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Key>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<Key>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<Key>);
}

TEST_CASE("a secret starts out empty and has the size that was asked for", "[crypto]") {
  Key key;
  CHECK(key.empty());
  CHECK(key.resize(20).size() == 20);
  CHECK(key.reveal().size() == 20);
  CHECK_FALSE(key.empty());
}

TEST_CASE("a secret never grows beyond its capacity", "[crypto]") {
  Key key;
  CHECK(key.resize(33).size() == 32);
  CHECK(key.reveal().size() == 32);
}

TEST_CASE("a moved-from secret is empty and wiped", "[crypto]") {
  Key from = filled(32, 0xa7);
  REQUIRE(holds(memory_of(from), 0xa7));
  const Key to = std::move(from);
  CHECK(to.reveal().size() == 32);
  CHECK(std::ranges::count(to.reveal(), 0xa7) == 32);
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): what it holds is the question
  CHECK_FALSE(holds(memory_of(from), 0xa7));
}

TEST_CASE("assigning wipes the source and what was there", "[crypto]") {
  Key from = filled(16, 0xa7);
  Key to = filled(32, 0x5b);
  to = std::move(from);
  CHECK(std::ranges::count(to.reveal(), 0xa7) == 16);
  CHECK_FALSE(holds(memory_of(to), 0x5b));
  CHECK_FALSE(holds(memory_of(from), 0xa7));  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("a secret moved onto itself stays", "[crypto]") {
  Key key = filled(32, 0xa7);
  Key& same = key;
  key = std::move(same);
  CHECK(std::ranges::count(key.reveal(), 0xa7) == 32);
}

TEST_CASE("a destroyed secret leaves nothing behind", "[crypto]") {
  alignas(Key) std::array<std::uint8_t, sizeof(Key)> memory{};
  Key* const key = new (memory.data()) Key(filled(32, 0xa7));
  REQUIRE(holds(memory, 0xa7));
  std::destroy_at(key);
  CHECK_FALSE(holds(memory, 0xa7));
}

TEST_CASE("a cleared secret is empty and wiped", "[crypto]") {
  Key key = filled(32, 0xa7);
  key.clear();
  CHECK(key.empty());
  CHECK_FALSE(holds(memory_of(key), 0xa7));
}

TEST_CASE("wiping overwrites every byte and takes an empty range", "[crypto]") {
  std::array<std::uint8_t, 5> bytes{1, 2, 3, 4, 5};
  wipe(MutableBytes(bytes).subspan(1, 3));
  CHECK(bytes == std::array<std::uint8_t, 5>{1, 0, 0, 0, 5});
  wipe({});
}

TEST_CASE("bytes are equal in constant time exactly where they are equal", "[crypto]") {
  const std::array<std::uint8_t, 4> value{1, 2, 3, 4};
  CHECK(equal_in_constant_time(value, value));
  CHECK(equal_in_constant_time({}, {}));
  CHECK_FALSE(equal_in_constant_time(value, Bytes(value).first(3)));
  CHECK_FALSE(equal_in_constant_time(value, {}));
  for (std::size_t at = 0; at < value.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto other = value;
      other.at(at) = static_cast<std::uint8_t>(other.at(at) ^ 1U << bit);
      CHECK_FALSE(equal_in_constant_time(value, other));
    }
  }
}
