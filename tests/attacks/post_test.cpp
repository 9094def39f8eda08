// Messages after the handshake: floods of them, and changes of keys. RFC 9846, section 4.7.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "attacks/side.h"
#include "connection/sending.h"
#include "record/support.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Limits bounds{};
constexpr Outcome too_many_updates{Error::too_many_key_updates, unexpected_message};
constexpr Outcome goes_on{Error::message_across_key_change, unexpected_message};
constexpr std::size_t update_record = 5 + 5 + 1 + 16;

struct Counter : Trace {
  void message(bool sent, HandshakeType type, std::size_t) override {
    if (type == HandshakeType::key_update) ++(sent ? updates_sent : updates_received);
  }
  void key_change(bool sent) override { changes += sent ? 0U : 1U; }
  std::size_t updates_sent = 0;
  std::size_t updates_received = 0;
  std::size_t changes = 0;  // of the keys to read with
};

struct Counted {
  Side side;
  std::shared_ptr<Counter> count;
};

Counted counted(bool is_client) {
  auto count = std::make_shared<Counter>();
  Between between(is_client ? client_config().trace(count) : client_config(),
                  is_client ? server_config() : server_config().trace(count));
  between.connect();
  count->changes = 0;
  return {std::move(is_client ? between.client : between.server), std::move(count)};
}

Octets key_update(std::uint8_t request) {
  return Octets{24, 0, 0, 1, request};
}

Octets ticket(std::size_t size) {
  const Data lifetime_and_age{0, 1, 0, 0, 1, 1, 1, 1};
  return message(4, lifetime_and_age + vector(1, {}) + vector(2, Data(size, 3)) + Data{0, 0});
}

// Records of so much handshake content each.
Octets in_records(Side& side, Bytes content, std::size_t part) {
  Octets records;
  while (!content.empty()) {
    const Bytes piece = content.first(std::min(part, content.size()));
    append(records, side.record(ContentType::handshake, piece));
    content = content.subspan(piece.size());
  }
  return records;
}

}  // namespace

