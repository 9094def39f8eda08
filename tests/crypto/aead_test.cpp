// Sealing and opening, in place and apart, and what a moved-from key does.
#include "crypto/aead.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/cipher_suite.h"

using namespace nacre;
using namespace nacre::crypto;

namespace {

using Octets = std::vector<std::uint8_t>;

const Octets nonce(aead_nonce_size, 9);
const Octets header{23, 3, 3, 0, 40};

Octets counting(std::size_t size) {
  Octets bytes(size);
  for (std::size_t at = 0; at < size; ++at) bytes[at] = static_cast<std::uint8_t>(at * 7 + 1);
  return bytes;
}

Aead make(const CipherSuiteProperties& suite) {
  auto aead = Aead::create(suite.aead, counting(suite.key_size));
  REQUIRE(aead);
  return std::move(*aead);
}

Result<Octets> seal(const Aead& aead, const Octets& plaintext, const Octets& trailer) {
  Octets out(plaintext.size() + trailer.size() + aead_tag_size);
  TRY(aead.seal(MutableBytes(out).first(plaintext.size()),
                MutableBytes(out).subspan(plaintext.size()), nonce, plaintext, trailer, header));
  return out;
}

bool leaves_key_material(const Octets& memory, Bytes key) {
  return !std::ranges::search(memory, key).empty();
}

Octets memory_of(const Aead& aead) {
  Octets copy(sizeof(Aead));
  std::memcpy(copy.data(), static_cast<const void*>(&aead), sizeof(Aead));
  return copy;
}

}  // namespace

TEST_CASE("what is sealed opens to plaintext and trailer, of any length", "[crypto][rfc9846-5.2]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const Aead aead = make(suite);
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 255U, 4096U, 16384U}) {
      for (const std::size_t extra : {0U, 1U, 17U, 300U}) {
        const Octets plaintext = counting(size);
        const Octets trailer(extra, 0xee);
        auto sealed = seal(aead, plaintext, trailer);
        REQUIRE(sealed);
        const auto opened = aead.open(*sealed, nonce, header);
        REQUIRE(opened);
        REQUIRE(opened->size() == size + extra);
        CHECK(std::ranges::equal(opened->first(size), plaintext));
        CHECK(std::ranges::equal(opened->subspan(size), trailer));
      }
    }
  }
}

TEST_CASE("sealing in place and apart give the same bytes", "[crypto][rfc9846-5.2]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const Aead aead = make(suite);
    const Octets trailer{23, 0, 0};
    const auto apart = seal(aead, counting(100), trailer);
    REQUIRE(apart);
    Octets record = counting(100);
    record.resize(100 + trailer.size() + aead_tag_size);
    const MutableBytes body = MutableBytes(record).first(100);
    REQUIRE(aead.seal(body, MutableBytes(record).subspan(100), nonce, body, trailer, header));
    CHECK(record == *apart);
  }
}

TEST_CASE("one changed bit anywhere, or another nonce or header, does not open",
          "[crypto][rfc9846-5.2]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const Aead aead = make(suite);
    const auto sealed = seal(aead, counting(33), {22});
    REQUIRE(sealed);
    for (std::size_t bit = 0; bit < sealed->size() * 8; ++bit) {
      Octets changed = *sealed;
      changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << bit % 8);
      CHECK(aead.open(changed, nonce, header).error() == Error::bad_record_mac);
    }
    for (std::size_t at = 0; at < nonce.size(); ++at) {
      Octets other = nonce;
      ++other[at];
      Octets record = *sealed;
      CHECK(aead.open(record, other, header).error() == Error::bad_record_mac);
    }
    Octets record = *sealed;
    CHECK(aead.open(record, nonce, Bytes(header).first(4)).error() == Error::bad_record_mac);
  }
}

TEST_CASE("a record shorter than a tag does not open", "[crypto][rfc9846-5.2]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const Aead aead = make(suite);
    for (std::size_t size = 0; size < aead_tag_size; ++size) {
      Octets record(size);
      CHECK(aead.open(record, nonce, header).error() == Error::bad_record_mac);
    }
  }
}

TEST_CASE("a nonce of another length is refused", "[crypto][rfc9846-5.3]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const Aead aead = make(suite);
    Octets tail(aead_tag_size);
    for (const std::size_t size : {0U, 8U, 11U, 13U, 16U}) {
      const Octets other(size);
      CHECK(aead.seal({}, tail, other, {}, {}, {}) == fail(Error::crypto_failure));
      CHECK(aead.open(tail, other, {}).error() == Error::bad_record_mac);
    }
  }
}

TEST_CASE("outputs of the wrong size are refused", "[crypto]") {
  const Aead aead = make(cipher_suites[0]);
  const Octets plaintext(10);
  Octets out(10);
  Octets tail(aead_tag_size + 2);
  const MutableBytes room(tail);
  const Octets trailer{1};
  CHECK(aead.seal(MutableBytes(out).first(9), room.first(17), nonce, plaintext, trailer, {}) ==
        fail(Error::crypto_failure));
  CHECK(aead.seal(out, room.first(16), nonce, plaintext, trailer, {}) ==
        fail(Error::crypto_failure));
  CHECK(aead.seal(out, room, nonce, plaintext, trailer, {}) == fail(Error::crypto_failure));
  CHECK(aead.seal(out, room.first(17), nonce, plaintext, trailer, {}));
}

TEST_CASE("a key of the wrong size is refused", "[crypto]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    for (const std::size_t size : {0U, 15U, 17U, 24U, 31U, 33U}) {
      CHECK(Aead::create(suite.aead, Octets(size)).error() == Error::crypto_failure);
    }
    CHECK(Aead::create(suite.aead, Octets(suite.key_size)));
  }
}

TEST_CASE("a moved key seals as before, and what it was moved from fails every call", "[crypto]") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Aead>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Aead>);
  for (const CipherSuiteProperties& suite : cipher_suites) {
    Aead first = make(suite);
    const auto before = seal(first, counting(50), {23});
    REQUIRE(before);
    Aead second = std::move(first);
    Aead third = make(cipher_suites[0]);
    third = std::move(second);
    for (const Aead* gone : {&first, &second}) {
      Octets record = *before;
      CHECK(seal(*gone, counting(50), {23}) == fail(Error::crypto_failure));
      CHECK(gone->open(record, nonce, header).error() == Error::bad_record_mac);
    }
    const auto after = seal(third, counting(50), {23});
    REQUIRE(after);
    CHECK(*after == *before);
    Aead& same = third;
    third = std::move(same);
    CHECK(seal(third, counting(50), {23}));
  }
}

TEST_CASE("a key leaves nothing behind where it was", "[crypto]") {
  const CipherSuiteProperties& suite = cipher_suites[2];  // ChaCha20 keeps its key as it is
  const Octets key = counting(suite.key_size);
  Aead aead = make(suite);
  REQUIRE(leaves_key_material(memory_of(aead), key));
  const Aead moved = std::move(aead);
  CHECK_FALSE(leaves_key_material(memory_of(aead), key));  // NOLINT(bugprone-use-after-move)

  alignas(Aead) Octets::value_type memory[sizeof(Aead)];
  Aead* const placed = new (memory) Aead(make(suite));
  std::destroy_at(placed);
  CHECK_FALSE(leaves_key_material(Octets(std::begin(memory), std::end(memory)), key));
}
