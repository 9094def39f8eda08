#include "machine/recording.h"

#include <algorithm>
#include <utility>

#include "machine/script.h"

namespace nacre::machine {
namespace {

constexpr std::string_view magic = "nacre recording\n";
constexpr std::size_t head_size = magic.size() + 2;
constexpr std::size_t entry_head = 5;

enum Kind : std::uint8_t { is_operation = 1, is_randomness = 2, is_outcome = 3, is_note = 4 };

void append(Octets& to, std::uint64_t number, std::size_t width) {
  for (std::size_t i = width; i > 0;) {
    --i;
    to.push_back(static_cast<std::uint8_t>(number >> (8 * i) & 0xff));
  }
}

std::uint32_t number(Bytes bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

// One entry after the other.
class Entries {
 public:
  explicit Entries(Bytes file) {
    const bool is_ours = file.size() >= head_size &&
                         std::ranges::equal(file.first(magic.size()), bytes_of(magic)) &&
                         number(file.subspan(magic.size(), 2)) == Recording::version;
    is_good_ = is_ours;
    if (is_ours) rest_ = file.subspan(head_size);
  }

  bool next() {
    if (rest_.empty() || !is_good_) return false;
    is_good_ =
        rest_.size() >= entry_head && number(rest_.subspan(1, 4)) <= rest_.size() - entry_head;
    if (!is_good_) return false;
    kind = rest_[0];
    body = rest_.subspan(entry_head, number(rest_.subspan(1, 4)));
    rest_ = rest_.subspan(entry_head + body.size());
    return true;
  }
  bool is_good() const { return is_good_; }

  std::uint8_t kind = 0;
  Bytes body;

 private:
  Bytes rest_;
  bool is_good_ = false;
};

std::optional<Operation> read_operation(Bytes body) {
  constexpr std::size_t fixed = 1 + 1 + 2 + 4 + 4;
  if (body.size() < fixed || body[0] > static_cast<int>(Call::replay)) return std::nullopt;
  const Bytes rest = body.subspan(fixed);
  return Operation{.call = static_cast<Call>(body[0]),
                   .side = body[1],
                   .conversation = static_cast<std::uint16_t>(number(body.subspan(2, 2))),
                   .a = number(body.subspan(4, 4)),
                   .b = number(body.subspan(8, 4)),
                   .bytes = Octets(rest.begin(), rest.end())};
}

bool next_that_counts(Entries& entries) {
  while (entries.next()) {
    if (entries.kind != is_note) return true;
  }
  return false;
}

std::optional<std::size_t> first_difference(Bytes before, Bytes after) {
  Entries left(before);
  Entries right(after);
  for (std::size_t index = 0;; ++index) {
    const bool has_left = next_that_counts(left);
    const bool has_right = next_that_counts(right);
    if (!has_left && !has_right) return std::nullopt;
    if (has_left != has_right || left.kind != right.kind ||
        !std::ranges::equal(left.body, right.body)) {
      return index;
    }
  }
}

std::vector<Violation> play(const std::vector<Operation>& operations, Observer* observer,
                            std::function<void(MutableBytes)> randomness,
                            const std::vector<std::string>& ignored) {
  Machine machine(std::move(randomness), observer);
  machine.ignored = ignored;
  for (const Operation& operation : operations) machine.apply(operation);
  return machine.violations();
}

bool has(const std::vector<Violation>& violations, std::string_view kind) {
  return std::ranges::find(violations, kind, &Violation::kind) != violations.end();
}

std::function<void(MutableBytes)> generated() {
  return [generator = Generator(0)](MutableBytes out) mutable { generator.fill(out); };
}

}  // namespace

Recording::Recording() : bytes_(magic.begin(), magic.end()) {
  append(bytes_, version, 2);
}

void Recording::entry(std::uint8_t kind, Bytes head, Bytes rest) {
  append(bytes_, kind, 1);
  append(bytes_, head.size() + rest.size(), 4);
  bytes_.insert(bytes_.end(), head.begin(), head.end());
  bytes_.insert(bytes_.end(), rest.begin(), rest.end());
}

void Recording::operation(const Operation& operation) {
  Octets head;
  append(head, static_cast<std::uint64_t>(operation.call), 1);
  append(head, operation.side, 1);
  append(head, operation.conversation, 2);
  append(head, operation.a, 4);
  append(head, operation.b, 4);
  entry(is_operation, head, operation.bytes);
}

void Recording::randomness(Bytes drawn) {
  entry(is_randomness, {}, drawn);
}

void Recording::outcome(const Outcome& outcome, Bytes output) {
  const std::string_view error = outcome.error ? text_of(*outcome.error) : std::string_view();
  Octets head;
  append(head, static_cast<std::uint64_t>(outcome.said), 1);
  append(head, outcome.consumed, 4);
  append(head, error.size(), 1);
  head.insert(head.end(), error.begin(), error.end());
  entry(is_outcome, head, output);
}

void Recording::note(std::string_view text) {
  entry(is_note, {}, bytes_of(text));
}

std::optional<Recorded> read_recording(Bytes file) {
  Recorded recorded;
  Entries entries(file);
  while (entries.next()) {
    if (entries.kind == is_operation) {
      auto operation = read_operation(entries.body);
      if (!operation) return std::nullopt;
      recorded.operations.push_back(std::move(*operation));
    } else if (entries.kind == is_randomness) {
      recorded.randomness.insert(recorded.randomness.end(), entries.body.begin(),
                                 entries.body.end());
    } else if (entries.kind == is_note) {
      recorded.notes.emplace_back(entries.body.begin(), entries.body.end());
    }
  }
  return entries.is_good() ? std::optional(std::move(recorded)) : std::nullopt;
}

std::optional<Replayed> replay(Bytes file) {
  const auto recorded = read_recording(file);
  if (!recorded) return std::nullopt;
  std::size_t drawn = 0;
  Generator more(0);  // where it comes to more than was drawn
  const auto again = [&](MutableBytes out) {
    more.fill(out);
    for (std::uint8_t& byte : out) {
      if (drawn < recorded->randomness.size()) byte = recorded->randomness[drawn++];
    }
  };
  Recording recording;
  Replayed replayed;
  replayed.violations = play(recorded->operations, &recording, again, {});
  replayed.differs_at = first_difference(file, recording.bytes());
  return replayed;
}

std::vector<Operation> shrink(std::vector<Operation> operations, std::string_view kind,
                              const std::vector<std::string>& ignored) {
  for (std::size_t stretch = operations.size() / 2; stretch > 0; stretch /= 2) {
    for (std::size_t at = 0; at < operations.size();) {
      std::vector<Operation> fewer = operations;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(std::min(stretch, fewer.size() - at)));
      if (has(play(fewer, nullptr, generated(), ignored), kind)) {
        operations = std::move(fewer);
      } else {
        at += stretch;
      }
    }
  }
  return operations;
}

Octets record(const std::vector<Operation>& operations, const std::vector<std::string>& ignored) {
  Recording recording;
  for (const Violation& each : play(operations, &recording, generated(), ignored)) {
    recording.note(each.kind + ": " + each.detail);
  }
  return recording.bytes();
}

}  // namespace nacre::machine
