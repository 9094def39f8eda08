#include "extensions/ech_config.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

// config_id 7, X25519, three suites of which the first is none of ours, "a.example".
constexpr auto contents_encoding = bytes<
    "07 0020 0020 1111111111111111111111111111111111111111111111111111111111111111"
    "000c 0002 0001 0001 0003 0001 0001 40 09 612e6578616d706c65 0005 1234 0001 ff">;
// That, and a config of an unknown version.
constexpr auto list_encoding = bytes<
    "004e fe0d 0045"
    "07 0020 0020 1111111111111111111111111111111111111111111111111111111111111111"
    "000c 0002 0001 0001 0003 0001 0001 40 09 612e6578616d706c65 0005 1234 0001 ff"
    "fe0a 0001 00">;

constexpr EchConfigContents contents() {
  return *wire::read_all<EchConfigContents>(contents_encoding);
}

constexpr EchConfig config_of(Bytes encoding) {
  return {.version = ech_version, .contents = {encoding}};
}

constexpr bool is_name(std::string_view name) {
  std::array<std::uint8_t, 300> room{};
  std::ranges::transform(name, room.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return is_ech_public_name(Bytes(room).first(name.size()));
}

template <Literal text>
constexpr auto extensions() {
  return *wire::read_all<EchConfigContents::Extensions>(bytes<text>);
}

}  // namespace

TEST_CASE("ECHConfigList is read and written back unchanged", "[rfc9849-4]") {
  STATIC_REQUIRE(round_trips<EchConfigs>(list_encoding));
  STATIC_REQUIRE(round_trips<EchConfigContents>(contents_encoding));
}

TEST_CASE("ECHConfigList is rejected wherever it is cut short", "[rfc9849-4]") {
  STATIC_REQUIRE(rejects_every_truncation<EchConfigs>(list_encoding));
  STATIC_REQUIRE(rejects_every_truncation<EchConfigContents>(contents_encoding));
}

TEST_CASE("ECHConfigList ends where its last field does", "[rfc9849-4]") {
  STATIC_REQUIRE(rejects_trailing_data<EchConfigs>(list_encoding));
  STATIC_REQUIRE(rejects_trailing_data<EchConfigContents>(contents_encoding));
}

TEST_CASE("ECHConfigList whose lengths overrun what holds them is rejected", "[rfc9849-4]") {
  STATIC_REQUIRE(rejects_inflated_lengths<EchConfigs>(list_encoding, {{0, 2}, {4, 2}, {77, 2}}));
  STATIC_REQUIRE(rejects_inflated_lengths<EchConfigContents>(
      contents_encoding, {{3, 2}, {37, 2}, {52, 1}, {62, 2}, {66, 2}}));
}

TEST_CASE("ECHConfigList and its vectors keep their bounds", "[rfc9849-4]") {
  STATIC_REQUIRE(wire::read_all<EchConfigs>(bytes<"0000">) == fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<EchConfigs>(bytes<"0003 fe0a00">) ==
                 fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<EchConfigs>(bytes<"0004 fe0a 0000">).has_value());
  // No public key, no suite, half a suite, no public name.
  STATIC_REQUIRE(wire::read_all<HpkeKeyConfig>(bytes<"07 0020 0000 0004 00010001">) ==
                 fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<HpkeKeyConfig>(bytes<"07 0020 0001 11 0000">) ==
                 fail(Error::length_out_of_range));
  STATIC_REQUIRE(wire::read_all<HpkeKeyConfig>(bytes<"07 0020 0001 11 0006 00010001 0001">) ==
                 fail(Error::truncated));
  STATIC_REQUIRE(
      wire::read_all<EchConfigContents>(bytes<"07 0020 0001 11 0004 00010001 00 00 0000">) ==
      fail(Error::length_out_of_range));
}

TEST_CASE("A config's contents are read with all that it says", "[rfc9849-4]") {
  constexpr EchConfigContents value = contents();
  STATIC_REQUIRE(value.key_config.config_id == 7);
  STATIC_REQUIRE(value.key_config.kem_id == crypto::HpkeKem::x25519_hkdf_sha256);
  STATIC_REQUIRE(value.key_config.public_key.bytes.size() == 32);
  STATIC_REQUIRE(value.maximum_name_length == 0x40);
  STATIC_REQUIRE(value.public_name.bytes.size() == 9);
  STATIC_REQUIRE(*read_contents(config_of(contents_encoding)) == contents());
}

