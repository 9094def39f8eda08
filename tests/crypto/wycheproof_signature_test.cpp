// ECDSA, RSA-PSS, Ed25519 and ML-DSA against Wycheproof. RFC 9846, section 4.3.3.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "crypto/signature.h"
#include "crypto/wycheproof.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

// Each vector of `file` under one scheme.
std::size_t run(SignatureScheme scheme, const std::string& file) {
  return each_vector(file, [&](const Json& group, const Json& json, const std::string& result) {
    INFO(label(json));
    const auto key = PublicKey::from_key_info(bytes_at(group, "publicKeyDer"));
    REQUIRE(key);
    const auto verified = key->verify(scheme, bytes_at(json, "msg"), bytes_at(json, "sig"));
    if (result == "valid") {
      CHECK(verified);
    } else {
      CHECK(verified == fail(Error::bad_certificate_verify));
    }
  });
}

// The scheme with these parameters, if TLS has one.
std::optional<SignatureScheme> pss_scheme(const Json& group) {
  if (group.at("sha") != group.at("mgfSha")) return std::nullopt;
  const int salt = group.at("sLen").get<int>();
  if (group.at("sha") == "SHA-256" && salt == 32) return SignatureScheme::rsa_pss_rsae_sha256;
  if (group.at("sha") == "SHA-384" && salt == 48) return SignatureScheme::rsa_pss_rsae_sha384;
  if (group.at("sha") == "SHA-512" && salt == 64) return SignatureScheme::rsa_pss_rsae_sha512;
  return std::nullopt;
}

}  // namespace

TEST_CASE("ECDSA verifies what Wycheproof calls valid, and nothing else",
          "[crypto][wycheproof][rfc9846-4.3.3]") {
  CHECK(run(SignatureScheme::ecdsa_secp256r1_sha256, "ecdsa_secp256r1_sha256_test.json") == 484);
  CHECK(run(SignatureScheme::ecdsa_secp384r1_sha384, "ecdsa_secp384r1_sha384_test.json") == 504);
  CHECK(run(SignatureScheme::ecdsa_secp521r1_sha512, "ecdsa_secp521r1_sha512_test.json") == 542);
}

TEST_CASE("RSA-PSS verifies what Wycheproof calls valid, and nothing else",
          "[crypto][wycheproof][rfc9846-4.3.3]") {
  CHECK(run(SignatureScheme::rsa_pss_rsae_sha256, "rsa_pss_2048_sha256_mgf1_32_test.json") == 108);
  CHECK(run(SignatureScheme::rsa_pss_rsae_sha384, "rsa_pss_2048_sha384_mgf1_48_test.json") == 141);
  CHECK(run(SignatureScheme::rsa_pss_rsae_sha512, "rsa_pss_4096_sha512_mgf1_64_test.json") == 179);
  CHECK(run(SignatureScheme::rsa_pss_pss_sha256, "rsa_pss_2048_sha256_mgf1_32_params_test.json") ==
        108);
}

TEST_CASE("RSA-PSS with another hash, mask or salt than the scheme's does not verify",
          "[crypto][wycheproof][rfc9846-4.3.3]") {
  std::size_t accepted = 0;
  const std::size_t all = each_vector(
      "rsa_pss_misc_test.json",
      [&](const Json& group, const Json& json, const std::string& result) {
        INFO(label(json));
        REQUIRE(result == "valid");
        const auto key = PublicKey::from_key_info(bytes_at(group, "publicKeyDer"));
        REQUIRE(key);
        for (const SignatureScheme scheme : key->schemes()) {
          const bool verified =
              key->verify(scheme, bytes_at(json, "msg"), bytes_at(json, "sig")).has_value();
          CHECK(verified == (pss_scheme(group) == scheme));
          if (verified) ++accepted;
        }
      });
  CHECK(all == 150);
  CHECK(accepted == 3);
}

TEST_CASE("Ed25519 verifies what Wycheproof calls valid, and nothing else",
          "[crypto][wycheproof][rfc9846-4.3.3]") {
  CHECK(run(SignatureScheme::ed25519, "ed25519_test.json") == 151);
}

TEST_CASE("ML-DSA-65 verifies what Wycheproof calls valid under an empty context",
          "[crypto][wycheproof]") {
  std::size_t with_context = 0;
  const std::size_t all = each_vector(
      "mldsa_65_verify_test.json",
      [&](const Json& group, const Json& json, const std::string& result) {
        INFO(label(json));
        const bool has_context = !json.value("ctx", "").empty();
        if (has_context) ++with_context;
        const auto key = PublicKey::from_key_info(bytes_at(group, "publicKeyDer"));
        const bool verified = key && key->verify(SignatureScheme::mldsa65, bytes_at(json, "msg"),
                                                 bytes_at(json, "sig"));
        CHECK(verified == (result == "valid" && !has_context));
      });
  CHECK(all == 210);
  CHECK(with_context == 7);
}
