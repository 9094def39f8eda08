// Key shares that are none, and keys used twice. RFC 9846, sections 4.3.8 and 7.4.2;
// draft-ietf-tls-ecdhe-mlkem.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "attacks/side.h"
#include "crypto/key_exchange.h"
#include "crypto/public_key.h"
#include "crypto/random.h"
#include "support/hex.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

constexpr int supported_groups = 10;
constexpr int key_share = 51;

using enum AlertDescription;
using enum NamedGroup;

constexpr Outcome no_key{Error::bad_key_share, illegal_parameter};

Policy only(NamedGroup group) {
  Policy policy = quick_policy();
  policy.groups = {group};
  policy.key_shares = {group};
  return policy;
}

Data code(NamedGroup group) {
  return number(2, static_cast<std::size_t>(group));
}

// A hello that brings a share of the group, to the server or to the client.
struct Sharing {
  Sharing(NamedGroup group, bool at_client)
      : between(client_config().policy(only(group)), server_config().policy(only(group))),
        side(at_client ? between.client : between.server),
        to_client(at_client) {
    if (at_client) between.greet();
    hello = Hello::parse(at_client ? between.inbox.front() : between.client.messages().front());
    const Data data = hello.at(key_share);
    Cursor entry(at_client ? data : Cursor(data).vector(2));
    entry.take(2);
    share = entry.vector(2);
  }
  // The hello, with `changed` in place of the share.
  void send(NamedGroup group, const Data& changed) {
    const Data entry = code(group) + vector(2, changed);
    hello.at(key_share) = to_client ? entry : vector(2, entry);
    side.hear(hello.encode());
  }

  Between between;
  Side& side;
  bool to_client;
  Hello hello;
  Data share;
};

// To both sides, a share of the group as `change` leaves it.
void refused(NamedGroup group, const std::function<void(Data&)>& change) {
  CAPTURE(name(group));
  for (const bool at_client : {true, false}) {
    CAPTURE(at_client);
    Sharing sharing(group, at_client);
    Data share = sharing.share;
    change(share);
    sharing.send(group, share);
    check_refused(sharing.side, no_key);
  }
}

constexpr std::array curves{secp256r1, secp384r1, secp521r1};
constexpr std::array hybrids{x25519_mlkem768, secp256r1_mlkem768, secp384r1_mlkem1024};

// Bytes of the curve's half, which comes first but for x25519_mlkem768.
std::size_t curve_size(NamedGroup group) {
  switch (group) {
    case secp256r1:
    case secp256r1_mlkem768:
      return 65;
    case secp384r1:
    case secp384r1_mlkem1024:
      return 97;
    case secp521r1:
      return 133;
    default:
      return 32;
  }
}

std::size_t curve_offset(NamedGroup group, const Data& share) {
  return group == x25519_mlkem768 ? share.size() - 32 : 0;
}

std::size_t kem_offset(NamedGroup group) {
  return group == x25519_mlkem768 ? 0 : curve_size(group);
}

void put(Data& share, std::size_t offset, const Data& bytes) {
  std::ranges::copy(bytes, share.begin() + static_cast<std::ptrdiff_t>(offset));
}

// The points whose multiples by a scalar of X25519 are zero: RFC 7748, section 6.1.
std::vector<Data> low_order() {
  return {
      Data(32),
      unhex("0100000000000000000000000000000000000000000000000000000000000000"),
      unhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
      unhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
      unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      unhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      unhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      // The same with the bit that is masked.
      unhex("0000000000000000000000000000000000000000000000000000000000000080"),
      unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
  };
}

}  // namespace

TEST_CASE("AC-058: shares are one for a group, of groups offered, in their order",
          "[AC-058][rfc9846-4.3.8]") {
  const auto share = [](NamedGroup group, std::uint8_t byte) {
    return code(group) + vector(2, Data(group == x25519 ? 32 : 65, byte));
  };
  const Data both = vector(2, code(x25519) + code(secp256r1));
  const auto check = [](const Data& groups, const Data& shares, Error error) {
    Between between(retried_client());
    Hello hello = Hello::parse(between.client.messages().front());
    hello.at(supported_groups) = groups;
    hello.at(key_share) = vector(2, shares);
    between.server.hear(hello.encode());
    check_refused(between.server, {error, illegal_parameter});
  };
  check(both, share(x25519, 9) + share(x25519, 9), Error::duplicate_share);
  check(both, share(x25519, 9) + share(x25519, 8), Error::duplicate_share);
  check(both, share(x25519, 9) + share(secp256r1, 4) + share(x25519, 9), Error::duplicate_share);
  check(both, share(secp256r1, 4) + share(x25519, 9), Error::unoffered_group);
  check(vector(2, code(secp256r1)), share(x25519, 9), Error::unoffered_group);
  check(vector(2, code(secp256r1)), share(x25519, 9) + share(secp256r1, 4), Error::unoffered_group);
  check(both, share(x25519, 9) + share(NamedGroup{0x0100}, 1), Error::unoffered_group);

  const Data unknown = number(2, 0x7a7a);
  check(vector(2, unknown + code(x25519)),
        unknown + vector(2, {0}) + unknown + vector(2, {0}) + share(x25519, 9),
        Error::duplicate_share);
}

