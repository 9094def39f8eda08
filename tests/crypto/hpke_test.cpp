// HPKE against the vectors of RFC 9180, and against what was tampered with.
#include "crypto/hpke.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "crypto/pem.h"
#include "crypto/random.h"
#include "crypto/scripted_random.h"
#include "support/hex.h"

namespace nacre::crypto {
namespace {

using test::scripted;
using Octets = std::vector<std::uint8_t>;
using Json = nlohmann::json;

Result<void> from_system(MutableBytes out) {
  random_bytes(out);
  return {};
}

Octets octets_at(const Json& object, const char* key) {
  return test::unhex(object.at(key).get<std::string>());
}

Octets octets_of(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

struct Vector {
  explicit Vector(const Json& json)
      : kem(static_cast<HpkeKem>(json.at("kem_id").get<int>())),
        suite{static_cast<HpkeKdf>(json.at("kdf_id").get<int>()),
              static_cast<HpkeAead>(json.at("aead_id").get<int>())},
        info(octets_at(json, "info")),
        private_key(octets_at(json, "skRm")),
        public_key(octets_at(json, "pkRm")),
        enc(octets_at(json, "enc")),
        key_seed(octets_at(json, "ikmR")),
        sender_seed(octets_at(json, "sender_seed")) {
    for (const Json& message : json.at("encryptions")) {
      messages.push_back(
          {octets_at(message, "aad"), octets_at(message, "ct"), octets_at(message, "pt")});
    }
  }

  struct Message {
    Octets additional_data, sealed, plaintext;
  };

  HpkeKem kem;
  HpkeSymmetricCipherSuite suite;
  Octets info, private_key, public_key, enc, key_seed, sender_seed;
  std::vector<Message> messages;
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = [] {
    std::ifstream stream(NACRE_TEST_DATA "/hpke/hpke_base.json");
    std::vector<Vector> read;
    for (const Json& json : Json::parse(stream)) read.emplace_back(json);
    return read;
  }();
  return all;
}

Result<Octets> open(const Vector& vector, const Octets& enc, const Octets& info,
                    const Octets& sealed, const Octets& additional_data) {
  TRY(const HpkeKey key, HpkeKey::from_private_key(vector.kem, vector.private_key));
  TRY(HpkeReceiver receiver, HpkeReceiver::setup(key, vector.suite, enc, info));
  Octets room = sealed;
  TRY(const MutableBytes plaintext, receiver.open(room, room, additional_data));
  return octets_of(plaintext);
}

// Whether `opens` fails with each single bit of `bytes` flipped.
bool refuses_each_flip(Octets bytes, auto opens) {
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
    bytes.at(bit / 8) ^= mask;
    if (opens(bytes)) return false;
    bytes.at(bit / 8) ^= mask;
  }
  return opens(bytes);
}

constexpr std::array kems{HpkeKem::p256_hkdf_sha256, HpkeKem::x25519_hkdf_sha256};

}  // namespace

TEST_CASE("HPKE has vectors for each KEM and suite", "[crypto][hpke]") {
  CHECK(vectors().size() == 6);
  for (const HpkeKem kem : kems) {
    for (const auto& suite : hpke_suites) {
      CHECK(std::ranges::any_of(vectors(), [&](const Vector& vector) {
        return vector.kem == kem && vector.suite == suite && vector.messages.size() == 10;
      }));
    }
  }
}

TEST_CASE("HPKE derives the keys of the vectors", "[crypto][hpke][rfc9180-7.1.3]") {
  for (const Vector& vector : vectors()) {
    const auto read = HpkeKey::from_private_key(vector.kem, vector.private_key);
    REQUIRE(read);
    CHECK(read->kem() == vector.kem);
    CHECK(std::ranges::equal(read->public_key(), vector.public_key));
    const auto generated = HpkeKey::generate(vector.kem, scripted(vector.key_seed));
    REQUIRE(generated);
    CHECK(std::ranges::equal(generated->public_key(), vector.public_key));
  }
}

TEST_CASE("HPKE opens the vectors' messages in order", "[crypto][hpke][rfc9180-5.1.1]") {
  for (const Vector& vector : vectors()) {
    const auto key = HpkeKey::from_private_key(vector.kem, vector.private_key);
    REQUIRE(key);
    auto receiver = HpkeReceiver::setup(*key, vector.suite, vector.enc, vector.info);
    REQUIRE(receiver);
    for (const auto& [additional_data, sealed, plaintext] : vector.messages) {
      Octets room(sealed.size() - hpke_overhead);
      const auto opened = receiver->open(room, sealed, additional_data);
      REQUIRE(opened);
      CHECK(std::ranges::equal(*opened, plaintext));
    }
  }
}

TEST_CASE("HPKE seals the vectors' messages", "[crypto][hpke][rfc9180-5.1.1]") {
  for (const Vector& vector : vectors()) {
    auto sender = HpkeSender::setup(vector.kem, vector.suite, vector.public_key, vector.info,
                                    scripted(vector.sender_seed));
    REQUIRE(sender);
    CHECK(std::ranges::equal(sender->enc(), vector.enc));
    for (const auto& [additional_data, sealed, plaintext] : vector.messages) {
      Octets out(plaintext.size() + hpke_overhead);
      REQUIRE(sender->seal(out, plaintext, additional_data));
      CHECK(out == sealed);
    }
  }
}

TEST_CASE("HPKE's shared secret is that of RFC 9180, on both sides",
          "[crypto][hpke][rfc9180-4.1]") {
  // Of appendices A.1.1 and A.3.1, whose other values are in the vectors.
  const std::map<HpkeKem, std::string> known{
      {HpkeKem::x25519_hkdf_sha256,
       "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"},
      {HpkeKem::p256_hkdf_sha256,
       "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8"}};
  for (const Vector& vector : vectors()) {
    HpkeSecret of_sender;
    REQUIRE(HpkeSender::setup(vector.kem, vector.suite, vector.public_key, vector.info,
                              scripted(vector.sender_seed), &of_sender));
    const auto key = HpkeKey::from_private_key(vector.kem, vector.private_key);
    REQUIRE(key);
    const auto of_recipient = key->shared_secret(vector.enc);
    REQUIRE(of_recipient);
    CHECK(std::ranges::equal(of_sender.reveal(), of_recipient->reveal()));
    if (vector.suite.aead_id != HpkeAead::aes_128_gcm) continue;
    CHECK(octets_of(of_sender.reveal()) == test::unhex(known.at(vector.kem)));
    CHECK(key->shared_secret(Bytes(vector.enc).first(20)) == fail(Error::bad_key_share));
  }
}

TEST_CASE("HPKE opens what it sealed, where it stands, more than 256 times",
          "[crypto][hpke][rfc9180-5.2]") {
  for (const HpkeKem kem : kems) {
    for (const auto& suite : hpke_suites) {
      const auto key = HpkeKey::generate(kem, from_system);
      REQUIRE(key);
      auto sender = HpkeSender::setup(kem, suite, key->public_key(), {}, from_system);
      REQUIRE(sender);
      REQUIRE(sender->enc().size() == hpke_public_key_size(kem));
      auto receiver = HpkeReceiver::setup(*key, suite, sender->enc(), {});
      REQUIRE(receiver);
      for (std::size_t size = 0; size < 300; ++size) {
        Octets room(size + hpke_overhead, 0x61);
        REQUIRE(sender->seal(room, Bytes(room).first(size), {}));
        const auto opened = receiver->open(room, room, {});
        REQUIRE(opened);
        REQUIRE(octets_of(*opened) == Octets(size, 0x61));
      }
    }
  }
}

TEST_CASE("HPKE refuses each flipped bit", "[crypto][hpke][rfc9180-5]") {
  for (const Vector& v : vectors()) {
    const auto& [data, sealed, plaintext] = v.messages.front();
    CHECK(refuses_each_flip(sealed, [&](const Octets& flipped) {
      return open(v, v.enc, v.info, flipped, data).has_value();
    }));
    CHECK(refuses_each_flip(data, [&](const Octets& flipped) {
      return open(v, v.enc, v.info, sealed, flipped).has_value();
    }));
    CHECK(refuses_each_flip(v.enc, [&](const Octets& flipped) {
      return open(v, flipped, v.info, sealed, data).has_value();
    }));
    CHECK(refuses_each_flip(v.info, [&](const Octets& flipped) {
      return open(v, v.enc, flipped, sealed, data).has_value();
    }));
  }
}

TEST_CASE("HPKE's receiver still opens the message that it did not open before",
          "[crypto][hpke][rfc9180-5.2]") {
  const Vector& vector = vectors().front();
  const auto key = HpkeKey::from_private_key(vector.kem, vector.private_key);
  REQUIRE(key);
  auto receiver = HpkeReceiver::setup(*key, vector.suite, vector.enc, vector.info);
  REQUIRE(receiver);
  const auto& first = vector.messages.at(0);
  const auto& second = vector.messages.at(1);
  Octets room(first.sealed.size());
  CHECK(receiver->open(room, second.sealed, second.additional_data) == fail(Error::crypto_failure));
  CHECK(receiver->open(room, first.sealed, first.additional_data));
  CHECK(receiver->open(room, first.sealed, first.additional_data) == fail(Error::crypto_failure));
  CHECK(receiver->open(room, second.sealed, second.additional_data));
}

TEST_CASE("HPKE holds its callers to the sizes", "[crypto][hpke]") {
  const Vector& vector = vectors().front();
  const auto key = HpkeKey::from_private_key(vector.kem, vector.private_key);
  REQUIRE(key);
  auto sender = HpkeSender::setup(vector.kem, vector.suite, vector.public_key, {}, from_system);
  REQUIRE(sender);
  Octets room(64);
  for (const std::size_t size : {46U, 47U, 49U}) {
    CHECK(sender->seal(room, Octets(size), {}) == fail(Error::crypto_failure));
  }
  auto receiver = HpkeReceiver::setup(*key, vector.suite, vector.enc, vector.info);
  REQUIRE(receiver);
  for (std::size_t size = 0; size < hpke_overhead; ++size) {
    CHECK(receiver->open(room, Octets(size), {}) == fail(Error::crypto_failure));
  }
  CHECK(receiver->open(MutableBytes(room).first(47), Octets(64), {}) ==
        fail(Error::buffer_too_small));
}

TEST_CASE("HPKE refuses public keys and encapsulated secrets that are none",
          "[crypto][hpke][rfc9180-7.1.4]") {
  for (const HpkeKem kem : kems) {
    const auto key = HpkeKey::generate(kem, from_system);
    REQUIRE(key);
    const auto& suite = hpke_suites.front();
    Octets wrong = octets_of(key->public_key());
    const auto refused = [&] {
      return HpkeSender::setup(kem, suite, wrong, {}, from_system).error() ==
                 Error::bad_key_share &&
             HpkeReceiver::setup(*key, suite, wrong, {}).error() == Error::bad_key_share;
    };
    wrong.push_back(0);
    CHECK(refused());
    wrong.resize(wrong.size() - 2);
    CHECK(refused());
    wrong.clear();
    CHECK(refused());
    // The identity of X25519's curve, and no point of P-256.
    wrong.assign(hpke_public_key_size(kem), 0);
    CHECK(refused());
    if (kem != HpkeKem::p256_hkdf_sha256) continue;
    wrong.front() = 4;
    CHECK(refused());
    wrong = octets_of(key->public_key());
    wrong.back() ^= 1;
    CHECK(refused());
  }
}

TEST_CASE("HPKE refuses private keys that are none", "[crypto][hpke]") {
  for (const HpkeKem kem : kems) {
    for (const std::size_t size : {0U, 31U, 33U}) {
      CHECK(HpkeKey::from_private_key(kem, Octets(size, 1)).error() == Error::unsupported_key);
    }
  }
  const auto p256 = [](std::uint8_t fill) {
    return HpkeKey::from_private_key(HpkeKem::p256_hkdf_sha256, Octets(32, fill));
  };
  CHECK(p256(0x00).error() == Error::unsupported_key);
  CHECK(p256(0xff).error() == Error::unsupported_key);
  CHECK(p256(0x01));
}

TEST_CASE("HPKE refuses algorithms that it does not have", "[crypto][hpke]") {
  const auto key = HpkeKey::generate(HpkeKem::x25519_hkdf_sha256, from_system);
  REQUIRE(key);
  const auto unknown = static_cast<HpkeKem>(0x0041);
  CHECK(hpke_public_key_size(unknown) == 0);
  CHECK(HpkeKey::generate(unknown, from_system).error() == Error::bad_configuration);
  CHECK(HpkeKey::from_private_key(unknown, Octets(32)).error() == Error::bad_configuration);
  const Octets peer = octets_of(key->public_key());
  const auto& known = hpke_suites.front();
  CHECK(HpkeSender::setup(unknown, known, peer, {}, from_system).error() ==
        Error::bad_configuration);
  for (const HpkeSymmetricCipherSuite suite :
       {HpkeSymmetricCipherSuite{static_cast<HpkeKdf>(2), known.aead_id},
        HpkeSymmetricCipherSuite{known.kdf_id, static_cast<HpkeAead>(0xffff)}}) {
    CHECK(HpkeSender::setup(key->kem(), suite, peer, {}, from_system).error() ==
          Error::bad_configuration);
    CHECK(HpkeReceiver::setup(*key, suite, peer, {}).error() == Error::bad_configuration);
  }
}

TEST_CASE("HPKE passes on that there is no randomness", "[crypto][hpke]") {
  const auto none = scripted(Octets(31));
  const auto kem = HpkeKem::x25519_hkdf_sha256;
  CHECK(HpkeKey::generate(kem, none).error() == Error::no_randomness);
  CHECK(HpkeSender::setup(kem, hpke_suites.front(), Octets(32, 9), {}, none).error() ==
        Error::no_randomness);
}

TEST_CASE("HPKE's contexts and keys move, and fail once they were moved from", "[crypto][hpke]") {
  const Vector& vector = vectors().front();
  auto key = HpkeKey::from_private_key(vector.kem, vector.private_key);
  REQUIRE(key);
  const HpkeKey kept = *std::move(key);
  CHECK(HpkeReceiver::setup(*key, vector.suite, vector.enc, {}).error() == Error::wrong_call);
  auto receiver = HpkeReceiver::setup(kept, vector.suite, vector.enc, vector.info);
  auto sender = HpkeSender::setup(vector.kem, vector.suite, vector.public_key, vector.info,
                                  scripted(vector.sender_seed));
  REQUIRE((receiver && sender));
  HpkeSender other_sender = *std::move(sender);
  HpkeReceiver other_receiver = *std::move(receiver);
  Octets room(32);
  CHECK(sender->seal(room, Octets(16), {}) == fail(Error::wrong_call));
  CHECK(receiver->open(room, room, {}) == fail(Error::wrong_call));
  REQUIRE(other_sender.seal(room, Octets(16, 0x61), {}));
  const auto opened = other_receiver.open(room, room, {});
  REQUIRE(opened);
  CHECK(octets_of(*opened) == Octets(16, 0x61));
}

TEST_CASE("HPKE's private keys are read from a text with one block alone",
          "[crypto][hpke][rfc7468-10]") {
  const auto key = HpkeKey::generate(HpkeKem::p256_hkdf_sha256, from_system);
  REQUIRE(key);
  std::string text;
  CHECK(HpkeKey::from_pem(text).error() == Error::bad_pem);
  REQUIRE(key->append_pem(text));
  CHECK(text.size() <= HpkeKey::max_pem_size);
  const auto read = HpkeKey::from_pem("# ours\n" + text);
  REQUIRE(read);
  CHECK(std::ranges::equal(read->public_key(), key->public_key()));
  CHECK(HpkeKey::from_pem(text + text).error() == Error::bad_pem);
}

TEST_CASE("PEM is written in lines of 64 characters, and read back", "[crypto][rfc7468-2]") {
  for (const std::size_t size : {0U, 1U, 2U, 47U, 48U, 49U, 96U, 1000U}) {
    const Octets contents(size, 0xfb);
    std::string text = "before\n";
    append_pem(text, "A LABEL", contents);
    CHECK(text.starts_with("before\n-----BEGIN A LABEL-----\n"));
    CHECK(text.ends_with("\n-----END A LABEL-----\n"));
    for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = text.find('\n', at);
      REQUIRE(end - at <= 64);
    }
    const auto blocks = read_pem(text, "A LABEL");
    REQUIRE(blocks);
    REQUIRE(blocks->size() == 1);
    CHECK(blocks->front() == contents);
  }
}

TEST_CASE("HPKE's private keys are written as PKCS#8 and read back",
          "[crypto][hpke][rfc8410-7][rfc5915-3]") {
  for (const HpkeKem kem : kems) {
    const auto key = HpkeKey::generate(kem, from_system);
    REQUIRE(key);
    const auto der = key->to_pkcs8();
    REQUIRE(der);
    const auto read = HpkeKey::from_pkcs8(der->reveal());
    REQUIRE(read);
    CHECK(read->kem() == kem);
    CHECK(std::ranges::equal(read->public_key(), key->public_key()));
    for (std::size_t size = 0; size < der->reveal().size(); ++size) {
      CHECK(HpkeKey::from_pkcs8(der->reveal().first(size)).error() == Error::unsupported_key);
    }
  }
  const auto key = HpkeKey::from_private_key(HpkeKem::x25519_hkdf_sha256, Octets(32, 0x40));
  REQUIRE(key);
  CHECK(test::hex(key->to_pkcs8()->reveal()) ==
        "302e020100300506032b656e04220420" + test::hex(Octets(32, 0x40)));
}

}  // namespace nacre::crypto
