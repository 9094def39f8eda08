// What a server chooses: suite, group, protocol, certificate. RFC 9846, section 4.2.1.
#include "handshake/selection.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <span>
#include <string>
#include <vector>

#include "handshake/edit.h"
#include "handshake/pair.h"

namespace nacre::test {
namespace {

crypto::IssueRequest request_for(crypto::KeyType key, const std::string& name) {
  return {.key = key,
          .common_name = name,
          .names = {name},
          .not_before = test_time - 86'400,
          .not_after = test_time + 86'400};
}

Credential issued_by(const crypto::Issued& issuer, const crypto::IssueRequest& request) {
  const crypto::Issued leaf = crypto::issue(request, &issuer).value();
  return Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
}

Credential credential(crypto::KeyType key, const std::string& name) {
  return issued_by(test_ca(), request_for(key, name));
}

// A client's hello for `name`, changed, and what the server reads in it.
struct Asked {
  explicit Asked(const std::string& name, const Policy& policy = policy_2026) {
    ClientHandshake client(client_builder().policy(policy).build().value(),
                           PeerName::parse(name).value());
    REQUIRE(client.begin());
    encoding = take_flight(client.core()).front();
    const auto hello = wire::read_all<ClientHello>(Bytes(encoding).subspan(4)).value();
    std::optional<ExtensionType> in_hand;
    offer = ClientOffer::read(hello, Limits{}, &in_hand).value();
  }
  Message encoding;
  ClientOffer offer;
};

Policy with_groups(Preferences<NamedGroup, 8> groups, Preferences<NamedGroup, 8> shares) {
  Policy policy = policy_2026;
  policy.groups = groups;
  policy.key_shares = shares;
  return policy;
}

}  // namespace

TEST_CASE("A server picks the certificate by name, wildcards too",
          "[rfc6066-3][rfc9525-6.3][rfc9846-9.2-e4e20a]") {
  const auto config = ServerConfig::Builder(credential(crypto::KeyType::p256, "first.example"))
                          .credential(credential(crypto::KeyType::p256, "second.example"))
                          .credential(credential(crypto::KeyType::p256, "*.wild.example"))
                          .build()
                          .value();
  const auto& all = config.impl().credentials;
  const auto chosen = [&](const std::string& name) {
    const Asked asked(name);
    return select_credential(config.impl(), asked.offer).value();
  };
  CHECK(chosen("first.example").credential == &all.at(0).impl());
  CHECK(chosen("second.example").credential == &all.at(1).impl());
  CHECK(chosen("SECOND.example").credential == &all.at(1).impl());
  CHECK(chosen("a.wild.example").credential == &all.at(2).impl());
  CHECK(chosen("a.wild.example").by_name);
  // Neither the bare domain nor two labels fit a wildcard: the first of all serves.
  for (const std::string name : {"wild.example", "a.b.wild.example", "unknown.example"}) {
    CAPTURE(name);
    CHECK(chosen(name).credential == &all.at(0).impl());
    CHECK_FALSE(chosen(name).by_name);
  }
}

TEST_CASE("A server that wants a known name refuses others", "[rfc6066-3]") {
  const auto config = ServerConfig::Builder(credential(crypto::KeyType::p256, "known.example"))
                          .require_known_name()
                          .build()
                          .value();
  CHECK(select_credential(config.impl(), Asked("known.example").offer));
  CHECK(select_credential(config.impl(), Asked("192.0.2.1").offer));  // no server_name at all
  const Asked other("other.example");
  const auto refused = select_credential(config.impl(), other.offer);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error::unrecognized_name);
  CHECK(alert_for(refused.error()) == AlertDescription::unrecognized_name);
}

TEST_CASE("Among certificates of one name the client's schemes decide",
          "[rfc9846-4.3.3][rfc9846-4.5.1.1][rfc9846-4.5.1.2-5b1bcc][rfc9846-4.5.2-b9f908]") {
  const auto config = ServerConfig::Builder(credential(crypto::KeyType::ed25519, "localhost"))
                          .credential(credential(crypto::KeyType::rsa2048, "localhost"))
                          .build()
                          .value();
  const auto& all = config.impl().credentials;
  Policy rsa_alone = policy_2026;
  rsa_alone.signature_schemes = {SignatureScheme::rsa_pss_rsae_sha384,
                                 SignatureScheme::rsa_pss_rsae_sha256};
  const Asked by_rsa("localhost", rsa_alone);
  const auto rsa = select_credential(config.impl(), by_rsa.offer).value();
  CHECK(rsa.credential == &all.at(1).impl());
  CHECK((rsa.scheme == SignatureScheme::rsa_pss_rsae_sha256 ||
         rsa.scheme == SignatureScheme::rsa_pss_rsae_sha384));
  const Asked by_all("localhost");
  CHECK(select_credential(config.impl(), by_all.offer).value().scheme == SignatureScheme::ed25519);
  Policy p384_alone = policy_2026;
  p384_alone.signature_schemes = {SignatureScheme::ecdsa_secp384r1_sha384};
  const Asked by_p384("localhost", p384_alone);
  const auto none = select_credential(config.impl(), by_p384.offer);
  REQUIRE_FALSE(none);
  CHECK(none.error() == Error::no_common_signature_scheme);
}

TEST_CASE("A chain that the client can verify goes before others, and those before nothing",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.2-ff5312]") {
  crypto::IssueRequest request = request_for(crypto::KeyType::rsa2048, "RSA authority");
  request.is_ca = true;
  const crypto::Issued rsa_ca = crypto::issue(request, nullptr).value();
  const auto config =
      ServerConfig::Builder(issued_by(rsa_ca, request_for(crypto::KeyType::p256, "localhost")))
          .credential(credential(crypto::KeyType::p256, "localhost"))
          .build()
          .value();
  const auto& all = config.impl().credentials;
  const auto chosen = [&](SignatureScheme scheme) {
    Policy policy = policy_2026;
    policy.certificate_signature_schemes = {scheme};
    const Asked asked("localhost", policy);
    return select_credential(config.impl(), asked.offer).value().credential;
  };
  CHECK(chosen(SignatureScheme::rsa_pkcs1_sha256) == &all.at(0).impl());
  CHECK(chosen(SignatureScheme::ecdsa_secp256r1_sha256) == &all.at(1).impl());
  CHECK(chosen(SignatureScheme::ed25519) == &all.at(0).impl());
}

