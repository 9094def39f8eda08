// What a session is bound to of its peer: how, when and until when that was proved, and whom the
// application expects. RFC 9846, sections 4.3.10, 4.3.11 and 4.7.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/sessions.h"

namespace nacre::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr UnixTime hour = 3'600;
constexpr UnixTime day = 24 * hour;

crypto::Issued issue_until(UnixTime end, const crypto::Issued& issuer, bool is_ca,
                           const std::string& name = "localhost") {
  crypto::IssueRequest request{
      .common_name = name, .not_before = now - day, .not_after = end, .is_ca = is_ca};
  request.server_purpose = request.client_purpose = !is_ca;
  if (!is_ca) request.names = {name};
  return crypto::issue(request, &issuer).value();
}

// The leaf, then what stands between it and authority().
Credential chain_of(const crypto::Issued& leaf, const std::string& others = "") {
  return Credential::from_pem(leaf.certificate_pem + others, leaf.key_pem).value();
}

const Credential& lasting() {
  static const Credential credential = chain_of(issue_until(now + 29 * day, authority(), false));
  return credential;
}

// Both sides have a certificate, and give what is kept to whoever asks.
struct Bound : Resumable {
  explicit Bound(bool is_stateful = false) : Resumable(is_stateful) {
    client_sessions = std::make_shared<Careless>();
    // Tickets outlive no key.
    if (keys) keys = TicketKeys::given(Octets(TicketKeys::key_size, 7)).value();
    client = [this](ClientConfig::Builder& builder) {
      builder.credential(of_client);
      if (change_client) change_client(builder);
    };
    server = [this](ServerConfig::Builder& builder) {
      builder = ServerConfig::Builder(of_server);
      builder.policy(quick_policy())
          .ticket_keys(keys)
          .sessions(server_store)
          .tickets({.lifetime = max_session_lifetime})
          .clock([this] { return server_time; });
      if (asks_client) {
        builder.client_authentication(
            {.anchors = TrustAnchors::from_pem(authority().certificate_pem).value()});
      }
      if (change_server) change_server(builder);
    };
  }
  void wait(UnixTime time) {
    client_time += time;
    server_time += time;
  }
  bool resumes() {
    const Peers peers = connect();
    const KeySource source = peers.client.connection.negotiated().key_source;
    CHECK(peers.server.connection.negotiated().key_source == source);
    return source == KeySource::session;
  }

  Credential of_client = lasting();
  Credential of_server = lasting();
  bool asks_client = true;
  std::function<void(ClientConfig::Builder&)> change_client;
  std::function<void(ServerConfig::Builder&)> change_server;
};

// Each side alone, by the other one's leave.
enum class Judge { client, server, nobody };

void lengthen(Bound& pair, Judge judge, seconds age) {
  const seconds ever = hours(24 * 365);
  pair.change_client = [=](ClientConfig::Builder& builder) {
    builder.max_proof_age(judge == Judge::client ? age : ever);
  };
  pair.change_server = [=, before = pair.change_server](ServerConfig::Builder& builder) {
    if (before) before(builder);
    builder.max_proof_age(judge == Judge::server ? age : ever);
  };
}

}  // namespace

TEST_CASE("AC-140 a session ends a week after its peer's last proof, however often renewed",
          "[AC-140][rfc9846-4.7.1][rfc9846-4.7.1-2eb22a]") {
  for (const Judge judge : {Judge::client, Judge::server, Judge::nobody}) {
    for (const bool is_stateful : {false, true}) {
      CAPTURE(static_cast<int>(judge), is_stateful);
      Bound pair(is_stateful);
      lengthen(pair, judge, max_session_lifetime);
      CHECK_FALSE(pair.resumes());
      for (int number = 1; number <= 6; ++number) {
        pair.wait(day);
        CHECK(pair.resumes());
      }
      pair.wait(day - 1);
      CHECK(pair.resumes());
      pair.wait(1);
      CHECK(pair.resumes() == (judge == Judge::nobody));
      // What was proved then begins anew.
      pair.wait(6 * day);
      CHECK(pair.resumes());
    }
  }
}

