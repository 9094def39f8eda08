// Which operation comes next: out of bytes, a fuzzer's or a generator's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "machine/machine.h"

namespace nacre::machine {

// A generator for tests: the same seed, the same bytes. Nobody's secret rests on it.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  void fill(MutableBytes out);

 private:
  std::uint64_t state_;
};

// Plays with a machine. `byte` gives the next decision, for ever.
class Script {
 public:
  explicit Script(std::function<std::uint8_t()> byte) : byte_(std::move(byte)) {}

  // So many decisions, and the end; ends early at a violation.
  void play(Machine& machine, std::size_t decisions);
  // One decision: of one or more operations.
  void decide(Machine& machine);
  // Lets all conversations come to rest.
  static void finish(Machine& machine);

 private:
  void open(Machine& machine);
  void move_clock(Machine& machine);
  void call(Machine& machine);
  Operation endpoint_call(Call kind, std::size_t conversation);
  std::uint32_t pick(std::uint32_t count);
  std::uint32_t room();
  std::uint32_t size();

  std::function<std::uint8_t()> byte_;
};

}  // namespace nacre::machine
