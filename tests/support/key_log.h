// Keys for tests that read or forge protected records, out of the key log.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/danger.h"
#include "record/opener.h"
#include "record/traffic_keys.h"
#include "support/peers.h"

namespace nacre::test {

class Secrets : public danger::KeyLog {
 public:
  void line(std::string_view text) override;

  // The secret of that label. It must have been logged.
  crypto::HashSecret secret(std::string_view label) const;
  const std::map<std::string, Octets, std::less<>>& all() const { return secrets_; }

 private:
  std::map<std::string, Octets, std::less<>> secrets_;
};

// Whether a record's content is a whole KeyUpdate. A part of another message may begin as it does.
bool is_key_update(ContentType type, Bytes content);

// Writes what a well-behaved peer would not.
class Forger {
 public:
  // With that key, from sequence number 0 on.
  Forger(const Secrets& secrets, std::string_view label,
         CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256);

  Octets record(ContentType type, Bytes content, std::size_t padding = 0,
                std::uint16_t legacy_version = 0x0303);
  // A TLSInnerPlaintext as it is, lawful or not.
  Octets raw(Bytes inner, std::uint16_t legacy_version = 0x0303);
  Octets alert(AlertDescription description, std::uint8_t level = 2);
  Octets data(std::string_view text);
  // And changes to the next keys.
  Octets key_update(std::uint8_t request);
  void update();

 private:
  record::TrafficKeys keys_;
  std::uint64_t sequence_ = 0;
};

// Reads along.
class Tap {
 public:
  Tap(const Secrets& secrets, std::string_view label,
      CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256);

  struct Seen {
    ContentType type{};
    Octets content;
    std::size_t record_size = 0;  // on the wire, header included
    std::size_t padding = 0;
  };
  // Decrypts the records of `stream` that are protected; KeyUpdates change the keys.
  std::vector<Seen> read(Bytes stream);

 private:
  record::RecordOpener opener_;
};

// Two sides that have shaken hands, and their secrets.
struct Tapped {
  explicit Tapped(ClientConfig::Builder client = test::client_config(),
                  ServerConfig::Builder server = test::server_config());

  // Hands `bytes` to one side as if the other had sent them, and lets it run.
  void to_client(Bytes bytes);
  void to_server(Bytes bytes);

  std::shared_ptr<Secrets> secrets = std::make_shared<Secrets>();
  Peers peers;
  Forger from_client;
  Forger from_server;

 private:
  static Peers shake(ClientConfig::Builder& client, const ServerConfig::Builder& server,
                     const std::shared_ptr<Secrets>& secrets);
};

}  // namespace nacre::test