TEST_CASE("AC-140 a session ends after the time that each side's configuration has now",
          "[AC-140][rfc9846-4.7.1]") {
  for (const Judge judge : {Judge::client, Judge::server}) {
    for (const bool asks_client : {true, false}) {
      CAPTURE(static_cast<int>(judge), asks_client);
      Bound pair;
      pair.asks_client = asks_client;
      CHECK_FALSE(pair.resumes());
      pair.wait(hour - 1);
      lengthen(pair, judge, hours(1));
      CHECK(pair.resumes());
      // The renewed one has the time of the first.
      pair.wait(1);
      CHECK_FALSE(pair.resumes());
      pair.change_client = {};
      pair.change_server = {};
      CHECK(pair.resumes());
      pair.wait(day);
      lengthen(pair, judge, hours(1));
      CHECK_FALSE(pair.resumes());
    }
  }
}

TEST_CASE("AC-140 a client's session says when it ends, and an age has to be positive",
          "[AC-140][rfc9846-4.7.1]") {
  Bound pair;
  const auto store = std::make_shared<MemoryClientSessionStore>();
  pair.client_sessions = store;
  lengthen(pair, Judge::client, hours(1));
  (void)pair.connect();
  const auto configs = pair.configs();
  const auto session = store->take({"localhost", configs.first.impl().session_scope}, now);
  REQUIRE(session);
  CHECK(session->expires() == now + hour);
  pair.change_client = [](ClientConfig::Builder& builder) { builder.max_proof_age(seconds(0)); };
  CHECK(pair.client_builder().build() == fail(Error::bad_configuration));
  pair.change_client = {};
  pair.change_server = [](ServerConfig::Builder& builder) { builder.max_proof_age(seconds(0)); };
  CHECK(pair.server_builder().build() == fail(Error::bad_configuration));
}

TEST_CASE("AC-141 a session ends with the whole path's earliest notAfter, on each side",
          "[AC-141][rfc9846-4.7.1][rfc9846-4.7.1-2eb22a]") {
  // Whose certificates, and which of them ends.
  for (const Judge judge : {Judge::client, Judge::server}) {
    for (const bool ends_leaf : {true, false}) {
      for (const bool is_stateful : {true, false}) {
        CAPTURE(static_cast<int>(judge), ends_leaf, is_stateful);
        const UnixTime soon = now + 2 * hour;
        const crypto::Issued middle =
            issue_until(ends_leaf ? now + 9 * day : soon, authority(), true, "middle");
        const crypto::Issued leaf = issue_until(ends_leaf ? soon : now + 9 * day, middle, false);
        Bound pair(is_stateful);
        Credential& presented = judge == Judge::client ? pair.of_server : pair.of_client;
        presented = chain_of(leaf, middle.certificate_pem);
        CHECK_FALSE(pair.resumes());
        pair.wait(hour);
        CHECK(pair.resumes());
        pair.wait(hour);
        CHECK(pair.resumes());
        pair.wait(1);
        Peers late = pair.meet();
        const Peer& side = judge == Judge::client ? late.client : late.server;
        CHECK(side.error == Error::certificate_expired);
        CHECK(side.connection.negotiated().key_source == KeySource::certificate);
      }
    }
  }
}

TEST_CASE("AC-150: a session of whom the application presented is nobody else's",
          "[AC-150][rfc9846-4.4.2]") {
  const Credential bob = chain_of(issue_until(now + 9 * day, authority(), false, "bob"));
  const auto tell = [](ClientConfig::Builder& builder, const char* context) {
    builder.ask_credential();
    if (*context != 0) builder.session_context(bytes_of(context));
  };
  for (const bool has_context : {false, true}) {
    for (const bool asks_client : {true, false}) {
      CAPTURE(has_context, asks_client);
      Bound pair;
      pair.asks_client = asks_client;
      pair.client_sessions = std::make_shared<MemoryClientSessionStore>();
      const auto meet_as = [&](const Credential& who, const char* name) {
        pair.change_client = [=](ClientConfig::Builder& builder) {
          tell(builder, has_context ? name : "");
        };
        const auto configs = pair.configs();
        Peers peers(configs.first, configs.second);
        bool is_asked = false;
        peers.client.answer = [&](Connection& connection, const Event&) {
          is_asked = true;
          REQUIRE(connection.resume(Presented{who}));
        };
        peers.drive();
        REQUIRE(peers.server.completed);
        const KeySource source = peers.server.connection.negotiated().key_source;
        CHECK(is_asked == (asks_client && source == KeySource::certificate));
        return source == KeySource::session;
      };
      CHECK_FALSE(meet_as(lasting(), "alice"));
      CHECK(meet_as(bob, "bob") == !(asks_client || has_context));
      CHECK(meet_as(lasting(), "alice") == (has_context || !asks_client));
    }
  }
}

