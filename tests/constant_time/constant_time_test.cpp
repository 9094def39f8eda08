// Under valgrind, with secrets marked as undefined, a branch or an address that depends on one is
// an error. Elsewhere these are tests of what the same calls return.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <utility>
#include <vector>

#include "crypto/aead.h"
#include "crypto/cipher_suite.h"
#include "crypto/hkdf.h"
#include "crypto/key_exchange.h"
#include "crypto/marks.h"
#include "crypto/public_key.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "handshake/key_schedule.h"

using namespace nacre;
using namespace nacre::crypto;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets secret_bytes(std::size_t size, std::uint8_t byte) {
  Octets bytes(size, byte);
  mark_secret(bytes);
  return bytes;
}

Octets joined(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// For a test to look at: what it returns is public.
Octets seen(Bytes secret) {
  Octets copy(secret.begin(), secret.end());
  mark_public(copy);
  return copy;
}

Result<void> secret_random(MutableBytes out) {
  random_bytes(out);
  mark_secret(out);
  return {};
}

// How many errors valgrind has found so far, in the whole program.
unsigned long errors() {
#if defined(NACRE_VALGRIND)
  return VALGRIND_COUNT_ERRORS;
#else
  return 0;
#endif
}

// Whether valgrind still counts every byte as secret. Nothing to see without valgrind.
bool is_marked([[maybe_unused]] Bytes bytes) {
#if defined(NACRE_VALGRIND)
  Octets bits(bytes.size());
  if (VALGRIND_GET_VBITS(bytes.data(), bits.data(), bits.size()) == 1) {
    return std::ranges::all_of(bits, [](std::uint8_t byte) { return byte != 0; });
  }
#endif
  return true;
}

}  // namespace

#if defined(NACRE_VALGRIND)
TEST_CASE("the check sees what it is to see: a mark follows what is computed", "[constant-time]") {
  if (!RUNNING_ON_VALGRIND) SKIP("not under valgrind");
  const Octets open_key(32, 1);
  const auto open_derived = hkdf_expand_label(HashAlgorithm::sha256, open_key, "key", {});
  const auto derived = hkdf_expand_label(HashAlgorithm::sha256, secret_bytes(32, 1), "key", {});
  REQUIRE((derived && open_derived));
  CHECK(is_marked(derived->reveal()));
  CHECK_FALSE(is_marked(open_derived->reveal()));
}
#endif

TEST_CASE("comparing secrets branches on the outcome alone", "[constant-time]") {
  const unsigned long before = errors();
  const Octets a = secret_bytes(48, 7);
  Octets b = secret_bytes(48, 7);
  CHECK(equal_in_constant_time(a, b));
  for (const std::size_t at : {0U, 1U, 24U, 47U}) {
    b[at] = 8;
    mark_secret(b);
    CHECK_FALSE(equal_in_constant_time(a, b));
    b[at] = 7;
  }
  CHECK(errors() == before);
}

TEST_CASE("moving and wiping a secret does not look at it", "[constant-time]") {
  const unsigned long before = errors();
  HashSecret first;
  std::ranges::copy(secret_bytes(48, 3), first.resize(48).begin());
  HashSecret second = std::move(first);
  HashSecret third;
  third = std::move(second);
  CHECK(seen(third.reveal()) == Octets(48, 3));
  third.clear();
  CHECK(third.empty());
  CHECK(errors() == before);
}

