// EchConfigList and EchKey.
#include "extensions/ech.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "crypto/pem.h"
#include "support/hex.h"

namespace nacre {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Octets with_length(const Octets& contents) {
  return joined({{static_cast<std::uint8_t>(contents.size() >> 8),
                  static_cast<std::uint8_t>(contents.size() & 0xff)},
                 contents});
}

// An ECHConfig with X25519 and AES-128-GCM.
Octets config(std::uint8_t id, const std::string& name, const Octets& extensions = {},
              const Octets& version = {0xfe, 0x0d}) {
  const Octets contents = joined({{id, 0x00, 0x20},
                                  with_length(Octets(32, 9)),
                                  {0, 4, 0, 1, 0, 1},
                                  {0x40},
                                  {static_cast<std::uint8_t>(name.size())},
                                  Octets(name.begin(), name.end()),
                                  with_length(extensions)});
  return joined({version, with_length(contents)});
}

Octets list_of(std::initializer_list<Octets> configs) {
  return with_length(joined(configs));
}

std::string block(std::string_view label, Bytes contents) {
  std::string text;
  crypto::append_pem(text, label, contents);
  return text;
}

// The PRIVATE KEY block of what to_pem() wrote.
std::string private_block(const std::string& pem) {
  return pem.substr(0, pem.find("-----BEGIN ECHCONFIG"));
}

Result<EchKey> example_key() {
  return EchKey::generate({.public_name = "public.example", .config_id = 5});
}

}  // namespace

TEST_CASE("EchConfigList gives what each usable config says, in order", "[rfc9849-4]") {
  const Octets encoding = list_of({config(1, "a.example"), config(2, "b.example")});
  const auto list = EchConfigList::parse(encoding);
  REQUIRE(list);
  CHECK(std::ranges::equal(list->bytes(), encoding));
  REQUIRE(list->size() == 2);
  const auto usable = list->usable();
  CHECK(usable[0].public_name == "a.example");
  CHECK(usable[0].config_id == 1);
  CHECK(usable[0].maximum_name_length == 0x40);
  CHECK(usable[1].public_name == "b.example");
  CHECK(usable[1].config_id == 2);
  // For the info of HPKE.
  CHECK(std::ranges::equal(list->impl().usable.at(1).encoding, config(2, "b.example")));
}

TEST_CASE("EchConfigList's views outlive the copy that they came from", "[rfc9849-4]") {
  auto list = EchConfigList::parse(list_of({config(1, "a.example")}));
  REQUIRE(list);
  const EchConfigList copy = *list;
  const std::string_view name = list->usable().front().public_name;
  list = fail(Error::internal);
  CHECK(name == "a.example");
  CHECK(copy.size() == 1);
}

TEST_CASE("EchConfigList passes over what cannot be used", "[rfc9849-4]") {
  const auto list = EchConfigList::parse(list_of({config(1, "a.example", {}, {0xfe, 0x0a}),
                                                  {0xfe, 0x0e, 0, 1, 0xff},
                                                  config(2, "192.0.2.1"),
                                                  config(3, "b.example", {0x80, 0, 0, 0}),
                                                  config(4, "c.example", {0, 0, 0, 0})}));
  REQUIRE(list);
  REQUIRE(list->size() == 1);
  CHECK(list->usable().front().config_id == 4);
  CHECK(list->impl().count == 5);
}

TEST_CASE("EchConfigList may have no usable config", "[rfc9849-4]") {
  const auto list = EchConfigList::parse(list_of({{0xfe, 0x0e, 0, 0}}));
  REQUIRE(list);
  CHECK(list->size() == 0);
  CHECK(list->usable().empty());
}

TEST_CASE("EchConfigList refuses what is malformed", "[rfc9849-4]") {
  const auto parse = [](const Octets& bytes) { return EchConfigList::parse(bytes).error(); };
  const Octets good = list_of({config(1, "a.example")});
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(EchConfigList::parse(Bytes(good).first(size)));
  }
  CHECK(parse({}) == Error::truncated);
  CHECK(parse({0, 0}) == Error::length_out_of_range);
  CHECK(parse(joined({good, {0}})) == Error::trailing_data);
  CHECK(parse(list_of({{0xfe, 0x0d, 0, 0}})) == Error::truncated);
  // A byte behind the extensions.
  Octets longer = config(1, "a.example");
  longer.push_back(0);
  ++longer.at(3);
  CHECK(parse(list_of({longer})) == Error::trailing_data);
}

TEST_CASE("EchConfigList refuses a config with an extension twice, usable or not",
          "[rfc9849-4.2]") {
  const Octets twice{0, 1, 0, 0, 0, 1, 0, 0};
  for (const std::string name : {"a.example", "192.0.2.1"}) {
    CHECK(EchConfigList::parse(list_of({config(1, name, twice)})).error() ==
          Error::duplicate_extension);
  }
}

TEST_CASE("EchConfigList keeps so many usable configs, and looks at all", "[rfc9849-4]") {
  Octets configs;
  for (std::uint8_t id = 0; id < 20; ++id) {
    configs = joined({configs, config(id, id == 3 ? "1" : "a.example")});
  }
  const auto list = EchConfigList::parse(with_length(configs));
  REQUIRE(list);
  CHECK(list->size() == EchConfigList::max_configs);
  CHECK(list->usable().back().config_id == 16);
  CHECK_FALSE(EchConfigList::parse(with_length(joined({configs, {0xfe, 0x0d, 0, 0}}))));
}

TEST_CASE("EchConfigList takes the longest list there is", "[rfc9849-4]") {
  const Octets other = joined({{0xfe, 0x0a}, with_length(Octets(0xffff - 4))});
  const Octets longest = list_of({other});
  CHECK(longest.size() == EchConfigList::max_size);
  CHECK(EchConfigList::parse(longest));
}