TEST_CASE("AC-177: an anchor's dates, where asked for, are those of sessions too",
          "[AC-177][rfc5280-6.1.1][rfc9846-4.7.1]") {
  const Credential longer = chain_of(issue_until(now + 90 * day, authority(), false));
  for (const Judge judge : {Judge::client, Judge::server, Judge::nobody}) {
    CAPTURE(static_cast<int>(judge));
    Bound pair;
    pair.of_server = pair.of_client = longer;
    pair.change_client = [=](ClientConfig::Builder& builder) {
      builder.max_proof_age(hours(24 * 365)).check_anchor_dates(judge == Judge::client);
    };
    pair.change_server = [=](ServerConfig::Builder& builder) {
      builder.max_proof_age(hours(24 * 365)).check_anchor_dates(judge == Judge::server);
    };
    CHECK_FALSE(pair.resumes());
    for (int number = 0; number < 5; ++number) {
      pair.wait(6 * day);
      CHECK(pair.resumes());
    }
    pair.wait(1);  // authority() has ended
    Peers late = pair.meet();
    const Peer& side = judge == Judge::server ? late.server : late.client;
    const bool is_looked_at = judge != Judge::nobody;
    CHECK((side.error == Error::certificate_expired) == is_looked_at);
    CHECK((side.connection.negotiated().key_source == KeySource::certificate) == is_looked_at);
  }
}

TEST_CASE("AC-152: a client that has proved itself is not lost for want of room for a ticket",
          "[AC-152][rfc9846-4.7.1]") {
  struct Counted : ClientSessionStore {
    void put(const SessionScope&, Session) override { ++count; }
    std::optional<Session> take(const SessionScope&, UnixTime) override { return std::nullopt; }
    std::size_t count = 0;
  };
  constexpr std::size_t wanted = 60;
  bool goes_without = false;
  for (std::size_t memory = 2'000; memory < 40'000; memory += 500) {
    CAPTURE(memory);
    Bound pair;
    pair.asks_client = false;
    const auto store = std::make_shared<Counted>();
    pair.client_sessions = store;
    pair.change_server = [=](ServerConfig::Builder& builder) {
      builder.limits({.handshake_memory = memory}).tickets({.after_full_handshake = wanted});
    };
    const Peers peers = pair.meet();
    if (peers.client.completed) CHECK(peers.server.completed);
    goes_without |= peers.server.completed && store->count < wanted;
  }
  CHECK(goes_without);
}

TEST_CASE("AC-141 where the application gives the verdict, a session ends with the leaf",
          "[AC-141][rfc9846-4.7.1]") {
  for (const Judge judge : {Judge::client, Judge::server}) {
    CAPTURE(static_cast<int>(judge));
    const crypto::Issued middle = issue_until(now + hour, authority(), true, "middle");
    const crypto::Issued leaf = issue_until(now + 2 * hour, middle, false);
    Bound pair;
    (judge == Judge::client ? pair.of_server : pair.of_client) =
        chain_of(leaf, middle.certificate_pem);
    if (judge == Judge::client) {
      pair.change_client = [](ClientConfig::Builder& builder) { builder.ask_verdict(); };
    } else {
      pair.change_server = [](ServerConfig::Builder& builder) { builder.ask_verdict(); };
    }
    std::size_t asked = 0;
    const auto visit = [&] {
      const std::size_t before = asked;
      const Peers peers = pair.meet("localhost", [&](Peers& under_way) {
        const auto believe = [&](Connection& connection, const Event&) {
          ++asked;
          CHECK(connection.resume(Verdict{}));
        };
        under_way.client.answer = under_way.server.answer = believe;
      });
      CHECK(peers.server.completed);
      const bool is_resumed = peers.server.connection.negotiated().key_source == KeySource::session;
      CHECK(is_resumed == (asked == before));
      return is_resumed;
    };
    CHECK_FALSE(visit());
    pair.wait(2 * hour);
    CHECK(visit());
    pair.wait(1);
    CHECK_FALSE(visit());
  }
}