TEST_CASE(
    "A chain that can be verified goes before one of a wanted authority, and that before none",
    "[rfc9846-4.3.4][rfc9846-4.3.4-d4196c][rfc9846-4.5.1.2]") {
  const auto authority = [](crypto::KeyType key, const std::string& name) {
    crypto::IssueRequest request = request_for(key, name);
    request.is_ca = true;
    return crypto::issue(request, nullptr).value();
  };
  const auto issued = [](const crypto::Issued& issuer) {
    return issued_by(issuer, request_for(crypto::KeyType::p256, "localhost"));
  };
  using enum crypto::KeyType;
  // The peer cannot verify RSA.
  const std::array best_first{
      issued(authority(p256, "wanted")), issued(authority(p256, "unwanted")),
      issued(authority(rsa2048, "wanted RSA")), issued(authority(rsa2048, "unwanted RSA"))};
  Data names;
  for (const std::size_t index : {0U, 2U}) {
    const Bytes name = best_first.at(index).impl().parsed.front().issuer();
    names = names + vector(2, Data(name.begin(), name.end()));
  }
  Policy policy = policy_2026;
  policy.certificate_signature_schemes = {SignatureScheme::ecdsa_secp256r1_sha256};
  Asked asked("localhost", policy);
  asked.offer.wishes.authorities =
      CertificateAuthorities{CertificateAuthorities::List::from_encoding(names).value()};

  for (std::size_t best = 0; best < best_first.size(); ++best) {
    // The best that is left, in each place among the others.
    std::vector<std::size_t> order;
    for (std::size_t index = best; index < best_first.size(); ++index) order.push_back(index);
    do {
      CAPTURE(order);
      auto server = ServerConfig::Builder(best_first.at(order.front()));
      auto client = client_builder().credential(best_first.at(order.front()));
      for (const std::size_t index : std::span(order).subspan(1)) {
        server.credential(best_first.at(index));
        client.credential(best_first.at(index));
      }
      const auto index_of = [&](const CredentialChoice& choice) {
        return std::ranges::find(
                   best_first, choice.credential->chain.front(),
                   [](const Credential& credential) { return credential.impl().chain.front(); }) -
               best_first.begin();
      };
      const ServerConfig server_config = server.build().value();
      const auto servers = select_credential(server_config.impl(), asked.offer);
      REQUIRE(servers);
      CHECK(index_of(*servers) == static_cast<std::ptrdiff_t>(best));
      const ClientConfig client_config = client.build().value();
      const auto clients = select_credential(client_config.impl(), asked.offer.wishes);
      REQUIRE(clients);
      CHECK(index_of(*clients) == static_cast<std::ptrdiff_t>(best));
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST_CASE("A chain that is signed with SHA-1 is never sent",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.2-fef520][rfc9846-4.3.3-cf8768]") {
  crypto::IssueRequest request = request_for(crypto::KeyType::p256, "localhost");
  request.sha1 = true;
  const Credential weak = issued_by(test_ca(), request);
  const Asked asked("localhost");
  const auto alone = ServerConfig::Builder(weak).build().value();
  const auto refused = select_credential(alone.impl(), asked.offer);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error::no_common_signature_scheme);
  CHECK(alert_for(refused.error()) == AlertDescription::handshake_failure);
  const auto both = ServerConfig::Builder(weak).credential(test_credential()).build().value();
  CHECK(select_credential(both.impl(), asked.offer).value().credential ==
        &both.impl().credentials.at(1).impl());
}

TEST_CASE("A credential for named authorities goes to those who name its issuer, and nobody else",
          "[rfc9846-4.3.4][rfc9846-4.3.4-d4196c]") {
  const Credential insists = test_credential().for_named_authorities();
  const auto alone = ServerConfig::Builder(insists).build().value();
  const auto both = ServerConfig::Builder(insists).credential(test_credential()).build().value();
  const Credential* const first = &both.impl().credentials.front();
  for (const bool names : {true, false}) {
    Asked asked("localhost");
    const Bytes issuer = test_credential().impl().parsed.front().issuer();
    const Data name = names ? Data(issuer.begin(), issuer.end()) : Data{0x30, 0};
    const Data list = vector(2, vector(2, name));
    asked.offer.wishes.authorities = wire::read_all<CertificateAuthorities>(list).value();
    const auto chosen = select_credential(alone.impl(), asked.offer);
    CHECK(chosen.has_value() == names);
    if (!names) CHECK(chosen == fail(Error::no_wanted_authority));
    const auto preferred = select_credential(both.impl(), asked.offer).value().credential;
    CHECK((preferred == &first->impl()) == names);
  }
  // Who names nobody has not asked for it.
  const Asked asked("localhost");
  CHECK(select_credential(alone.impl(), asked.offer) == fail(Error::no_wanted_authority));
}

TEST_CASE("A handshake with an RSA certificate of an RSA authority completes",
          "[rfc9846-9.1][rfc9846-9.1-fa7f6c]") {
  crypto::IssueRequest request = request_for(crypto::KeyType::rsa2048, "RSA authority");
  request.is_ca = true;
  const crypto::Issued rsa_ca = crypto::issue(request, nullptr).value();
  const Credential rsa = issued_by(rsa_ca, request_for(crypto::KeyType::rsa2048, "localhost"));
  Policy policy = policy_2026;
  policy.signature_schemes = {SignatureScheme::rsa_pss_rsae_sha256};
  policy.certificate_signature_schemes = {SignatureScheme::rsa_pkcs1_sha256};
  ClientConfig::Builder client(TrustAnchors::from_pem(rsa_ca.certificate_pem).value());
  Pair pair(client.policy(policy).clock([] { return test_time; }).build().value(),
            ServerConfig::Builder(rsa).build().value());
  REQUIRE(pair.run());
  CHECK(pair.client.state() == ClientState::connected);
}

TEST_CASE("A server follows its own order of suites", "[rfc9846-4.2.1]") {
  Policy policy = policy_2026;
  policy.cipher_suites = {CipherSuite::tls_chacha20_poly1305_sha256,
                          CipherSuite::tls_aes_128_gcm_sha256};
  const Asked asked("localhost");
  CHECK(select_cipher_suite(policy, asked.offer).value() ==
        CipherSuite::tls_chacha20_poly1305_sha256);
}

TEST_CASE("A share that is there beats a better group, but for a hybrid one", "[rfc9846-4.3.8]") {
  using enum NamedGroup;
  const Asked shares_x25519("localhost",
                            with_groups({x25519_mlkem768, secp256r1, x25519}, {x25519}));
  // secp256r1 comes first, but would cost a round trip.
  const Policy classical = with_groups({secp256r1, x25519}, {secp256r1});
  const GroupChoice kept = select_group(classical, shares_x25519.offer).value();
  CHECK(kept.group == x25519);
  CHECK_FALSE(kept.share.empty());
  // X25519MLKEM768 is worth one.
  const GroupChoice asked_for = select_group(policy_2026, shares_x25519.offer).value();
  CHECK(asked_for.group == x25519_mlkem768);
  CHECK(asked_for.share.empty());
  const Asked shares_both("localhost");
  CHECK(select_group(policy_2026, shares_both.offer).value().group == x25519_mlkem768);
  CHECK_FALSE(select_group(policy_2026, shares_both.offer).value().share.empty());
  const Policy p521 = with_groups({secp521r1}, {secp521r1});
  const GroupChoice retried = select_group(p521, shares_both.offer).value();
  CHECK(retried.group == secp521r1);
  CHECK(retried.share.empty());
}

TEST_CASE("Where a server's order has a tie, the client's decides", "[rfc9846-4.2.1]") {
  using enum CipherSuite;
  Policy server = policy_2026;
  server.cipher_suites = {tls_aes_256_gcm_sha384, tls_aes_128_gcm_sha256};
  REQUIRE(server.cipher_suites.add_tied(tls_chacha20_poly1305_sha256));
  const auto chosen = [&](Preferences<CipherSuite, 3> order) {
    Policy client = policy_2026;
    client.cipher_suites = order;
    return select_cipher_suite(server, Asked("localhost", client).offer).value();
  };
  CHECK(chosen({tls_chacha20_poly1305_sha256, tls_aes_128_gcm_sha256}) ==
        tls_chacha20_poly1305_sha256);
  CHECK(chosen({tls_aes_128_gcm_sha256, tls_chacha20_poly1305_sha256}) == tls_aes_128_gcm_sha256);
  CHECK(chosen({tls_chacha20_poly1305_sha256, tls_aes_128_gcm_sha256, tls_aes_256_gcm_sha384}) ==
        tls_aes_256_gcm_sha384);

  Policy groups = policy_2026;
  groups.groups = {NamedGroup::secp256r1};
  REQUIRE(groups.groups.add_tied(NamedGroup::x25519));
  const Asked asked("localhost", with_groups({NamedGroup::x25519, NamedGroup::secp256r1},
                                             {NamedGroup::x25519, NamedGroup::secp256r1}));
  CHECK(select_group(groups, asked.offer).value().group == NamedGroup::x25519);
}

TEST_CASE("Preferences rank what they hold", "[rfc9846-4.2.1]") {
  Preferences<NamedGroup, 3> groups;
  CHECK_FALSE(groups.add_tied(NamedGroup::x25519));  // with nothing to be tied to
  REQUIRE(groups.add(NamedGroup::x25519));
  REQUIRE(groups.add_tied(NamedGroup::secp256r1));
  REQUIRE(groups.add(NamedGroup::secp384r1));
  CHECK_FALSE(groups.add(NamedGroup::secp521r1));
  CHECK(groups.rank(NamedGroup::x25519) == 0);
  CHECK(groups.rank(NamedGroup::secp256r1) == 0);
  CHECK(groups.rank(NamedGroup::secp384r1) == 1);
  CHECK_FALSE(groups.rank(NamedGroup::secp521r1));
  CHECK(groups != Preferences<NamedGroup, 3>{NamedGroup::x25519, NamedGroup::secp256r1,
                                             NamedGroup::secp384r1});
}

}  // namespace nacre::test