TEST_CASE("EchKey makes a config that a client can use", "[rfc9849-4]") {
  const auto key = EchKey::generate(
      {.public_name = "public.example", .config_id = 0xa7, .maximum_name_length = 100});
  REQUIRE(key);
  const auto list = EchConfigList::parse(key->config_list().bytes());
  REQUIRE(list);
  REQUIRE(list->size() == 1);
  CHECK(list->usable().front().public_name == "public.example");
  CHECK(list->usable().front().config_id == 0xa7);
  CHECK(list->usable().front().maximum_name_length == 100);
  const EchConfigContents& contents = list->impl().usable.front().contents;
  CHECK(contents.extensions.empty());
  for (const auto& suite : crypto::hpke_suites) {
    CHECK(wire::contains(contents.key_config.cipher_suites, suite));
  }
  CHECK(std::ranges::equal(key->impl().key.public_key(), contents.key_config.public_key.bytes));
}

TEST_CASE("EchKey opens what was sealed for its config", "[rfc9849-6.1]") {
  const auto key = example_key();
  REQUIRE(key);
  const auto& config = key->impl().config();
  const auto random = [](MutableBytes out) -> Result<void> {
    std::ranges::fill(out, std::uint8_t{0x5a});
    return {};
  };
  auto sender = crypto::HpkeSender::setup(config.contents.key_config.kem_id, config.suite,
                                          config.contents.key_config.public_key.bytes,
                                          config.encoding, random);
  REQUIRE(sender);
  auto receiver =
      crypto::HpkeReceiver::setup(key->impl().key, config.suite, sender->enc(), config.encoding);
  REQUIRE(receiver);
  Octets room(40);
  REQUIRE(sender->seal(room, Octets(24, 0x61), {}));
  const auto opened = receiver->open(room, room, {});
  REQUIRE(opened);
  CHECK(std::ranges::equal(*opened, Octets(24, 0x61)));
}

TEST_CASE("EchKey wants a public name that clients take", "[rfc9849-6.1.7]") {
  for (const std::string& name : {std::string(), std::string("192.0.2.1"), std::string("a_b"),
                                  std::string("a."), std::string(254, 'a')}) {
    CHECK(EchKey::generate({.public_name = name}).error() == Error::bad_name);
  }
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  CHECK(EchKey::generate({.public_name = longest}));
}

TEST_CASE("EchKey is written as PEM and read back", "[rfc9934-3]") {
  const auto key = example_key();
  REQUIRE(key);
  const auto pem = key->to_pem();
  REQUIRE(pem);
  CHECK(pem->starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(pem->contains("-----END PRIVATE KEY-----\n-----BEGIN ECHCONFIG-----\n"));
  const auto read = EchKey::from_pem(*pem);
  REQUIRE(read);
  CHECK(std::ranges::equal(read->config_list().bytes(), key->config_list().bytes()));
  CHECK(std::ranges::equal(read->impl().key.public_key(), key->impl().key.public_key()));
  CHECK(*read->to_pem() == *pem);
}

TEST_CASE("EchKey is read from a file", "[rfc9934-3]") {
  const auto key = example_key();
  REQUIRE(key);
  const auto path = std::filesystem::temp_directory_path() / "nacre_ech_test.pem";
  std::ofstream(path) << *key->to_pem();
  const auto read = EchKey::from_pem_file(path);
  std::filesystem::remove(path);
  REQUIRE(read);
  CHECK(read->config_list().usable().front().public_name == "public.example");
  CHECK(EchKey::from_pem_file(path).error() == Error::file_unreadable);
}

TEST_CASE("EchKey wants one private key and one list in a PEM file", "[rfc9934-3]") {
  const auto key = example_key();
  REQUIRE(key);
  const std::string pem = *key->to_pem();
  const std::string secret = private_block(pem);
  const std::string list = pem.substr(secret.size());
  const auto read = [](const std::string& text) { return EchKey::from_pem(text).error(); };
  CHECK(EchKey::from_pem(list + "# comment\n" + block("OTHER", Octets(3)) + secret));
  CHECK(read("") == Error::bad_pem);
  CHECK(read(secret) == Error::bad_pem);
  CHECK(read(list) == Error::bad_pem);
  CHECK(read(secret + pem) == Error::bad_pem);
  CHECK(read(pem + list) == Error::bad_pem);
  CHECK(read(pem.substr(0, pem.size() - 10)) == Error::bad_pem);
  CHECK(read(block("PRIVATE KEY", Octets(48)) + list) == Error::unsupported_key);
}

TEST_CASE("EchKey wants a list of one usable config that is its own", "[rfc9934-3]") {
  const auto key = example_key();
  const auto other = example_key();
  REQUIRE((key && other));
  const std::string secret = private_block(*key->to_pem());
  const Bytes own = key->config_list().bytes();
  const Octets own_config(own.begin() + 2, own.end());
  const auto read = [&](const Octets& list) {
    return EchKey::from_pem(secret + block("ECHCONFIG", list)).error();
  };
  CHECK(EchKey::from_pem(secret + block("ECHCONFIG", own)));
  CHECK(read(list_of({own_config, own_config})) == Error::bad_configuration);
  CHECK(read(list_of({own_config, {0xfe, 0x0a, 0, 0}})) == Error::bad_configuration);
  CHECK(read(list_of({{0xfe, 0x0a, 0, 0}})) == Error::bad_configuration);
  CHECK(read({0, 0}) == Error::length_out_of_range);
  CHECK(EchKey::from_pem(private_block(*other->to_pem()) + block("ECHCONFIG", own)).error() ==
        Error::key_mismatch);
}

}  // namespace nacre