namespace {

ExternalPsk key(std::string_view identity, std::uint8_t octet) {
  return ExternalPsk::make(bytes_of(identity), Octets(32, octet)).value();
}

// What the sides say of a connection, when it is complete.
struct Told {
  KeySource source{};
  KeySource began_with{};
  Octets identity;
  CertificateType type{};

  explicit Told(const Peer& peer)
      : source(peer.connection.negotiated().key_source),
        began_with(peer.connection.negotiated().began_with),
        identity(octets(peer.connection.psk_identity())),
        type(peer.connection.negotiated().peer_certificate_type) {}
};

struct Meeting {
  std::optional<Told> client;
  std::optional<Told> server;
  std::vector<Octets> asked;  // identities that the server's application saw
  Octets of_session;
  std::optional<Error> error;  // the server's
};

// `known`: what the server's application answers.
Meeting meet(Resumable& pair, const std::optional<ExternalPsk>& known = std::nullopt) {
  Meeting meeting;
  const auto answer = [&](Connection& connection, const Event& event) {
    const auto* offered = std::get_if<PskOffered>(&event);
    REQUIRE(offered != nullptr);
    for (const Bytes identity : offered->identities) meeting.asked.push_back(octets(identity));
    meeting.of_session = octets(offered->of_session);
    (void)connection.resume(KnownPsk{known});
  };
  const auto note = [](std::optional<Told>& told, Peer& peer) {
    while (!peer.completed && peer.step()) {
    }
    if (peer.completed && !told) told.emplace(peer);
  };
  Peers peers = pair.meet("localhost", [&](Peers& under_way) {
    under_way.server.answer = answer;
    for (int round = 0; round < 4; ++round) {
      under_way.deliver_to_server();
      note(meeting.server, under_way.server);
      under_way.deliver_to_client();
      note(meeting.client, under_way.client);
    }
  });
  meeting.error = peers.server.error;
  // Both say the same, and no more once the handshake's memory is gone.
  if (meeting.client && meeting.server) {
    CHECK(meeting.client->source == meeting.server->source);
    CHECK(meeting.client->began_with == meeting.server->began_with);
    CHECK(meeting.client->identity == meeting.server->identity);
    CHECK(peers.server.connection.negotiated().began_with == meeting.server->began_with);
  }
  CHECK(peers.server.connection.psk_identity().empty());
  return meeting;
}

void check(const Meeting& meeting, KeySource source, KeySource began_with,
           std::string_view identity) {
  REQUIRE(meeting.client);
  REQUIRE(meeting.server);
  CHECK(meeting.server->source == source);
  CHECK(meeting.server->began_with == began_with);
  CHECK(meeting.server->identity == octets(identity));
}

}  // namespace

TEST_CASE("AC-143 both sides tell what a session began with, and which of several keys",
          "[AC-143][rfc9846-2.2][rfc9846-4.3.11]") {
  using enum KeySource;
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Resumable pair(is_stateful);
    check(meet(pair), certificate, certificate, "");
    check(meet(pair), session, certificate, "");

    pair.client_store = std::make_shared<MemoryClientSessionStore>();
    pair.client = [](ClientConfig::Builder& builder) { builder.psk(key("a", 1)).psk(key("b", 2)); };
    pair.server = [](ServerConfig::Builder& builder) { builder.psk(key("b", 2)).psk(key("c", 3)); };
    check(meet(pair), external_psk, external_psk, "b");
    check(meet(pair), session, external_psk, "b");
    check(meet(pair), session, external_psk, "b");

    // After a HelloRetryRequest, too: of a first ClientHello and a second one.
    pair.client = [](ClientConfig::Builder& builder) {
      Policy policy = quick_policy();
      policy.groups = {NamedGroup::x25519, NamedGroup::secp384r1};
      builder.policy(policy).psk(key("a", 1)).psk(key("b", 2));
    };
    pair.server = [](ServerConfig::Builder& builder) {
      Policy policy = quick_policy();
      policy.groups = {NamedGroup::secp384r1};
      policy.key_shares = {};
      builder.policy(policy).psk(key("b", 2));
    };
    check(meet(pair), external_psk, external_psk, "b");
    check(meet(pair), session, external_psk, "b");
  }
}

