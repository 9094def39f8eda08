#include "machine/machine.h"

#include <algorithm>
#include <utility>

#include "machine/memory.h"
#include "machine/oracle.h"

namespace nacre::machine {
namespace {

constexpr std::uint8_t canary = 0xa5;
constexpr std::size_t canaries = 32;
constexpr std::uint32_t max_room = 40'000;

bool is_untouched(Bytes behind) {
  return std::ranges::all_of(behind, [](std::uint8_t byte) { return byte == canary; });
}

Outcome refused(Error error) {
  Outcome outcome;
  outcome.error = error;
  return outcome;
}

std::uint32_t room_of(const Operation& operation) {
  const std::uint32_t room = operation.call == Call::seal ? operation.b >> 8 : operation.b;
  return std::min(room, max_room);
}

}  // namespace

Octets content(std::size_t conversation, std::uint8_t from, bool is_early, std::size_t at,
               std::size_t size) {
  Octets bytes(size);
  const std::size_t stream = conversation * 4 + from * 2U + (is_early ? 1U : 0U);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t place = at + i;
    bytes[i] = static_cast<std::uint8_t>((place * 167 + (place >> 8) * 59 + stream * 101) & 0xff);
  }
  return bytes;
}

Machine::Machine(std::function<void(MutableBytes)> randomness, Observer* observer)
    : observer_(observer), world_([this, source = std::move(randomness)](MutableBytes out) {
        source(out);
        if (observer_ != nullptr) observer_->randomness(out);
      }) {}

std::size_t Machine::index_of(const Conversation& conversation) const {
  const auto found = std::ranges::find_if(
      conversations_, [&](const Conversation& each) { return &each == &conversation; });
  return static_cast<std::size_t>(found - conversations_.begin());
}

void Machine::violated(std::optional<Violation> violation) {
  if (!violation) return;
  if (!violation_ && !is_ignored(violation->kind)) violation_ = violation;
  violations_.push_back(std::move(*violation));
}

bool Machine::is_ignored(std::string_view kind) const {
  return std::ranges::find(ignored, kind) != ignored.end();
}

void Machine::apply(Operation operation) {
  switch (operation.call) {
    case Call::open:
    case Call::replay:
      if (observer_ != nullptr) observer_->operation(operation);
      if (conversations_.size() >= max_conversations) return;
      return operation.call == Call::open ? open(operation) : open_replay(operation);
    case Call::clock: {
      if (observer_ != nullptr) observer_->operation(operation);
      auto& time = operation.side == 0 ? world_.client_time : world_.server_time;
      time += std::int64_t{operation.a} - std::int64_t{operation.b};
      return;
    }
    case Call::restart_guard:
      if (observer_ != nullptr) observer_->operation(operation);
      return world_.restart_guard();
    case Call::fail_allocation:
      if (observer_ != nullptr) observer_->operation(operation);
      allocations_left_ = operation.a;
      return;
    default:
      break;
  }
  if (operation.conversation >= conversations_.size()) return;
  Conversation& conversation = conversations_[operation.conversation];
  Side& side = conversation.sides.at(operation.side % 2U);
  if (!side.endpoint) return;
  // What crashes can be ignored by not calling it alone.
  const bool is_ready =
      side.facts && side.is_alive() && !side.endpoint->has_failed() && allocations_left_ < 0;
  if (operation.call == Call::split && is_ignored("early-split") && !is_ready) return;
  if (operation.call == Call::seal && is_ignored("small-body") && room_of(operation) < 64) {
    operation.b &= ~std::uint32_t{3};
  }
  if (operation.call == Call::deliver || operation.call == Call::tamper ||
      operation.call == Call::inject || operation.call == Call::rest) {
    if (observer_ != nullptr) observer_->operation(operation);
    if (operation.call == Call::rest) return violated(judge_rest(conversation));
    return on_wire(operation, conversation, side);
  }
  call(operation, conversation, side);
}

void Machine::open(const Operation& operation) {
  const Bytes bytes = operation.bytes;
  Conversation& conversation = conversations_.emplace_back();
  world_.conversation = conversation.replay_of = conversations_.size() - 1;
  const std::size_t middle = bytes.empty() ? 0 : std::min<std::size_t>(bytes[0], bytes.size() - 1);
  if (!bytes.empty()) {
    conversation.client = read_choice<ClientChoice>(bytes.subspan(1, middle));
    conversation.server = read_choice<ServerChoice>(bytes.subspan(1 + middle));
  }
  Error error{};
  conversation.sides[0].opened_at = world_.client_time;
  conversation.sides[1].opened_at = world_.server_time;
  world_.session_from.reset();
  conversation.sides[0].endpoint = Endpoint::client(world_, conversation.client, error);
  conversation.session_from = world_.session_from;
  conversation.sides[1].endpoint = Endpoint::server(world_, conversation.server, error);
  for (Side& side : conversation.sides) {
    if (!conversation.sides[0].endpoint || !conversation.sides[1].endpoint) side.endpoint.reset();
  }
  if (!conversation.sides[0].endpoint && observer_ != nullptr) {
    observer_->outcome(refused(error), {});
  }
}

