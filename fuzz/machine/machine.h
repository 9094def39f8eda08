// Conversations between the actors, one operation after the other, and what is known of them. Both
// ends, the clocks, the wire and the memory do as the operations say: the same ones, with the same
// randomness, come to the same bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/api.h"

namespace nacre::machine {

// Recordings rest on the order: new ones go to the end.
enum class Call : std::uint8_t {
  open,             // bytes: the client's choice and the server's, a length before the first
  clock,            // of `side`: a seconds on, or b back
  restart_guard,    // the server's memory of early data
  fail_allocation,  // in the next call of an endpoint, behind a others
  deliver,          // a bytes that `side` has sent
  tamper,           // with byte a of what waits to be read by `side`: it becomes b
  inject,           // bytes to be read by `side`, behind what waits
  advance,          // with a bytes of what waits, and b of room
  seal,             // a bytes, by the way of b's lowest byte, with b >> 8 of room
  update_keys,      // asks the peer where a is 1; b of room
  close,            // b of room
  abort,            // with alert a; b of room
  flush,            // b of room
  transport_closed,
  split,
  answer,  // as a says (Reply); bytes: a signature
  rest,    // nobody moves any more, with all the room there may be
  replay,  // what the client of conversation a sent, to a server; bytes: its choice
};

struct Operation {
  Call call{};
  std::uint8_t side = 0;  // 0: the client
  std::uint16_t conversation = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  Octets bytes = {};

  friend bool operator==(const Operation&, const Operation&) = default;
};

// What must not be: a name for its kind, and what happened.
struct Violation {
  std::string kind;
  std::string detail;
};

struct Side {
  std::optional<Endpoint> endpoint;
  Octets inbox;   // delivered, not consumed
  Octets outbox;  // sent, not delivered
  Octets sent;    // all of it
  std::size_t data_sent = 0;
  std::size_t data_received = 0;
  std::size_t early_sent = 0;
  std::size_t early_received = 0;
  std::optional<Outcome> question;
  std::optional<Facts> facts;  // once it is complete
  std::int64_t opened_at = 0;
  std::int64_t completed_at = 0;
  bool has_closed = false;
  bool has_aborted = false;
  bool peer_closed = false;
  std::optional<Error> error;
  std::optional<std::uint8_t> alert;
  bool alert_from_peer = false;
  std::ptrdiff_t held = 0;    // bytes of memory, by its calls
  bool has_said_why = false;  // its last bytes had room

  bool is_alive() const { return endpoint && !error; }
};

struct Conversation {
  ClientChoice client;
  ServerChoice server;
  std::array<Side, 2> sides;
  std::optional<std::size_t> session_from;  // whose session the client offers
  std::size_t replay_of = 0;                // itself, where it is none
  bool is_tampered = false;                 // the bytes are not those that were sent
  bool has_starved = false;                 // an allocation failed
  bool was_refused = false;                 // an answer was not the right one
  bool store_gave = false;                  // the server took a session out of its store

  Side& peer_of(const Side& side) { return &side == sides.data() ? sides[1] : sides[0]; }
};

// What takes note: a recording.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void operation(const Operation& operation) = 0;
  virtual void randomness(Bytes drawn) = 0;
  // `output`: what was produced.
  virtual void outcome(const Outcome& outcome, Bytes output) = 0;
};

class Machine {
 public:
  Machine(std::function<void(MutableBytes)> randomness, Observer* observer);

  // Nothing happens where the operation makes no sense.
  void apply(Operation operation);
  // Drives a conversation on by such operations, with `room` for output, until nobody moves.
  void drive(std::size_t conversation, std::uint32_t room);

  const std::deque<Conversation>& conversations() const { return conversations_; }
  // What was violated first, but for the kinds that are in `ignored`. The machine goes on.
  const std::optional<Violation>& violation() const { return violation_; }
  // All of them.
  const std::vector<Violation>& violations() const { return violations_; }
  std::vector<std::string> ignored;

 private:
  void open(const Operation& operation);
  void open_replay(const Operation& operation);
  void on_wire(const Operation& operation, Conversation& conversation, Side& side);
  void call(Operation& operation, Conversation& conversation, Side& side);
  Outcome perform(Operation& operation, Conversation& conversation, Side& side, MutableBytes out);
  Outcome advance(const Operation& operation, Side& side, MutableBytes out);
  Outcome seal(const Operation& operation, Conversation& conversation, Side& side,
               MutableBytes out);
  Outcome answer(Operation& operation, Conversation& conversation, Side& side);
  void take_note(const Outcome& outcome, Conversation& conversation, Side& side);
  void receive(const Outcome& outcome, Conversation& conversation, Side& side);
  bool step(std::size_t conversation, std::uint8_t side, std::uint32_t room);
  std::size_t index_of(const Conversation& conversation) const;
  void violated(std::optional<Violation> violation);
  bool is_ignored(std::string_view kind) const;

  Observer* observer_;
  World world_;
  std::deque<Conversation> conversations_;
  std::ptrdiff_t allocations_left_ = -1;
  std::optional<Violation> violation_;
  std::vector<Violation> violations_;
};

// Bytes that one side sends: those of a conversation, in a direction, from a place on.
Octets content(std::size_t conversation, std::uint8_t from, bool is_early, std::size_t at,
               std::size_t size);

inline constexpr std::size_t max_conversations = 24;

}  // namespace nacre::machine