TEST_CASE("AC-143 a raw public key, and a key with a certificate, are told apart",
          "[AC-143][rfc7250]") {
  const Credential raw = Credential::from_raw_key_pem(localhost_leaf().key_pem).value();
  const SpkiPin pin = raw.spki_pin();
  Resumable pair;
  pair.client = [&](ClientConfig::Builder& builder) { builder.raw_public_keys({.pins = {pin}}); };
  pair.server = [&](ServerConfig::Builder& builder) {
    builder = ServerConfig::Builder(raw);
    builder.policy(quick_policy()).ticket_keys(pair.keys).clock([] { return now; });
  };
  for (const KeySource source : {KeySource::certificate, KeySource::session}) {
    const Meeting meeting = meet(pair);
    check(meeting, source, KeySource::certificate, "");
    CHECK(meeting.client->type == CertificateType::raw_public_key);
  }

  Resumable both;
  both.client = [](ClientConfig::Builder& builder) {
    builder = client_config();
    builder.psk(key("a", 1)).certificate_with_psk();
  };
  both.server = [](ServerConfig::Builder& builder) { builder.psk(key("a", 1)); };
  check(meet(both), KeySource::external_psk_certificate, KeySource::external_psk_certificate, "a");
}

TEST_CASE("AC-144 a session whose external PSK is known no more is not resumed: it is asked for",
          "[AC-144][rfc9846-4.3.11][rfc9846-4.7.1]") {
  using enum KeySource;
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Resumable pair(is_stateful);
    pair.client_sessions = std::make_shared<Careless>();
    pair.client = [](ClientConfig::Builder& builder) { builder.psk(key("a", 1)).psk(key("b", 2)); };
    pair.server = [](ServerConfig::Builder& builder) { builder.ask_psk(); };
    const Meeting first = meet(pair, key("b", 2));
    check(first, external_psk, external_psk, "b");
    CHECK(first.of_session.empty());
    // A ticket and its renewal: the key's identity stands in the ticket's place.
    for (int number = 0; number < 2; ++number) {
      const Meeting again = meet(pair, key("b", 2));
      check(again, session, external_psk, "b");
      CHECK(again.asked == std::vector<Octets>{octets("b"), octets("a"), octets("b")});
      CHECK(again.of_session == octets("b"));
    }
    SECTION("it is known no more") {
      const Meeting unknown = meet(pair);
      check(unknown, certificate, certificate, "");
      CHECK(unknown.asked.size() == 3);
    }
    SECTION("another one is") {
      check(meet(pair, key("a", 1)), external_psk, external_psk, "a");
    }
    SECTION("another one has its identity now") {
      CHECK(meet(pair, key("b", 7)).error == Error::bad_binder);
    }
    SECTION("nobody can be asked") {
      pair.server = {};
      const Meeting unasked = meet(pair);
      check(unasked, certificate, certificate, "");
      CHECK(unasked.asked.empty());
    }
    SECTION("the client has nothing else to offer") {
      pair.client = {};
      const Meeting known = meet(pair, key("b", 2));
      check(known, session, external_psk, "b");
      CHECK(known.asked == std::vector<Octets>{octets("b")});
      check(meet(pair, key("b", 3)), certificate, certificate, "");
    }
  }
}

