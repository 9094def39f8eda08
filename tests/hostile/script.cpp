#include "hostile/script.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/credentials.h"
#include "handshake/certificate_verify.h"
#include "handshake/key_schedule.h"
#include "messages/server_hello.h"

namespace nacre::test {
namespace {

constexpr auto hash = crypto::HashAlgorithm::sha256;
constexpr CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256;

// X25519's base point: a lawful share whose private key nobody needs.
Data key_share_entry() {
  Data point(32);
  point.front() = 9;
  return Data{0, 29} + vector(2, point);
}

Connection logged_client(ClientConfig::Builder& config, const std::shared_ptr<Secrets>& secrets) {
  danger::log_secrets(config, secrets);
  return Connection::client(*config.build(), "localhost").value();
}

Connection logged_server(ServerConfig::Builder& config, const std::shared_ptr<Secrets>& secrets) {
  danger::log_secrets(config, secrets);
  return Connection::server(*config.build()).value();
}

// The handshake messages in records without protection, joined.
Octets plaintext_messages(Bytes stream) {
  Octets messages;
  for (const WireRecord& record : split_records(stream)) {
    if (record.type == ContentType::handshake) append(messages, record.content);
  }
  return messages;
}

}  // namespace

Script::Script(Connection connection, std::shared_ptr<Secrets> secrets)
    : secrets_(std::move(secrets)), peer_(std::move(connection)), transcript_(hash) {}

void Script::protect(std::string_view label) {
  if (!peer_.error) forger_.emplace(*secrets_, label, suite);
}

Octets Script::record(ContentType type, Bytes bytes) {
  const std::uint16_t number = version ? version() : std::uint16_t{0x0303};
  if (!forger_) return WireRecord{type, number, octets(bytes)}.encode();
  return forger_->record(type, bytes, padding ? padding() : 0, number);
}

Octets Script::raw(Bytes inner) {
  return forger_->raw(inner);
}

void Script::deliver(Bytes bytes) {
  while (!bytes.empty() && !peer_.error) {
    const Bytes part = bytes.first(std::min(bytes.size(), delivery));
    append(peer_.inbox, part);
    peer_.run();
    bytes = bytes.subspan(part.size());
  }
}

void Script::send(Bytes messages) {
  Octets records;
  while (!messages.empty()) {
    const Bytes part = messages.first(std::min(messages.size(), content));
    append(records, record(ContentType::handshake, part));
    messages = messages.subspan(part.size());
    if (between_records && !messages.empty()) append(records, between_records());
  }
  deliver(records);
}

void Script::say(const Message& message) {
  if (!peer_.error && before_message) before_message();
  if (peer_.error) return;
  transcript_.add(message);
  Octets messages = message;
  append(messages, trailing);
  send(messages);
}

Bytes Script::verify_data(std::string_view label) {
  verify_data_ =
      finished_verify_data(hash, secrets_->secret(label).reveal(), transcript_.hash().bytes())
          .value();
  return verify_data_.bytes();
}

void Script::forget_first_hello() {
  transcript_ = Transcript::after_retry(hash, transcript_.hash().bytes());
}

ScriptedServer::ScriptedServer(ClientConfig::Builder config)
    : ScriptedServer(std::move(config), std::make_shared<Secrets>()) {}

ScriptedServer::ScriptedServer(ClientConfig::Builder config, std::shared_ptr<Secrets> secrets)
    : Script(logged_client(config, secrets), secrets) {
  const std::array chain{certificate_of(localhost_leaf())};
  certificate = certificate_message(chain);
  peer_.run();
  read_hello();
}

void ScriptedServer::read_hello() {
  const Message encoding = plaintext_messages(std::exchange(peer_.outbox, {}));
  client_hello_ = Hello::parse(encoding);
  transcript_.add(encoding);
}

Hello ScriptedServer::hello() const {
  Hello hello;
  hello.from_client = false;
  hello.version = {3, 3};
  hello.random = Data(32, 0x5e);
  hello.session_id = client_hello_.session_id;
  hello.suites = {0x13, 0x01};
  hello.compression = {0};
  hello.extensions = {{43, {3, 4}}, {51, key_share_entry()}};
  return hello;
}

Hello ScriptedServer::retry() const {
  Hello retry = hello();
  retry.random.assign(hello_retry_request_random.begin(), hello_retry_request_random.end());
  retry.extensions = {{43, {3, 4}}, {44, vector(2, {1, 2, 3})}};
  return retry;
}

void ScriptedServer::say_hello(const Hello& hello) {
  say(hello.encode());
  protect("SERVER_HANDSHAKE_TRAFFIC_SECRET");
}

void ScriptedServer::say_retry(const Hello& retry) {
  forget_first_hello();
  say(retry.encode());
  if (!peer_.error) read_hello();
}

void ScriptedServer::say_certificate_verify() {
  const auto signed_content = SignedContent::make(Purpose::server, transcript_.hash()).value();
  Data signature(crypto::max_signature_size);
  signature.resize(
      localhost()
          .impl()
          .key->sign(SignatureScheme::ecdsa_secp256r1_sha256, signed_content.bytes(), signature)
          .value());
  say(message(15, Data{4, 3} + vector(2, signature)));
}

void ScriptedServer::say_finished() {
  if (peer_.error) return;
  say(message(20, octets(verify_data("SERVER_HANDSHAKE_TRAFFIC_SECRET"))));
  protect("SERVER_TRAFFIC_SECRET_0");
}

void ScriptedServer::play() {
  if (retries) say_retry(retry());
  say_hello(hello());
  play_protected();
}

void ScriptedServer::play_protected() {
  say(encrypted_extensions);
  if (!certificate_request.empty()) say(certificate_request);
  say(certificate);
  say_certificate_verify();
  say_finished();
}

Octets certificate_of(const crypto::Issued& issued) {
  return Credential::from_chain_pem(issued.certificate_pem)->impl().chain.front();
}

Message certificate_message(std::span<const Octets> chain, const Data& extensions) {
  Data list;
  for (const Octets& certificate : chain) {
    list = list + vector(3, certificate) + vector(2, extensions);
  }
  return message(11, Data{0} + vector(3, list));
}

ScriptedClient::ScriptedClient(ServerConfig::Builder config)
    : ScriptedClient(std::move(config), std::make_shared<Secrets>()) {}

ScriptedClient::ScriptedClient(ServerConfig::Builder config, std::shared_ptr<Secrets> secrets)
    : Script(logged_server(config, secrets), secrets) {
  hello.version = {3, 3};
  hello.random = Data(32, 0xc1);
  hello.session_id = Data(32, 0x1d);
  hello.suites = {0x13, 0x01};
  hello.compression = {0};
  hello.extensions = {{43, vector(1, {3, 4})},
                      {10, vector(2, {0, 29})},
                      {13, vector(2, {4, 3})},
                      {51, vector(2, key_share_entry())}};
}

void ScriptedClient::say_hello(const Hello& said) {
  say(said.encode());
  if (peer_.error || peer_.outbox.empty()) return;
  const Octets answer = std::exchange(peer_.outbox, {});
  const Message encoding = plaintext_messages(answer);
  server_hello_ = Hello::parse(encoding);
  const bool retry = std::ranges::equal(server_hello_.random, hello_retry_request_random);
  if (retry) forget_first_hello();
  transcript_.add(encoding);
  if (retry) return;
  Tap tap(*secrets_, "SERVER_HANDSHAKE_TRAFFIC_SECRET", suite);
  for (const auto& seen : tap.read(answer)) transcript_.add(seen.content);
  protect("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
}

void ScriptedClient::say_finished() {
  if (peer_.error) return;
  say(message(20, octets(verify_data("CLIENT_HANDSHAKE_TRAFFIC_SECRET"))));
  protect("CLIENT_TRAFFIC_SECRET_0");
}

void ScriptedClient::play() {
  if (retries) {
    Hello first = hello;
    first.at(51) = {0, 0};
    say_hello(first);
  }
  say_hello(hello);
  say_finished();
}

bool works(Script& script) {
  Peer& peer = script.peer();
  if (peer.error || !peer.completed) return false;
  peer.data.clear();
  script.deliver(script.record(ContentType::application_data, bytes_of("to the peer")));
  return !peer.error && peer.data == octets("to the peer") &&
         peer.send("from the peer").has_value();
}

bool refused(Script& script, Error error, AlertDescription alert) {
  const Peer& peer = script.peer();
  if (peer.error != error || peer.completed) return false;
  return peer.connection.failure()->alert == alert && !peer.outbox.empty();
}

}  // namespace nacre::test
