#include "machine/script.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nacre::machine {
namespace {

constexpr std::uint32_t enough = max_record_size;

// Zero mostly, so that choices combine a few things at a time.
template <class Choice>
Octets vary(const Choice& from, std::uint32_t changes, const std::function<std::uint8_t()>& byte) {
  Octets bytes = write_choice(from);
  for (std::uint32_t i = 0; i < changes; ++i) {
    const std::size_t place = byte() % bytes.size();
    bytes.at(place) = byte();
  }
  return bytes;
}

}  // namespace

// Its arithmetic is modulo 2^64.
#if defined(__clang__)
[[clang::no_sanitize("unsigned-integer-overflow")]]
#endif
std::uint64_t Generator::next() {  // splitmix64
  state_ += 0x9e37'79b9'7f4a'7c15ULL;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30) * 0xbf58'476d'1ce4'e5b9ULL;
  mixed = (mixed ^ mixed >> 27) * 0x94d0'49bb'1331'11ebULL;
  return mixed ^ mixed >> 31;
}

void Generator::fill(MutableBytes out) {
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next() >> 56);
}

std::uint32_t Script::pick(std::uint32_t count) {
  const std::uint32_t high = byte_();
  return (high << 8 | byte_()) % count;
}

std::uint32_t Script::room() {
  constexpr std::array<std::uint32_t, 5> usual{enough, enough, 64, 300, 1'400};
  const std::uint32_t which = pick(8);
  if (which < usual.size()) return usual.at(which);
  return which == 5 ? pick(64) : pick(800);
}

std::uint32_t Script::size() {
  constexpr std::array<std::uint32_t, 6> usual{0, 1, 40, 90, 900, 17'000};
  const std::uint32_t which = pick(8);
  return which < usual.size() ? usual.at(which) : pick(1'000);
}

// Like the one before more often than not: what differs then is what matters.
void Script::open(Machine& machine) {
  ClientChoice client{.actor = 1};
  ServerChoice server{.clients = 1, .tickets = 1, .lifetime = 1, .early_data = 1};
  const auto& before = machine.conversations();
  if (!before.empty() && pick(8) != 0) {
    client = before.back().client;
    server = before.back().server;
  }
  if (before.empty() || pick(3) == 0) client.early_data = pick(4) == 0 ? 1 : 0;
  const std::uint32_t changes = pick(4);
  Octets clients = vary(client, changes / 2, byte_);
  const Octets servers = vary(server, changes, byte_);
  if (!before.empty() && pick(8) == 0) clients.front() = static_cast<std::uint8_t>(Actor::thief);
  Operation operation{.call = Call::open};
  operation.bytes.push_back(static_cast<std::uint8_t>(clients.size()));
  operation.bytes.insert(operation.bytes.end(), clients.begin(), clients.end());
  operation.bytes.insert(operation.bytes.end(), servers.begin(), servers.end());
  machine.apply(operation);
}

void Script::move_clock(Machine& machine) {
  constexpr std::array<std::uint32_t, 6> steps{1, 9, 3'000, 80'000, 86'400, 6 * 86'400};
  const std::uint32_t step = steps.at(pick(steps.size()));
  const bool is_back = pick(8) == 0;
  const std::uint32_t which = pick(6);  // both, mostly
  for (std::uint8_t side = 0; side < 2; ++side) {
    if (which == 1U - side) continue;
    machine.apply(
        {.call = Call::clock, .side = side, .a = is_back ? 0 : step, .b = is_back ? step : 0});
  }
}

Operation Script::endpoint_call(Call kind, std::size_t conversation) {
  Operation operation{.call = kind,
                      .side = static_cast<std::uint8_t>(pick(2)),
                      .conversation = static_cast<std::uint16_t>(conversation)};
  operation.b = room();
  switch (kind) {
    case Call::deliver:
    case Call::advance:
      operation.a = pick(3) == 0 ? size() : 100'000;
      break;
    case Call::tamper:
      operation.a = pick(2'000);
      operation.b = pick(256);
      break;
    case Call::seal:
      operation.a = size();
      operation.b = operation.b << 8 | pick(4);
      break;
    case Call::update_keys:
      operation.a = pick(2);
      break;
    case Call::abort:
      operation.a = pick(3) == 0 ? pick(256) : 40;
      break;
    case Call::answer:
      operation.a = pick(6) < 4 ? 0 : pick(3);
      break;
    case Call::inject:
      operation.bytes.resize(pick(40));
      for (std::uint8_t& byte : operation.bytes) byte = byte_();
      break;
    default:
      break;
  }
  return operation;
}

void Script::call(Machine& machine) {
  using enum Call;
  constexpr std::array kinds{
      advance, advance, advance, advance, deliver,     deliver,     deliver,         seal,  seal,
      seal,    seal,    seal,    seal,    update_keys, update_keys, update_keys,     close, flush,
      answer,  answer,  split,   abort,   tamper,      inject,      transport_closed};
  const std::size_t last = machine.conversations().size() - 1;
  const std::size_t conversation = pick(6) == 0 ? last - pick(2) % (last + 1) : last;
  Call kind = kinds.at(pick(kinds.size()));
  const bool is_rough =
      kind == abort || kind == tamper || kind == inject || kind == transport_closed;
  if (is_rough && pick(4) != 0) kind = seal;
  machine.apply(endpoint_call(kind, conversation));
}

void Script::decide(Machine& machine) {
  const std::size_t count = machine.conversations().size();
  const std::uint32_t what = pick(32);
  if (count == 0 || what == 0) return open(machine);
  const std::size_t last = count - 1;
  if (what < 4) {  // one conversation from beginning to end
    open(machine);
    if (pick(2) == 0) {  // early data
      for (const auto kind : {Call::advance, Call::seal}) {
        Operation operation = endpoint_call(kind, machine.conversations().size() - 1);
        operation.side = 0;
        if (kind == Call::seal) operation.b |= 3;
        machine.apply(operation);
      }
    }
    return machine.drive(machine.conversations().size() - 1, enough);
  }
  if (what == 4) return move_clock(machine);
  if (what == 5) return machine.drive(last, room());
  if (what == 6) return machine.drive(last, enough);
  if (what == 7 && pick(2) == 0) {
    machine.apply({.call = Call::fail_allocation, .a = pick(40)});
  }
  if (what == 8 && pick(2) == 0) {
    Operation operation{.call = Call::replay, .a = pick(static_cast<std::uint32_t>(count))};
    operation.bytes = write_choice(machine.conversations()[operation.a].server);
    machine.apply(operation);
    return machine.drive(machine.conversations().size() - 1, enough);
  }
  if (what == 9 && pick(8) == 0) machine.apply({.call = Call::restart_guard});
  call(machine);
}

void Script::play(Machine& machine, std::size_t decisions) {
  for (std::size_t i = 0; i < decisions && !machine.violation(); ++i) {
    if (machine.conversations().size() >= max_conversations) break;
    decide(machine);
  }
  finish(machine);
}

void Script::finish(Machine& machine) {
  for (std::size_t i = 0; i < machine.conversations().size() && !machine.violation(); ++i) {
    machine.drive(i, enough);
  }
}

}  // namespace nacre::machine