TEST_CASE("AC-144 a session is not resumed where the external PSK is no longer configured",
          "[AC-144][rfc9846-4.3.11][rfc9846-4.7.1]") {
  Resumable pair;
  pair.client_sessions = std::make_shared<Careless>();
  pair.client = [](ClientConfig::Builder& builder) { builder.psk(key("a", 1)); };
  pair.server = [](ServerConfig::Builder& builder) { builder.psk(key("a", 1)); };
  check(meet(pair), KeySource::external_psk, KeySource::external_psk, "a");
  check(meet(pair), KeySource::session, KeySource::external_psk, "a");
  pair.server = {};
  check(meet(pair), KeySource::certificate, KeySource::certificate, "");
}

TEST_CASE("AC-146 a client that expects another session_context does not resume the session",
          "[AC-146][rfc9846-4.7.1]") {
  Resumable pair;
  std::string_view expected;
  std::size_t asked = 0;
  pair.client = [&](ClientConfig::Builder& builder) {
    builder.ask_verdict().session_context(bytes_of(expected));
  };
  const auto visit = [&](std::string_view whom) {
    expected = whom;
    asked = 0;
    const Peers peers = pair.meet("localhost", [&](Peers& under_way) {
      under_way.client.answer = [&](Connection& connection, const Event& event) {
        REQUIRE(std::holds_alternative<ChainToJudge>(event));
        ++asked;
        CHECK(connection.resume(Verdict{}));
      };
    });
    CHECK(peers.client.completed);
    const bool is_resumed = peers.client.connection.negotiated().key_source == KeySource::session;
    CHECK(asked == (is_resumed ? 0 : 1));
    return is_resumed;
  };
  CHECK_FALSE(visit("spiffe://example/one"));
  CHECK_FALSE(visit("spiffe://example/other"));
  CHECK(visit("spiffe://example/one"));
  CHECK(visit("spiffe://example/other"));
  CHECK_FALSE(visit(""));
}

TEST_CASE("AC-147 a client is asked about a session's chain before the session is offered",
          "[AC-147][rfc9846-4.7.1][rfc9846-2.3]") {
  for (const bool is_refused : {false, true}) {
    CAPTURE(is_refused);
    Resumable pair;
    pair.early_data = true;
    pair.client = [](ClientConfig::Builder& builder) {
      builder.ask_verdict().ask_session_verdict();
    };
    std::size_t fresh = 0;
    std::size_t of_sessions = 0;
    const auto visit = [&] {
      return pair.meet("localhost", [&](Peers& under_way) {
        const bool waits = under_way.client.outbox.empty();
        CHECK(waits == (fresh > 0));
        CHECK(under_way.client.connection.early_data_room() == 0);
        under_way.client.answer = [&](Connection& connection, const Event& event) {
          const auto* question = std::get_if<ChainToJudge>(&event);
          REQUIRE(question != nullptr);
          REQUIRE_FALSE(question->chain.empty());
          CHECK(octets(question->chain.front()) == octets(localhost().impl().chain.front()));
          CHECK(question->name == "localhost");
          CHECK(question->purpose == Purpose::server);
          ++(question->of_session ? of_sessions : fresh);
          const bool refuses = question->of_session && is_refused;
          CHECK(connection.resume(refuses ? Verdict{Error::application_refused} : Verdict{}));
        };
        if (!waits) return;
        under_way.client.run();
        CHECK((under_way.client.connection.early_data_room() > 0) == !is_refused);
        // An initial ClientHello, whatever came before it (section 5.1).
        REQUIRE(under_way.client.outbox.size() > 2);
        CHECK(under_way.client.outbox[2] == 1);
      });
    };
    CHECK(visit().client.completed);
    CHECK(fresh == 1);
    CHECK(of_sessions == 0);
    Peers again = visit();
    CHECK(again.client.completed);
    CHECK(again.server.completed);
    CHECK(of_sessions == 1);
    CHECK(fresh == (is_refused ? 2 : 1));
    CHECK(again.client.connection.negotiated().key_source ==
          (is_refused ? KeySource::certificate : KeySource::session));
    CHECK(again.server.connection.negotiated().early_data ==
          (is_refused ? EarlyDataStatus::none : EarlyDataStatus::accepted));
  }
  CHECK(client_config().ask_session_verdict().build() == fail(Error::bad_configuration));
}

