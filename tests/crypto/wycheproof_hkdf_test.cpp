// HKDF and HMAC against Wycheproof. RFC 9846, section 7.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "crypto/hkdf.h"
#include "crypto/wycheproof.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

std::size_t run_hkdf(HashAlgorithm algorithm, const std::string& file) {
  return each_vector(file, [&](const Json&, const Json& json, const std::string& result) {
    INFO(label(json));
    const auto key = hkdf_extract(algorithm, bytes_at(json, "salt"), bytes_at(json, "ikm"));
    REQUIRE(key);
    std::vector<std::uint8_t> out(json.at("size").get<std::size_t>());
    const auto expanded = hkdf_expand(algorithm, key->reveal(), bytes_at(json, "info"), out);
    if (result == "valid") {
      REQUIRE(expanded);
      CHECK(out == bytes_at(json, "okm"));
    } else {
      CHECK(expanded == fail(Error::length_out_of_range));
    }
  });
}

std::size_t run_hmac(HashAlgorithm algorithm, const std::string& file) {
  return each_vector(file, [&](const Json& group, const Json& json, const std::string& result) {
    INFO(label(json));
    const auto tag = hmac(algorithm, bytes_at(json, "key"), bytes_at(json, "msg"));
    REQUIRE(tag);
    const std::size_t size = group.at("tagSize").get<std::size_t>() / 8;
    const bool equal = std::ranges::equal(tag->bytes().first(size), bytes_at(json, "tag"));
    CHECK(equal == (result == "valid"));
  });
}

}  // namespace

TEST_CASE("HKDF derives what Wycheproof says", "[crypto][wycheproof][rfc9846-7.1]") {
  CHECK(run_hkdf(HashAlgorithm::sha256, "hkdf_sha256_test.json") == 86);
  CHECK(run_hkdf(HashAlgorithm::sha384, "hkdf_sha384_test.json") == 83);
}

TEST_CASE("HMAC gives the tags of Wycheproof and no others", "[crypto][wycheproof]") {
  CHECK(run_hmac(HashAlgorithm::sha256, "hmac_sha256_test.json") == 174);
  CHECK(run_hmac(HashAlgorithm::sha384, "hmac_sha384_test.json") == 174);
}
