// X25519, ECDH and ML-KEM against Wycheproof. RFC 9846, sections 4.3.8.2 and 7.4.2.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "crypto/key_exchange.h"
#include "crypto/mlkem.h"
#include "crypto/scripted_random.h"
#include "crypto/wycheproof.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

using Octets = std::vector<std::uint8_t>;

// Wycheproof writes integers as ASN.1 does: too short, or with a zero in front.
Octets padded(Octets number, std::size_t size) {
  while (number.size() > size) {
    REQUIRE(number.front() == 0);
    number.erase(number.begin());
  }
  number.insert(number.begin(), size - number.size(), 0);
  return number;
}

Result<SharedSecret> agree(NamedGroup group, const Octets& scalar, const Octets& peer) {
  TRY(KeyShare share, KeyShare::generate(group, scripted(scalar)));
  return std::move(share).agree(peer);
}

struct EcdhCount {
  std::size_t all = 0;
  std::size_t zero_in_front = 0;
  bool operator==(const EcdhCount&) const = default;
};

EcdhCount run_ecdh(NamedGroup group, std::size_t scalar_size, const std::string& file) {
  EcdhCount count;
  const auto run = [&](const Json&, const Json& json, const std::string& result) {
    INFO(label(json));
    const Octets scalar = padded(bytes_at(json, "private"), scalar_size);
    const auto secret = agree(group, scalar, bytes_at(json, "public"));
    if (result == "valid") {
      REQUIRE(secret);
      CHECK(std::ranges::equal(secret->reveal(), bytes_at(json, "shared")));
      count.zero_in_front += secret->reveal().front() == 0 ? 1U : 0U;
    } else {
      // "acceptable" are compressed points, which TLS 1.3 has no more.
      CHECK(secret.error() == Error::bad_key_share);
    }
  };
  count.all = each_vector(file, run);
  return count;
}

struct KemKey {
  Octets private_key, public_key;
};

Result<KemKey> kem_key(Kem kem, const Octets& seed) {
  KemKey key{Octets(kem_private_key_size(kem)), Octets(sizes(kem).public_key)};
  TRY(kem_generate(kem, seed, key.private_key));
  TRY(kem_public_key(kem, key.private_key, key.public_key));
  return key;
}

std::size_t run_kem(Kem kem, const std::string& file) {
  return each_vector(file, [&](const Json&, const Json& json, const std::string& result) {
    INFO(label(json));
    const auto key = kem_key(kem, bytes_at(json, "seed"));
    if (result == "invalid" && !key) return;  // a seed of the wrong length
    REQUIRE(key);
    Octets secret(sizes(kem).secret);
    const auto opened = kem_decapsulate(kem, key->private_key, bytes_at(json, "c"), secret);
    if (result == "invalid") {
      CHECK(opened == fail(Error::bad_key_share));
      return;
    }
    REQUIRE(opened);
    CHECK(key->public_key == bytes_at(json, "ek"));
    CHECK(secret == bytes_at(json, "K"));
  });
}

std::size_t run_kem_seeds(Kem kem, const std::string& file) {
  return each_vector(file, [&](const Json&, const Json& json, const std::string&) {
    INFO(label(json));
    const auto key = kem_key(kem, bytes_at(json, "seed"));
    REQUIRE(key);
    CHECK(key->public_key == bytes_at(json, "ek"));
  });
}

std::size_t run_kem_public_keys(Kem kem, const std::string& file) {
  return each_vector(file, [&](const Json&, const Json& json, const std::string& result) {
    INFO(label(json));
    Octets ciphertext(sizes(kem).ciphertext), secret(sizes(kem).secret);
    const auto made = kem_encapsulate(kem, bytes_at(json, "ek"), ciphertext, secret);
    if (result == "valid") {
      CHECK(made);
    } else {
      CHECK(made == fail(Error::bad_key_share));
    }
  });
}

}  // namespace

TEST_CASE("X25519 agrees as Wycheproof says, and refuses an all-zero secret",
          "[crypto][wycheproof][rfc9846-7.4.2][rfc9846-7.4.2-70af84]") {
  std::size_t zero = 0;
  const std::size_t all =
      each_vector("x25519_test.json", [&](const Json&, const Json& json, const std::string&) {
        INFO(label(json));
        const Octets expected = bytes_at(json, "shared");
        const auto secret =
            agree(NamedGroup::x25519, bytes_at(json, "private"), bytes_at(json, "public"));
        if (std::ranges::all_of(expected, [](auto byte) { return byte == 0; })) {
          CHECK(secret.error() == Error::bad_key_share);
          ++zero;
        } else {
          REQUIRE(secret);
          CHECK(std::ranges::equal(secret->reveal(), expected));
        }
      });
  CHECK(all == 518);
  CHECK(zero == 31);
}

TEST_CASE("ECDH agrees as Wycheproof says, on uncompressed points of the curve alone",
          "[crypto][wycheproof][rfc9846-4.3.8.2][rfc9846-7.4.2-62e48e]") {
  CHECK(run_ecdh(NamedGroup::secp256r1, 32, "ecdh_secp256r1_ecpoint_test.json") ==
        EcdhCount{355, 22});
  CHECK(run_ecdh(NamedGroup::secp384r1, 48, "ecdh_secp384r1_ecpoint_test.json") ==
        EcdhCount{790, 21});
  CHECK(run_ecdh(NamedGroup::secp521r1, 66, "ecdh_secp521r1_ecpoint_test.json") ==
        EcdhCount{661, 301});
}

TEST_CASE("ML-KEM decapsulates as Wycheproof says", "[crypto][wycheproof]") {
  CHECK(run_kem(Kem::mlkem768, "mlkem_768_test.json") == 193);
  CHECK(run_kem(Kem::mlkem1024, "mlkem_1024_test.json") == 193);
}

TEST_CASE("ML-KEM makes the keys of Wycheproof's seeds", "[crypto][wycheproof]") {
  CHECK(run_kem_seeds(Kem::mlkem768, "mlkem_768_keygen_seed_test.json") == 100);
  CHECK(run_kem_seeds(Kem::mlkem1024, "mlkem_1024_keygen_seed_test.json") == 100);
}

TEST_CASE("ML-KEM encapsulates to no public key that Wycheproof calls invalid",
          "[crypto][wycheproof]") {
  CHECK(run_kem_public_keys(Kem::mlkem768, "mlkem_768_encaps_test.json") == 265);
  CHECK(run_kem_public_keys(Kem::mlkem1024, "mlkem_1024_encaps_test.json") == 269);
}
