// Calls with too little room: they fail, and what is owed is not lost. RFC 9846, sections 4.7.3, 5
// and 6.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "nacre/danger.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

// What may be owed before data.
enum class Owed { nothing, answer, renewal };

struct Call {
  std::string_view name;
  // Returns the bytes of `outgoing` to send.
  std::function<Result<std::size_t>(Peer& peer, Sender* sender, MutableBytes outgoing)> make;
};

const Octets text = octets("some data");

Result<std::size_t> seal_body(Peer& peer, Sender* sender, MutableBytes outgoing,
                              std::size_t length) {
  const MutableBytes body =
      sender != nullptr ? sender->body(outgoing) : peer.connection.body(outgoing);
  const std::size_t size = std::min(body.size(), length);
  std::ranges::fill(body.first(size), std::uint8_t{'b'});
  return sender != nullptr ? sender->seal_body(size, outgoing)
                           : peer.connection.seal_body(size, outgoing);
}

Result<std::size_t> produced(const Result<Connection::Sealed>& sealed) {
  if (!sealed) return fail(sealed.error());
  return sealed->produced;
}

const std::array<Call, 6>& calls() {
  static const std::array<Call, 6> all{{
      {"seal",
       [](Peer& peer, Sender* sender, MutableBytes out) {
         return produced(sender != nullptr ? sender->seal(text, out)
                                           : peer.connection.seal(text, out));
       }},
      {"seal nothing",
       [](Peer& peer, Sender* sender, MutableBytes out) {
         return produced(sender != nullptr ? sender->seal({}, out) : peer.connection.seal({}, out));
       }},
      {"seal_pieces",
       [](Peer& peer, Sender* sender, MutableBytes out) {
         const std::array<Bytes, 2> pieces{Bytes(text).first(2), Bytes(text).subspan(2)};
         return produced(sender != nullptr ? sender->seal_pieces(pieces, out)
                                           : peer.connection.seal_pieces(pieces, out));
       }},
      {"seal_body of nothing", [](Peer& peer, Sender* sender,
                                  MutableBytes out) { return seal_body(peer, sender, out, 0); }},
      {"seal_body", [](Peer& peer, Sender* sender,
                       MutableBytes out) { return seal_body(peer, sender, out, 9); }},
      {"update_keys",
       [](Peer& peer, Sender* sender, MutableBytes out) {
         return sender != nullptr ? sender->update_keys(true, out)
                                  : peer.connection.update_keys(true, out);
       }},
  }};
  return all;
}

// Counts the keys that the client has seen change.
struct Changes : Trace {
  void key_change(bool sent) override { count += sent ? 0U : 1U; }
  std::size_t count = 0;
};

struct Sides {
  explicit Sides(Owed owed, bool halves) : peers(connect(owed, changes)) {
    if (!halves) return;
    auto both = std::move(peers.server.connection).split().value();
    receiver.emplace(std::move(both.first));
    sender.emplace(std::move(both.second));
  }

  static Peers connect(Owed owed, const std::shared_ptr<Changes>& changes) {
    ServerConfig::Builder server = server_config();
    if (owed == Owed::renewal) danger::update_keys_after(server, 1);
    return connected(*client_config().trace(changes).build(), *server.build());
  }

  // The server owes it.
  void owe(Owed owed) {
    REQUIRE(peers.client.send("d"));  // too many KeyUpdates without data are refused
    if (owed == Owed::answer) REQUIRE(peers.client.update_keys(true));
    hear_client();
  }

  void hear_client() {
    Octets said = std::exchange(peers.client.outbox, {});
    for (MutableBytes rest(said); !rest.empty();) {
      const auto step =
          receiver ? receiver->advance(rest) : peers.server.connection.advance(rest, {});
      REQUIRE(step);
      rest = rest.subspan(step->consumed);
    }
  }

