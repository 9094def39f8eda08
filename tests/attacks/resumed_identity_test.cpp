// Sessions that would carry an identity to where it has not been judged. RFC 9846, sections 4.3.11
// and 4.7.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <utility>

#include "attacks/side.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using Clients = ServerConfig::Builder::ClientAuthentication;

constexpr int pre_shared_key = 41;

crypto::Issued new_authority(const std::string& name) {
  return crypto::issue({.common_name = name,
                        .not_before = now - 10'000,
                        .not_after = now + 10'000,
                        .is_ca = true},
                       nullptr)
      .value();
}

TrustAnchors trust(const std::string& pem) {
  return TrustAnchors::from_pem(pem).value();
}

bool offers_session(const Message& client_hello) {
  const Hello hello = Hello::parse(client_hello);
  return std::ranges::count(hello.extensions, pre_shared_key, &std::pair<int, Data>::first) > 0;
}

// A client with a certificate, and a server for two names that asks for it.
struct Hosts : Resumable {
  explicit Hosts(bool is_stateful = false) : Resumable(is_stateful) {
    // Gives its session to whoever asks: an attacker's.
    client_sessions = std::make_shared<Careless>();
    client = [this](ClientConfig::Builder& builder) {
      if (shows_certificate) builder.credential(client_credential());
      if (change_client) change_client(builder);
    };
    server = [this](ServerConfig::Builder& builder) {
      builder.credential(both).client_authentication(asked);
      if (change_server) change_server(builder);
    };
  }

  Credential both = [] {
    const auto leaf = issue_leaf(crypto::KeyType::p256, {"a.example", "b.example"});
    return Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
  }();
  Clients asked{.anchors = trust(authority().certificate_pem), .required = false};
  bool shows_certificate = true;
  std::function<void(ClientConfig::Builder&)> change_client;
  std::function<void(ServerConfig::Builder&)> change_server;
};

// What the server makes of a client, and whether that has offered a session.
struct Visit {
  bool offered = false;
  bool completed = false;
  bool known = false;  // the server has a certificate of the client's
  KeySource source{};
  std::string alpn;
  std::optional<Error> error;
  std::optional<AlertDescription> alert;
};

Visit visit(Hosts& hosts, std::string_view name) {
  Between between(hosts.client_builder(), hosts.server_builder(), name);
  const Message hello = between.client.messages().front();
  between.server.hear(hello);
  between.inbox = between.server.messages();
  Visit seen;
  seen.offered = offers_session(hello);
  for (const Message& message : between.inbox) {
    if (!between.client.peer.error) between.client.hear(message);
  }
  // Its flight, message by message: the chain can be seen while the handshake goes on.
  const auto answer = between.client.messages();
  Connection& server = between.server.peer.connection;
  if (answer.empty()) seen.known = !server.peer_chain().empty();
  for (const Message& message : answer) {
    seen.known |= !server.peer_chain().empty();
    if (!between.server.peer.error) between.server.hear(message);
  }
  seen.completed = between.server.peer.completed && between.client.peer.completed;
  seen.source = server.negotiated().key_source;
  seen.alpn = server.negotiated().alpn;
  seen.error = between.server.peer.error;
  if (server.failure()) seen.alert = server.failure()->alert;
  // The tickets, for the next visit.
  for (const Message& ticket : between.server.messages()) between.client.hear(ticket);
  return seen;
}

// Anew, with a certificate from the server and, if it has one, the client.
void check_full(const Visit& seen, bool known) {
  CHECK(seen.completed);
  CHECK(seen.source == KeySource::certificate);
  CHECK(seen.known == known);
}

void check_resumed(const Visit& seen, bool known = true) {
  CHECK(seen.completed);
  CHECK(seen.offered);
  CHECK(seen.source == KeySource::session);
  CHECK(seen.known == known);
}

}  // namespace

TEST_CASE("AC-012: a server whose clients' authorities changed resumes nothing from before",
          "[AC-012][rfc9846-4.7.1]") {
  const std::string other = new_authority("other").certificate_pem;
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Hosts hosts(is_stateful);
    check_full(visit(hosts, "a.example"), true);
    check_resumed(visit(hosts, "a.example"));
    // One more is trusted: it is asked again.
    hosts.asked.anchors = trust(authority().certificate_pem + other);
    const Visit more = visit(hosts, "a.example");
    CHECK(more.offered);
    check_full(more, true);
    // The client's is trusted no more.
    hosts.asked.anchors = trust(other);
    hosts.asked.authorities.emplace();
    const Visit none = visit(hosts, "a.example");
    CHECK(none.offered);
    CHECK_FALSE(none.completed);
    CHECK(none.source == KeySource::certificate);
    CHECK(none.error == Error::unknown_issuer);
    CHECK(none.alert == unknown_ca);
  }
}

