// Tickets: what a peer sends is opened or not, and whatever a key of ours has sealed comes back as
// it was. The first byte chooses what the rest is.
#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "nacre/session.h"
#include "round_trip.h"
#include "session/ticket.h"

namespace nacre {
namespace {

using fuzz::require;

constexpr UnixTime noon = 1'800'000'000;

const TicketKeys& keys() {
  static const std::shared_ptr<TicketKeys> known =
      *TicketKeys::given(std::vector<std::uint8_t>(TicketKeys::key_size, 0x6e));
  return *known;
}

using Octets = std::vector<std::uint8_t>;

Result<Octets> sealed_with(const Salt& salt, const SessionState& state) {
  Octets room(max_ticket_size);
  wire::Writer writer(room);
  TRY(seal_ticket(keys(), salt, state, noon, writer));
  room.resize(writer.used());
  return room;
}

// A state that opens is written back into the ticket that it came from: the salt is the same.
void open(Bytes ticket) {
  Octets room(max_ticket_size);
  const auto state = open_ticket(keys(), ticket, noon, room);
  if (!state) return;
  require(has_ticket_form(ticket));
  Salt salt{};
  std::ranges::copy(ticket.subspan(20, salt.size()), salt.begin());
  const auto sealed = sealed_with(salt, *state);
  require(sealed && std::ranges::equal(*sealed, ticket));
}

void seal(Bytes content) {
  fuzz::round_trip<SessionState>(content);
  const auto state = wire::read_all<SessionState>(content);
  if (!state) return;
  const auto sealed = sealed_with(Salt{}, *state);
  require(sealed && has_ticket_form(*sealed));
  Octets room(max_ticket_size);
  const auto opened = open_ticket(keys(), *sealed, noon, room);
  require(opened.has_value() == read_session_state(content, noon).has_value());
  if (opened) open(*sealed);
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const nacre::Bytes input = nacre::fuzz::input_of(data, size);
  if (input.front() % 2 == 0) {
    nacre::open(input.subspan(1));
  } else {
    nacre::seal(input.subspan(1));
  }
  return 0;
}
