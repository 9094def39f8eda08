// What each cipher suite is made of. RFC 9846, appendix B.4.
#include "crypto/cipher_suite.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "crypto/aead.h"

using namespace nacre;
using namespace nacre::crypto;

TEST_CASE("each suite names a key that its AEAD takes", "[crypto][rfc9846-b.4]") {
  for (const CipherSuiteProperties& suite : cipher_suites) {
    const std::array<std::uint8_t, 64> key{};
    CHECK(Aead::create(suite.aead, Bytes(key).first(suite.key_size)));
    const auto found = properties(suite.suite);
    REQUIRE(found);
    CHECK(found->aead == suite.aead);
  }
}

TEST_CASE("no AEAD expands by more than 255 bytes, and each has a nonce of 8 bytes at least",
          "[crypto][rfc9846-5.2][rfc9846-5.3][rfc9846-5.2-92363b][rfc9846-5.3-51d78d]") {
  STATIC_REQUIRE(aead_tag_size <= 255);
  STATIC_REQUIRE(aead_nonce_size >= 8);
}

TEST_CASE("a suite that TLS 1.3 does not have is not found", "[crypto]") {
  CHECK(properties(CipherSuite{0x1304}).error() == Error::unoffered_cipher_suite);
  CHECK(properties(CipherSuite{0xc02f}).error() == Error::unoffered_cipher_suite);
}

TEST_CASE("AES-GCM protects at most 2^24.5 records", "[crypto][rfc9846-5.5]") {
  const auto suite = properties(CipherSuite::tls_aes_128_gcm_sha256);
  REQUIRE(suite);
  CHECK(static_cast<double>(suite->confidentiality_limit) <= std::exp2(24.5));
  CHECK(static_cast<double>(suite->confidentiality_limit) > std::exp2(24.5) - 2);
  CHECK(properties(CipherSuite::tls_aes_256_gcm_sha384)->confidentiality_limit ==
        suite->confidentiality_limit);
}
