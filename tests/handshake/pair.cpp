#include "handshake/pair.h"

#include <algorithm>

#include "support/policies.h"
#include "wire/reader.h"

namespace nacre::test {

HandshakeMessage view(const Message& message) {
  const Bytes bytes(message);
  return {static_cast<HandshakeType>(bytes.front()), bytes.subspan(4), bytes};
}

std::deque<Message> take_flight(HandshakeCore& core) {
  std::deque<Message> messages;
  while (!core.flight.is_sent()) {
    wire::Reader reader(core.flight.pending());
    std::size_t size = 0;
    while (!reader.empty()) {
      const Bytes rest = reader.rest();
      (void)reader.take(1).value();
      (void)reader.vector<3>().value();
      const Bytes whole = rest.first(rest.size() - reader.rest().size());
      messages.emplace_back(whole.begin(), whole.end());
      size += whole.size();
    }
    core.flight.mark_sent(size);
    (void)core.flight.next_change();
  }
  return messages;
}

const crypto::Issued& test_ca() {
  static const crypto::Issued ca = crypto::issue({.common_name = "Test CA",
                                                  .not_before = test_time - 86'400,
                                                  .not_after = test_time + 86'400,
                                                  .is_ca = true},
                                                 nullptr)
                                       .value();
  return ca;
}

const Credential& test_credential() {
  static const crypto::Issued leaf = crypto::issue({.common_name = "localhost",
                                                    .names = {"localhost"},
                                                    .not_before = test_time - 86'400,
                                                    .not_after = test_time + 86'400},
                                                   &test_ca())
                                         .value();
  static const Credential credential =
      Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  return credential;
}

const Credential& test_client() {
  static const crypto::Issued leaf = crypto::issue({.common_name = "client",
                                                    .not_before = test_time - 86'400,
                                                    .not_after = test_time + 86'400,
                                                    .server_purpose = false,
                                                    .client_purpose = true},
                                                   &test_ca())
                                         .value();
  static const Credential credential =
      Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  return credential;
}

const TrustAnchors& test_anchors() {
  static const TrustAnchors anchors = TrustAnchors::from_pem(test_ca().certificate_pem).value();
  return anchors;
}

ClientConfig::Builder client_builder() {
  ClientConfig::Builder builder(test_anchors());
  builder.clock([] { return test_time; });
  return builder;
}

ServerConfig::Builder server_builder() {
  ServerConfig::Builder builder(test_credential());
  builder.clock([] { return test_time; });
  return builder;
}

Policy only(NamedGroup group) {
  return with_groups({group});
}

Result<void> Sevens::fill(MutableBytes out) {
  std::ranges::fill(out, std::uint8_t{7});
  return {};
}

Pair::Pair(const ClientConfig& client_config, const ServerConfig& server_config)
    : client(client_config, PeerName::parse("localhost").value()), server(server_config) {}

Result<void> Pair::run() {
  if (client.state() == ClientState::start) TRY(client.begin());
  const auto waits = [](const auto& side) {
    return !std::holds_alternative<std::monostate>(side.core().question);
  };
  for (bool moved = true; moved;) {
    moved = false;
    for (const Message& message : take_flight(client.core())) {
      TRY(server.receive(view(message)));
      moved = true;
      if (waits(server)) return {};
    }
    for (const Message& message : take_flight(server.core())) {
      TRY(client.receive(view(message)));
      moved = true;
      if (waits(client)) return {};
    }
  }
  return {};
}

}  // namespace nacre::test