TEST_CASE("AC-147 a client that goes on without a session still offers its keys", "[AC-147]") {
  Resumable pair;
  pair.client = [](ClientConfig::Builder& builder) {
    builder.ask_verdict().ask_session_verdict().psk(key("a", 1));
  };
  bool believes = true;
  const auto visit = [&] {
    const Peers peers = pair.meet("localhost", [&](Peers& under_way) {
      under_way.client.answer = [&](Connection& connection, const Event&) {
        CHECK(connection.resume(believes ? Verdict{} : Verdict{Error::application_refused}));
      };
    });
    CHECK(peers.client.completed);
    return peers.client.connection.negotiated().key_source;
  };
  CHECK(visit() == KeySource::certificate);
  believes = false;
  pair.server = [](ServerConfig::Builder& builder) { builder.psk(key("a", 1)); };
  CHECK(visit() == KeySource::external_psk);
}

namespace {

// Sends it under the keys of early data, in as few records as there is room for.
Peers meet_early(Resumable& pair, std::string_view text) {
  return pair.meet("localhost", [&](Peers& peers) {
    for (Bytes rest = bytes_of(text); !rest.empty();) {
      Octets outgoing(max_record_size);
      const auto sealed = peers.client.connection.early_data(rest, outgoing);
      REQUIRE(sealed);
      append(peers.client.outbox, Bytes(outgoing).first(sealed->produced));
      rest = rest.subspan(sealed->consumed);
    }
  });
}

}  // namespace

TEST_CASE("AC-148 where EarlyData::max_size is smaller than the ticket's, it counts",
          "[AC-148][rfc9846-4.3.10][rfc9846-4.7.1-60f1ab]") {
  struct Case {
    std::uint32_t of_ticket, of_server;
    std::size_t sent;
    bool is_taken;
  };
  for (const auto& [of_ticket, of_server, sent, is_taken] :
       {Case{1'000, 100, 100, true}, Case{1'000, 100, 101, false}, Case{100, 1'000, 100, true},
        Case{1'000, 1'000, 1'000, true}}) {
    for (const bool is_stateful : {false, true}) {
      CAPTURE(of_ticket, of_server, sent, is_stateful);
      Resumable pair(is_stateful);
      pair.early_data = true;
      std::uint32_t size = of_ticket;
      pair.server = [&](ServerConfig::Builder& builder) {
        builder.early_data({.guard = pair.guard, .max_size = size});
      };
      (void)pair.connect();
      size = of_server;
      const std::string text(sent, 'e');
      const Peers peers = meet_early(pair, text);
      CHECK(peers.server.completed == is_taken);
      CHECK(peers.server.early_data == (is_taken ? octets(text) : Octets{}));
      if (is_taken) continue;
      CHECK(peers.server.error == Error::too_much_early_data);
      CHECK(peers.server.connection.failure()->alert == AlertDescription::unexpected_message);
    }
  }
}

TEST_CASE("AC-149 early data comes in records longer than a limit that is not known yet",
          "[AC-149][rfc8449-4]") {
  for (const bool rejects : {false, true}) {
    CAPTURE(rejects);
    Resumable pair;
    pair.early_data = true;
    pair.client = [](ClientConfig::Builder& builder) { builder.record_size_limit(16'384); };
    std::size_t limit = 16'384;
    pair.server = [&](ServerConfig::Builder& builder) { builder.record_size_limit(limit); };
    (void)pair.connect();
    limit = 64;
    if (rejects) pair.server_time += 100;
    const std::string text(1'000, 'e');
    Peers peers = meet_early(pair, text);
    CHECK(peers.server.completed);
    CHECK_FALSE(peers.server.error);
    CHECK(peers.server.early_data == (rejects ? Octets{} : octets(text)));
    // From then on the client knows it.
    REQUIRE(peers.client.send(text));
    for (const WireRecord& record : split_records(peers.client.outbox)) {
      CHECK(record.content.size() <= 64 + 1 + 16);
    }
    peers.drive();
    CHECK(peers.server.data == octets(text));
  }
}

}  // namespace nacre::test
