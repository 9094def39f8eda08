// A handshake that stands still where one side's protected flight is on its way: to be read, and
// replaced.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "support/key_log.h"
#include "support/peers.h"

namespace nacre::test {

struct Flight {
  explicit Flight(bool by_server, ClientConfig::Builder client = client_config())
      : peers(make(client, secrets)) {
    peers.client.run();
    peers.deliver_to_server();
    peers.server.run();
    if (!by_server) {
      peers.deliver_to_client();
      peers.client.run();
    }
    Octets& outbox = by_server ? peers.server.outbox : peers.client.outbox;
    const std::string label =
        std::string(by_server ? "SERVER" : "CLIENT") + "_HANDSHAKE_TRAFFIC_SECRET";
    Tap tap(*secrets, label);
    Octets plain;
    for (const auto& seen : tap.read(outbox)) append(messages, seen.content);
    for (const WireRecord& record : split_records(outbox)) {
      if (record.type != ContentType::application_data) append(plain, record.encode());
    }
    outbox = plain;
    forger.emplace(*secrets, label);
  }

  std::shared_ptr<Secrets> secrets = std::make_shared<Secrets>();
  Peers peers;                   // in one's outbox, what it sent without protection
  Octets messages;               // what it sent protected
  std::optional<Forger> forger;  // protects something else in its place

 private:
  static Peers make(ClientConfig::Builder& client, const std::shared_ptr<Secrets>& secrets) {
    ServerConfig::Builder server = server_config();
    danger::log_secrets(client, secrets);
    danger::log_secrets(server, secrets);
    return Peers(*client.build(), *server.build());
  }
};

}  // namespace nacre::test
