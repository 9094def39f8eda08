// What build() finds contradictory.
#include "handshake/config.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "handshake/pair.h"
#include "nacre/danger.h"
#include "support/credentials.h"

namespace nacre::test {
namespace {

bool builds(const Policy& policy) {
  const auto client = client_config().policy(policy).build();
  CHECK((client || client == fail(Error::bad_configuration)));
  CHECK(client.has_value() == server_config().policy(policy).build().has_value());
  return client.has_value();
}

bool builds(const Limits& limits) {
  const bool client = client_config().limits(limits).build().has_value();
  CHECK(client == server_config().limits(limits).build().has_value());
  return client;
}

template <class Change>
bool builds_with(Change change) {
  auto client = client_config();
  auto server = server_config();
  change(client);
  change(server);
  CHECK(client.build().has_value() == server.build().has_value());
  return client.build().has_value();
}

TEST_CASE("the default configuration holds the default policy and limits") {
  const auto client = ClientConfig::Builder(danger::trust_anyone()).build();
  REQUIRE(client);
  CHECK(client->impl().policy == policy_2026);
  CHECK(client->impl().limits.handshake_memory == Limits{}.handshake_memory);
  CHECK(client->impl().record_size_limit == 0);
  CHECK_FALSE(client->impl().padding);
  CHECK_FALSE(client->impl().grease);
  REQUIRE(ServerConfig::Builder(localhost()).build());
}

TEST_CASE("the default policy has what every application must have",
          "[rfc9846-9.1][rfc9846-9.1-4a8e01][rfc9846-9.1-fa7f6c][rfc9846-9.1-4f67e1]") {
  const Policy policy = ServerConfig::Builder(localhost()).build()->impl().policy;
  CHECK(policy.cipher_suites.contains(CipherSuite::tls_aes_128_gcm_sha256));
  CHECK(policy.groups.contains(NamedGroup::secp256r1));
  CHECK(policy.signature_schemes.contains(SignatureScheme::rsa_pss_rsae_sha256));
  CHECK(policy.signature_schemes.contains(SignatureScheme::ecdsa_secp256r1_sha256));
  const auto& in_chains = policy.certificate_signature_schemes;
  CHECK(in_chains.contains(SignatureScheme::rsa_pkcs1_sha256));
  CHECK(in_chains.contains(SignatureScheme::rsa_pss_rsae_sha256));
  CHECK(in_chains.contains(SignatureScheme::ecdsa_secp256r1_sha256));
}

TEST_CASE("a policy must hold something of each kind, and only what is known") {
  CHECK(builds(policy_2026));
  CHECK(builds(quick_policy()));
  Policy policy = policy_2026;
  policy.cipher_suites.clear();
  CHECK_FALSE(builds(policy));
  policy.cipher_suites = {static_cast<CipherSuite>(0x1304)};
  CHECK_FALSE(builds(policy));

  policy = policy_2026;
  policy.groups.clear();
  policy.key_shares.clear();
  CHECK_FALSE(builds(policy));
  policy.groups = {static_cast<NamedGroup>(0x0100)};
  CHECK_FALSE(builds(policy));

  policy = policy_2026;
  policy.signature_schemes.clear();
  CHECK_FALSE(builds(policy));
  policy = policy_2026;
  policy.certificate_signature_schemes.clear();
  CHECK_FALSE(builds(policy));
}

TEST_CASE("key shares are of groups that are offered, in their order",
          "[rfc9846-4.3.8][rfc9846-4.3.8-5f7418][rfc9846-4.3.8-8d5ac3]") {
  Policy policy = policy_2026;
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  policy.key_shares = {NamedGroup::x25519, NamedGroup::secp256r1};
  CHECK(builds(policy));
  policy.key_shares = {NamedGroup::secp256r1};
  CHECK(builds(policy));
  policy.key_shares = {};
  CHECK(builds(policy));
  policy.key_shares = {NamedGroup::secp256r1, NamedGroup::x25519};
  CHECK_FALSE(builds(policy));
  policy.key_shares = {NamedGroup::secp384r1};
  CHECK_FALSE(builds(policy));
}

TEST_CASE("rsa_pkcs1 schemes are for certificates alone", "[rfc9846-4.3.3]") {
  Policy policy = policy_2026;
  policy.signature_schemes = {SignatureScheme::ecdsa_secp256r1_sha256,
                              SignatureScheme::rsa_pkcs1_sha256};
  CHECK_FALSE(builds(policy));
}

TEST_CASE("no policy holds MD5, SHA-1, SHA-224, DSA or anonymous signatures",
          "[rfc9846-4.3.3][rfc9846-4.3.3-4903a6][rfc9846-4.3.3-fa0f98][rfc9846-4.3.3-c68983]") {
  constexpr int rsa = 1;
  constexpr int ecdsa = 3;
  constexpr int sha256 = 4;
  for (int hash = 0; hash <= 6; ++hash) {
    for (int signature = 0; signature <= 3; ++signature) {
      CAPTURE(hash, signature);
      const auto scheme = static_cast<SignatureScheme>(hash << 8 | signature);
      Policy policy = policy_2026;
      policy.certificate_signature_schemes = {scheme};
      CHECK(builds(policy) == (hash >= sha256 && (signature == rsa || signature == ecdsa)));
      policy = policy_2026;
      policy.signature_schemes = {SignatureScheme::ecdsa_secp256r1_sha256,
                                  SignatureScheme::ed25519};
      policy.signature_schemes.add(scheme);
      CHECK(builds(policy) == (hash >= sha256 && signature == ecdsa));
    }
  }
}

TEST_CASE("RSA keys are of 2,048 bits at least") {
  Policy policy = policy_2026;
  policy.minimum_rsa_bits = 2'047;
  CHECK_FALSE(builds(policy));
  policy.minimum_rsa_bits = 4'096;
  CHECK(builds(policy));
}

TEST_CASE("limits leave room for a handshake") {
  const auto with = [](auto change) {
    Limits limits;
    change(limits);
    return builds(limits);
  };
  CHECK(with([](Limits&) {}));
  CHECK(with([](Limits& limits) { limits.certificates = 1; }));
  CHECK_FALSE(with([](Limits& limits) { limits.certificates = 0; }));
  CHECK_FALSE(with([](Limits& limits) { limits.certificates = 17; }));
  CHECK_FALSE(with([](Limits& limits) { limits.handshake_message = 0; }));
  CHECK_FALSE(with([](Limits& limits) { limits.handshake_message = 0x100'0004; }));
  CHECK_FALSE(with([](Limits& limits) { limits.handshake_memory = 0; }));
  CHECK_FALSE(with([](Limits& limits) { limits.certificate_chain = 0; }));
  CHECK_FALSE(with([](Limits& limits) { limits.extensions = 0; }));
  CHECK_FALSE(with([](Limits& limits) { limits.path_iterations = 0; }));
  CHECK_FALSE(with([](Limits& limits) { limits.path_time = {}; }));
}

TEST_CASE("record_size_limit is 64 to 16,384 bytes of content", "[rfc8449-4]") {
  const auto with = [](std::size_t bytes) {
    return builds_with([&](auto& builder) { builder.record_size_limit(bytes); });
  };
  CHECK_FALSE(with(0));
  CHECK_FALSE(with(63));
  CHECK(with(64));
  CHECK(with(16'384));
  CHECK_FALSE(with(16'385));
  CHECK(client_config().record_size_limit(64).build()->impl().record_size_limit == 65);
}

TEST_CASE("records are padded to 1 to 16,384 bytes", "[rfc9846-5.4]") {
  const auto with = [](std::size_t block) {
    return builds_with([&](auto& builder) { builder.pad_to(block); });
  };
  CHECK_FALSE(with(0));
  CHECK(with(1));
  CHECK(with(16'384));
  CHECK_FALSE(with(16'385));
  const auto padding = client_config().pad_to(100).build()->impl().padding;
  CHECK(padding(0) == 0);
  CHECK(padding(1) == 99);
  CHECK(padding(100) == 0);
  CHECK(padding(101) == 99);
}

TEST_CASE("ALPN protocols are 1 to 255 bytes long and differ", "[rfc7301-3.1]") {
  const auto with = [](const std::vector<std::string>& protocols) {
    const std::vector<std::string_view> views(protocols.begin(), protocols.end());
    return builds_with([&](auto& builder) { builder.alpn(views); });
  };
  CHECK(with({}));
  CHECK(with({"h2", "http/1.1"}));
  CHECK(with({std::string(255, 'a')}));
  CHECK_FALSE(with({std::string(256, 'a')}));
  CHECK_FALSE(with({"h2", ""}));
  CHECK_FALSE(with({"h2", "h2"}));
  std::vector<std::string> many;
  for (int i = 0; i < 256; ++i) many.push_back(std::to_string(1'000 + i) + std::string(251, 'x'));
  CHECK_FALSE(with(many));
  many.pop_back();
  CHECK(with(many));
}

TEST_CASE("keys are updated after one record at least", "[rfc9846-5.5]") {
  CHECK(builds_with([](auto& builder) { danger::update_keys_after(builder, 1); }));
  CHECK_FALSE(builds_with([](auto& builder) { danger::update_keys_after(builder, 0); }));
}

TEST_CASE("a server can sign with each of its credentials", "[rfc9846-4.5.2]") {
  Policy policy = policy_2026;
  policy.signature_schemes = {SignatureScheme::ed25519};
  CHECK(server_config().policy(policy).build() == fail(Error::bad_configuration));
  CHECK(client_config().policy(policy).build());
  const crypto::Issued issued = issue_leaf(crypto::KeyType::ed25519, {"other.test"});
  const auto ed25519 = Credential::from_pem(issued.certificate_pem, issued.key_pem).value();
  CHECK(ServerConfig::Builder(ed25519).policy(policy).build());
  CHECK_FALSE(ServerConfig::Builder(ed25519).credential(localhost()).policy(policy).build());
}

TEST_CASE("a configuration does not follow its builder") {
  auto builder = client_config();
  const auto first = builder.alpn({"one"}).build().value();
  const auto second = builder.alpn({"two"}).build().value();
  CHECK(first.impl().alpn == std::vector<std::string>{"one"});
  CHECK(second.impl().alpn == std::vector<std::string>{"two"});
}

TEST_CASE("time and randomness come from where the configuration says") {
  auto builder = client_config();
  CHECK(builder.build()->impl().now() == now);
  danger::replace_randomness(builder, std::make_shared<Sevens>());
  std::array<std::uint8_t, 8> bytes{};
  REQUIRE(builder.build()->impl().random(bytes));
  CHECK(bytes == std::array<std::uint8_t, 8>{7, 7, 7, 7, 7, 7, 7, 7});

  const auto plain = ClientConfig::Builder(danger::trust_anyone()).build().value();
  CHECK(plain.impl().now() > 1'700'000'000);
  std::array<std::uint8_t, 32> a{};
  std::array<std::uint8_t, 32> b{};
  REQUIRE(plain.impl().random(a));
  REQUIRE(plain.impl().random(b));
  CHECK(a != b);
}

TEST_CASE("AC-237: pins and a verdict of the application's do not go together", "[AC-237]") {
  const std::array<SpkiPin, 1> pins{localhost().spki_pin()};
  CHECK(client_config().pins(pins).build());
  CHECK(client_config().ask_verdict().build());
  CHECK(client_config().pins(pins).ask_verdict().build() == fail(Error::bad_configuration));
  CHECK(client_config().ask_verdict().pins(pins).build() == fail(Error::bad_configuration));
  CHECK(client_config().pins(pins).ask_verdict().pins({}).build());
}

// As nothing else of the library has, a Builder has state that can be changed after it was copied.
struct Ignores : danger::KeyLog {
  void line(std::string_view) override {}
};

template <class Builder, class Change>
void check_apart(const Builder& original, Change change) {
  const auto before = original.build().value();
  Builder copy = original;
  change(copy);
  CHECK(before.impl().alpn.empty());
  CHECK(before.impl().key_log == nullptr);
  const auto after = original.build().value();
  CHECK(after.impl().alpn.empty());
  CHECK(after.impl().key_log == nullptr);
  CHECK(after.impl().psks.empty());
  CHECK(after.impl().credentials.size() == before.impl().credentials.size());
  const auto changed = copy.build().value();
  CHECK(changed.impl().alpn.size() == 1);
  CHECK(changed.impl().key_log != nullptr);

  // By assignment, and out of one that is given away.
  Builder other = copy;
  other = original;
  CHECK(other.build()->impl().alpn.empty());
  CHECK(copy.build()->impl().alpn.size() == 1);
  change(other);
  CHECK(original.build()->impl().alpn.empty());
  Builder taken = std::move(other);
  change(taken);
  CHECK(taken.build()->impl().psks.size() == 2);
  CHECK(other.build()->impl().psks.size() == 1);
}

TEST_CASE("AC-231: a copy of a builder is another builder", "[AC-231]") {
  const std::vector<std::uint8_t> secret(32, 7);
  const ExternalPsk psk = ExternalPsk::make(bytes_of("k"), secret).value();
  const auto change = [&](auto& builder) {
    builder.alpn({"h2"}).psk(psk).credential(localhost());
    danger::log_secrets(builder, std::make_shared<Ignores>());
  };
  check_apart(client_config(), change);
  check_apart(server_config(), change);
}

TEST_CASE("AC-231: a variant without client authentication leaves the original with it",
          "[AC-231][rfc9846-4.4.2]") {
  ServerConfig::Builder original = server_config();
  original.client_authentication({.anchors = danger::trust_anyone()});
  ServerConfig::Builder variant = original;
  variant.client_authentication({.anchors = danger::trust_anyone(), .required = false});
  variant.limits({.tickets = 1}).session_context(bytes_of("variant"));
  const auto config = original.build().value();
  CHECK(config.impl().client_authentication->required);
  CHECK(config.impl().limits.tickets == Limits{}.tickets);
  CHECK(config.impl().session_context != variant.build()->impl().session_context);
  CHECK_FALSE(variant.build()->impl().client_authentication->required);
}

TEST_CASE("AC-231: what was built stays as it was", "[AC-231]") {
  ServerConfig::Builder server = server_config();
  ClientConfig::Builder client = client_config();
  const auto first_server = server.build().value();
  const auto first_client = client.build().value();
  server.alpn({"h2"}).ask_verdict();
  client.alpn({"h2"}).ask_verdict();
  CHECK(first_server.impl().alpn.empty());
  CHECK_FALSE(first_server.impl().ask_verdict);
  CHECK(first_client.impl().alpn.empty());
  CHECK_FALSE(first_client.impl().ask_verdict);
}

}  // namespace
}  // namespace nacre::test
