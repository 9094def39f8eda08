// Pre-shared keys and early data. The first byte says how: bytes as they come to a server that
// knows tickets and keys; a true resuming ClientHello with some bytes altered; sealed records in
// place of its early data; or sealed records from a server to a client that resumes.
#include "connection_fuzz.h"
#include "cost.h"
#include "nacre/session.h"

using namespace nacre;
using namespace nacre::fuzz;

namespace {

ExternalPsk known_psk() {
  const Octets secret(32, 7);
  return ExternalPsk::make(bytes_of("identity"), secret).value();
}

// With one ticket key, always the same, and a guard that has seen nothing.
ServerConfig resuming_server() {
  static const Credential credential = Credential::from_pem(certificate, key).value();
  Octets keys(TicketKeys::key_size, 3);
  ServerConfig::Builder builder(credential);
  builder.policy(quick_policy()).clock(fixed_time).alpn({"h2"});
  builder.ticket_keys(TicketKeys::given(keys).value()).psk(known_psk());
  builder.early_data({.guard = std::make_shared<MemoryReplayGuard>(
                          MemoryReplayGuard::Start{.capacity = 16, .has_history = true}),
                      .max_size = 1'000});
  danger::replace_randomness(builder, std::make_shared<Constant>(2));
  return builder.build().value();
}

ClientConfig resuming_client(const std::shared_ptr<Secrets>& secrets,
                             const std::shared_ptr<ClientSessionStore>& store) {
  ClientConfig::Builder builder(danger::trust_anyone());
  builder.policy(quick_policy()).clock(fixed_time).alpn({"h2"}).psk(known_psk());
  builder.sessions(store).early_data();
  danger::replace_randomness(builder, std::make_shared<Constant>(1));
  danger::log_secrets(builder, secrets);
  return builder.build().value();
}

// A session of that server's, for that client: from a handshake, once. The handshake is by the key,
// which is no less a session.
Octets first_session() {
  const auto store = std::make_shared<MemoryClientSessionStore>();
  Subject client(
      Connection::client(resuming_client(std::make_shared<Secrets>(), store), "localhost").value());
  Subject server(Connection::server(resuming_server()).value());
  require(client.feed({}));
  require(server.feed(client.output()));
  require(client.feed(server.output()));
  require(server.feed(client.output()));
  require(client.feed(server.output()));
  require(store->size() > 0);
  return store->serialize();
}

std::shared_ptr<MemoryClientSessionStore> store_with_session() {
  static const Octets file = first_session();
  auto store = std::make_shared<MemoryClientSessionStore>();
  require(store->deserialize(file).has_value());
  return store;
}

struct Resuming {
  std::shared_ptr<Secrets> secrets = std::make_shared<Secrets>();
  Subject client{
      Connection::client(resuming_client(secrets, store_with_session()), "localhost").value()};
  Subject server{Connection::server(resuming_server()).value()};
  Octets hello;

  Resuming() {
    require(client.feed({}));
    require(client.connection().early_data_room() == 1'000);
    hello = client.output();
  }
};

// Three bytes each: where in the ClientHello, and what is there then.
Octets altered(Octets first_record, Bytes edits) {
  constexpr std::size_t header = record::header_size;
  const std::size_t size = static_cast<std::size_t>(first_record.at(3)) << 8 | first_record.at(4);
  for (; edits.size() >= 3; edits = edits.subspan(3)) {
    const std::size_t at = static_cast<std::size_t>(edits[0]) << 8 | edits[1];
    first_record.at(header + at % size) = edits[2];
  }
  return first_record;
}

// What the session's binder covers, and itself: all of the ClientHello but the binder behind it,
// which is that of the key (RFC 9846, section 4.3.11.2).
Bytes covered(Bytes hello) {
  constexpr std::size_t last_binder = 32;
  const std::size_t size = static_cast<std::size_t>(hello[3]) << 8 | hello[4];
  return hello.first(record::header_size + size - last_binder);
}

void fuzz_early_data(Bytes input) {
  Resuming both;
  require(both.server.feed(both.hello));
  require(both.server.connection().negotiated().early_data == EarlyDataStatus::accepted);
  Forger forger(*both.secrets, "CLIENT_EARLY_TRAFFIC_SECRET");
  require(both.client.feed(both.server.output()));
  Frames frames(input);
  std::uint8_t flags = 0;
  Bytes content;
  bool has_ended = false;
  while (frames.next(flags, content)) {
    Octets inner(content.begin(), content.end());
    inner.push_back(static_cast<std::uint8_t>(content_type(flags)));
    if (!both.server.feed(forger.seal(inner))) return;
    require(!both.server.is_complete() || has_ended);
    if ((flags & changes_keys) != 0) {
      forger = Forger(*both.secrets,
                      has_ended ? "CLIENT_TRAFFIC_SECRET_0" : "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
      has_ended = true;
    }
  }
}

void fuzz_sessions(std::uint8_t mode, Bytes input) {
  if (mode == 0) {
    Subject server(Connection::server(resuming_server()).value());
    (void)server.feed(input);
  } else if (mode == 1) {
    Resuming both;
    const Octets hello = altered(both.hello, input);
    const bool lives = both.server.feed(hello);
    const Negotiated negotiated = both.server.connection().negotiated();
    const bool is_believed = negotiated.key_source != KeySource::certificate ||
                             negotiated.early_data == EarlyDataStatus::accepted;
    require(!lives || is_believed == std::ranges::equal(covered(hello), covered(both.hello)));
  } else if (mode == 2) {
    fuzz_early_data(input);
  } else {
    Resuming both;
    require(both.server.feed(both.hello));
    const Octets flight = both.server.output();
    // The ServerHello's record is true; what follows is not.
    const std::size_t hello_size = 5 + (static_cast<std::size_t>(flight.at(3)) << 8 | flight.at(4));
    require(both.client.feed(Bytes(flight).first(hello_size)));
    feed_sealed(both.client, input, *both.secrets, "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                "SERVER_TRAFFIC_SECRET_0");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nacre::fuzz::CostBound bound(size, nacre::fuzz::connection_cost);
  if (size == 0) return 0;
  const Bytes input(data, size);
  fuzz_sessions(input[0] % 4, input.subspan(1));
  return 0;
}
