#include "handshake/session_pair.h"

#include <memory>
#include <utility>

#include "handshake/config.h"
#include "handshake/psk_selection.h"
#include "session/session.h"
#include "session/ticket.h"

namespace nacre::test {
namespace {

constexpr std::uint32_t max_early_data = 1'000;
constexpr UnixTime age = 100;

ServerConfig make_server() {
  const auto guard = std::make_shared<MemoryReplayGuard>(
      MemoryReplayGuard::Start{.capacity = 64, .has_history = true});
  return server_builder()
      .ticket_keys(TicketKeys::random().value())
      .early_data({.guard = guard})
      .build()
      .value();
}

ClientConfig make_client(const ServerConfig& server) {
  const std::vector<std::uint8_t> secret(32, 0x42);
  const SessionState state{.created = test_time - age,
                           .authenticated = test_time - age,
                           .lifetime = 1'000,
                           .age_add = 77,
                           .max_early_data = max_early_data,
                           .cipher_suite = CipherSuite::tls_aes_128_gcm_sha256,
                           .psk = {secret},
                           .alpn = {},
                           .context = context_of(server.impl(), "localhost")};
  Salt salt{};
  salt.fill(0x24);
  std::vector<std::uint8_t> ticket(max_ticket_size);
  wire::Writer writer(ticket);
  seal_ticket(*server.impl().ticket_keys, salt, state, test_time - age, writer).value();

  auto session = std::make_unique<Session::Impl>();
  session->cipher_suite = state.cipher_suite;
  std::ranges::copy(secret, session->psk.resize(secret.size()).begin());
  session->age_add = state.age_add;
  session->max_early_data = max_early_data;
  session->received = test_time - age;
  session->expires = session->received + state.lifetime;
  session->server_name = "localhost";
  session->proved = {test_time - age, end_of_time};
  session->ticket.assign(writer.written().begin(), writer.written().end());
  session->chain = std::make_shared<const std::vector<std::vector<std::uint8_t>>>();

  const auto store = std::make_shared<MemoryClientSessionStore>();
  const ClientConfig client = client_builder().sessions(store).early_data().build().value();
  store->put({"localhost", client.impl().session_scope}, Session(std::move(session)));
  return client;
}

}  // namespace

SessionPair::SessionPair() : client(client_builder().build().value()), server(make_server()) {
  client = make_client(server);
}

}  // namespace nacre::test