void Machine::open_replay(const Operation& operation) {
  if (operation.a >= conversations_.size()) return;
  const Octets sent = conversations_[operation.a].sides[0].sent;
  Conversation& conversation = conversations_.emplace_back();
  conversation.server = read_choice<ServerChoice>(operation.bytes);
  conversation.client = conversations_[operation.a].client;
  conversation.replay_of = conversations_[operation.a].replay_of;
  conversation.is_tampered = true;
  Error error{};
  conversation.sides[1].opened_at = world_.server_time;
  world_.conversation = conversations_.size() - 1;
  conversation.sides[1].endpoint = Endpoint::server(world_, conversation.server, error);
  conversation.sides[1].inbox = sent;
}

void Machine::on_wire(const Operation& operation, Conversation& conversation, Side& side) {
  if (operation.call == Call::deliver) {
    const auto size =
        static_cast<std::ptrdiff_t>(std::min<std::size_t>(operation.a, side.outbox.size()));
    Octets& inbox = conversation.peer_of(side).inbox;
    inbox.insert(inbox.end(), side.outbox.begin(), side.outbox.begin() + size);
    side.outbox.erase(side.outbox.begin(), side.outbox.begin() + size);
  } else if (operation.call == Call::tamper) {
    if (side.inbox.empty()) return;
    std::uint8_t& byte = side.inbox.at(operation.a % side.inbox.size());
    conversation.is_tampered = true;
    byte = static_cast<std::uint8_t>(operation.b & 0xff);
  } else {
    conversation.is_tampered = true;
    side.inbox.insert(side.inbox.end(), operation.bytes.begin(), operation.bytes.end());
  }
}

// A call of an endpoint: with guarded room, and memory that may fail.
void Machine::call(Operation& operation, Conversation& conversation, Side& side) {
  const std::uint32_t room = room_of(operation);
  Octets outgoing(room + canaries, canary);
  world_.conversation = index_of(conversation);
  world_.store_gave = false;
  const MutableBytes out = MutableBytes(outgoing).first(room);
  if (operation.call == Call::answer && operation.bytes.empty() && side.question &&
      side.question->said == Said::asks_signature) {
    operation.bytes = side.endpoint->sign(*side.question);
  }
  if (observer_ != nullptr) observer_->operation(operation);
  fail_allocation_after(std::exchange(allocations_left_, -1));
  const std::ptrdiff_t before = held();
  const Outcome outcome = perform(operation, conversation, side, out);
  side.held += held() - before;
  conversation.has_starved = conversation.has_starved || has_failed();
  fail_allocation_after(-1);
  conversation.store_gave = conversation.store_gave || world_.store_gave;
  if (outcome.produced > room || !is_untouched(Bytes(outgoing).subspan(room)) ||
      !side.endpoint->is_in_bounds()) {
    return violated(Violation{"room", "more was written than there was room for"});
  }
  const Bytes output = Bytes(outgoing).first(outcome.produced);
  side.outbox.insert(side.outbox.end(), output.begin(), output.end());
  side.sent.insert(side.sent.end(), output.begin(), output.end());
  if (observer_ != nullptr) observer_->outcome(outcome, output);
  if (outcome.error && operation.call == Call::advance) {
    side.error = outcome.error;
    side.alert = side.endpoint->alert();
    side.alert_from_peer = side.endpoint->alert_from_peer();
  }
  violated(judge_call(operation, conversation, side, outcome));
  take_note(outcome, conversation, side);
}

Outcome Machine::perform(Operation& operation, Conversation& conversation, Side& side,
                         MutableBytes out) {
  Endpoint& endpoint = *side.endpoint;
  switch (operation.call) {
    case Call::advance:
      return advance(operation, side, out);
    case Call::seal:
      return seal(operation, conversation, side, out);
    case Call::update_keys:
      return endpoint.update_keys(operation.a == 1, out);
    case Call::close: {
      const Outcome outcome = endpoint.close(out);
      side.has_closed = side.has_closed || !outcome.error;
      return outcome;
    }
    case Call::abort: {
      const Outcome outcome = endpoint.abort(static_cast<std::uint8_t>(operation.a & 0xff), out);
      side.has_aborted = side.has_aborted || outcome.error != Error::wrong_call;
      return outcome;
    }
    case Call::flush:
      return endpoint.flush(out);
    case Call::transport_closed:
      conversation.is_tampered = true;
      return endpoint.transport_closed();
    case Call::split:
      return endpoint.split();
    default:
      return answer(operation, conversation, side);
  }
}

Outcome Machine::advance(const Operation& operation, Side& side, MutableBytes out) {
  const auto size =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(operation.a, side.inbox.size()));
  Octets incoming(side.inbox.begin(), side.inbox.begin() + size);  // exactly as long as it says
  Outcome outcome = side.endpoint->advance(incoming, out);
  std::ranges::copy(incoming, side.inbox.begin());
  const auto consumed = static_cast<std::ptrdiff_t>(std::min(outcome.consumed, incoming.size()));
  side.inbox.erase(side.inbox.begin(), side.inbox.begin() + consumed);
  return outcome;
}

