#include "attacks/talk.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "crypto/cipher_suite.h"
#include "handshake/certificate_verify.h"
#include "handshake/key_schedule.h"

namespace nacre::test {
namespace {

constexpr std::uint8_t message_hash = 254;

bool is_retry(const Message& message) {
  // The random of a HelloRetryRequest begins so.
  return message.at(0) == 2 && message.at(6) == 0xcf && message.at(7) == 0x21 &&
         message.at(8) == 0xad && message.at(9) == 0x74;
}

}  // namespace

Talk::Talk(ClientConfig::Builder client, ServerConfig::Builder server)
    : between(std::move(client), std::move(server)) {
  for (;;) {
    for (const Message& hello : between.client.messages()) {
      note(hello);
      between.server.hear(hello);
    }
    from_server = between.server.messages();
    REQUIRE_FALSE(from_server.empty());
    if (!is_retry(from_server.front())) return;
    const Message retry = from_server.front();
    const crypto::Digest first = crypto::hash(algorithm(), transcript_);
    transcript_ = message(message_hash, octets(first.bytes())) + retry;
    between.client.hear(retry);
  }
}

crypto::HashAlgorithm Talk::algorithm() const {
  const CipherSuite suite = between.server.peer.connection.negotiated().cipher_suite;
  return crypto::properties(suite).value().hash;
}

void Talk::say_to_client(const Message& message) {
  between.client.hear(message);
  note(message);
}

void Talk::say_to_server(const Message& message) {
  between.server.hear(message);
  note(message);
}

void Talk::tell_client(std::size_t count) {
  for (; count > 0; --count) {
    REQUIRE_FALSE(from_server.empty());
    say_to_client(from_server.front());
    REQUIRE_FALSE(between.client.peer.error);
    from_server.pop_front();
  }
}

void Talk::tell_client_until(std::uint8_t type) {
  while (!from_server.empty() && from_server.front().front() != type) tell_client(1);
}

void Talk::tell_server_until(std::uint8_t type) {
  tell_client(from_server.size());
  if (from_client.empty()) from_client = between.client.messages();
  while (!from_client.empty() && from_client.front().front() != type) {
    say_to_server(from_client.front());
    REQUIRE_FALSE(between.server.peer.error);
    from_client.pop_front();
  }
}

crypto::Digest Talk::hash() const {
  return crypto::hash(algorithm(), transcript_);
}

Message Talk::certificate_verify(Purpose signer, SignatureScheme scheme, const std::string& key_pem,
                                 const crypto::AnySignature& how) const {
  const auto content = SignedContent::make(signer, hash()).value();
  const Data signature = crypto::sign_anyhow(how, key_pem, content.bytes()).value();
  return message(Auth::certificate_verify,
                 number(2, static_cast<std::size_t>(scheme)) + vector(2, signature));
}

Message Talk::finished(Purpose sender) const {
  const bool by_server = sender == Purpose::server;
  const auto secret = between.client.secrets->secret(by_server ? "SERVER_HANDSHAKE_TRAFFIC_SECRET"
                                                               : "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
  const auto data = finished_verify_data(algorithm(), secret.reveal(), hash().bytes()).value();
  return message(Auth::finished, octets(data.bytes()));
}

Message certificate_message(const std::vector<Data>& chain) {
  Data list;
  for (const Data& certificate : chain) list = list + vector(3, certificate) + vector(2, {});
  return message(Auth::certificate, vector(1, {}) + vector(3, list));
}

void check_no_secrets(const Side& side) {
  const Connection& connection = side.peer.connection;
  CHECK_FALSE(connection.is_complete());
  CHECK_FALSE(side.peer.completed);
  CHECK(side.peer.data.empty());
  std::array<std::uint8_t, 32> out{};
  CHECK_FALSE(connection.export_keying_material("label", {}, out));
  CHECK_FALSE(connection.tls_exporter());
}

}  // namespace nacre::test