  // Whatever the server's call produced, the client can read, and what is sent behind it.
  void check_read(Bytes bytes) {
    append(peers.client.inbox, bytes);
    peers.client.run();
    REQUIRE_FALSE(peers.client.error);
    REQUIRE(peers.client.inbox.empty());
    hear_client();
  }

  std::shared_ptr<Changes> changes = std::make_shared<Changes>();
  Peers peers;
  std::optional<Receiver> receiver;
  std::optional<Sender> sender;
};

// Fails with so little room, and then succeeds, or succeeds at once; the peer reads all of it.
void check_call(const Call& call, Sides& sides, std::size_t room) {
  Sender* const sender = sides.sender ? &*sides.sender : nullptr;
  Octets outgoing(room);
  auto size = call.make(sides.peers.server, sender, outgoing);
  if (!size) {
    REQUIRE(size == fail(Error::buffer_too_small));
    outgoing.resize(200);
    size = call.make(sides.peers.server, sender, outgoing);
  }
  REQUIRE(size);
  sides.check_read(Bytes(outgoing).first(*size));
  const std::size_t before = sides.peers.client.data.size();
  outgoing.resize(200);
  const auto last = sender != nullptr ? sender->seal(text, outgoing)
                                      : sides.peers.server.connection.seal(text, outgoing);
  REQUIRE(last);
  REQUIRE(last->consumed == text.size());
  sides.check_read(Bytes(outgoing).first(last->produced));
  REQUIRE(sides.peers.client.data.size() == before + text.size());
}

TEST_CASE("AC-230: a call without room for what is owed loses nothing of it",
          "[AC-230][rfc9846-4.7.3][rfc9846-5.5]") {
  for (const Call& call : calls()) {
    for (const Owed owed : {Owed::nothing, Owed::answer, Owed::renewal}) {
      for (const bool halves : {false, true}) {
        Sides sides(owed, halves);
        for (std::size_t room = 0; room <= 70; ++room) {
          INFO(call.name << ", " << static_cast<int>(owed) << ", " << halves << ", " << room);
          sides.owe(owed);
          const std::size_t changes = sides.changes->count;
          check_call(call, sides, room);
          if (owed != Owed::nothing) CHECK(sides.changes->count > changes);
        }
      }
    }
  }
}

TEST_CASE("AC-230: a body wants the same room whether a KeyUpdate is due or not",
          "[AC-230][rfc9846-4.7.3]") {
  for (const Owed owed : {Owed::nothing, Owed::answer}) {
    for (const bool halves : {false, true}) {
      Sides sides(owed, halves);
      sides.owe(owed);
      Sender* const sender = sides.sender ? &*sides.sender : nullptr;
      Octets outgoing(48);
      CHECK(seal_body(sides.peers.server, sender, outgoing, 0) == fail(Error::buffer_too_small));
      outgoing.resize(49);
      const auto size = seal_body(sides.peers.server, sender, outgoing, 0);
      REQUIRE(size);
      CHECK(*size == (owed == Owed::answer ? 49 : 22));
    }
  }
}

TEST_CASE("AC-230: close_notify without room is sent by the next call", "[AC-230][rfc9846-6.1]") {
  for (const Owed owed : {Owed::nothing, Owed::answer}) {
    for (const bool halves : {false, true}) {
      for (std::size_t room = 0; room < 30; ++room) {
        Sides sides(owed, halves);
        sides.owe(owed);
        Octets outgoing(room);
        const auto close = [&] {
          return halves ? sides.sender->close(outgoing)
                        : sides.peers.server.connection.close(outgoing);
        };
        auto size = close();
        CHECK(size.has_value() == (room >= 24));
        outgoing.resize(64);
        if (!size) size = close();
        REQUIRE(size);
        sides.check_read(Bytes(outgoing).first(*size));
        CHECK(sides.peers.client.peer_closed);
      }
    }
  }
}

}  // namespace
}  // namespace nacre::test
