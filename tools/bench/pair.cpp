// Both sides of a conversation.
#include "pair.h"

#include <memory>
#include <utility>

namespace bench {
namespace {

using namespace nacre;

// Until all of `in` is taken and all that there is to say is in `out`.
void run(Connection& connection, Wire& in, Wire& out) {
  for (;;) {
    const Step step = must(connection.advance(in.unread(), out.room()));
    in.read(step.consumed);
    out.write(step.produced);
    if (in.unread().empty() && step.consumed == 0) return;
    if (in.unread().empty() && connection.is_complete()) return;
  }
}

void read_record(Connection& connection, Wire& in, Wire& out, std::size_t size) {
  const auto step = connection.advance(in.unread(), out.room());
  if (!step) die("a record is refused");
  in.read(step->consumed);
  const auto* const data = std::get_if<ApplicationData>(&step->event);
  if (data == nullptr || data->data.size() != size) die("no such record");
}

void write_record(Connection& connection, Wire& out, Bytes plaintext) {
  const auto sealed = connection.seal(plaintext, out.room());
  if (!sealed || sealed->consumed != plaintext.size()) die("no room for a record");
  out.write(sealed->produced);
}

}  // namespace

Configs make_configs(const std::string& certificates, const Terms& terms) {
  const std::string prefix = certificates + "/" + terms.key;
  Policy policy = policy_2026;
  policy.groups = {terms.group};
  policy.key_shares = {terms.group};
  policy.cipher_suites = {terms.suite};
  const auto anchors = must(TrustAnchors::from_pem_file(prefix + "-root.pem"));

  ClientConfig::Builder client(anchors);
  client.policy(policy).ech_grease(false);  // which no peer sends
  ServerConfig::Builder server(
      must(Credential::from_pem_files(prefix + "-chain.pem", prefix + "-key.pem")));
  server.policy(policy);
  if (terms.mutual) {
    client.credential(
        must(Credential::from_pem_files(prefix + "-client-chain.pem", prefix + "-client-key.pem")));
    server.client_authentication({.anchors = anchors});
  }
  if (terms.tickets) {
    client.sessions(std::make_shared<MemoryClientSessionStore>());
    server.ticket_keys(must(TicketKeys::random()));
    server.tickets({.after_full_handshake = 1, .after_resumption = 1});
  }
  if (terms.remembers_signatures) client.signature_cache(must(SignatureCache::create()));
  return {must(client.build()), must(server.build())};
}

void Pair::shake_hands(const Configs& configs) {
  clear();
  on(client_cost,
     [&] { client_.emplace(must(Connection::client(configs.client, "bench.example"))); });
  on(server_cost, [&] { server_.emplace(must(Connection::server(configs.server))); });
  for (int i = 0; i < 4 && !(client_->is_complete() && server_->is_complete()); ++i) {
    on(client_cost, [&] { run(*client_, down_, up_); });
    on(server_cost, [&] { run(*server_, up_, down_); });
  }
  if (!client_->is_complete() || !server_->is_complete()) die("the handshake is not complete");
  on(client_cost, [&] { run(*client_, down_, up_); });  // the server's tickets
}

bool Pair::is_resumed() const {
  return client_->negotiated().key_source == KeySource::session;
}

void Pair::close() {
  on(client_cost, [&] { client_.reset(); });
  on(server_cost, [&] { server_.reset(); });
}

void Pair::seal(Bytes plaintext) {
  write_record(*client_, up_, plaintext);
}

void Pair::seal_in_place(std::size_t size) {
  up_.write(must(client_->seal_body(size, up_.room())));
}

void Pair::open(std::size_t size) {
  read_record(*server_, up_, down_, size);
}

void Pair::exchange(Bytes plaintext) {
  clear();
  on(client_cost, [&] { write_record(*client_, up_, plaintext); });
  on(server_cost, [&] {
    read_record(*server_, up_, down_, plaintext.size());
    write_record(*server_, down_, plaintext);
  });
  on(client_cost, [&] { read_record(*client_, down_, up_, plaintext.size()); });
}

}  // namespace bench
