#include "support/ech.h"

#include <algorithm>
#include <utility>

namespace nacre::test {
namespace {

Credential credential_for(std::string_view name) {
  const crypto::Issued leaf = issue_leaf(crypto::KeyType::p256, {std::string(name)});
  return Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
}

}  // namespace

EchKey make_ech_key(std::uint8_t config_id, std::uint8_t maximum_name_length) {
  return EchKey::generate({public_name, config_id, maximum_name_length}).value();
}

const EchKey& ech_key() {
  static const EchKey key = make_ech_key();
  return key;
}

const EchKey& other_ech_key() {
  static const EchKey key = make_ech_key();
  return key;
}

ServerConfig::Builder two_name_server_config() {
  static const Credential of_public = credential_for(public_name);
  static const Credential of_secret = credential_for(secret_name);
  ServerConfig::Builder builder(of_public);
  builder.credential(of_secret).policy(quick_policy()).clock([] { return now; });
  return builder;
}

ServerConfig::Builder ech_server_config() {
  auto builder = two_name_server_config();
  builder.ech_keys({.keys = {ech_key()}});
  return builder;
}

Peers ech_peers(const EchConfigList& list, const ClientConfig& client, const ServerConfig& server,
                std::string_view name) {
  return Peers(client, server, name, list);
}

Octets first_hello(const Peer& peer) {
  return split_records(peer.sent).front().content;
}

std::optional<std::size_t> find_in(Bytes whole, Bytes part) {
  const auto found = std::ranges::search(whole, part);
  if (found.begin() == whole.end()) return std::nullopt;
  return static_cast<std::size_t>(found.begin() - whole.begin());
}

}  // namespace nacre::test
