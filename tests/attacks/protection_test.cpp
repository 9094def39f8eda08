// Altered records, nonces, and keys used up. RFC 9846, sections 5.2, 5.3 and 5.5.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "attacks/side.h"
#include "record/support.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Outcome altered{Error::bad_record_mac, bad_record_mac};

Between connected_with(CipherSuite suite) {
  Policy policy = quick_policy();
  policy.cipher_suites = {suite};
  Between between(client_config().policy(policy));
  between.connect();
  return between;
}

// The record of "attack at dawn" as `change` leaves it, for each suite and role.
template <class Change>
void check_altered(Change change) {
  for (const CipherSuite suite : record::suites) {
    for (const bool at_client : {true, false}) {
      Between between = connected_with(suite);
      Side& side = at_client ? between.client : between.server;
      Octets record = side.record(ContentType::application_data, bytes_of("attack at dawn"));
      change(record);
      side.take(record);
      check_refused(side, altered);
    }
  }
}

constexpr std::size_t content_size = 14;
constexpr std::size_t record_size = 5 + content_size + 1 + 16;

void flip(Octets& record, std::size_t bit) {
  record.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
}

}  // namespace

TEST_CASE("AC-037: a record altered in any bit ends the connection", "[AC-037][rfc9846-5.2]") {
  for (std::size_t bit = 5 * 8; bit < record_size * 8; bit += sweep_step) {
    CAPTURE(bit);
    check_altered([bit](Octets& record) { flip(record, bit); });
  }
}

TEST_CASE("AC-037: a record whose header was altered ends the connection",
          "[AC-037][rfc9846-5.2]") {
  for (std::size_t bit = 1 * 8; bit < 5 * 8; ++bit) {
    const bool in_length = bit >= 3 * 8;
    if (in_length && bit / 8 == 3 && bit % 8 >= 6) continue;  // too long: AC-030
    CAPTURE(bit);
    check_altered([bit](Octets& record) {
      flip(record, bit);
      const std::size_t length = static_cast<std::size_t>(record.at(3)) << 8 | record.at(4);
      record.resize(5 + length);  // whole, whatever its length is now
    });
  }
  // Another type of record has no place there: nothing of it is read either.
  for (std::size_t bit = 0; bit < 8; ++bit) {
    Between between = connected_with(record::suites[0]);
    Octets record = between.client.record(ContentType::application_data, bytes_of("attack"));
    flip(record, bit);
    between.client.take(record);
    CHECK(between.client.peer.error.has_value());
    CHECK(between.client.peer.data.empty());
  }
}

TEST_CASE("AC-042: the whole tag is compared", "[AC-042][rfc9846-5.2]") {
  for (std::size_t bit = (record_size - 16) * 8; bit < record_size * 8; bit += sweep_step) {
    CAPTURE(bit);
    check_altered([bit](Octets& record) { flip(record, bit); });
  }
  for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{0xff}}) {
    check_altered([byte](Octets& record) { std::fill(record.end() - 16, record.end(), byte); });
  }
  for (std::size_t length = 0; length < record_size - 5; ++length) {
    CAPTURE(length);
    check_altered([length](Octets& record) {
      record.resize(5 + length);
      record.at(4) = static_cast<std::uint8_t>(length);
    });
  }
  check_altered([](Octets& record) {  // a tag of 17 bytes
    record.push_back(0);
    ++record.at(4);
  });
}

// Under an equal key and nonce, equal plaintexts begin with equal bytes: none do. The model is the
// receiver's: the n-th record of each key opens with the number n, and no record with another.
TEST_CASE("AC-040: no key and nonce are used twice, whatever the calls", "[AC-040][rfc9846-5.3]") {
  std::mt19937 dice(40);
  for (const CipherSuite suite : record::suites) {
    record::RecordSealer sealer = record::sealer_for(suite);
    auto model = record::TrafficKeys::derive(suite, record::secret_for(suite)).value();
    std::uint64_t sequence = 0;
    std::set<Octets> beginnings;
    std::size_t records = 0;
    for (int call = 0; call < 20'000; ++call) {
      Octets outgoing(200);
      const std::size_t padding = dice() % 100;
      std::size_t size = 0;
      switch (dice() % 8) {
        case 0:  // fails, and numbers nothing
          REQUIRE_FALSE(sealer.seal(ContentType::alert, {}, padding, outgoing));
          REQUIRE_FALSE(sealer.seal(ContentType::application_data, Octets(32), padding,
                                    MutableBytes(outgoing).first(50)));
          continue;
        case 1:
          if (dice() % 16 != 0) continue;
          REQUIRE(sealer.update());
          REQUIRE(model.update());
          sequence = 0;
          continue;
        case 2:
        case 3:
        case 4:
          size = sealer.seal_in_place(ContentType::handshake, 32, padding, outgoing).value();
          break;
        default:
          size = sealer.seal(ContentType::handshake, Octets(32), padding, outgoing).value();
      }
      ++records;
      beginnings.insert(octets(Bytes(outgoing).subspan(5, 32)));
      const Octets header = octets(Bytes(outgoing).first(5));
      REQUIRE(model.aead().open(MutableBytes(outgoing).subspan(5, size - 5),
                                model.nonce(sequence++), header));
    }
    CHECK(beginnings.size() == records);
  }
}

