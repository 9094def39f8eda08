// Sessions that are given up half-way: who they were is left nowhere. Whoever has seen a ticket on
// the wire can offer it, but has no key of its. RFC 9846, sections 4.3.11 and 4.5.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attacks/psk_hello.h"
#include "attacks/side.h"
#include "attacks/stolen_ticket.h"
#include "crypto/arena.h"
#include "handshake/client_offer.h"
#include "handshake/psk_selection.h"
#include "messages/client_hello.h"

namespace nacre::test {
namespace {

// What comes of a visit, and whom the server took the client for, at any time.
struct Taken {
  bool completed = false;
  std::optional<Error> error;
  Chain chain;
  KeySource source{};
};

bool is_safe(const Taken& taken, const Chain& own) {
  return taken.chain.empty() || taken.chain == own;
}

// The visitor's ClientHello comes in two records: what is held of its first part is given back
// before the flight is sent.
Octets in_two_records(const Octets& stream) {
  Octets split;
  for (const WireRecord& record : split_records(stream)) {
    if (record.type != ContentType::handshake || record.content.size() < 200) {
      append(split, record.encode());
      continue;
    }
    WireRecord front = record;
    WireRecord rest = record;
    front.content.resize(record.content.size() - 100);
    rest.content.erase(rest.content.begin(), rest.content.end() - 100);
    append(split, front.encode());
    append(split, rest.encode());
  }
  return split;
}

Taken visit(const ClientConfig& client, const ServerConfig& server,
            const std::optional<EchConfigList>& ech) {
  Peers peers(client, server, ech ? secret_name : "localhost", ech);
  Taken taken;
  peers.client.run();
  peers.client.outbox = in_two_records(peers.client.outbox);
  for (int turn = 0; turn < 100 && !peers.server.completed && !peers.server.error; ++turn) {
    peers.client.step();
    peers.deliver_to_server();
    while (!peers.server.completed && peers.server.step()) {
      if (const Chain seen = chain_of(peers.server.connection); !seen.empty()) taken.chain = seen;
    }
    peers.deliver_to_client();
  }
  taken.chain = chain_of(peers.server.connection);
  taken.completed = peers.server.completed;
  taken.error = peers.server.error;
  taken.source = peers.server.connection.negotiated().key_source;
  return taken;
}

// Each way in which a stranger comes with a ticket that it has seen.
struct Way {
  bool is_stateful = false;
  bool is_required = false;
  bool with_ech = false;
  bool with_own_key = false;  // an external PSK that the server knows, behind the ticket
};

std::vector<Way> ways() {
  std::vector<Way> all;
  for (unsigned bits = 0; bits < 16; ++bits) {
    all.push_back({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0});
  }
  return all;
}

// What comes of a stranger whose ticket the server gives up: a handshake of its own.
Taken steal(Theft& theft, const Way& way, const Limits& limits) {
  theft.limits = limits;
  const Taken taken =
      visit(theft.stranger().build().value(), theft.server().build().value(), theft.ech());
  const Chain own = way.is_required ? theft.chain_of_stranger() : Chain{};
  CAPTURE(way.is_stateful, way.is_required, way.with_ech, way.with_own_key);
  CHECK(is_safe(taken, own));
  if (taken.completed) CHECK(taken.chain == own);
  return taken;
}

Theft theft_by(const Way& way) {
  Theft theft(way.is_stateful);
  theft.is_required = way.is_required;
  theft.with_ech = way.with_ech;
  theft.with_own_key = way.with_own_key;
  theft.see_ticket();
  return theft;
}

}  // namespace

TEST_CASE("AC-110: a ticket whose chain has too many certificates leaves nobody behind",
          "[AC-110][rfc9846-4.3.11][rfc9846-4.5.1]") {
  for (const Way& way : ways()) {
    Theft theft = theft_by(way);
    for (std::size_t count = 1; count < theft.chain_of_victim().size(); ++count) {
      CHECK(steal(theft, way, {.certificates = count}).completed);
    }
    // Where its chain fits, the binder is what fails, and it fails the handshake.
    const Taken fits = steal(theft, way, {});
    CHECK(fits.error == Error::bad_binder);
    CHECK(fits.chain.empty());
  }
}

TEST_CASE("AC-111: a ticket whose chain has too many bytes leaves nobody behind",
          "[AC-111][rfc9846-4.3.11][rfc9846-4.5.1]") {
  for (const Way& way : ways()) {
    Theft theft = theft_by(way);
    std::size_t size = 0;
    for (const Data& certificate : theft.chain_of_victim()) {
      const std::size_t enough = size += certificate.size();
      const bool is_whole = &certificate == &theft.chain_of_victim().back();
      const Taken less = steal(theft, way, {.certificate_chain = enough - 1});
      // The stranger's own certificate is the shorter one.
      CHECK(less.completed);
      const Taken taken = steal(theft, way, {.certificate_chain = enough});
      CHECK(taken.completed != is_whole);
    }
  }
}

TEST_CASE("AC-112: a ticket whose chain finds no memory leaves nobody behind",
          "[AC-112][rfc9846-4.3.11][rfc9846-4.5.1]") {
  std::size_t given_up = 0;
  std::size_t fitted = 0;
  for (const Way& way : ways()) {
    Theft theft = theft_by(way);
    const std::size_t most = way.with_ech ? 26'000 : 12'000;
    for (std::size_t memory = 2'000; memory < most; memory += most / 20) {
      const Taken taken = steal(theft, way, {.handshake_memory = memory});
      if (taken.completed) ++given_up;
      if (taken.error == Error::bad_binder) ++fitted;
    }
  }
  CHECK(given_up > 16);
  CHECK(fitted > 16);
}

// Whose session it is gets a handshake of its own as well, not half of its chain.
TEST_CASE("AC-113: a client whose chain a server keeps no more is asked for it again",
          "[AC-113][rfc9846-4.3.11]") {
  for (const bool is_stateful : {false, true}) {
    Theft theft(is_stateful);
    theft.see_ticket();
    theft.limits.certificates = theft.chain_of_victim().size() - 1;
    const Taken taken = visit(theft.victim().build().value(), theft.server().build().value(), {});
    CHECK_FALSE(taken.completed);
    CHECK(taken.error == Error::certificate_chain_too_long);
    CHECK(taken.source == KeySource::certificate);
    theft.limits = {};
    const Taken resumed = visit(theft.victim().build().value(), theft.server().build().value(), {});
    CHECK(resumed.completed);
    CHECK(resumed.source == KeySource::session);
    CHECK(resumed.chain == theft.chain_of_victim());
  }
}

// The ticket, once and several times, in front of a session of the stranger's own.
TEST_CASE("AC-114: who has a session of its own is that one, whatever tickets stand before it",
          "[AC-114][rfc9846-4.3.11]") {
  for (const bool is_stateful : {false, true}) {
    for (const bool is_required : {false, true}) {
      for (const std::size_t count : {1U, 7U}) {
        CAPTURE(is_stateful, is_required, count);
        Theft theft(is_stateful);
        theft.is_required = is_required;
        theft.see_ticket();
        auto [hello, key] = theft.hello_of_known_stranger();
        for (std::size_t i = 0; i < count; ++i) {
          hello.identities.insert(hello.identities.begin(), {theft.ticket, 0});
          hello.binders.emplace(hello.binders.begin(), 32, 0x41);
        }
        theft.limits.certificates = 1;
        Side server(theft.server());
        server.hear(hello.bound(key, count));
        CHECK_FALSE(server.peer.error);
        CHECK(server.peer.connection.negotiated().key_source == KeySource::session);
        CHECK(chain_of(server.peer.connection) == theft.chain_of_stranger());
      }
    }
  }
}

// The tickets of a server that has been fooled would be believed by all others.
TEST_CASE("AC-115: what is given up is in no ticket", "[AC-115][rfc9846-4.7.1]") {
  for (const bool is_stateful : {false, true}) {
    Theft theft(is_stateful);
    theft.see_ticket();
    theft.limits.certificates = 1;
    const auto shelf = std::make_shared<Shelf>();
    shelf->kept.push_back(theft.forged_session());
    ClientConfig::Builder stranger = client_config();
    stranger.sessions(shelf);
    Peers fooling(stranger.build().value(), theft.server().build().value());
    fooling.drive();
    CHECK(fooling.server.completed);
    REQUIRE(fooling.client.tickets > 0);
    theft.limits = {};
    const Taken taken = visit(stranger.build().value(), theft.server().build().value(), {});
    CHECK(taken.completed);
    CHECK(taken.source == KeySource::session);
    CHECK(taken.chain.empty());
  }
}

namespace {

// The search alone, with so much memory: what it leaves of the budget, and whether it found it
// whole.
void check_search(const Theft& theft, const ClientOffer& offer, MemoryBudget& budget,
                  std::size_t& found_whole) {
  const std::size_t before = budget.left();
  const auto config = theft.server().build().value();
  auto found = find_psk(config.impl(), offer,
                        {.now = now,
                         .context = context_of(config.impl(), theft.name()),
                         .first_session = 0,
                         .hash = {}},
                        budget);
  if (found) {
    Chain chain;
    for (const Bytes certificate : found->chain.certificates()) {
      chain.push_back(octets(certificate));
    }
    CHECK(chain == theft.chain_of_victim());
    found->release(budget);
    ++found_whole;
  }
  CHECK(budget.left() == before);
}

}  // namespace

TEST_CASE("AC-116: a search for sessions gives back what it could not keep, wherever memory ends",
          "[AC-116][rfc9846-4.3.11]") {
  for (const bool is_stateful : {false, true}) {
    Theft theft(is_stateful);
    theft.see_ticket();
    const Message hello = theft.hello_of_victim();
    const auto parsed = wire::read_all<ClientHello>(Bytes(hello).subspan(4)).value();
    std::optional<ExtensionType> in_hand;
    const ClientOffer offer = ClientOffer::read(parsed, {}, &in_hand).value();
    std::size_t found = 0;
    std::size_t sizes = 0;
    // The limit ends.
    for (std::size_t memory = 0; memory < 12'000; memory += 60, ++sizes) {
      MemoryBudget budget(memory, nullptr);
      check_search(theft, offer, budget, found);
    }
    CHECK(found > 0);
    CHECK(found < sizes);
    // Memory itself ends, at each of its allocations.
    found = sizes = 0;
    for (std::size_t memory = 256; memory < 20'000; memory += 60, ++sizes) {
      Octets storage(memory);
      crypto::Arena* const arena = crypto::Arena::make(storage);
      if (arena == nullptr) continue;
      MemoryBudget budget(100'000, arena);
      check_search(theft, offer, budget, found);
    }
    CHECK(found > 0);
    CHECK(found < sizes);
  }
}

}  // namespace nacre::test
