// The machine that looks, for a moment; what it has found before; and its recordings.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <vector>

#include "machine/recording.h"
#include "machine/script.h"

namespace nacre::machine {
namespace {

// One play of the machine's, as the seed has it.
Octets play(std::uint64_t seed, std::size_t decisions, std::size_t& complete) {
  Generator decides(seed);
  Generator random(~seed);
  Recording recording;
  Machine machine([&](MutableBytes out) { random.fill(out); }, &recording);
  Script([&] { return static_cast<std::uint8_t>(decides.next() >> 56); }).play(machine, decisions);
  for (const Conversation& each : machine.conversations()) {
    complete += each.sides[0].facts && each.sides[1].facts ? 1U : 0U;
  }
  if (const auto& found = machine.violation()) {
    FAIL_CHECK("seed " << seed << ": " << found->kind << ": " << found->detail);
  }
  return recording.bytes();
}

}  // namespace

TEST_CASE("AC-260 arbitrary calls at both ends break nothing that must always hold", "[AC-260]") {
  std::size_t complete = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) (void)play(seed, 120, complete);
  CHECK(complete > 100);
}

TEST_CASE("AC-261 a conversation that was recorded replays to the same bytes", "[AC-261]") {
  std::size_t complete = 0;
  for (std::uint64_t seed = 100; seed < 104; ++seed) {
    const auto replayed = replay(play(seed, 100, complete));
    REQUIRE(replayed);
    CHECK_FALSE(replayed->differs_at);
  }
  CHECK(complete > 5);
}

TEST_CASE("a replay tells where it differs, and a damaged recording is none", "[machine]") {
  std::size_t complete = 0;
  const Octets file = play(3, 40, complete);
  REQUIRE(read_recording(file));
  // A bit of the randomness: the bytes that follow are others.
  const auto recorded = read_recording(file).value();
  REQUIRE(recorded.randomness.size() > 32);
  const auto drawn = std::ranges::search(file, std::span(recorded.randomness).first(32));
  REQUIRE_FALSE(drawn.empty());
  Octets other = file;
  other.at(static_cast<std::size_t>(drawn.begin() - file.begin())) ^= 1;
  const auto replayed = replay(other);
  REQUIRE(replayed);
  CHECK(replayed->differs_at);

  CHECK_FALSE(read_recording(std::span(file).first(file.size() - 1)));
  CHECK_FALSE(read_recording(std::span(file).first(17)));
  CHECK_FALSE(read_recording({}));
  Octets later = file;
  later.at(17) = Recording::version + 1;
  CHECK_FALSE(read_recording(later));
}

}  // namespace nacre::machine
