#include "attacks/side.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <utility>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "crypto/cipher_suite.h"

namespace nacre::test {
namespace {

template <class Builder>
std::shared_ptr<Secrets> log_of(Builder& builder) {
  auto secrets = std::make_shared<Secrets>();
  danger::log_secrets(builder, secrets);
  return secrets;
}

Connection make_client(ClientConfig::Builder& config, std::string_view server_name,
                       const std::optional<EchConfigList>& ech) {
  const ClientConfig built = config.build().value();
  return (ech ? Connection::client(built, server_name, *ech)
              : Connection::client(built, server_name))
      .value();
}

Connection make_server(ServerConfig::Builder& config) {
  return Connection::server(config.build().value()).value();
}

// Every key that a side may have written with until now, for each suite that it fits.
std::vector<record::RecordOpener> openers(const Secrets& secrets, bool is_client) {
  const std::string prefix = is_client ? "CLIENT_" : "SERVER_";
  std::vector<record::RecordOpener> openers;
  for (const char* const label :
       {"EARLY_TRAFFIC_SECRET", "HANDSHAKE_TRAFFIC_SECRET", "TRAFFIC_SECRET_0"}) {
    if (!secrets.all().contains(prefix + label)) continue;
    for (const auto& suite : crypto::cipher_suites) {
      auto opener = record::RecordOpener::create(suite.suite, secrets.secret(prefix + label));
      if (opener) openers.push_back(*std::move(opener));
    }
  }
  return openers;
}

Said decrypt(const WireRecord& wire, std::vector<record::RecordOpener>& openers) {
  for (record::RecordOpener& opener : openers) {
    Octets record = wire.encode();
    if (const auto opened = opener.open(record)) {
      const Said said{opened->type, octets(opened->content), true};
      if (is_key_update(said)) (void)opener.update().value();
      return said;
    }
  }
  FAIL("a record that no known key opens");
  return {};
}

}  // namespace

bool is_key_update(const Said& said) {
  return said.is_protected && test::is_key_update(said.type, said.content);
}

Side::Side(Connection connection, std::shared_ptr<Secrets> log, bool is_client)
    : peer(std::move(connection)), secrets(std::move(log)), is_client_(is_client) {}

Side::Side(ClientConfig::Builder config, std::string_view server_name,
           const std::optional<EchConfigList>& ech)
    : Side([&] {
        const auto log = log_of(config);
        return Side(make_client(config, server_name, ech), log, true);
      }()) {}

Side::Side(ServerConfig::Builder config)
    : Side([&] {
        const auto log = log_of(config);
        return Side(make_server(config), log, false);
      }()) {}

Forger* Side::forger() {
  if (peer.error) {  // keys that are gone: as before
    if (application_forger_) return &*application_forger_;
    return handshake_forger_ ? &*handshake_forger_ : nullptr;
  }
  const std::string prefix = is_client_ ? "SERVER_" : "CLIENT_";
  const CipherSuite suite = peer.connection.negotiated().cipher_suite;
  if (peer.completed) {
    if (!application_forger_) {
      application_forger_.emplace(*secrets, prefix + "TRAFFIC_SECRET_0", suite);
    }
    return &*application_forger_;
  }
  if (!handshake_forger_ && secrets->all().contains(prefix + "HANDSHAKE_TRAFFIC_SECRET")) {
    handshake_forger_.emplace(*secrets, prefix + "HANDSHAKE_TRAFFIC_SECRET", suite);
  }
  return handshake_forger_ ? &*handshake_forger_ : nullptr;
}

Octets Side::record(ContentType type, Bytes content) {
  Forger* const keys = forger();
  return keys != nullptr ? keys->record(type, content)
                         : WireRecord{type, 0x0303, octets(content)}.encode();
}

void Side::take(Bytes bytes) {
  append(peer.inbox, bytes);
  peer.run();
}

void Side::hear(const Message& message) {
  Bytes rest = message;
  do {
    const Bytes content = rest.first(std::min<std::size_t>(16'384, rest.size()));
    take(record(ContentType::handshake, content));
    rest = rest.subspan(content.size());
  } while (!rest.empty());
}

std::vector<Said> Side::said() const {
  auto keys = openers(*secrets, is_client_);
  std::vector<Said> said;
  for (const WireRecord& wire : split_records(peer.sent)) {
    const bool is_protected = wire.type == ContentType::application_data;
    said.push_back(is_protected ? decrypt(wire, keys) : Said{wire.type, wire.content, false});
  }
  return said;
}

std::deque<Message> Side::messages() {
  Data stream;
  for (const Said& record : said()) {
    if (record.type == ContentType::handshake) append(stream, record.content);
  }
  std::deque<Message> messages;
  Cursor cursor(stream);
  for (std::size_t index = 0; !cursor.empty(); ++index) {
    const std::size_t type = cursor.number(1);
    Message next = message(static_cast<std::uint8_t>(type), cursor.vector(3));
    if (index >= messages_read_) messages.push_back(std::move(next));
  }
  messages_read_ += messages.size();
  return messages;
}

Between::Between(ClientConfig::Builder client_builder, ServerConfig::Builder server_builder,
                 std::string_view server_name, const std::optional<EchConfigList>& ech)
    : client(std::move(client_builder), server_name, ech), server(std::move(server_builder)) {
  client.peer.run();
}

void Between::greet() {
  for (const Message& hello : client.messages()) server.hear(hello);
  inbox = server.messages();
}

void Between::tell_client(std::size_t count) {
  for (; count > 0; --count) {
    REQUIRE_FALSE(inbox.empty());
    client.hear(inbox.front());
    REQUIRE_FALSE(client.peer.error);
    inbox.pop_front();
  }
}

void Between::connect() {
  for (greet(); !inbox.empty(); greet()) tell_client(inbox.size());
  REQUIRE(client.peer.completed);
  REQUIRE(server.peer.completed);
}

Between told(std::size_t count, ClientConfig::Builder client, ServerConfig::Builder server) {
  Between between(std::move(client), std::move(server));
  between.greet();
  between.tell_client(count);
  return between;
}

ClientConfig::Builder retried_client() {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  return client_config().policy(policy);
}

ServerConfig::Builder retrying_server() {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::secp256r1};
  policy.key_shares = {};
  return server_config().policy(policy);
}

Between connected_between() {
  Between between;
  between.connect();
  return between;
}

Between retried_between() {
  Between between(retried_client(), retrying_server());
  between.greet();
  return between;
}

const std::vector<Make>& without_keys() {
  static const std::vector<Make> sides{
      [] { return told(Told::nothing).client; },
      [] {
        Between between = retried_between();
        between.tell_client(1);
        return std::move(between.client);
      },
      [] { return Side(server_config()); },
      [] { return retried_between().server; },
  };
  return sides;
}

const std::vector<Make>& with_handshake_keys() {
  static const std::vector<Make> sides{
      [] { return told(Told::server_hello).client; },
      [] { return told(Told::certificate_verify).client; },
      [] { return told(Told::nothing).server; },
  };
  return sides;
}

const std::vector<Make>& with_application_keys() {
  static const std::vector<Make> sides{
      [] { return connected_between().client; },
      [] { return connected_between().server; },
  };
  return sides;
}

const std::vector<Make>& with_keys() {
  static const std::vector<Make> sides = [] {
    std::vector<Make> all = with_handshake_keys();
    all.insert(all.end(), with_application_keys().begin(), with_application_keys().end());
    return all;
  }();
  return sides;
}

std::size_t heap_in_use() {
#if defined(__GLIBC__)
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

void check_refused(Side& side, Outcome outcome, std::size_t data_read) {
  Connection& connection = side.peer.connection;
  REQUIRE(side.peer.error);
  CHECK(name(*side.peer.error) == name(outcome.error));
  REQUIRE(connection.failure());
  CHECK(connection.failure()->alert == outcome.alert);
  CHECK_FALSE(connection.failure()->alert_from_peer);

  const auto said = side.said();
  std::size_t alerts = 0;
  for (const Said& record : said) alerts += record.type == ContentType::alert ? 1U : 0U;
  CHECK(alerts == 1);
  REQUIRE_FALSE(said.empty());
  CHECK(said.back().type == ContentType::alert);
  CHECK(said.back().content == Octets{2, static_cast<std::uint8_t>(outcome.alert)});

  Octets more = side.record(ContentType::application_data, bytes_of("after"));
  Octets outgoing(max_record_size);
  const Result<Step> step = connection.advance(more, outgoing);
  CHECK(step == fail(*side.peer.error));
  CHECK(connection.alert_size() == 0);
  CHECK(connection.seal(bytes_of("after"), outgoing) == fail(*side.peer.error));
  CHECK(side.peer.data.size() == data_read);
}

}  // namespace nacre::test
