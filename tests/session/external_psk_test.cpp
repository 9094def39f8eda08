// External PSKs and their importer: known answers, bounds, and what is kept apart.
#include "session/external_psk.h"

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "session/ticket.h"
#include "support/hex.h"

using namespace nacre;
using namespace nacre::test;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets octets(std::size_t size, std::uint8_t value = 7) {
  return Octets(size, value);
}

std::string key_of(const ExternalPsk& psk) {
  return hex(psk.impl().key.reveal());
}

// As importing one with these parts changed gives.
ExternalPsk import_with(Bytes identity, Bytes key, Bytes context, Kdf kdf, Kdf target) {
  auto psk = ExternalPsk::import({.external_identity = identity,
                                  .key = key,
                                  .kdf = kdf,
                                  .context = context,
                                  .target = target});
  REQUIRE(psk);
  return *psk;
}

}  // namespace

TEST_CASE("an external PSK has the identity, key and hash that it was made with",
          "[session][rfc9846-4.3.11]") {
  const auto psk =
      ExternalPsk::make(unhex("0102"), unhex("000102030405060708090a0b0c0d0e0f"), Kdf::hkdf_sha384);
  REQUIRE(psk);
  CHECK(hex(psk->identity()) == "0102");
  CHECK(key_of(*psk) == "000102030405060708090a0b0c0d0e0f");
  CHECK(psk->kdf() == Kdf::hkdf_sha384);
  CHECK(hash_of(psk->kdf()) == crypto::HashAlgorithm::sha384);
  CHECK_FALSE(psk->is_imported());
  const ExternalPsk copy = *psk;
  CHECK(&copy.impl() == &psk->impl());
}

TEST_CASE("an external PSK's hash is SHA-256 where none is named",
          "[session][rfc9846-4.3.11-a8531a]") {
  const auto psk = ExternalPsk::make(octets(4), octets(32));
  REQUIRE(psk);
  CHECK(psk->kdf() == Kdf::hkdf_sha256);
  CHECK(hash_of(psk->kdf()) == crypto::HashAlgorithm::sha256);
}

TEST_CASE("an external PSK keeps its bounds", "[session]") {
  constexpr auto bad = Error::bad_psk;
  CHECK(ExternalPsk::make(octets(1), octets(16)));
  CHECK(ExternalPsk::make(octets(1024), octets(64)));
  CHECK(ExternalPsk::make({}, octets(16)) == fail(bad));
  CHECK(ExternalPsk::make(octets(1025), octets(16)) == fail(bad));
  CHECK(ExternalPsk::make(octets(1), octets(15)) == fail(bad));
  CHECK(ExternalPsk::make(octets(1), octets(65)) == fail(bad));
  CHECK(ExternalPsk::make(octets(1), {}) == fail(bad));
  CHECK(ExternalPsk::make(octets(1), octets(16), Kdf{0}) == fail(bad));
  CHECK(ExternalPsk::make(octets(1), octets(16), Kdf{3}) == fail(bad));
}

TEST_CASE("an importer keeps its bounds", "[session][rfc9258-5.1]") {
  const Octets one = octets(1);
  const Octets key = octets(32);
  const auto outcome = [&](Bytes identity, Bytes secret, Bytes context = {},
                           Kdf kdf = Kdf::hkdf_sha256, Kdf target = Kdf::hkdf_sha256) {
    const auto psk = ExternalPsk::import({.external_identity = identity,
                                          .key = secret,
                                          .kdf = kdf,
                                          .context = context,
                                          .target = target});
    return psk ? Error::internal : psk.error();
  };
  constexpr auto good = Error::internal;
  CHECK(outcome(one, key) == good);
  CHECK(outcome(octets(1024), octets(64), octets(1024)) == good);
  CHECK(outcome(one, octets(16)) == good);
  CHECK(outcome({}, key) == Error::bad_psk);
  CHECK(outcome(octets(1025), key) == Error::bad_psk);
  CHECK(outcome(one, octets(15)) == Error::bad_psk);
  CHECK(outcome(one, octets(65)) == Error::bad_psk);
  CHECK(outcome(one, key, octets(1025)) == Error::bad_psk);
  CHECK(outcome(one, key, {}, Kdf{0}) == Error::bad_psk);
  CHECK(outcome(one, key, {}, Kdf::hkdf_sha256, Kdf{3}) == Error::bad_psk);
}

