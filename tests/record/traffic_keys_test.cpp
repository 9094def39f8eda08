// The keys of one direction. RFC 9846, sections 5.3, 7.2 and 7.3.
#include "record/traffic_keys.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string_view>
#include <type_traits>

#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "record/support.h"

using namespace nacre;
using namespace nacre::record;

namespace {

// HKDF-Expand-Label with an empty context and one block of output, written out from RFC 5869 and
// section 7.1 over HMAC alone.
Octets expand_one_block(crypto::HashAlgorithm hash, Bytes secret, std::string_view label,
                        std::size_t length) {
  Octets info{0, static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(6 + label.size())};
  for (const char c : std::string_view("tls13 ")) info.push_back(static_cast<std::uint8_t>(c));
  for (const char c : label) info.push_back(static_cast<std::uint8_t>(c));
  info.push_back(0);
  info.push_back(1);
  const crypto::Digest block = crypto::hmac(hash, secret, info).value();
  const Bytes bytes = block.bytes().first(length);
  return {bytes.begin(), bytes.end()};
}

// What record 0 of so many zero bytes looks like under these keys.
Octets keystream(const crypto::Aead& aead, const Nonce& nonce) {
  Octets out(32 + crypto::aead_tag_size);
  const Octets zeros(32);
  aead.seal(MutableBytes(out).first(32), MutableBytes(out).last(crypto::aead_tag_size), nonce,
            zeros, {}, {})
      .value();
  return out;
}

Nonce nonce_of(Bytes bytes) {
  Nonce nonce{};
  std::ranges::copy(bytes, nonce.begin());
  return nonce;
}

}  // namespace

TEST_CASE("traffic keys move and do not copy", "[secrets]") {
  STATIC_REQUIRE(!std::is_copy_constructible_v<TrafficKeys>);
  STATIC_REQUIRE(!std::is_copy_assignable_v<TrafficKeys>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<TrafficKeys>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<TrafficKeys>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<WriteIv>);
}

TEST_CASE("a write IV is wiped where it moved from", "[secrets]") {
  WriteIv iv;
  std::ranges::fill(iv.bytes(), std::uint8_t{7});
  WriteIv moved(std::move(iv));
  CHECK(moved.nonce(0) == nonce_of(Octets(12, 7)));
  CHECK(iv.nonce(0) == Nonce{});  // NOLINT: what is left is the point
  WriteIv assigned;
  assigned = std::move(moved);
  CHECK(assigned.nonce(0) == nonce_of(Octets(12, 7)));
  CHECK(moved.nonce(0) == Nonce{});  // NOLINT
}

TEST_CASE("the nonce is the IV with the sequence number in its last eight bytes", "[rfc9846-5.3]") {
  WriteIv iv;
  const Octets base = content_of(12);
  std::ranges::copy(base, iv.bytes().begin());
  for (const std::uint64_t sequence :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xff}, std::uint64_t{0x100},
        std::uint64_t{0x0102030405060708}, UINT64_MAX - 1, UINT64_MAX}) {
    Nonce expected = nonce_of(base);
    for (std::size_t i = 0; i < 8; ++i) {
      const auto byte = static_cast<std::uint8_t>(sequence >> (56 - 8 * i) & 0xff);
      expected[4 + i] = static_cast<std::uint8_t>(expected[4 + i] ^ byte);
    }
    CAPTURE(sequence);
    CHECK(iv.nonce(sequence) == expected);
  }
}

TEST_CASE("no two sequence numbers share a nonce", "[rfc9846-5.3]") {
  const TrafficKeys keys = TrafficKeys::derive(suites[0], secret_for(suites[0])).value();
  std::set<Nonce> seen;
  std::size_t count = 0;
  for (std::uint64_t sequence = 0; sequence < 70'000; ++sequence, ++count) {
    seen.insert(keys.nonce(sequence));
  }
  for (unsigned bit = 17; bit < 64; ++bit, count += 2) {
    seen.insert(keys.nonce(std::uint64_t{1} << bit));
    seen.insert(keys.nonce((std::uint64_t{1} << bit) + 1));
  }
  CHECK(seen.size() == count);
}

TEST_CASE("key and IV are those of HKDF-Expand-Label written out, over a chain of updates",
          "[rfc9846-7.2][rfc9846-7.3]") {
  for (const CipherSuite suite : suites) {
    const auto row = crypto::properties(suite).value();
    const std::size_t hash_length = crypto::hash_size(row.hash);
    const auto first = secret_for(suite);
    Octets secret(first.reveal().begin(), first.reveal().end());
    TrafficKeys keys = TrafficKeys::derive(suite, secret_for(suite)).value();
    for (int generation = 0; generation < 5; ++generation) {
      CAPTURE(name(suite), generation);
      const Nonce iv = nonce_of(expand_one_block(row.hash, secret, "iv", 12));
      const auto aead =
          crypto::Aead::create(row.aead, expand_one_block(row.hash, secret, "key", row.key_size));
      CHECK(keys.nonce(0) == iv);
      CHECK(keystream(keys.aead(), iv) == keystream(*aead, iv));
      CHECK(keys.suite() == suite);
      secret = expand_one_block(row.hash, secret, "traffic upd", hash_length);
      REQUIRE(keys.update());
    }
  }
}

TEST_CASE("keys are derived only from a secret of the suite's length", "[rfc9846-7.3]") {
  using enum CipherSuite;
  CHECK(TrafficKeys::derive(tls_aes_128_gcm_sha256, secret_for(tls_aes_256_gcm_sha384)) ==
        fail(Error::crypto_failure));
  CHECK(TrafficKeys::derive(tls_aes_256_gcm_sha384, secret_for(tls_aes_128_gcm_sha256)) ==
        fail(Error::crypto_failure));
  CHECK(TrafficKeys::derive(tls_aes_128_gcm_sha256, {}) == fail(Error::crypto_failure));
  CHECK(TrafficKeys::derive(CipherSuite{0x1304}, secret_for(tls_aes_128_gcm_sha256)) ==
        fail(Error::unoffered_cipher_suite));
}
