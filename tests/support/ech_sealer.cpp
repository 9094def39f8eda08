#include "support/ech_sealer.h"

#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "crypto/random.h"

namespace nacre::test {
namespace {

Data data_of(Bytes bytes) {
  return Data(bytes.begin(), bytes.end());
}

Hello plain_hello(std::string_view name) {
  Peers peers(client_config().ech_grease(false).build().value(), server_config().build().value(),
              name);
  peers.client.run();
  return Hello::parse(first_hello(peers.client));
}

crypto::HpkeSender sender_for(const EchKey& key) {
  const UsableEchConfig& config = key.impl().config();
  const auto random = [](MutableBytes out) -> Result<void> {
    crypto::random_bytes(out);
    return {};
  };
  return crypto::HpkeSender::setup(config.contents.key_config.kem_id,
                                   {crypto::HpkeKdf::hkdf_sha256, crypto::HpkeAead::aes_128_gcm},
                                   config.contents.key_config.public_key.bytes, config.info, random)
      .value();
}

}  // namespace

EchSealer::EchSealer(const EchKey& key)
    : config_id(key.config_list().usable().front().config_id), sender_(sender_for(key)) {
  enc = data_of(sender_.enc());
}

Message EchSealer::seal(Hello outer, const Data& encoded) {
  const Data head = Data{0} + suite + Data{config_id} + vector(2, enc);
  Data sealed(encoded.size() + crypto::hpke_overhead);
  outer.extensions.emplace_back(encrypted_client_hello, head + vector(2, sealed));
  const Message additional = outer.encode();
  REQUIRE(sender_.seal(sealed, encoded, Bytes(additional).subspan(4)));
  outer.at(encrypted_client_hello) = head + vector(2, sealed);
  return outer.encode();
}

Hello outer_hello() {
  return plain_hello(public_name);
}

Hello inner_hello() {
  Hello hello = plain_hello(secret_name);
  hello.session_id.clear();
  hello.extensions.emplace_back(encrypted_client_hello, Data{1});
  return hello;
}

Data encoded(const Hello& inner) {
  const Message message = inner.encode();
  return data_of(Bytes(message).subspan(4));
}

}  // namespace nacre::test
