#include "support/key_log.h"

#include <algorithm>
#include <array>

#include "crypto/aead.h"
#include "record/framing.h"

namespace nacre::test {

namespace {

std::uint8_t nibble(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

Octets from_hex(std::string_view text) {
  Octets bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(nibble(text.at(i)) << 4 | nibble(text.at(i + 1))));
  }
  return bytes;
}

}  // namespace

void Secrets::line(std::string_view text) {
  const std::size_t label_end = text.find(' ');
  const std::size_t random_end = text.find(' ', label_end + 1);
  secrets_[std::string(text.substr(0, label_end))] = from_hex(text.substr(random_end + 1));
}

crypto::HashSecret Secrets::secret(std::string_view label) const {
  const Octets& bytes = secrets_.find(label)->second;
  crypto::HashSecret secret;
  std::ranges::copy(bytes, secret.resize(bytes.size()).begin());
  return secret;
}

Forger::Forger(const Secrets& secrets, std::string_view label, CipherSuite suite)
    : keys_(record::TrafficKeys::derive(suite, secrets.secret(label)).value()) {}

Octets Forger::raw(Bytes inner, std::uint16_t legacy_version) {
  const auto length = static_cast<std::uint16_t>(inner.size() + crypto::aead_tag_size);
  const auto header = record::encode({ContentType::application_data, length},
                                     static_cast<ProtocolVersion>(legacy_version));
  Octets record = octets(Bytes(header));
  record.resize(header.size() + length);
  const MutableBytes body = MutableBytes(record).subspan(header.size());
  (void)keys_.aead()
      .seal(body.first(inner.size()), body.subspan(inner.size()), keys_.nonce(sequence_++), inner,
            {}, header)
      .value();
  return record;
}

Octets Forger::record(ContentType type, Bytes content, std::size_t padding,
                      std::uint16_t legacy_version) {
  Octets inner = octets(content);
  inner.push_back(static_cast<std::uint8_t>(type));
  inner.resize(inner.size() + padding);
  return raw(inner, legacy_version);
}

Octets Forger::alert(AlertDescription description, std::uint8_t level) {
  return record(ContentType::alert, Octets{level, static_cast<std::uint8_t>(description)});
}

Octets Forger::data(std::string_view text) {
  return record(ContentType::application_data, bytes_of(text));
}

Octets Forger::key_update(std::uint8_t request) {
  const Octets sealed = record(ContentType::handshake, Octets{24, 0, 0, 1, request});
  update();
  return sealed;
}

void Forger::update() {
  (void)keys_.update();
  sequence_ = 0;
}

bool is_key_update(ContentType type, Bytes content) {
  return type == ContentType::handshake && content.size() == 5 &&
         std::ranges::equal(content.first(4), std::array{24, 0, 0, 1});
}

Tap::Tap(const Secrets& secrets, std::string_view label, CipherSuite suite)
    : opener_(record::RecordOpener::create(suite, secrets.secret(label)).value()) {}

std::vector<Tap::Seen> Tap::read(Bytes stream) {
  std::vector<Seen> seen;
  for (const WireRecord& wire : split_records(stream)) {
    if (wire.type != ContentType::application_data) continue;
    Octets record = wire.encode();
    const std::size_t inner = wire.content.size() - crypto::aead_tag_size;
    const auto opened = opener_.open(record).value();
    seen.push_back(
        {opened.type, octets(opened.content), record.size(), inner - opened.content.size() - 1});
    if (is_key_update(opened.type, opened.content)) (void)opener_.update().value();
  }
  return seen;
}

Peers Tapped::shake(ClientConfig::Builder& client, const ServerConfig::Builder& server,
                    const std::shared_ptr<Secrets>& secrets) {
  danger::log_secrets(client, secrets);
  return connected(*client.build(), *server.build());
}

Tapped::Tapped(ClientConfig::Builder client, ServerConfig::Builder server)
    : peers(shake(client, server, secrets)),
      from_client(*secrets, "CLIENT_TRAFFIC_SECRET_0",
                  peers.client.connection.negotiated().cipher_suite),
      from_server(*secrets, "SERVER_TRAFFIC_SECRET_0",
                  peers.client.connection.negotiated().cipher_suite) {}

void Tapped::to_client(Bytes bytes) {
  append(peers.client.inbox, bytes);
  peers.client.run();
}

void Tapped::to_server(Bytes bytes) {
  append(peers.server.inbox, bytes);
  peers.server.run();
}

}  // namespace nacre::test
