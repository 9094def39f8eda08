// AES-GCM and ChaCha20-Poly1305 against Wycheproof. RFC 9846, section 5.2.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "crypto/aead.h"
#include "crypto/wycheproof.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

using Octets = std::vector<std::uint8_t>;

struct Vector {
  Octets key, nonce, additional_data, plaintext, sealed;
  bool valid;
};

Vector read(const Json& json) {
  Vector vector{bytes_at(json, "key"), bytes_at(json, "iv"), bytes_at(json, "aad"),
                bytes_at(json, "msg"), bytes_at(json, "ct"), json.at("result") == "valid"};
  const Octets tag = bytes_at(json, "tag");
  vector.sealed.insert(vector.sealed.end(), tag.begin(), tag.end());
  return vector;
}

// Seals with the last `trailing` bytes of the plaintext as the trailer.
Result<Octets> seal(const Aead& aead, const Vector& vector, std::size_t trailing) {
  Octets out(vector.plaintext.size() + aead_tag_size);
  const std::size_t split = vector.plaintext.size() - trailing;
  const Bytes plaintext = vector.plaintext;
  TRY(aead.seal(MutableBytes(out).first(split), MutableBytes(out).subspan(split), vector.nonce,
                plaintext.first(split), plaintext.subspan(split), vector.additional_data));
  return out;
}

void check(AeadAlgorithm algorithm, const Vector& vector) {
  const auto aead = Aead::create(algorithm, vector.key);
  REQUIRE(aead);
  Octets opened = vector.sealed;
  const auto plaintext = aead->open(opened, vector.nonce, vector.additional_data);
  if (vector.nonce.size() != aead_nonce_size) {
    CHECK(plaintext == fail(Error::bad_record_mac));
    CHECK(seal(*aead, vector, 0) == fail(Error::crypto_failure));
    return;
  }
  REQUIRE(plaintext.has_value() == vector.valid);
  for (const std::size_t trailing :
       {std::size_t{0}, std::min<std::size_t>(5, vector.plaintext.size())}) {
    const auto sealed = seal(*aead, vector, trailing);
    REQUIRE(sealed);
    CHECK((*sealed == vector.sealed) == vector.valid);
  }
  if (vector.valid) CHECK(std::ranges::equal(*plaintext, vector.plaintext));
}

}  // namespace

TEST_CASE("AES-GCM seals and opens as Wycheproof says", "[crypto][wycheproof][rfc9846-5.2]") {
  std::size_t used = 0;
  const std::size_t all = each_vector(
      "aes_gcm_test.json", [&](const Json& group, const Json& json, const std::string&) {
        INFO(label(json));
        const Vector vector = read(json);
        if (group.at("keySize") == 192) {
          // No suite of TLS 1.3 has AES-192.
          CHECK_FALSE(Aead::create(AeadAlgorithm::aes_128_gcm, vector.key));
          CHECK_FALSE(Aead::create(AeadAlgorithm::aes_256_gcm, vector.key));
          return;
        }
        const bool small = group.at("keySize") == 128;
        check(small ? AeadAlgorithm::aes_128_gcm : AeadAlgorithm::aes_256_gcm, vector);
        ++used;
      });
  CHECK(all == 316);
  CHECK(used == 213);
}

TEST_CASE("ChaCha20-Poly1305 seals and opens as Wycheproof says",
          "[crypto][wycheproof][rfc9846-5.2]") {
  const std::size_t all = each_vector("chacha20_poly1305_test.json",
                                      [](const Json&, const Json& json, const std::string&) {
                                        INFO(label(json));
                                        check(AeadAlgorithm::chacha20_poly1305, read(json));
                                      });
  CHECK(all == 325);
}