TEST_CASE("the key schedule does not branch on its secrets", "[constant-time][rfc9846-7.1]") {
  const unsigned long before = errors();
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    const std::size_t size = hash_size(algorithm);
    const Digest transcript = hash(algorithm, bytes_of("messages"));
    const auto early = hkdf_extract(algorithm, {}, secret_bytes(size, 5));
    REQUIRE(early);
    const auto derived =
        hkdf_expand_label(algorithm, early->reveal(), "derived", transcript.bytes());
    REQUIRE(derived);
    const auto handshake = hkdf_extract(algorithm, derived->reveal(), secret_bytes(32, 6));
    REQUIRE(handshake);
    const auto traffic =
        hkdf_expand_label(algorithm, handshake->reveal(), "s hs traffic", transcript.bytes());
    REQUIRE(traffic);
    const auto finished_key = hkdf_expand_label(algorithm, traffic->reveal(), "finished", {});
    REQUIRE(finished_key);
    const auto verify_data = hmac(algorithm, finished_key->reveal(), transcript.bytes());
    REQUIRE(verify_data);
    CHECK(is_marked(verify_data->bytes()));
    CHECK_FALSE(equal_in_constant_time(verify_data->bytes(), secret_bytes(size, 0)));
  }
  CHECK(errors() == before);
}

TEST_CASE("a binder does not branch on its key", "[constant-time][rfc9846-4.3.11.2]") {
  const unsigned long before = errors();
  const Digest transcript = hash(HashAlgorithm::sha256, bytes_of("messages"));
  for (const PskKind kind : {PskKind::resumption, PskKind::external, PskKind::imported}) {
    const auto early = EarlySecret::from_psk(HashAlgorithm::sha256, secret_bytes(32, 5));
    REQUIRE(early);
    const auto binder = early->binder(kind, transcript.bytes());
    REQUIRE(binder);
    CHECK_FALSE(equal_in_constant_time(binder->bytes(), Octets(32, 1)));
    CHECK_FALSE(equal_in_constant_time(binder->bytes(), Octets(31, 1)));
    REQUIRE(early->client_traffic(transcript.bytes()));
    REQUIRE(early->exporter(transcript.bytes()));
  }
  CHECK(errors() == before);
}

TEST_CASE("sealing and opening do not branch on key or plaintext", "[constant-time][rfc9846-5.2]") {
  const Octets nonce(aead_nonce_size, 1);
  const Octets header{23, 3, 3, 0, 100};
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const unsigned long before = errors();
    const auto made = Aead::create(suite.aead, secret_bytes(suite.key_size, 9));
    REQUIRE(made);
    for (const std::size_t size : {0U, 1U, 16U, 100U, 1000U}) {
      const Octets plaintext = secret_bytes(size, 2);
      const Octets trailer = secret_bytes(3, 4);
      Octets record(size + trailer.size() + aead_tag_size);
      REQUIRE(made->seal(MutableBytes(record).first(size), MutableBytes(record).subspan(size),
                         nonce, plaintext, trailer, header));
      const auto opened = made->open(record, nonce, header);
      REQUIRE(opened);
      CHECK(std::ranges::equal(*opened, seen(joined(plaintext, trailer))));

      const std::array<Bytes, 2> pieces{plaintext, trailer};
      Octets whole = joined(header, record);
      REQUIRE(made->seal_record(pieces, size + trailer.size(), whole, header.size(), Nonce{}));
      REQUIRE(made->open_record(whole, header.size(), Nonce{}));
      CHECK(std::ranges::equal(Bytes(whole).subspan(header.size(), size), seen(plaintext)));
    }
    Octets forged(40);
    CHECK(made->open(forged, nonce, header).error() == Error::bad_record_mac);
    CHECK(errors() == before);
  }
}

TEST_CASE("key exchange does not branch on its private keys", "[constant-time][rfc9846-7.4.2]") {
  for (const GroupProperties& group : groups) {
    CAPTURE(name(group.group));
    const unsigned long before = errors();
    auto client = KeyShare::generate(group.group, secret_random);
    REQUIRE(client);
    Octets server_share(group.server_share_size);
    const auto theirs =
        respond(group.group, test::public_key(*client), server_share, secret_random);
    REQUIRE(theirs);
    const auto ours = std::move(*client).agree(server_share);
    REQUIRE(ours);
    CHECK(equal_in_constant_time(ours->reveal(), theirs->reveal()));
    CHECK(errors() == before);
  }
}
