#include "attacks/psk_hello.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <utility>

#include "session/external_psk.h"
#include "support/sessions.h"

namespace nacre::test {

PskHello PskHello::parse(const Message& encoding) {
  PskHello parsed;
  parsed.hello = Hello::parse(encoding);
  Cursor body(parsed.hello.at(extension));
  Cursor identities(body.vector(2));
  while (!identities.empty()) {
    Data identity = identities.vector(2);
    const std::size_t age = identities.number(4);
    parsed.identities.push_back({std::move(identity), age});
  }
  Cursor binders(body.vector(2));
  while (!binders.empty()) parsed.binders.push_back(binders.vector(1));
  return parsed;
}

Message PskHello::encode() const {
  Data named;
  for (const auto& [identity, age] : identities) {
    named = named + vector(2, identity) + number(4, age);
  }
  Data bound;
  for (const Data& binder : binders) bound = bound + vector(1, binder);
  Hello changed = hello;
  changed.at(extension) = vector(2, named) + vector(2, bound);
  return changed.encode();
}

Message PskHello::bound(const Key& key, std::size_t place,
                        const std::optional<Transcript>& before) {
  std::size_t size = 2;
  for (const Data& binder : binders) size += 1 + binder.size();
  const Message encoding = encode();
  Transcript transcript = before ? *before : Transcript(key.hash);
  transcript.add(Bytes(encoding).first(encoding.size() - size));
  const EarlySecret secret = EarlySecret::from_psk(key.hash, key.secret).value();
  const crypto::Digest binder = secret.binder(key.kind, transcript.hash().bytes()).value();
  Data& bound = binders.at(place);
  const std::size_t bound_size = bound.size();
  bound = octets(binder.bytes());
  bound.resize(bound_size);
  return encode();
}

Attempt::Attempt(ClientConfig::Builder config, std::function<Side()> make,
                 std::optional<PskHello::Key> known)
    : make_server(std::move(make)), key(std::move(known)) {
  Side client(std::move(config));
  client.peer.run();
  hellos.push_back(client.messages().front());
  Side server = told(hellos.back());
  REQUIRE_FALSE(server.peer.error);
  if (!server.peer.connection.negotiated().retried) return;
  client.hear(server.messages().front());
  hellos.push_back(client.messages().front());
}

Side Attempt::waiting() const {
  Side server = make_server();
  for (const Message& hello : hellos) {
    if (&hello != &hellos.back()) server.hear(hello);
  }
  return server;
}

Side Attempt::told(const Message& last) const {
  Side server = waiting();
  server.hear(last);
  return server;
}

Policy with_suite(CipherSuite suite, const Policy& policy) {
  Policy changed = policy;
  changed.cipher_suites = {suite};
  return changed;
}

Policy retried_policy() {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  return policy;
}

Policy retrying_policy() {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::secp256r1};
  policy.key_shares = {};
  return policy;
}

namespace {

using enum CipherSuite;

const Data context{'c', 'l', 'i', 'e', 'n', 't'};

ExternalPsk external_psk(bool is_imported, Kdf kdf) {
  const Data identity{'o', 'u', 'r', 's'};
  const Data key(32, 0x5a);
  if (!is_imported) return ExternalPsk::make(identity, key, kdf).value();
  return ExternalPsk::import(
             {.external_identity = identity, .key = key, .context = context, .target = kdf})
      .value();
}

Attempt with_external_key(bool is_imported, CipherSuite suite, bool retries) {
  const Kdf kdf = suite == tls_aes_256_gcm_sha384 ? Kdf::hkdf_sha384 : Kdf::hkdf_sha256;
  const ExternalPsk psk = external_psk(is_imported, kdf);
  const Policy policy = with_suite(suite, retries ? retrying_policy() : quick_policy());
  return {client_config()
              .policy(with_suite(suite, retries ? retried_policy() : quick_policy()))
              .psk(psk),
          [=] { return Side(server_config().policy(policy).psk(psk)); },
          PskHello::Key{is_imported ? PskKind::imported : PskKind::external, hash_of(kdf),
                        octets(psk.impl().key.reveal())}};
}

Attempt with_ticket(CipherSuite suite, bool retries) {
  const auto pair = std::make_shared<Resumable>();
  pair->client = [=](ClientConfig::Builder& builder) {
    builder.policy(with_suite(suite, retries ? retried_policy() : quick_policy()));
  };
  pair->server = [=](ServerConfig::Builder& builder) {
    builder.policy(with_suite(suite, retries ? retrying_policy() : quick_policy()));
  };
  (void)pair->connect();
  return {pair->client_builder(), [pair] { return Side(pair->server_builder()); }};
}

}  // namespace

const std::vector<Attempt>& attempts() {
  static const std::vector<Attempt> all = [] {
    std::vector<Attempt> made;
    for (const CipherSuite suite : {tls_aes_128_gcm_sha256, tls_aes_256_gcm_sha384}) {
      for (const bool retries : {false, true}) {
        made.push_back(with_ticket(suite, retries));
        made.push_back(with_external_key(false, suite, retries));
        made.push_back(with_external_key(true, suite, retries));
      }
    }
    return made;
  }();
  return all;
}

}  // namespace nacre::test
