// Memory that the application gives, in blocks.
#include "crypto/arena.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "crypto/box.h"

using namespace nacre;
using namespace nacre::crypto;

namespace {

using Storage = std::vector<std::uint8_t>;

bool is_within(const void* memory, std::size_t size, const Storage& storage) {
  const auto* begin = static_cast<const std::uint8_t*>(memory);
  return begin >= storage.data() && begin + size <= storage.data() + storage.size();
}

bool is_aligned(void* memory) {
  std::size_t space = Arena::unit;
  void* const before = memory;
  return std::align(Arena::unit, 1, memory, space) == before;
}

}  // namespace

TEST_CASE("an arena hands out aligned blocks of its storage, and no more", "[crypto]") {
  for (const std::size_t offset : {0U, 1U, 15U}) {
    Storage storage(1'000);
    Arena* const arena = Arena::make(MutableBytes(storage).subspan(offset));
    REQUIRE(arena != nullptr);
    std::size_t sum = 0;
    while (void* memory = arena->allocate(100)) {
      CHECK(is_within(memory, 100, storage));
      CHECK(is_aligned(memory));
      std::memset(memory, 0xff, 100);  // over nothing that another allocation needs
      sum += 100;
    }
    CHECK(sum == 700);
    CHECK(arena->allocate(1'000) == nullptr);
    CHECK(arena->allocate(SIZE_MAX) == nullptr);
  }
}

TEST_CASE("storage that holds no block makes no arena", "[crypto]") {
  Storage storage(16 * 4);
  MutableBytes whole(storage);
  CHECK(Arena::make({}) == nullptr);
  CHECK(Arena::make(whole.first(16 * 3 - 1)) == nullptr);
  CHECK(Arena::make(whole.subspan(1, 16 * 3)) == nullptr);
  Arena* const arena = Arena::make(whole);
  REQUIRE(arena != nullptr);
  CHECK(arena->allocate(1) != nullptr);
  CHECK(arena->allocate(1) == nullptr);
}

TEST_CASE("blocks that are free join", "[crypto]") {
  Storage storage(Arena::unit * (1 + 63 * 4));
  Arena* const arena = Arena::make(storage);
  std::vector<void*> blocks;
  while (void* memory = arena->allocate(40)) blocks.push_back(memory);
  CHECK(blocks.size() == 63);
  for (std::size_t i = 0; i < blocks.size(); i += 2) Arena::release(blocks.at(i));
  CHECK(arena->allocate(49) == nullptr);  // each place is for 48
  for (std::size_t i = 1; i < blocks.size(); i += 2) Arena::release(blocks.at(i));
  CHECK(arena->allocate(4'000) == blocks.front());
}

// Every block keeps what was written to it, whatever happens to the others.
TEST_CASE("blocks come and go in any order", "[crypto]") {
  Storage storage(20'000);
  Arena* const arena = Arena::make(storage);
  std::mt19937 random(9846);
  struct Block {
    std::size_t size;
    std::uint8_t mark;
  };
  std::map<std::uint8_t*, Block> held;
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 2 == 0 && !held.empty()) {
      auto block = held.begin();
      std::advance(block, static_cast<std::ptrdiff_t>(random() % held.size()));
      const auto bytes = std::span(block->first, block->second.size);
      if (std::ranges::count(bytes, block->second.mark) != std::ssize(bytes)) FAIL("overwritten");
      Arena::release(block->first);
      held.erase(block);
      continue;
    }
    const std::size_t size = 1 + random() % 1'500;
    auto* const memory = static_cast<std::uint8_t*>(arena->allocate(size));
    if (memory == nullptr) {
      ++refused;
      continue;
    }
    if (!is_within(memory, size, storage) || held.contains(memory)) FAIL("not ours");
    const auto mark = static_cast<std::uint8_t>(random());
    std::memset(memory, mark, size);
    held[memory] = {size, mark};
  }
  CHECK(refused > 0);
  for (const auto& [memory, block] : held) Arena::release(memory);
  CHECK(arena->allocate(19'900) != nullptr);
}

TEST_CASE("a box in an arena leaves it as it goes, wiped", "[crypto]") {
  Storage storage(1'000);
  Arena* const arena = Arena::make(storage);
  // An address in the storage may have such a byte, but not as many.
  const auto has_in_a_row = [&](int count) {
    return !std::ranges::search_n(storage, count, 0x5e).empty();
  };
  {
    auto box = Box<std::array<std::uint8_t, 64>>::make_in(arena, 100);
    REQUIRE(box);
    std::ranges::fill(**box, std::uint8_t{0x5e});
    std::ranges::fill(box->room(), std::uint8_t{0x5e});
    CHECK(is_within(&**box, 164, storage));
    const auto moved = *std::move(box);
    CHECK(has_in_a_row(164));
    CHECK(Box<std::array<std::uint8_t, 64>>::make_in(arena, 1'000).error() == Error::out_of_memory);
  }
  CHECK_FALSE(has_in_a_row(8));
  CHECK(arena->allocate(900) != nullptr);
}
