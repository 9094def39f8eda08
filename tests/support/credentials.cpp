#include "support/credentials.h"

#include <utility>

namespace nacre::test {

namespace {

constexpr UnixTime day = 86'400;

}  // namespace

const crypto::Issued& authority() {
  static const crypto::Issued issued = crypto::issue({.common_name = "Test authority",
                                                      .not_before = now - 30 * day,
                                                      .not_after = now + 30 * day,
                                                      .is_ca = true},
                                                     nullptr)
                                           .value();
  return issued;
}

crypto::Issued issue_leaf(crypto::KeyType key, std::vector<std::string> names) {
  return crypto::issue({.key = key,
                        .common_name = names.empty() ? "nobody" : names.front(),
                        .names = names,
                        .not_before = now - day,
                        .not_after = now + day},
                       &authority())
      .value();
}

const crypto::Issued& localhost_leaf() {
  static const crypto::Issued issued =
      issue_leaf(crypto::KeyType::p256, {"localhost", "127.0.0.1"});
  return issued;
}

const Credential& localhost() {
  static const Credential credential =
      Credential::from_pem(localhost_leaf().certificate_pem, localhost_leaf().key_pem).value();
  return credential;
}

const crypto::Issued& client_leaf() {
  static const crypto::Issued issued = crypto::issue({.common_name = "client",
                                                      .not_before = now - day,
                                                      .not_after = now + day,
                                                      .server_purpose = false,
                                                      .client_purpose = true},
                                                     &authority())
                                           .value();
  return issued;
}

const Credential& client_credential() {
  static const Credential credential =
      Credential::from_pem(client_leaf().certificate_pem, client_leaf().key_pem).value();
  return credential;
}

const Policy& quick_policy() {
  static const Policy policy = [] {
    Policy quick = policy_2026;
    quick.number = 0;
    quick.groups = {NamedGroup::x25519};
    quick.key_shares = {NamedGroup::x25519};
    return quick;
  }();
  return policy;
}

ClientConfig::Builder client_config() {
  ClientConfig::Builder builder(TrustAnchors::from_pem(authority().certificate_pem).value());
  builder.policy(quick_policy()).clock([] { return now; });
  return builder;
}

ServerConfig::Builder server_config() {
  ServerConfig::Builder builder(localhost());
  builder.policy(quick_policy()).clock([] { return now; });
  return builder;
}

}  // namespace nacre::test