TEST_CASE("an external identity may not look like a ticket", "[session]") {
  Octets identity = unhex("4e637402");
  identity.resize(min_ticket_size);
  CHECK(has_ticket_form(identity));
  CHECK(ExternalPsk::make(identity, octets(16)) == fail(Error::bad_psk));
  static_assert(ExternalPsk::max_identity < max_ticket_size);
  identity.resize(ExternalPsk::max_identity);
  CHECK(ExternalPsk::make(identity, octets(16)) == fail(Error::bad_psk));
  // Too short for a ticket, or with another mark.
  identity.resize(min_ticket_size - 1);
  CHECK(ExternalPsk::make(identity, octets(16)));
  identity.resize(min_ticket_size);
  identity[3] = 1;
  CHECK(ExternalPsk::make(identity, octets(16)));
}

TEST_CASE("no imported identity looks like a ticket", "[session]") {
  // The mark would be the length of an external identity that is longer than any.
  Octets mark = unhex("4e63");
  CHECK(256U * mark[0] + mark[1] > ExternalPsk::max_identity);
}

TEST_CASE("imported PSKs are those that were computed elsewhere", "[session][rfc9258-5.1]") {
  std::ifstream file(NACRE_TEST_DATA "/importer/importer.json");
  const auto rows = nlohmann::json::parse(file);
  REQUIRE(rows.size() == 12);
  for (const auto& row : rows) {
    const auto text = [&](const char* field) { return row.at(field).get<std::string>(); };
    const auto bytes = [&](const char* field) { return unhex(text(field)); };
    const auto kdf = [&](const char* field) { return Kdf{row.at(field).get<std::uint16_t>()}; };
    const ExternalPsk psk = import_with(bytes("external_identity"), bytes("key"), bytes("context"),
                                        kdf("kdf"), kdf("target"));
    CHECK(hex(psk.identity()) == text("identity"));
    CHECK(key_of(psk) == text("ipskx"));
    CHECK(psk.kdf() == kdf("target"));
    CHECK(psk.is_imported());
  }
}

TEST_CASE("an imported key is its target's, its context's and its identity's alone",
          "[session][rfc9258-5.1]") {
  const Octets identity = octets(8, 1);
  const Octets key = octets(32, 2);
  const Octets context = octets(8, 3);
  constexpr auto sha256 = Kdf::hkdf_sha256;
  constexpr auto sha384 = Kdf::hkdf_sha384;
  const std::string plain = key_of(import_with(identity, key, context, sha256, sha256));
  CHECK(plain.size() == 64);
  CHECK(key_of(import_with(identity, key, context, sha256, sha256)) == plain);
  CHECK(key_of(import_with(octets(8, 4), key, context, sha256, sha256)) != plain);
  CHECK(key_of(import_with(identity, octets(32, 4), context, sha256, sha256)) != plain);
  CHECK(key_of(import_with(identity, key, octets(8, 4), sha256, sha256)) != plain);
  CHECK(key_of(import_with(identity, key, context, sha384, sha256)) != plain);
  const std::string longer = key_of(import_with(identity, key, context, sha256, sha384));
  CHECK(longer.size() == 96);
  CHECK(longer.substr(0, 64) != plain);
}

TEST_CASE("roles name both sides, and cannot be shifted into each other",
          "[session][rfc9846-F.8]") {
  CHECK(hex(ExternalPsk::roles(unhex("0a0b"), unhex("0c")).value()) == "020a0b010c");
  CHECK(hex(ExternalPsk::roles({}, unhex("0c")).value()) == "00010c");
  CHECK(ExternalPsk::roles(unhex("0a"), unhex("0b")).value() !=
        ExternalPsk::roles(unhex("0b"), unhex("0a")).value());
  CHECK(ExternalPsk::roles(octets(255, 1), octets(255, 2)).value().size() == 512);
  CHECK(ExternalPsk::roles(octets(256, 1), octets(255, 2)) == fail(Error::bad_psk));
  CHECK(ExternalPsk::roles(octets(255, 1), octets(256, 2)) == fail(Error::bad_psk));
  // A party that is both says nothing of who it is.
  CHECK(ExternalPsk::roles(octets(3), octets(3)) == fail(Error::bad_psk));
  CHECK(ExternalPsk::roles({}, {}) == fail(Error::bad_psk));
}