TEST_CASE("AC-081: KeyUpdates without data end at 32", "[AC-081][rfc9846-4.7.3]") {
  for (const bool is_client : {true, false}) {
    for (const std::uint8_t request : {std::uint8_t{0}, std::uint8_t{1}}) {
      auto [side, count] = counted(is_client);
      side.peer.sent.reserve(10'000);
      side.peer.outbox.reserve(10'000);
      side.take(side.forger()->key_update(request));
      const std::size_t heap = heap_in_use();
      for (int i = 1; i < 32; ++i) side.take(side.forger()->key_update(request));
      CHECK(heap_in_use() <= heap + 1'024);
      REQUIRE_FALSE(side.peer.error);
      // Each came alone, and has its answer where it wants one.
      CHECK(count->updates_sent == 32U * request);
      side.take(side.record(ContentType::application_data, {}));  // is no data
      side.take(side.forger()->key_update(request));
      check_refused(side, too_many_updates);
      CHECK(count->changes == 32);
    }
  }
}

TEST_CASE("AC-081: 10^5 KeyUpdates at once cost no more than 32", "[AC-081][rfc9846-4.7.3]") {
  constexpr std::size_t flood = 100'000;
  for (const bool is_client : {true, false}) {
    auto [side, count] = counted(is_client);
    Octets& inbox = side.peer.inbox;
    Octets record;
    for (std::size_t i = 0; i < 33; ++i) {
      record = side.forger()->key_update(1);
      append(inbox, record);
    }
    // What is behind the 33rd is not looked at.
    for (std::size_t i = 33; i < flood; ++i) append(inbox, record);
    const std::size_t steps = side.peer.steps;
    side.peer.run();
    CHECK(side.peer.steps - steps == 33);
    CHECK(inbox.size() == (flood - 32) * update_record);
    CHECK(count->changes == 32);
    CHECK(count->updates_sent == 0);
    check_refused(side, too_many_updates);
  }
}

TEST_CASE("AC-081: KeyUpdates with data between them are taken, and cost one answer a delivery",
          "[AC-081][rfc9846-4.7.3]") {
  for (const bool is_client : {true, false}) {
    auto [side, count] = counted(is_client);
    for (std::size_t round = 1; round <= 300; ++round) {
      Octets delivery;
      for (int i = 0; i < 32; ++i) append(delivery, side.forger()->key_update(1));
      append(delivery, side.record(ContentType::application_data, Octets{7}));
      const std::size_t steps = side.peer.steps;
      side.take(delivery);
      CHECK(side.peer.steps - steps <= 35);
    }
    REQUIRE_FALSE(side.peer.error);
    CHECK(side.peer.data.size() == 300);
    CHECK(count->changes == 300 * 32);
    CHECK(count->updates_sent == 300);
  }
}

TEST_CASE("AC-081: one answer waits for room, whatever was asked", "[AC-081][rfc9846-4.7.3]") {
  for (const bool is_client : {true, false}) {
    auto [side, count] = counted(is_client);
    const std::size_t sent = side.peer.sent.size();
    side.peer.room = update_record - 1;
    for (int round = 0; round < 10; ++round) {
      for (int i = 0; i < 32; ++i) side.take(side.forger()->key_update(1));
      side.take(side.record(ContentType::application_data, Octets{7}));
    }
    REQUIRE_FALSE(side.peer.error);
    CHECK(side.peer.data.size() == 10);
    CHECK(side.peer.sent.size() == sent);
    side.peer.room = max_record_size;
    side.peer.run();
    CHECK(side.peer.sent.size() == sent + update_record);
    CHECK(is_key_update(side.said().back()));
    CHECK(side.said().back().content == key_update(0));
    CHECK(count->updates_sent == 1);
  }
}

TEST_CASE("AC-081: of our own requests one is in flight", "[AC-081][rfc9846-4.7.3]") {
  for (const bool is_client : {true, false}) {
    auto [side, count] = counted(is_client);
    std::vector<Octets> updates;
    const auto ask = [&, &asker = side] {
      REQUIRE(asker.peer.update_keys(true));
      return asker.said().back().content;
    };
    CHECK(ask() == key_update(1));
    for (int i = 0; i < 10; ++i) CHECK(ask() == key_update(0));
    side.take(side.forger()->key_update(0));
    CHECK(ask() == key_update(1));
    CHECK(count->updates_sent == 12);
  }
}

TEST_CASE("AC-082: nothing stands behind a KeyUpdate in its record",
          "[AC-082][rfc9846-5.1][rfc9846-5.1-84b3e1]") {
  const std::vector<Octets> followers{key_update(0),
                                      key_update(1),
                                      Octets{24},
                                      Octets{24, 0, 0, 1},
                                      ticket(1),
                                      Octets{4},
                                      message(20, Data(32)),
                                      Octets{0},
                                      Octets(16'384 - 5, 24),
                                      key_update(0) + key_update(0)};
  for (const Make& make : with_application_keys()) {
    for (const Octets& follower : followers) {
      for (const std::uint8_t request : {std::uint8_t{0}, std::uint8_t{1}}) {
        Side side = make();
        side.take(side.record(ContentType::handshake, key_update(request) + follower));
        check_refused(side, goes_on);
        // In parts too: what counts is the record where it ends.
        Side in_parts = make();
        in_parts.take(in_parts.record(ContentType::handshake, Octets{24, 0, 0}));
        const Octets rest = Octets{1, request} + follower;
        in_parts.take(in_parts.record(
            ContentType::handshake, Bytes(rest).first(std::min<std::size_t>(16'384, rest.size()))));
        check_refused(in_parts, goes_on);
      }
    }
  }
}

TEST_CASE("AC-082: a KeyUpdate may end a record of other messages", "[AC-082][rfc9846-5.1]") {
  Between between = connected_between();
  Side& client = between.client;
  client.take(client.record(ContentType::handshake, ticket(5) + ticket(6) + key_update(1)));
  client.forger()->update();
  client.take(client.record(ContentType::application_data, bytes_of("with new keys")));
  CHECK_FALSE(client.peer.error);
  CHECK(client.peer.data == octets("with new keys"));
  CHECK(is_key_update(client.said().back()));
}

TEST_CASE("AC-082: requests that cross while neither side can write hold nobody up",
          "[AC-082][rfc9846-4.7.3]") {
  for (const std::size_t room : {0U, 1U, 26U}) {
    CAPTURE(room);
    Peers peers = connected();
    const auto both = {&peers.client, &peers.server};
    for (Peer* const peer : both) {
      REQUIRE(peer->update_keys(true));
      REQUIRE(peer->send("written before"));
      peer->room = room;
    }
    peers.drive();
    for (Peer* const peer : both) {
      CHECK_FALSE(peer->error);
      CHECK(peer->data == octets("written before"));
      CHECK(peer->send("blocked") == fail(Error::buffer_too_small));
      CHECK(peer->outbox.empty());
      peer->room = max_record_size;
      REQUIRE(peer->send(", and after"));
    }
    peers.drive();
    for (Peer* const peer : both) {
      CHECK_FALSE(peer->error);
      CHECK(peer->data == octets("written before, and after"));
      REQUIRE(peer->close());
    }
    peers.drive();
    for (Peer* const peer : both) CHECK(peer->peer_closed);
  }
}

TEST_CASE("AC-082: a receiver does not wait for its sender", "[AC-082][rfc9846-4.7.3]") {
  Tapped tapped;
  auto [receiver, sender] = std::move(tapped.peers.server.connection).split().value();
  Octets room(26);
  for (int i = 0; i < 32; ++i) {
    Octets request = tapped.from_client.key_update(1);
    const auto step = receiver.advance(request);
    REQUIRE(step);
    CHECK(step->consumed == request.size());
    CHECK(std::holds_alternative<NeedOutput>(step->event));
    CHECK(sender.flush(room) == fail(Error::buffer_too_small));
  }
  Octets data = tapped.from_client.data("still read");
  const auto step = receiver.advance(data);
  REQUIRE(step);
  CHECK(octets(std::get<ApplicationData>(step->event).data) == octets("still read"));
  room.resize(max_record_size);
  CHECK(sender.flush(room).value() == update_record);
  CHECK(sender.flush(room).value() == 0);
}

TEST_CASE("AC-083: request_update is 0 or 1", "[AC-083][rfc9846-4.7.3-ccab9c]") {
  for (const Make& make : with_application_keys()) {
    for (int value = 0; value < 256; ++value) {
      CAPTURE(value);
      Side side = make();
      side.take(side.forger()->key_update(static_cast<std::uint8_t>(value)));
      if (value <= 1) {
        side.take(side.record(ContentType::application_data, bytes_of("x")));
        CHECK_FALSE(side.peer.error);
        CHECK(side.peer.data == octets("x"));
      } else {
        check_refused(side, {Error::bad_key_update, illegal_parameter});
      }
    }
    Side empty = make();
    empty.hear(message(24, {}));
    check_refused(empty, {Error::truncated, decode_error});
    Side longer = make();
    longer.hear(message(24, {0, 0}));
    check_refused(longer, {Error::trailing_data, decode_error});
  }
}

TEST_CASE("AC-083: a sender has 2^48-1 updates, and no more",
          "[AC-083][rfc9846-4.7.3][rfc9846-4.7.3-9b3ac7]") {
  constexpr std::uint64_t most = 281'474'976'710'655;
  for (const CipherSuite suite : record::suites) {
    CHECK(record::sealer_for(suite).updates_left() == most);
    CHECK(record::sealer_for(suite, {.key_updates = UINT64_MAX}).updates_left() == most);
    // The same way to the end, but shorter.
    for (const std::uint64_t updates : {0U, 1U, 5U}) {
      record::RecordSealer sealer = record::sealer_for(suite, {.key_updates = updates});
      record::RecordOpener opener = record::opener_for(suite);
      for (std::uint64_t i = 0; i < updates; ++i) {
        REQUIRE(sealer.update());
        REQUIRE(opener.update());
      }
      CHECK(sealer.updates_left() == 0);
      CHECK(sealer.update() == fail(Error::aead_limit));
      CHECK(sealer.updates_left() == 0);
      // The keys are still those of the last epoch.
      Octets record = record::sealed(sealer, ContentType::application_data, bytes_of("x"));
      CHECK(opener.open(record));
    }
  }
}

TEST_CASE("AC-083: whose updates and keys are used up sends no more data, and can close",
          "[AC-083][rfc9846-4.7.3]") {
  const ClientConfig config = *client_config().build();
  constexpr std::uint64_t records = 2;  // of data for each key
  for (const std::uint64_t updates : {0U, 1U, 3U}) {
    Link link;
    const Context context{config.impl(), link};
    SendingHalf sending;
    REQUIRE(sending.write().protect(
        record::suites[0], record::secret_for(record::suites[0]),
        {.records = records + record::reserved_records, .key_updates = updates}));
    sending.open();
    Octets outgoing(max_record_size);
    for (std::uint64_t i = 0; i < records * (updates + 1); ++i) {
      const auto sealed = sending.seal(bytes_of("x"), outgoing, context);
      REQUIRE(sealed);
      REQUIRE(sealed->consumed == 1);
    }
    CHECK(sending.seal(bytes_of("x"), outgoing, context) == fail(Error::aead_limit));
    CHECK(sending.seal_body(1, outgoing, context) == fail(Error::aead_limit));
    CHECK(sending.update_keys(false, outgoing, context) == fail(Error::aead_limit));
    CHECK(sending.update_keys(true, outgoing, context) == fail(Error::aead_limit));
    CHECK(sending.close(outgoing, context).value() == 5 + 2 + 1 + 16);
  }
}

TEST_CASE("AC-084: a message after the handshake has a bounded length",
          "[AC-084][rfc9846-4.7.1][rfc9846-4]") {
  for (const std::size_t limit : {2'000U, 30'000U, 65'536U}) {
    for (const std::size_t part : {1U, 50U, 16'384U}) {
      for (const bool at_limit : {true, false}) {
        if (part == 1 && limit > 2'000) continue;
        CAPTURE(limit, part, at_limit);
        Limits limits;
        limits.handshake_message = limit;
        Between between(client_config().limits(limits));
        between.connect();
        const Octets whole = ticket(limit - ticket(0).size() + (at_limit ? 0 : 1));
        between.client.take(in_records(between.client, whole, part));
        if (at_limit) {
          CHECK_FALSE(between.client.peer.error);
        } else {
          check_refused(between.client, {Error::message_too_long, decode_error});
        }
      }
    }
  }
}

TEST_CASE("AC-084: a message that never ends costs its announced length, and no more",
          "[AC-084][rfc9846-4]") {
  // A ticket: all else is refused by its header.
  Side side = connected_between().client;
  side.peer.inbox.reserve(20'000);
  const std::size_t heap = heap_in_use();
  side.hear(Data{4} + number(3, 65'532) + Data(60'000, 1));
  CHECK_FALSE(side.peer.error);
  CHECK(heap_in_use() <= heap + 65'536 + 32'768);
  // It may be ended by no other record.
  side.take(side.record(ContentType::application_data, bytes_of("x")));
  check_refused(side, {Error::interleaved_record, unexpected_message});
  // What parts may cost together is a limit of its own.
  Limits limits;
  limits.handshake_memory = 20'000;
  Between between(client_config().limits(limits));
  between.connect();
  between.client.hear(ticket(15'000));
  REQUIRE_FALSE(between.client.peer.error);
  between.client.hear(ticket(40'000));
  CHECK(between.client.peer.error == Error::handshake_memory);
}

TEST_CASE("AC-151: a ticket that no ClientHello has room for is not kept",
          "[AC-151][rfc9846-4.7.1]") {
  for (const std::size_t size : {16'384U, 16'385U, 65'000U}) {
    CAPTURE(size);
    const auto store = std::make_shared<MemoryClientSessionStore>();
    const auto builder = client_config().sessions(store);
    Between between(builder);
    between.connect();
    between.client.hear(ticket(size));
    CHECK_FALSE(between.client.peer.error);
    // With what stands for ECH, which holds it once more.
    Octets outgoing(100'000);
    Connection next = Connection::client(builder.build().value(), "localhost").value();
    const auto step = next.advance({}, outgoing);
    REQUIRE(step);
    CHECK((step->produced > 2 * 16'384) == (size == 16'384));
  }
}

TEST_CASE("AC-084: 64 tickets are read, of 10^5", "[AC-084][rfc9846-4.7.1]") {
  constexpr Outcome too_many{Error::too_many_tickets, unexpected_message};
  SECTION("one by one, with data between them") {
    Between between = connected_between();
    Side& client = between.client;
    client.hear(ticket(100));
    const std::size_t heap = heap_in_use();
    for (std::size_t i = 1; i < bounds.tickets; ++i) {
      client.hear(ticket(100));
      client.take(client.record(ContentType::application_data, Octets{7}));
    }
    REQUIRE_FALSE(client.peer.error);
    CHECK(heap_in_use() <= heap + 2'048);
    client.hear(ticket(100));
    check_refused(client, too_many, bounds.tickets - 1);
  }
  SECTION("all at once") {
    Between between = connected_between();
    Side& client = between.client;
    Octets record;
    for (std::size_t i = 0; i <= bounds.tickets; ++i) {
      record = client.record(ContentType::handshake, ticket(20));
      append(client.peer.inbox, record);
    }
    for (std::size_t i = bounds.tickets + 1; i < 100'000; ++i) append(client.peer.inbox, record);
    const std::size_t steps = client.peer.steps;
    client.peer.run();
    CHECK(client.peer.steps - steps == bounds.tickets + 1);
    CHECK(client.peer.inbox.size() == (100'000 - bounds.tickets) * record.size());
    check_refused(client, too_many);
  }
  SECTION("in one record") {
    for (const std::size_t count : {bounds.tickets, bounds.tickets + 1}) {
      Between between = connected_between();
      Octets tickets;
      for (std::size_t i = 0; i < count; ++i) append(tickets, ticket(20));
      between.client.hear(tickets);
      if (count == bounds.tickets) {
        CHECK_FALSE(between.client.peer.error);
      } else {
        check_refused(between.client, too_many);
      }
    }
  }
  SECTION("or as many as the configuration says") {
    for (const std::uint32_t limit : {0U, 1U, 5U}) {
      Limits limits;
      limits.tickets = limit;
      Between between(client_config().limits(limits));
      between.connect();
      for (std::uint32_t i = 0; i < limit; ++i) between.client.hear(ticket(20));
      REQUIRE_FALSE(between.client.peer.error);
      between.client.hear(ticket(20));
      check_refused(between.client, too_many);
    }
  }
}

}  // namespace nacre::test
