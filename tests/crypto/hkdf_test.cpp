// HKDF: known answers of RFC 5869 and RFC 8448, and the bounds of HkdfLabel.
#include "crypto/hkdf.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "support/hex.h"

using namespace nacre;
using namespace nacre::crypto;
using namespace nacre::test;

namespace {

constexpr auto sha256 = HashAlgorithm::sha256;
constexpr auto sha384 = HashAlgorithm::sha384;

std::string extract(std::string_view salt, std::string_view input) {
  const auto key = hkdf_extract(sha256, unhex(salt), unhex(input));
  REQUIRE(key);
  return hex(key->reveal());
}

std::string expand(std::string_view key, std::string_view info, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  REQUIRE(hkdf_expand(sha256, unhex(key), unhex(info), out));
  return hex(out);
}

std::string expand_label(std::string_view secret, std::string_view text, std::string_view context,
                         std::size_t size) {
  std::vector<std::uint8_t> out(size);
  REQUIRE(hkdf_expand_label(sha256, unhex(secret), text, unhex(context), out));
  return hex(out);
}

}  // namespace

TEST_CASE("HKDF-SHA256 gives the answers of RFC 5869", "[crypto]") {
  const std::string key =
      extract("000102030405060708090a0b0c", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
  CHECK(key == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  CHECK(expand(key, "f0f1f2f3f4f5f6f7f8f9", 42) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  const std::string unsalted = extract("", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
  CHECK(unsalted == "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  CHECK(expand(unsalted, "", 42) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("the early and handshake secrets are those of RFC 8448, section 3",
          "[crypto][rfc9846-7.1]") {
  const std::string zeros(64, '0');
  const std::string early = extract("", zeros);
  CHECK(early == "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
  const std::string empty_hash = hex(hash(sha256, {}).bytes());
  const std::string derived = expand_label(early, "derived", empty_hash, 32);
  CHECK(derived == "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba");
  CHECK(extract(derived, "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d") ==
        "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
}

TEST_CASE("traffic secrets, keys and IVs are those of RFC 8448, section 3",
          "[crypto][rfc9846-7.3]") {
  const std::string secret = expand_label(
      "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac", "s hs traffic",
      "860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8", 32);
  CHECK(secret == "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
  CHECK(expand_label(secret, "key", "", 16) == "3fce516009c21727d0f2e4e86ee403bc");
  CHECK(expand_label(secret, "iv", "", 12) == "5d313eb2671276ee13000b30");
  CHECK(expand_label(secret, "finished", "", 32) ==
        "008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8");
}

TEST_CASE("a label expands to a secret of the hash's length", "[crypto][rfc9846-7.1]") {
  const auto short_secret = hkdf_expand_label(sha256, unhex("01"), "derived", {});
  const auto long_secret = hkdf_expand_label(sha384, unhex("01"), "derived", {});
  REQUIRE((short_secret && long_secret));
  CHECK(short_secret->reveal().size() == 32);
  CHECK(long_secret->reveal().size() == 48);
  CHECK(hex(short_secret->reveal()) == expand_label("01", "derived", "", 32));
}

TEST_CASE("HkdfLabel is written as section 7.1 draws it", "[crypto][rfc9846-7.1]") {
  // uint16 length, then label and context with a length of one byte each.
  const std::string info =
      "0014"
      "0a" +
      hex(bytes_of("tls13 test")) +
      "03"
      "aabbcc";
  CHECK(expand_label("0102", "test", "aabbcc", 20) == expand("0102", info, 20));
}

TEST_CASE("labels, contexts and outputs out of their bounds are refused", "[crypto][rfc9846-7.1]") {
  const std::vector<std::uint8_t> secret(32, 1);
  const auto attempt = [&](std::size_t label, std::size_t context, std::size_t size) {
    std::vector<std::uint8_t> out(size);
    return hkdf_expand_label(sha256, secret, std::string(label, 'x'),
                             std::vector<std::uint8_t>(context), out);
  };
  const auto out_of_range = fail(Error::length_out_of_range);
  CHECK(attempt(1, 0, 32));
  CHECK(attempt(249, 255, 32));
  CHECK(attempt(0, 0, 32) == out_of_range);
  CHECK(attempt(250, 0, 32) == out_of_range);
  CHECK(attempt(1, 256, 32) == out_of_range);
  CHECK(attempt(1, 0, 255 * 32));
  CHECK(attempt(1, 0, 255 * 32 + 1) == out_of_range);
  CHECK(attempt(1, 0, 0x10000) == out_of_range);
  CHECK(attempt(1, 0, 0));
}

TEST_CASE("HMAC gives the answers of RFC 4231", "[crypto]") {
  const auto key = std::vector<std::uint8_t>(20, 0x0b);
  const auto short_tag = hmac(sha256, key, bytes_of("Hi There"));
  const auto long_tag = hmac(sha384, key, bytes_of("Hi There"));
  REQUIRE((short_tag && long_tag));
  CHECK(hex(short_tag->bytes()) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(long_tag->bytes()) ==
        "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
        "faea9ea9076ede7f4af152e8b2fa9cb6");
}