TEST_CASE("AC-040: both sides number each record of a connection once", "[AC-040][rfc9846-5.3]") {
  ClientConfig::Builder client = client_config();
  ServerConfig::Builder server = server_config();
  danger::update_keys_after(client, 7);
  danger::update_keys_after(server, 5);
  Between between(client, server);
  between.connect();
  std::mt19937 dice(41);
  for (int call = 0; call < 500; ++call) {
    Peer& peer = dice() % 2 == 0 ? between.client.peer : between.server.peer;
    if (dice() % 8 == 0) {
      REQUIRE(peer.update_keys(false));
    } else {
      REQUIRE(peer.send("the same again"));
    }
  }
  for (const bool is_client : {true, false}) {
    const Side& side = is_client ? between.client : between.server;
    Tap tap(*side.secrets, is_client ? "CLIENT_TRAFFIC_SECRET_0" : "SERVER_TRAFFIC_SECRET_0");
    // What is behind the handshake: after the Finished of each.
    const auto records = split_records(side.peer.sent);
    Octets data;
    std::set<Octets> beginnings;
    std::size_t count = 0;
    for (const WireRecord& wire : records) {
      if (wire.type != ContentType::application_data || wire.content.size() > 14 + 17) continue;
      if (wire.content.size() != 14 + 17 && wire.content.size() != 5 + 17) continue;
      append(data, wire.encode());
      beginnings.insert(octets(Bytes(wire.content).first(5)));
      ++count;
    }
    CHECK(count > 200);
    CHECK(beginnings.size() == count);
    CHECK(tap.read(data).size() == count);
  }
}

TEST_CASE("AC-040: the last sequence number is not used, and none wraps", "[AC-040][rfc9846-5.3]") {
  const CipherSuite suite = CipherSuite::tls_chacha20_poly1305_sha256;  // no lower limit
  record::RecordSealer sealer = record::sealer_for(suite);
  Octets outgoing(100);
  sealer.skip(UINT64_MAX - 2);
  CHECK(sealer.seal(ContentType::alert, Octets{1, 0}, 0, outgoing));
  CHECK(sealer.seal_in_place(ContentType::alert, 2, 0, outgoing));
  for (int i = 0; i < 3; ++i) {
    CHECK(sealer.seal(ContentType::alert, Octets{1, 0}, 0, outgoing) == fail(Error::aead_limit));
    CHECK(sealer.seal_in_place(ContentType::alert, 2, 0, outgoing) == fail(Error::aead_limit));
  }
  record::RecordOpener opener = record::opener_for(suite);
  opener.skip(UINT64_MAX - 1);
  Octets last = record::sealed_inner(suite, Octets{1, 23}, UINT64_MAX - 1);
  CHECK(opener.open(last));
  for (const std::uint64_t sequence : {UINT64_MAX, std::uint64_t{0}}) {
    Octets record = record::sealed_inner(suite, Octets{1, 23}, sequence);
    CHECK(opener.open(record) == fail(Error::aead_limit));
  }
}

// 2^24.5 is 23,726,566.4. Early data, where no KeyUpdate can come, is not there yet.
TEST_CASE("AC-041: keys are changed before the AEAD's limit", "[AC-041][rfc9846-5.5]") {
  for (const CipherSuite suite :
       {CipherSuite::tls_aes_128_gcm_sha256, CipherSuite::tls_aes_256_gcm_sha384}) {
    record::RecordSealer sealer = record::sealer_for(suite);
    Octets outgoing(100);
    sealer.skip(23'726'000);
    std::size_t before_update = 0;
    while (sealer.seal(ContentType::application_data, Octets{1}, 0, outgoing)) ++before_update;
    CHECK(sealer.must_update());
    CHECK(before_update < 567);
    CHECK(before_update > 500);
    CHECK(sealer.seal(ContentType::handshake, Octets{24, 0, 0, 1, 0}, 0, outgoing));
    while (sealer.seal(ContentType::alert, Octets{1, 0}, 0, outgoing)) {
      REQUIRE(sealer.sequence() <= 23'726'566);
    }
    REQUIRE(sealer.update());
    CHECK(sealer.seal(ContentType::application_data, Octets{1}, 0, outgoing));
  }
}

TEST_CASE("AC-041: a connection changes its keys by itself at the limit", "[AC-041][rfc9846-5.5]") {
  for (const bool is_client : {true, false}) {
    ClientConfig::Builder client = client_config();
    ServerConfig::Builder server = server_config();
    danger::update_keys_after(client, 10);
    danger::update_keys_after(server, 10);
    Tapped tapped(std::move(client), std::move(server));
    Peer& sender = is_client ? tapped.peers.client : tapped.peers.server;
    const Peer& receiver = is_client ? tapped.peers.server : tapped.peers.client;
    const std::size_t sent = sender.sent.size();
    for (int i = 0; i < 100; ++i) {
      REQUIRE(sender.send("d"));
      tapped.peers.drive();
    }
    CHECK(receiver.data == Octets(100, 'd'));
    Tap tap(*tapped.secrets, is_client ? "CLIENT_TRAFFIC_SECRET_0" : "SERVER_TRAFFIC_SECRET_0");
    int since_update = 0;
    int updates = 0;
    for (const auto& seen : tap.read(Bytes(sender.sent).subspan(sent))) {
      const bool is_update = seen.type == ContentType::handshake;
      CHECK((!is_update || seen.content == Octets{24, 0, 0, 1, 0}));
      updates += is_update ? 1 : 0;
      since_update = is_update ? 0 : since_update + 1;
      CHECK(since_update <= 10);
    }
    CHECK(updates == 9);
  }
}

}  // namespace nacre::test