// RFC 9846 names no alert for it; Nacre keeps to illegal_parameter.
TEST_CASE("AC-059: a point of low order is refused", "[AC-059][rfc9846-7.4.2]") {
  for (const NamedGroup group : {x25519, x25519_mlkem768}) {
    for (const Data& point : low_order()) {
      refused(group, [&](Data& share) { put(share, curve_offset(group, share), point); });
    }
  }
}

TEST_CASE("AC-060: what is no uncompressed point of the curve is refused",
          "[AC-060][rfc9846-4.3.8.2]") {
  for (const NamedGroup group : curves) {
    const std::size_t size = curve_size(group);
    // Off the curve, a coordinate that is not reduced, zeros.
    refused(group, [](Data& share) { share.back() ^= 1; });
    refused(group, [](Data& share) { share.at(share.size() / 2) ^= 1; });
    refused(group, [&](Data& share) { share = Data{4} + Data(size - 1, 0xff); });
    refused(group, [&](Data& share) { share = Data{4} + Data(size - 1, 0); });
    // Infinity, alone and filled up.
    refused(group, [](Data& share) { share = {0}; });
    refused(group, [&](Data& share) { share = Data(size, 0); });
    // Compressed, and the hybrid form of X9.62, right in themselves.
    const auto parity = [](const Data& share) {
      return static_cast<std::uint8_t>(share.back() & 1);
    };
    refused(group, [&](Data& share) {
      const auto form = static_cast<std::uint8_t>(2 + parity(share));
      share = Data{form} +
              Data(share.begin() + 1, share.begin() + 1 + static_cast<std::ptrdiff_t>(size / 2));
    });
    refused(group,
            [&](Data& share) { share.front() = static_cast<std::uint8_t>(6 + parity(share)); });
    for (const std::size_t wrong : {std::size_t{1}, size - 1, size + 1, 2 * size}) {
      refused(group, [&](Data& share) { share.resize(wrong, 4); });
    }
  }
}

TEST_CASE("AC-061: a hybrid share has both halves, whole", "[AC-061][mlkem]") {
  for (const NamedGroup group : hybrids) {
    const std::size_t curve = curve_size(group);
    refused(group, [](Data& share) { share.pop_back(); });
    refused(group, [](Data& share) { share.push_back(0); });
    refused(group, [](Data& share) { share.erase(share.begin()); });
    refused(group, [](Data& share) { share = {4}; });
    refused(group, [](Data& share) { share = share + share; });
    refused(group, [&](Data& share) { share.resize(curve); });
    refused(group, [&](Data& share) { share.resize(curve + 1); });
    refused(group, [&](Data& share) { share.resize(share.size() - curve); });
    refused(group, [&](Data& share) {
      share.erase(share.begin(), share.begin() + static_cast<std::ptrdiff_t>(curve));
    });
  }
}

TEST_CASE("AC-061: a bad half spoils a hybrid share", "[AC-061][mlkem]") {
  for (const NamedGroup group : hybrids) {
    refused(group, [&](Data& share) {
      const std::size_t size = curve_size(group);
      put(share, curve_offset(group, share),
          group == x25519_mlkem768 ? Data(32) : Data{4} + Data(size - 1, 1));
    });
    // A ciphertext is never bad: AC-063.
    Sharing sharing(group, false);
    put(sharing.share, kem_offset(group), Data(3, 0xff));
    sharing.send(group, sharing.share);
    check_refused(sharing.side, no_key);
  }
}

TEST_CASE("AC-062: an encapsulation key with a coefficient of q or more is refused",
          "[AC-062][mlkem]") {
  for (const NamedGroup group : hybrids) {
    const std::size_t coefficients = (group == secp384r1_mlkem1024 ? 4U : 3U) * 256;
    for (std::size_t index = 0; index < coefficients; index += sweep_step) {
      for (const unsigned value : {3329U, 4095U}) {  // q, and the most that 12 bits hold
        if (value == 4095 && index % 64 != 0) continue;
        CAPTURE(name(group), index, value);
        Sharing sharing(group, false);
        const std::size_t at = kem_offset(group) + index / 2 * 3 + index % 2;
        std::uint8_t& low = sharing.share.at(at);
        std::uint8_t& high = sharing.share.at(at + 1);
        if (index % 2 == 0) {
          low = static_cast<std::uint8_t>(value & 0xff);
          high = static_cast<std::uint8_t>((high & 0xf0) | value >> 8);
        } else {
          low = static_cast<std::uint8_t>((low & 0x0f) | (value & 0x0f) << 4);
          high = static_cast<std::uint8_t>(value >> 4);
        }
        sharing.send(group, sharing.share);
        check_refused(sharing.side, no_key);
      }
    }
  }
}

