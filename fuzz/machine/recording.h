// Conversations in a file, and from it again to the same bytes: docs/recordings.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/machine.h"

namespace nacre::machine {

// Writes what a machine does.
class Recording final : public Observer {
 public:
  static constexpr std::uint16_t version = 1;

  Recording();

  void operation(const Operation& operation) override;
  void randomness(Bytes drawn) override;
  void outcome(const Outcome& outcome, Bytes output) override;
  // Words for people, which a replay passes over.
  void note(std::string_view text);

  const Octets& bytes() const { return bytes_; }

 private:
  void entry(std::uint8_t kind, Bytes head, Bytes rest);

  Octets bytes_;
};

// What a recording says.
struct Recorded {
  std::vector<Operation> operations;
  Octets randomness;  // all of it, in its order
  std::vector<std::string> notes;
};

// Nothing: it is no recording, of another version, or damaged.
std::optional<Recorded> read_recording(Bytes file);

struct Replayed {
  // The entry that came out in another way, notes not counted; nothing: all is as it was.
  std::optional<std::size_t> differs_at;
  std::vector<Violation> violations;
};
// Nothing: see read_recording().
std::optional<Replayed> replay(Bytes file);

// Plays the operations again, with other randomness, leaving out one after the other as long as the
// violation is of the same kind. Returns what remains of them.
// `ignored`: as Machine has it.
std::vector<Operation> shrink(std::vector<Operation> operations, std::string_view kind,
                              const std::vector<std::string>& ignored = {});
// The recording of these operations, with other randomness.
Octets record(const std::vector<Operation>& operations,
              const std::vector<std::string>& ignored = {});

}  // namespace nacre::machine
