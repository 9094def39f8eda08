// Both ends agree on each group, and bad shares are refused. RFC 9846, sections 4.3.8 and 7.4.2.
#include "crypto/key_exchange.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/public_key.h"
#include "crypto/random.h"
#include "crypto/scripted_random.h"
#include "support/hex.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

using Octets = std::vector<std::uint8_t>;

Result<void> system_random(MutableBytes out) {
  random_bytes(out);
  return {};
}

KeyShare generate(NamedGroup group) {
  auto share = KeyShare::generate(group, system_random);
  REQUIRE(share);
  return std::move(*share);
}

Result<SharedSecret> answer(const GroupProperties& group, Bytes client_share) {
  Octets server_share(group.server_share_size);
  return respond(group.group, client_share, server_share, system_random);
}

// Where the (EC)DH half of a share begins, and how long it is.
struct CurvePart {
  std::size_t offset, size;
};

CurvePart curve_part(NamedGroup group, std::size_t share_size) {
  switch (group) {
    case NamedGroup::x25519_mlkem768:
      return {share_size - 32, 32};
    case NamedGroup::secp256r1_mlkem768:
      return {0, 65};
    case NamedGroup::secp384r1_mlkem1024:
      return {0, 97};
    default:
      return {0, share_size};
  }
}

bool is_x25519(NamedGroup group) {
  return group == NamedGroup::x25519 || group == NamedGroup::x25519_mlkem768;
}

bool has_points(NamedGroup group) {
  return !is_x25519(group) && group != NamedGroup::mlkem1024;
}