TEST_CASE("A client encrypts with a suite that the config names", "[rfc9849-6.1]") {
  STATIC_REQUIRE(choose_suite(contents().key_config)->aead_id ==
                 crypto::HpkeAead::chacha20_poly1305);
  constexpr auto unknown =
      wire::read_all<HpkeKeyConfig>(bytes<"07 0020 0001 11 0008 0002 0001 0001 ffff">);
  STATIC_REQUIRE(!choose_suite(*unknown));
}

TEST_CASE("A config is usable unless something in it is not supported", "[rfc9849-4]") {
  STATIC_REQUIRE(is_usable(contents()));
  STATIC_REQUIRE(!is_usable([] {
    auto value = contents();
    value.key_config.kem_id = static_cast<crypto::HpkeKem>(0x0021);
    return value;
  }()));
  // X25519's key is too short for P-256.
  STATIC_REQUIRE(!is_usable([] {
    auto value = contents();
    value.key_config.kem_id = crypto::HpkeKem::p256_hkdf_sha256;
    return value;
  }()));
  STATIC_REQUIRE(!is_usable([] {
    auto value = contents();
    value.key_config.cipher_suites =
        *wire::read_all<HpkeKeyConfig::CipherSuites>(bytes<"0004 0001 ffff">);
    return value;
  }()));
  STATIC_REQUIRE(!is_usable([] {
    auto value = contents();
    value.public_name = {bytes<"2e">};
    return value;
  }()));
}

TEST_CASE("An unknown mandatory extension makes a config unusable, others do not",
          "[rfc9849-4.2]") {
  constexpr auto with = [](auto extensions) {
    auto value = contents();
    value.extensions = extensions;
    return value;
  };
  STATIC_REQUIRE(is_usable(with(extensions<"0000">())));
  STATIC_REQUIRE(is_usable(with(extensions<"0008 0000 0000 7fff 0000">())));
  STATIC_REQUIRE(!is_usable(with(extensions<"0008 0000 0000 8000 0000">())));
  STATIC_REQUIRE(!is_usable(with(extensions<"0005 ffff 0001 00">())));
}

TEST_CASE("A config has no extension twice", "[rfc9849-4.2]") {
  constexpr auto twice =
      bytes<"07 0020 0001 11 0004 0001 0001 00 01 61 000c 0001 0000 0002 0000 0001 0000">;
  STATIC_REQUIRE(wire::read_all<EchConfigContents>(twice).has_value());
  CHECK(read_contents(config_of(twice)) == fail(Error::duplicate_extension));
}

TEST_CASE("A public name is a sequence of LDH labels", "[rfc9849-6.1.7]") {
  STATIC_REQUIRE(is_name("a"));
  STATIC_REQUIRE(is_name("A-1.example"));
  STATIC_REQUIRE(is_name("1.2.3.example"));
  STATIC_REQUIRE(is_name("xn--bcher-kva.example"));
  for (const std::string_view name : {"", ".", ".a", "a.", "a..b", "-a", "a-", "a.-b", "a-.b",
                                      "a_b", "a b", "\xc3\xa4", "*.a", "a,b", "a:1", "[::1]"}) {
    CHECK_FALSE(is_name(name));
  }
  CHECK_FALSE(is_name(std::string_view("a\0b", 3)));
  const std::string label(63, 'a');
  CHECK(is_name(label));
  CHECK_FALSE(is_name(label + "a"));
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  CHECK(longest.size() == 253);
  CHECK(is_name(longest));
  CHECK_FALSE(is_name(longest + "a"));
}

TEST_CASE("A public name may not be taken for an IPv4 address", "[rfc9849-6.1.7]") {
  for (const std::string_view name :
       {"192.0.2.1", "1", "a.1", "a.0123456789", "0x", "0X", "a.0x", "a.0xC0ffee", "a.0XC0FFEE"}) {
    CHECK_FALSE(is_name(name));
  }
  for (const std::string_view name : {"1a", "0x.a", "a.0xg", "a.1x", "a.x0", "a.00x1"}) {
    CHECK(is_name(name));
  }
}

}  // namespace nacre
