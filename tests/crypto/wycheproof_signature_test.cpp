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

// An rsaEncryption key of 2048 bits as one of id-RSASSA-PSS with SHA-256, MGF1 with SHA-256 and
// salts of 32 bytes (RFC 4055).
std::vector<std::uint8_t> as_pss_key_info(Bytes info) {
  const auto algorithm = unhex(
      "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d0101"
      "08300d06096086480165030402010500a203020120");
  constexpr std::size_t header = 4;
  constexpr std::size_t rsa_encryption = 15;
  const Bytes key = info.subspan(header + rsa_encryption);
  const std::size_t size = algorithm.size() + key.size();
  std::vector<std::uint8_t> made{0x30, 0x82, static_cast<std::uint8_t>(size >> 8),
                                 static_cast<std::uint8_t>(size & 0xff)};
  made.insert(made.end(), algorithm.begin(), algorithm.end());
  made.insert(made.end(), key.begin(), key.end());
  return made;
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
          "[crypto][wycheproof][rfc9846-4.3.3][rfc9846-4.3.3-222d91][rfc9846-4.3.3-8533f1]") {
  std::size_t accepted = 0;
  const std::size_t all = each_vector(
      "rsa_pss_misc_test.json",
      [&](const Json& group, const Json& json, const std::string& result) {
        INFO(label(json));
        REQUIRE(result == "valid");
        const auto verifies = [&](const PublicKey& key, SignatureScheme scheme) {
          return key.verify(scheme, bytes_at(json, "msg"), bytes_at(json, "sig")).has_value();
        };
        const auto info = bytes_at(group, "publicKeyDer");
        const auto key = PublicKey::from_key_info(info);
        REQUIRE(key);
        for (const SignatureScheme scheme : key->schemes()) {
          const bool verified = verifies(*key, scheme);
          CHECK(verified == (pss_scheme(group) == scheme));
          if (verified) ++accepted;
        }
        // The same key, bound to SHA-256 and a salt of 32 bytes.
        const auto bound = PublicKey::from_key_info(as_pss_key_info(info));
        REQUIRE(bound);
        REQUIRE(bound->fits(SignatureScheme::rsa_pss_pss_sha256));
        CHECK(verifies(*bound, SignatureScheme::rsa_pss_pss_sha256) ==
              (pss_scheme(group) == SignatureScheme::rsa_pss_rsae_sha256));
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