Octets copy(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("both ends agree on every group, and anew each time", "[crypto][rfc9846-7.4.2]") {
  for (const GroupProperties& group : groups) {
    CAPTURE(name(group.group));
    Octets last;
    for (int round = 0; round < 3; ++round) {
      KeyShare client = generate(group.group);
      CHECK(client.group() == group.group);
      REQUIRE(public_key(client).size() == group.client_share_size);
      Octets server_share(group.server_share_size);
      const auto server = respond(group.group, public_key(client), server_share, system_random);
      REQUIRE(server);
      const auto secret = std::move(client).agree(server_share);
      REQUIRE(secret);
      CHECK(std::ranges::equal(secret->reveal(), server->reveal()));
      CHECK(copy(secret->reveal()) != last);
      last = copy(secret->reveal());
    }
  }
}

TEST_CASE("a shared secret is as long as its group says", "[crypto][rfc9846-7.4.2]") {
  const auto size = [](NamedGroup group) {
    const auto secret = answer(*find_group(group), public_key(generate(group)));
    return secret ? secret->reveal().size() : 0;
  };
  CHECK(size(NamedGroup::x25519) == 32);
  CHECK(size(NamedGroup::secp256r1) == 32);
  CHECK(size(NamedGroup::secp384r1) == 48);
  CHECK(size(NamedGroup::secp521r1) == 66);
  CHECK(size(NamedGroup::x25519_mlkem768) == 64);
  CHECK(size(NamedGroup::secp256r1_mlkem768) == 64);
  CHECK(size(NamedGroup::secp384r1_mlkem1024) == 80);
  CHECK(size(NamedGroup::mlkem1024) == 32);
}

TEST_CASE("X25519 gives the shares and the secret of RFC 7748, section 6.1", "[crypto]") {
  auto client = KeyShare::generate(
      NamedGroup::x25519,
      scripted(unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
  REQUIRE(client);
  CHECK(hex(public_key(*client)) ==
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  Octets server(32);
  const auto theirs =
      respond(NamedGroup::x25519, public_key(*client), server,
              scripted(unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")));
  REQUIRE(theirs);
  CHECK(hex(server) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto ours = std::move(*client).agree(server);
  REQUIRE(ours);
  CHECK(hex(ours->reveal()) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST_CASE("the same randomness makes the same share, and other randomness another", "[crypto]") {
  for (const GroupProperties& group : groups) {
    const auto make = [&](std::uint8_t byte) {
      auto share = KeyShare::generate(group.group, scripted(Octets(200, byte)));
      REQUIRE(share);
      return public_key(*share);
    };
    CHECK(make(7) == make(7));
    CHECK(make(7) != make(8));
  }
}

TEST_CASE("a share of every wrong length is refused by both ends", "[crypto][rfc9846-4.3.8]") {
  for (const GroupProperties& group : groups) {
    CAPTURE(name(group.group));
    Octets client = public_key(generate(group.group));
    client.push_back(0);
    for (std::size_t size = 0; size <= client.size(); ++size) {
      if (size == group.client_share_size) continue;
      REQUIRE(answer(group, Bytes(client).first(size)).error() == Error::bad_key_share);
    }
    Octets server(group.server_share_size + 1);
    KeyShare own = generate(group.group);
    REQUIRE(respond(group.group, public_key(own), MutableBytes(server).first(server.size() - 1),
                    system_random));
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, group.server_share_size - 1,
                                   group.server_share_size + 1}) {
      KeyShare share = generate(group.group);
      const auto secret = std::move(share).agree(Bytes(server).first(size));
      CHECK(secret.error() == Error::bad_key_share);
    }
  }
}

TEST_CASE("a point off the curve is refused by both ends",
          "[crypto][rfc9846-4.3.8.2][rfc9846-4.3.8.2-0904d5]") {
  for (const GroupProperties& group : groups) {
    if (!has_points(group.group)) continue;
    CAPTURE(name(group.group));
    KeyShare client = generate(group.group);
    Octets server(group.server_share_size);
    REQUIRE(respond(group.group, public_key(client), server, system_random));
    const CurvePart part = curve_part(group.group, server.size());
    server[part.offset + part.size - 1] ^= 1;
    CHECK(std::move(client).agree(server).error() == Error::bad_key_share);
    Octets share = public_key(generate(group.group));
    share[curve_part(group.group, share.size()).offset + 1] ^= 1;
    CHECK(answer(group, share).error() == Error::bad_key_share);
  }
}

TEST_CASE("a point in any other form than the uncompressed one is refused",
          "[crypto][rfc9846-4.3.8.2]") {
  for (const GroupProperties& group : groups) {
    if (!has_points(group.group)) continue;
    const Octets good = public_key(generate(group.group));
    for (unsigned form = 0; form < 256; ++form) {
      Octets share = good;
      share[curve_part(group.group, share.size()).offset] = static_cast<std::uint8_t>(form);
      CHECK(answer(group, share).has_value() == (form == 4));
    }
  }
}

TEST_CASE("an X25519 point of low order is refused by both ends",
          "[crypto][rfc9846-7.4.2][rfc9846-7.4.2-70af84]") {
  const Octets low_order[] = {
      Octets(32),
      unhex("0100000000000000000000000000000000000000000000000000000000000000"),
      unhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
      unhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
      unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      unhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      unhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  };
  for (const GroupProperties& group : groups) {
    if (!is_x25519(group.group)) continue;
    for (const Octets& point : low_order) {
      KeyShare client = generate(group.group);
      Octets share = public_key(client);
      std::ranges::copy(point, share.end() - 32);
      CHECK(answer(group, share).error() == Error::bad_key_share);
      Octets server(group.server_share_size);
      REQUIRE(respond(group.group, public_key(client), server, system_random));
      std::ranges::copy(point, server.end() - 32);
      CHECK(std::move(client).agree(server).error() == Error::bad_key_share);
    }
  }
}

TEST_CASE("an encapsulation key with a coefficient that is not reduced is refused", "[crypto]") {
  for (const GroupProperties& group : groups) {
    const std::size_t curve = curve_part(group.group, group.client_share_size).size;
    if (curve == group.client_share_size) continue;
    Octets share = public_key(generate(group.group));
    const std::size_t kem = is_x25519(group.group) ? 0 : curve;
    share[kem] = 0xff;  // the first coefficient, of 12 bits: 4095, above 3328
    share[kem + 1] |= 0x0f;
    CHECK(answer(group, share).error() == Error::bad_key_share);
  }
}

TEST_CASE("a ciphertext that was changed gives another secret, not an error", "[crypto]") {
  for (const GroupProperties& group : groups) {
    const std::size_t curve = curve_part(group.group, group.server_share_size).size;
    if (curve == group.server_share_size) continue;
    KeyShare client = generate(group.group);
    Octets server(group.server_share_size);
    const auto theirs = respond(group.group, public_key(client), server, system_random);
    REQUIRE(theirs);
    server[is_x25519(group.group) ? 5 : curve + 5] ^= 1;
    const auto ours = std::move(client).agree(server);
    REQUIRE(ours);
    CHECK_FALSE(std::ranges::equal(ours->reveal(), theirs->reveal()));
  }
}

TEST_CASE("a key is used once", "[crypto][rfc9846-4.3.8]") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<KeyShare>);
  KeyShare client = generate(NamedGroup::x25519);
  Octets server(32);
  REQUIRE(respond(NamedGroup::x25519, public_key(client), server, system_random));
  REQUIRE(std::move(client).agree(server));
  // NOLINTNEXTLINE(bugprone-use-after-move): that the second use fails is the question
  CHECK(std::move(client).agree(server).error() == Error::wrong_call);
}

TEST_CASE("a group that is not known is refused", "[crypto]") {
  constexpr NamedGroup ffdhe2048{0x0100};
  CHECK(find_group(ffdhe2048) == nullptr);
  CHECK(KeyShare::generate(ffdhe2048, system_random).error() == Error::bad_configuration);
  CHECK(respond(ffdhe2048, {}, {}, system_random).error() == Error::bad_configuration);
}

TEST_CASE("room of the wrong size for the server's share is refused", "[crypto]") {
  for (const GroupProperties& group : groups) {
    const KeyShare client = generate(group.group);
    Octets server(group.server_share_size + 1);
    const MutableBytes room(server);
    CHECK(respond(group.group, public_key(client), room, system_random).error() ==
          Error::buffer_too_small);
    CHECK(respond(group.group, public_key(client), room.first(room.size() - 2), system_random)
              .error() == Error::buffer_too_small);
  }
}

TEST_CASE("randomness that fails, wherever it does, is the error", "[crypto]") {
  for (const GroupProperties& group : groups) {
    CAPTURE(name(group.group));
    CHECK(KeyShare::generate(group.group, scripted({})).error() == Error::no_randomness);
    // Enough for the scalar, not for the seed of the KEM.
    const auto half = KeyShare::generate(group.group, scripted(Octets(70, 1)));
    const bool hybrid =
        curve_part(group.group, group.client_share_size).size != group.client_share_size;
    CHECK(half.has_value() != hybrid);
    if (group.group == NamedGroup::mlkem1024) continue;  // encapsulates by the system's generator
    const KeyShare client = generate(group.group);
    Octets server(group.server_share_size);
    CHECK(respond(group.group, public_key(client), server, scripted({})).error() ==
          Error::no_randomness);
  }
}

TEST_CASE("a scalar out of range is drawn anew, but not for ever", "[crypto]") {
  for (const NamedGroup group :
       {NamedGroup::secp256r1, NamedGroup::secp384r1, NamedGroup::secp521r1}) {
    const std::size_t size = (find_group(group)->client_share_size - 1) / 2;
    for (const std::uint8_t bad : {std::uint8_t{0}, std::uint8_t{0xff}}) {
      Octets script(size, bad);
      script.insert(script.end(), size, 0x01);
      const auto second = KeyShare::generate(group, scripted(script));
      const auto direct = KeyShare::generate(group, scripted(Octets(size, 0x01)));
      REQUIRE((second && direct));
      CHECK(public_key(*second) == public_key(*direct));
      CHECK(KeyShare::generate(group, scripted(Octets(10'000, bad))).error() ==
            Error::no_randomness);
    }
  }
}