TEST_CASE("AC-012: a server that has come to distrust clients by a list resumes nothing of theirs",
          "[AC-012][rfc9846-4.7.1]") {
  Hosts hosts;
  check_full(visit(hosts, "a.example"), true);
  hosts.change_server = [](ServerConfig::Builder& builder) {
    const crypto::CrlRequest request{.this_update = now - 10,
                                     .next_update = now + 10,
                                     .revoked = {client_leaf()},
                                     .revoked_at = now - 5};
    builder.revocation(
        RevocationLists::from_pem(crypto::issue_crl(request, authority()).value()).value());
  };
  const Visit seen = visit(hosts, "a.example");
  CHECK(seen.offered);
  CHECK_FALSE(seen.completed);
  CHECK(seen.error == Error::certificate_revoked);
  CHECK(seen.alert == certificate_revoked);
}

TEST_CASE("AC-012: a client whose roots changed offers nothing from before",
          "[AC-012][rfc9846-4.7.1]") {
  const std::string other = new_authority("other").certificate_pem;
  Resumable pair;
  (void)pair.connect();
  REQUIRE(pair.client_store->size() > 0);
  for (const bool with_old : {true, false}) {
    CAPTURE(with_old);
    ClientConfig::Builder client(trust((with_old ? authority().certificate_pem : "") + other));
    client.policy(quick_policy()).sessions(pair.client_store).clock([] { return now; });
    Side changed(client);
    changed.peer.run();
    CHECK_FALSE(offers_session(changed.messages().front()));
    Peers peers(client.build().value(), pair.server_builder().build().value());
    peers.drive();
    CHECK(peers.client.completed == with_old);
    CHECK(peers.client.connection.negotiated().key_source == KeySource::certificate);
    if (with_old) continue;
    CHECK(peers.client.error == Error::unknown_issuer);
    CHECK(peers.client.connection.failure()->alert == unknown_ca);
  }
  // With the old ones alone it does.
  CHECK(pair.connect().client.connection.negotiated().key_source == KeySource::session);
}

TEST_CASE("AC-013: a session of another name is declined, and its identity with it",
          "[AC-013][rfc9846-4.3.11][rfc9846-4.7.1]") {
  for (const bool is_stateful : {false, true}) {
    for (const bool shows_again : {false, true}) {
      CAPTURE(is_stateful, shows_again);
      Hosts hosts(is_stateful);
      check_full(visit(hosts, "a.example"), true);
      check_resumed(visit(hosts, "a.example"));
      hosts.shows_certificate = shows_again;
      const Visit elsewhere = visit(hosts, "b.example");
      CHECK(elsewhere.offered);
      check_full(elsewhere, shows_again);
    }
  }
}

TEST_CASE("AC-013: a session of another tenant is declined, and its identity with it",
          "[AC-013][rfc9846-4.7.1]") {
  Hosts hosts;
  check_full(visit(hosts, "a.example"), true);
  hosts.shows_certificate = false;
  hosts.change_server = [](ServerConfig::Builder& builder) {
    builder.session_context(bytes_of("another"));
  };
  const Visit elsewhere = visit(hosts, "a.example");
  CHECK(elsewhere.offered);
  check_full(elsewhere, false);
}

// RFC 9846 ties a protocol to early data alone (section 4.3.10; AC-077), and has it negotiated anew
// in each handshake. The identity is the same name's: what another protocol may do with it is for
// the application to tell, or for a session_context of its own.
TEST_CASE("AC-013: a session of another protocol has the protocol of this handshake",
          "[AC-013][rfc9846-4.3.11]") {
  Hosts hosts;
  hosts.change_client = [](ClientConfig::Builder& builder) { builder.alpn({"one"}); };
  hosts.change_server = [](ServerConfig::Builder& builder) { builder.alpn({"one", "two"}); };
  const Visit first = visit(hosts, "a.example");
  check_full(first, true);
  CHECK(first.alpn == "one");
  hosts.change_client = [](ClientConfig::Builder& builder) { builder.alpn({"two"}); };
  const Visit second = visit(hosts, "a.example");
  check_resumed(second);
  CHECK(second.alpn == "two");
  hosts.change_server = [](ServerConfig::Builder& builder) {
    builder.alpn({"one", "two"}).session_context(bytes_of("two"));
  };
  check_full(visit(hosts, "a.example"), true);
}

}  // namespace nacre::test