Outcome Machine::seal(const Operation& operation, Conversation& conversation, Side& side,
                      MutableBytes out) {
  const auto how = static_cast<Sealing>(operation.b & 3);
  const bool is_early = how == Sealing::early && operation.side == 0;
  std::size_t& sent = is_early ? side.early_sent : side.data_sent;
  const std::size_t size = std::min<std::size_t>(operation.a, max_room);
  const Octets plaintext = content(index_of(conversation), operation.side, is_early, sent, size);
  Outcome outcome = side.endpoint->seal(how, plaintext, out);
  sent += outcome.consumed;
  return outcome;
}

Outcome Machine::answer(Operation& operation, Conversation& conversation, Side& side) {
  static const Outcome none;
  const Outcome& asked = side.question ? *side.question : none;
  auto reply = static_cast<Reply>(operation.a % 3);
  if (reply == Reply::right && asked.said == Said::asks_verdict && !may_be_believed(asked)) {
    reply = Reply::refusal;
  }
  const Outcome outcome = side.endpoint->answer(asked, reply, operation.bytes);
  conversation.was_refused = conversation.was_refused || reply == Reply::refusal;
  if (side.question && reply != Reply::to_another_question && !outcome.error) {
    side.question.reset();
  }
  return outcome;
}

void Machine::take_note(const Outcome& outcome, Conversation& conversation, Side& side) {
  if (outcome.said == Said::data || outcome.said == Said::early_data) {
    receive(outcome, conversation, side);
  } else if (outcome.said == Said::closed) {
    side.peer_closed = true;
    violated(judge_closing(conversation, side));
  } else if (is_question(outcome.said)) {
    side.question = outcome;
  } else if (outcome.said == Said::complete) {
    side.facts = side.endpoint->facts();
    side.completed_at =
        &side == conversation.sides.data() ? world_.client_time : world_.server_time;
    violated(judge_completion(conversations_, index_of(conversation), side));
  }
}

void Machine::receive(const Outcome& outcome, Conversation& conversation, Side& side) {
  const bool is_early = outcome.said == Said::early_data;
  const auto from = static_cast<std::uint8_t>(&side == conversation.sides.data() ? 1 : 0);
  std::size_t& received = is_early ? side.early_received : side.data_received;
  const Octets expected =
      content(conversation.replay_of, from, is_early, received, outcome.data.size());
  received += outcome.data.size();
  if (outcome.data != expected) {
    violated(Violation{"data", "it is not what was sent, at " + std::to_string(received)});
  }
  violated(judge_receipt(conversations_, conversation, side));
}

bool Machine::step(std::size_t index, std::uint8_t which, std::uint32_t room) {
  Conversation& conversation = conversations_[index];
  Side& side = conversation.sides.at(which);
  Operation operation{.side = which, .conversation = static_cast<std::uint16_t>(index)};
  bool has_moved = false;
  for (std::size_t calls = 0; side.is_alive() && !violation_; ++calls) {
    if (calls == 2'000) violated(Violation{"hang", "it moves, and gets nowhere"});
    if (side.question) {
      operation.call = Call::answer;
      apply(operation);
      if (side.question) break;
    }
    const std::size_t before = side.sent.size() + side.data_received + side.early_received;
    const std::size_t waiting = side.inbox.size();
    const bool was_complete = side.facts.has_value();
    operation.call = Call::advance;
    operation.a = static_cast<std::uint32_t>(side.inbox.size());
    operation.b = room;
    apply(operation);
    if (side.endpoint->is_split()) {
      operation.call = Call::flush;
      apply(operation);
    }
    operation.a = 0;
    const bool moves = side.inbox.size() != waiting || side.question ||
                       side.facts.has_value() != was_complete ||
                       side.sent.size() + side.data_received + side.early_received != before;
    if (!moves) break;
    has_moved = true;
  }
  if (side.error && !side.has_said_why) {  // what did not fit before
    side.has_said_why = true;
    operation.call = side.endpoint->is_split() ? Call::flush : Call::advance;
    operation.b = max_record_size;
    apply(operation);
  }
  if (!side.outbox.empty()) {
    operation.call = Call::deliver;
    operation.a = static_cast<std::uint32_t>(side.outbox.size());
    has_moved = has_moved || conversation.peer_of(side).is_alive();
    apply(operation);
  }
  return has_moved;
}

void Machine::drive(std::size_t index, std::uint32_t room) {
  if (index >= conversations_.size()) return;
  for (bool moves = true; moves && !violation_;) {
    moves = false;
    for (std::uint8_t side = 0; side < 2; ++side) {
      if (conversations_[index].sides.at(side).endpoint) moves = step(index, side, room) || moves;
    }
  }
  if (room < max_record_size || violation_) return;
  apply({.call = Call::rest, .side = 1, .conversation = static_cast<std::uint16_t>(index)});
}

}  // namespace nacre::machine
