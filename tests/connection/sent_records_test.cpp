// What both sides put on the wire, record by record, against the rules for senders. RFC 9846,
// section 5.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <string>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {
namespace {

constexpr int finished = 20;
constexpr int key_update = 24;

// A record as its sender meant it.
struct Inner {
  ContentType type{};
  Octets content;
  bool is_protected = false;
};

// Takes the whole messages off the front of `pending`, and tells their types.
std::vector<int> take_messages(Octets& pending) {
  std::vector<int> types;
  while (pending.size() >= 4) {
    const std::size_t size = 4 + (static_cast<std::size_t>(pending[1]) << 16 |
                                  static_cast<std::size_t>(pending[2]) << 8 | pending[3]);
    if (pending.size() < size) break;
    types.push_back(pending[0]);
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return types;
}

// Opens what one side sent: with its handshake keys up to Finished, the application's from there.
std::vector<Inner> open_all(const Secrets& secrets, const std::string& side, const Octets& sent) {
  Tap handshake(secrets, side + "_HANDSHAKE_TRAFFIC_SECRET");
  Tap application(secrets, side + "_TRAFFIC_SECRET_0");
  std::vector<Inner> all;
  Octets pending;
  bool is_finished = false;
  for (const WireRecord& record : split_records(sent)) {
    if (record.type != ContentType::application_data) {
      all.push_back({record.type, record.content, false});
      continue;
    }
    const auto seen = (is_finished ? application : handshake).read(record.encode()).at(0);
    all.push_back({seen.type, seen.content, true});
    if (is_finished || seen.type != ContentType::handshake) continue;
    append(pending, seen.content);
    for (const int type : take_messages(pending)) is_finished = type == finished;
  }
  REQUIRE(is_finished);
  return all;
}

// A long conversation: a retry, messages in parts, padding, data, key changes, closure.
struct Conversation {
  explicit Conversation(std::size_t room = max_record_size) {
    Policy retried = quick_policy();
    retried.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
    Policy other = quick_policy();
    other.groups = {NamedGroup::secp256r1};
    other.key_shares = {};
    ClientConfig::Builder client = client_config().policy(retried).pad_to(64);
    danger::log_secrets(client, secrets);
    Peers peers(*client.build(), *server_config().policy(other).build());
    peers.client.room = peers.server.room = room;
    peers.drive();
    REQUIRE(peers.client.completed);
    for (int round = 0; round < 3; ++round) {
      for (Peer* peer : {&peers.client, &peers.server}) {
        REQUIRE(peer->send(Octets(40'000, 7)));
        REQUIRE(peer->update_keys(true));
      }
      peers.drive();
    }
    REQUIRE(peers.client.close());
    REQUIRE(peers.server.close());
    from["CLIENT"] = peers.client.sent;
    from["SERVER"] = peers.server.sent;
  }
  std::vector<Inner> read(const std::string& side) const {
    return open_all(*secrets, side, from.at(side));
  }
  std::shared_ptr<Secrets> secrets = std::make_shared<Secrets>();
  std::map<std::string, Octets> from;
};

// One that ends with an alert of each side's own.
void check_alert(bool to_client) {
  Tapped tapped;
  Peer& peer = to_client ? tapped.peers.client : tapped.peers.server;
  Octets forged = (to_client ? tapped.from_server : tapped.from_client).data("altered");
  forged.back() ^= 1;
  to_client ? tapped.to_client(forged) : tapped.to_server(forged);
  const auto records = open_all(*tapped.secrets, to_client ? "CLIENT" : "SERVER", peer.sent);
  CHECK(records.back().type == ContentType::alert);
  CHECK(records.back().is_protected);
  CHECK(records.back().content.size() == 2);
}

}  // namespace

TEST_CASE("records are of the four types, not too long, and not empty",
          "[rfc9846-5][rfc9846-5.1][rfc9846-5-d8611c][rfc9846-5.1-4ccd4b][rfc9846-5.1-739a25]"
          "[rfc9846-5.1-162804][rfc9846-5.1-fc7f40][rfc9846-5.2-0bffc1][rfc9846-5.4-2c933e]"
          "[rfc9846-E.5-490b80]") {
  for (const std::size_t room : {max_record_size, max_control_record_size}) {
    const Conversation talk(room);
    for (const std::string side : {"CLIENT", "SERVER"}) {
      for (const WireRecord& record : split_records(talk.from.at(side))) {
        const bool is_protected = record.type == ContentType::application_data;
        REQUIRE((record.type >= ContentType{20} && record.type <= ContentType{23}));
        REQUIRE(record.content.size() <= (is_protected ? 16'384U + 256U : 16'384U));
        REQUIRE(record.version >= 0x0301);
      }
      for (const Inner& record : talk.read(side)) {
        CAPTURE(side, static_cast<int>(record.type));
        REQUIRE(record.content.size() <= 16'384);
        REQUIRE_FALSE(record.content.empty());
        REQUIRE((record.type != ContentType::application_data || record.is_protected));
        REQUIRE((record.type != ContentType::change_cipher_spec || !record.is_protected));
        if (record.type == ContentType::alert) REQUIRE(record.content.size() == 2);
      }
    }
  }
}

TEST_CASE("what follows Finished and KeyUpdate is under the next keys, from record 0 on",
          "[rfc9846-4.5.3][rfc9846-4.7.3][rfc9846-5.3][rfc9846-4.5.3-625519]"
          "[rfc9846-4.7.3-b5e2a3][rfc9846-4.7.3-8025f0][rfc9846-5.3-d7641b]") {
  const Conversation talk;
  for (const std::string side : {"CLIENT", "SERVER"}) {
    std::size_t data = 0;
    std::size_t updates = 0;
    for (const Inner& record : talk.read(side)) {
      if (record.type == ContentType::application_data) data += record.content.size();
      updates += record.content.at(0) == key_update ? 1U : 0U;
    }
    CHECK(data == 3 * 40'000);
    CHECK(updates >= 3);
  }
}

TEST_CASE("an alert is one record, with one alert in it",
          "[rfc9846-5.1][rfc9846-5.1-a0804f][rfc9846-5.1-a61020]") {
  check_alert(true);
  check_alert(false);
}

TEST_CASE("a message that changes the keys ends its record, and none is cut by another record",
          "[rfc9846-5.1][rfc9846-5.1-84b3e1][rfc9846-5.1-266a41][rfc9846-5.1-073b94]"
          "[rfc9846-5.1-91b9eb]") {
  for (const std::size_t room : {max_record_size, max_control_record_size}) {
    const Conversation talk(room);
    for (const std::string side : {"CLIENT", "SERVER"}) {
      Octets pending;
      std::map<int, int> seen;
      for (const Inner& record : talk.read(side)) {
        CAPTURE(side, static_cast<int>(record.type));
        if (record.type != ContentType::handshake) {
          REQUIRE(pending.empty());
          continue;
        }
        append(pending, record.content);
        const auto types = take_messages(pending);
        for (std::size_t i = 0; i < types.size(); ++i) {
          // ClientHello, ServerHello, Finished, KeyUpdate.
          if (std::set{1, 2, finished, key_update}.contains(types[i])) {
            REQUIRE((i + 1 == types.size() && pending.empty()));
          }
          ++seen[types[i]];
        }
      }
      CHECK(pending.empty());
      CHECK(seen[side == "CLIENT" ? 1 : 2] == 2);
      CHECK(seen[finished] == 1);
      CHECK(seen[key_update] >= 3);
    }
  }
}

}  // namespace nacre::test