TEST_CASE("AC-062: a ciphertext of another length is refused", "[AC-062][mlkem]") {
  for (const NamedGroup group : hybrids) {
    for (const int change : {-32, -2, -1, 1, 2, 32, 480}) {
      Sharing sharing(group, true);
      Data share = sharing.share;
      const auto at = share.begin() + static_cast<std::ptrdiff_t>(kem_offset(group));
      if (change < 0) {
        share.erase(at, at - change);
      } else {
        share.insert(at, static_cast<std::size_t>(change), 1);
      }
      sharing.send(group, share);
      check_refused(sharing.side, no_key);
    }
  }
}

// That it takes as long as an honest one is measured by tests/constant_time.
TEST_CASE("AC-063: a ciphertext altered in any byte gives another secret", "[AC-063][mlkem]") {
  const auto random = [](MutableBytes out) -> Result<void> {
    crypto::random_bytes(out);
    return {};
  };
  for (const NamedGroup group : {x25519_mlkem768, secp384r1_mlkem1024}) {
    const std::size_t size = crypto::find_group(group)->server_share_size;
    const std::size_t ciphertext = size - curve_size(group);
    CHECK(ciphertext == (group == x25519_mlkem768 ? 1'088 : 1'568));
    for (std::size_t index = 0; index < ciphertext; index += sweep_step) {
      auto client = crypto::KeyShare::generate(group, random).value();
      Data share(size);
      const auto theirs = crypto::respond(group, public_key(client), share, random).value();
      share.at(kem_offset(group) + index) ^= static_cast<std::uint8_t>(1U << index % 8);
      const auto ours = std::move(client).agree(share);
      if (!ours || std::ranges::equal(ours->reveal(), theirs.reveal())) FAIL(index);
    }
  }
}

TEST_CASE("AC-063: the handshake fails at the first record under other keys", "[AC-063][mlkem]") {
  for (const NamedGroup group : hybrids) {
    for (std::size_t index = 0; index < 1'088; index += 64) {
      Sharing sharing(group, true);
      sharing.share.at(kem_offset(group) + index) ^= 0x10;
      sharing.send(group, sharing.share);
      REQUIRE_FALSE(sharing.side.peer.error);
      // What the server has sent behind its ServerHello.
      Octets flight;
      for (const WireRecord& record : split_records(sharing.between.server.peer.sent)) {
        if (record.type == ContentType::application_data) append(flight, record.encode());
      }
      sharing.side.take(flight);
      check_refused(sharing.side, {Error::bad_record_mac, bad_record_mac});
    }
  }
}

// 10^5 ClientHellos with X25519; of the groups whose keys cost more, 1,000 each.
TEST_CASE("AC-064: no ClientHello repeats a key", "[AC-064][rfc9846-4.3.8]") {
  for (const crypto::GroupProperties& group : crypto::groups) {
    const std::size_t count = (group.group == x25519 ? 100'000 : 1'000) / (sweep_step * sweep_step);
    const ClientConfig config = client_config().policy(only(group.group)).build().value();
    const Data before = code(group.group) + number(2, group.client_share_size);
    std::set<Octets> shares;
    std::set<Octets> randoms;
    Octets outgoing(max_record_size);
    for (std::size_t i = 0; i < count; ++i) {
      Connection client = Connection::client(config, "localhost").value();
      const Step step = client.advance({}, outgoing).value();
      const Bytes hello = Bytes(outgoing).first(step.produced);
      const auto share = std::ranges::search(hello, before);
      REQUIRE_FALSE(share.empty());
      shares.insert(Octets(share.end(), share.end() + 32));
      randoms.insert(octets(hello.subspan(5 + 4 + 2, 32)));
    }
    CHECK(shares.size() == count);
    CHECK(randoms.size() == count);
  }
}

TEST_CASE("AC-064: a server makes a key for each answer, though the client repeats its own",
          "[AC-064][rfc9846-4.3.8]") {
  for (const crypto::GroupProperties& group : crypto::groups) {
    const std::size_t count = (group.group == x25519 ? 1'000 : 50) / sweep_step;
    Sharing first(group.group, false);
    const Message hello = first.hello.encode();
    std::set<Data> shares;
    for (std::size_t i = 0; i < count; ++i) {
      Side server(server_config().policy(only(group.group)));
      server.hear(hello);
      REQUIRE_FALSE(server.peer.error);
      Cursor entry(Hello::parse(server.messages().front()).at(key_share));
      entry.take(2);
      shares.insert(entry.vector(2));
    }
    CHECK(shares.size() == count);
  }
}

TEST_CASE("AC-064: a client takes the share of a server that repeats it",
          "[AC-064][rfc9846-4.3.8]") {
  const Data repeated = Sharing(x25519, true).share;
  for (int i = 0; i < 3; ++i) {
    Sharing sharing(x25519, true);
    sharing.send(x25519, repeated);
    CHECK_FALSE(sharing.side.peer.error);
    CHECK(sharing.side.forger() != nullptr);
  }
}

}  // namespace nacre::test
