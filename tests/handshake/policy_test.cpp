// The released policies: what they agree on with each other, and what they refuse.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>

#include "handshake/pair.h"
#include "nacre/config.h"
#include "nacre/policies.h"
#include "support/credentials.h"

namespace nacre::test {
namespace {

constexpr std::array released{policy_2026, policy_2026_pq, policy_2026_cnsa2, policy_compat};

constexpr Policy classical(NamedGroup group) {
  Policy policy = policy_2026;
  policy.number = 0;
  policy.groups = {group};
  policy.key_shares = {group};
  return policy;
}

Credential of_key(crypto::KeyType key) {
  const crypto::Issued leaf = issue_leaf(key, {"localhost"});
  return Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
}

struct Met {
  Result<void> outcome;
  Negotiated negotiated;
};

Met meet(const Policy& client, const Policy& server) {
  Pair pair(*client_builder().policy(client).build(), *server_builder().policy(server).build());
  const auto outcome = pair.run();
  return {outcome, pair.client.core().established.negotiated};
}

TEST_CASE("every released policy can be followed, and has a number of its own") {
  STATIC_REQUIRE(std::ranges::all_of(released, is_consistent));
  STATIC_REQUIRE([] {
    for (std::size_t i = 0; i + 1 < released.size(); ++i) {
      if (released[i].number >= released[i + 1].number) return false;
    }
    return true;
  }());
  STATIC_REQUIRE(released.front().number == 2026'01);
}

TEST_CASE("a policy of constants is checked while compiling") {
  constexpr Policy mine = checked({.cipher_suites = {CipherSuite::tls_aes_256_gcm_sha384},
                                   .groups = {NamedGroup::x25519},
                                   .key_shares = {},
                                   .signature_schemes = {SignatureScheme::ed25519},
                                   .certificate_signature_schemes = {SignatureScheme::ed25519}});
  STATIC_REQUIRE(mine.number == 0);
  STATIC_REQUIRE(mine.minimum_rsa_bits == 2048);
  STATIC_REQUIRE_FALSE(is_consistent(Policy{}));
}

TEST_CASE("RSA keys have 16,384 bits at most") {
  constexpr auto with = [](std::uint32_t bits) {
    Policy policy = policy_2026;
    policy.minimum_rsa_bits = bits;
    return is_consistent(policy);
  };
  STATIC_REQUIRE_FALSE(with(0));
  STATIC_REQUIRE_FALSE(with(2'047));
  STATIC_REQUIRE(with(2'048));
  STATIC_REQUIRE(with(16'384));
  STATIC_REQUIRE_FALSE(with(16'385));
}

TEST_CASE("policy_2026_pq agrees on hybrids alone") {
  const Met met = meet(policy_2026_pq, policy_2026);
  REQUIRE(met.outcome);
  CHECK(met.negotiated.group == NamedGroup::x25519_mlkem768);
  CHECK_FALSE(met.negotiated.retried);
  CHECK(meet(policy_2026, policy_2026_pq).outcome);
  const Met other = meet(policy_2026_pq, classical(NamedGroup::secp384r1_mlkem1024));
  REQUIRE(other.outcome);
  CHECK(other.negotiated.retried);
  for (const NamedGroup group :
       {NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::secp384r1}) {
    CHECK_FALSE(meet(policy_2026_pq, classical(group)).outcome);
    CHECK_FALSE(meet(classical(group), policy_2026_pq).outcome);
  }
}

TEST_CASE("policy_compat meets peers that know x25519 or P-256 alone without a retry") {
  for (const NamedGroup group :
       {NamedGroup::x25519_mlkem768, NamedGroup::x25519, NamedGroup::secp256r1}) {
    const Met met = meet(policy_compat, classical(group));
    REQUIRE(met.outcome);
    CHECK(met.negotiated.group == group);
    CHECK_FALSE(met.negotiated.retried);
  }
  CHECK(meet(policy_2026, classical(NamedGroup::secp256r1)).negotiated.retried);
}

TEST_CASE("policy_2026_cnsa2 takes P-384 and ML-DSA-87, and no other key") {
  using crypto::KeyType;
  for (const KeyType key : {KeyType::p384, KeyType::mldsa87}) {
    CHECK(ServerConfig::Builder(of_key(key)).policy(policy_2026_cnsa2).build());
  }
  for (const KeyType key : {KeyType::p256, KeyType::rsa3072, KeyType::ed25519, KeyType::mldsa65}) {
    CHECK(ServerConfig::Builder(of_key(key)).policy(policy_2026_cnsa2).build() ==
          fail(Error::bad_configuration));
  }
}

// A P-384 chain from end to end.
TEST_CASE("policy_2026_cnsa2 agrees on AES-256, ML-KEM-1024 and SHA-384") {
  const crypto::Issued authority = crypto::issue({.key = crypto::KeyType::p384,
                                                  .common_name = "P-384 authority",
                                                  .not_before = now - 1,
                                                  .not_after = now + 1'000,
                                                  .is_ca = true},
                                                 nullptr)
                                       .value();
  const crypto::Issued leaf = crypto::issue({.key = crypto::KeyType::p384,
                                             .common_name = "localhost",
                                             .names = {"localhost"},
                                             .not_before = now - 1,
                                             .not_after = now + 1'000},
                                            &authority)
                                  .value();
  ClientConfig::Builder client(TrustAnchors::from_pem(authority.certificate_pem).value());
  ServerConfig::Builder server(Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value());
  client.policy(policy_2026_cnsa2).clock([] { return now; });
  server.policy(policy_2026).clock([] { return now; });
  for (const bool both : {false, true}) {
    if (both) server.policy(policy_2026_cnsa2);
    Pair pair(*client.build(), *server.build());
    REQUIRE(pair.run());
    const Negotiated& negotiated = pair.client.core().established.negotiated;
    CHECK(negotiated.cipher_suite == CipherSuite::tls_aes_256_gcm_sha384);
    CHECK(negotiated.group == NamedGroup::secp384r1_mlkem1024);
    CHECK(negotiated.server_signature_scheme == SignatureScheme::ecdsa_secp384r1_sha384);
    CHECK_FALSE(negotiated.retried);
  }
}

}  // namespace
}  // namespace nacre::test
