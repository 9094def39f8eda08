#include "support/peers.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace nacre::test {

Octets octets(std::string_view text) {
  return octets(bytes_of(text));
}

Octets octets(Bytes bytes) {
  return Octets(bytes.begin(), bytes.end());
}

void append(Octets& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

bool Peer::step() {
  if (error) return false;
  ++steps;
  Octets outgoing(room);
  const auto step = connection.advance(inbox, outgoing);
  const std::size_t produced = step ? step->produced : connection.alert_size();
  const Bytes output = Bytes(outgoing).first(produced);
  append(outbox, output);
  append(sent, output);
  if (!step) {
    error = step.error();
    return produced > 0;
  }
  const bool has_event = take(step->event);
  inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(step->consumed));
  return step->consumed > 0 || produced > 0 || has_event;
}

bool Peer::take(const Event& event) {
  if (const auto* received = std::get_if<ApplicationData>(&event)) {
    append(data, received->data);
    empty_data += received->data.empty() ? 1U : 0U;
  } else if (const auto* before = std::get_if<EarlyData>(&event)) {
    append(early_data, before->data);
  } else if (const auto* received_tickets = std::get_if<TicketReceived>(&event)) {
    tickets += received_tickets->count;
  } else if (std::holds_alternative<HandshakeComplete>(event)) {
    completed = true;
    return true;
  } else if (std::holds_alternative<PeerClosed>(event)) {
    peer_closed = true;
  } else if (std::holds_alternative<NeedOutput>(event)) {
    ++need_output;
  } else if (!std::holds_alternative<NeedInput>(event) && answer) {
    answer(connection, event);
    return true;
  }
  return false;
}

bool Peer::run() {
  bool moved = false;
  while (step()) moved = true;
  return moved;
}

Result<void> Peer::send(Bytes plaintext) {
  while (!plaintext.empty()) {
    Octets outgoing(room);
    const auto sealed = connection.seal(plaintext, outgoing);
    if (!sealed) return fail(sealed.error());
    append(outbox, Bytes(outgoing).first(sealed->produced));
    append(sent, Bytes(outgoing).first(sealed->produced));
    plaintext = plaintext.subspan(sealed->consumed);
  }
  return {};
}

Result<void> Peer::send(std::string_view text) {
  return send(bytes_of(text));
}

Result<void> Peer::close() {
  Octets outgoing(room);
  const auto size = connection.close(outgoing);
  if (!size) return fail(size.error());
  append(outbox, Bytes(outgoing).first(*size));
  append(sent, Bytes(outgoing).first(*size));
  return {};
}

Result<void> Peer::update_keys(bool request_peer) {
  Octets outgoing(room);
  const auto size = connection.update_keys(request_peer, outgoing);
  if (!size) return fail(size.error());
  append(outbox, Bytes(outgoing).first(*size));
  append(sent, Bytes(outgoing).first(*size));
  return {};
}

Peers::Peers(const ClientConfig& client_config, const ServerConfig& server_config,
             std::string_view server_name, const std::optional<EchConfigList>& ech)
    : client((ech ? Connection::client(client_config, server_name, *ech)
                  : Connection::client(client_config, server_name))
                 .value()),
      server(Connection::server(server_config).value()) {}

void Peers::deliver_to_server() {
  append(server.inbox, std::exchange(client.outbox, {}));
}

void Peers::deliver_to_client() {
  append(client.inbox, std::exchange(server.outbox, {}));
}

void Peers::drive() {
  for (bool moved = true; moved;) {
    moved = client.run();
    moved = !client.outbox.empty() || moved;
    deliver_to_server();
    moved = server.run() || moved;
    moved = !server.outbox.empty() || moved;
    deliver_to_client();
  }
}

Peers connected(const ClientConfig& client_config, const ServerConfig& server_config) {
  Peers peers(client_config, server_config);
  peers.drive();
  return peers;
}

Octets WireRecord::encode() const {
  const std::array<std::uint8_t, 5> header{
      static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(version >> 8),
      static_cast<std::uint8_t>(version & 0xff), static_cast<std::uint8_t>(content.size() >> 8),
      static_cast<std::uint8_t>(content.size() & 0xff)};
  Octets record(header.size() + content.size());
  std::ranges::copy(header, record.begin());
  std::ranges::copy_backward(content, record.end());
  return record;
}

std::vector<WireRecord> split_records(Bytes stream) {
  std::vector<WireRecord> records;
  while (stream.size() >= 5) {
    const std::size_t length = static_cast<std::size_t>(stream[3]) << 8 | stream[4];
    if (stream.size() < 5 + length) break;
    records.push_back({static_cast<ContentType>(stream[0]),
                       static_cast<std::uint16_t>(stream[1] << 8 | stream[2]),
                       octets(stream.subspan(5, length))});
    stream = stream.subspan(5 + length);
  }
  return records;
}

}  // namespace nacre::test
