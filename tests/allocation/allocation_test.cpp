// What allocates and what does not.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "crypto/aead.h"
#include "crypto/box.h"
#include "crypto/cipher_suite.h"
#include "crypto/hkdf.h"
#include "crypto/key_exchange.h"
#include "crypto/random.h"
#include "record/read_state.h"
#include "record/write_state.h"
#include "support/counting.h"
#include "support/library.h"

#if !defined(NACRE_OTHER_MALLOC)

using namespace nacre;
using namespace nacre::crypto;
using nacre::test::allocations_in;

namespace {

using Octets = std::vector<std::uint8_t>;

Result<void> system_random(MutableBytes out) {
  random_bytes(out);
  return {};
}

}  // namespace

TEST_CASE("the count sees malloc and new", "[crypto]") {
  CHECK(allocations_in([] { std::free(std::malloc(10)); }) == 1);
  // Volatile, lest the pair be optimized away.
  CHECK(allocations_in([] {
          void* volatile memory = ::operator new(10);
          ::operator delete(memory);
        }) == 1);
  CHECK(allocations_in([] { release(allocate(10, nullptr), 10, false); }) == 1);
}

TEST_CASE("making, moving, sealing and opening with a key allocates nothing",
          "[crypto][rfc9846-5.2]") {
  const Octets nonce(aead_nonce_size), key(32);
  for (const CipherSuiteProperties& suite : cipher_suites) {
    Octets record(1000);
    std::size_t failed = 0;
    const std::size_t count = allocations_in([&] {
      auto made = Aead::create(suite.aead, Bytes(key).first(suite.key_size));
      const Aead aead = std::move(*made);
      const MutableBytes whole(record);
      const MutableBytes body = whole.first(900);
      const std::array<std::uint8_t, 1> trailer{23};
      if (!aead.seal(body, whole.subspan(900, 17), nonce, body, trailer, {})) ++failed;
      if (!aead.open(whole.first(917), nonce, {})) ++failed;
    });
    CHECK(failed == 0);
    CHECK(count == 0);
  }
}

TEST_CASE("hashing and deriving allocates nothing", "[crypto][rfc9846-7.1]") {
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    std::size_t failed = 0;
    const std::size_t count = allocations_in([&] {
      const Digest transcript = hash(algorithm, bytes_of("messages"));
      const auto secret = hkdf_extract(algorithm, {}, transcript.bytes());
      const auto derived =
          hkdf_expand_label(algorithm, secret->reveal(), "derived", transcript.bytes());
      if (!hmac(algorithm, derived->reveal(), transcript.bytes())) ++failed;
      if (!equal_in_constant_time(derived->reveal(), derived->reveal())) ++failed;
    });
    CHECK(failed == 0);
    CHECK(count == 0);
  }
}

// AWS-LC has ML-KEM keys on its own heap: 17 allocations more for both sides.
TEST_CASE("X25519 and its hybrid allocate the client's key and nothing else",
          "[crypto][rfc9846-4.3.8]") {
  const RandomSource random = system_random;
  std::array<std::uint8_t, 1> first_use{};  // each thread's generator has a state of its own
  random_bytes(first_use);
  for (const NamedGroup group : {NamedGroup::x25519, NamedGroup::x25519_mlkem768}) {
    Octets client_share(find_group(group)->client_share_size);
    Octets server_share(find_group(group)->server_share_size);
    std::size_t failed = 0;
    const std::size_t count = allocations_in([&] {
      auto client = KeyShare::generate(group, random);
      if (!client->write_public_key(client_share)) ++failed;
      if (!respond(group, client_share, server_share, random)) ++failed;
      if (!std::move(*client).agree(server_share)) ++failed;
    });
    CHECK(failed == 0);
    CHECK(count == (test::is_over_aws_lc() && group == NamedGroup::x25519_mlkem768 ? 18 : 1));
  }
}

TEST_CASE("records come and go, and their keys change, without an allocation",
          "[record][rfc9846-5.2][rfc9846-7.2]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const auto secret = [&] {
      HashSecret made;
      made.resize(hash_size(suite.hash));
      return made;
    };
    Octets room(record::header_size + record::max_ciphertext_size);
    const Octets content(300, 1);
    std::size_t failed = 0;
    const std::size_t count = allocations_in([&] {
      record::WriteState write;
      record::ReadState read(record::InboundPhase::unprotected);
      if (!write.protect(suite.suite, secret())) ++failed;
      if (!read.protect(record::InboundPhase::application, suite.suite, secret())) ++failed;
      for (const std::size_t padding : {0u, 40u, 5'000u}) {
        const auto size = write.seal_in_place(ContentType::application_data, 9'000, padding, room);
        if (!size || !read.open(MutableBytes(room).first(*size), false)) ++failed;
        if (!write.update() || !read.update()) ++failed;
      }
      const std::array<Bytes, 3> pieces{content, Bytes(content).first(9), content};
      const auto size = write.seal_pieces(ContentType::application_data, {pieces, 609}, 0, room);
      if (!size || !read.next(MutableBytes(room).first(*size), false)) ++failed;
    });
    CHECK(failed == 0);
    CHECK(count == 0);
  }
}

#endif
