// Early data that is too much, ends wrongly, or may not be taken. RFC 9846, sections 4.3.10
// and 4.6.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attacks/early_flight.h"
#include "attacks/psk_hello.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using enum CipherSuite;

constexpr Outcome mismatch{Error::early_data_mismatch, illegal_parameter};
constexpr Outcome too_much{Error::too_much_early_data, unexpected_message};
constexpr Outcome too_much_skipped{Error::too_much_skipped_early_data, bad_record_mac};
constexpr Outcome wrong_key{Error::bad_record_mac, bad_record_mac};
constexpr Outcome misplaced{Error::unexpected_message, unexpected_message};
constexpr Outcome no_data_here{Error::unexpected_record, unexpected_message};
constexpr Outcome crosses_keys{Error::message_across_key_change, unexpected_message};

constexpr int early_data = 42;

EarlyFlight::Change on_server(std::function<void(ServerConfig::Builder&)> change) {
  return [change = std::move(change)](Resumable& pair) { pair.server = change; };
}
// A client that has these alone, whatever its sessions are of; a server has all.
EarlyFlight::Change with_suites(std::initializer_list<CipherSuite> suites) {
  Policy policy = quick_policy();
  policy.cipher_suites = suites;
  return [policy](Resumable& pair) {
    if (!pair.client_sessions) pair.client_sessions = std::make_shared<Careless>();
    pair.client = [policy](ClientConfig::Builder& builder) { builder.policy(policy); };
  };
}
EarlyFlight::Change with_protocol(std::string_view name) {
  return [name](Resumable& pair) {
    pair.client = [](ClientConfig::Builder& builder) { builder.alpn({"h2", "http/1.1"}); };
    pair.server = [name](ServerConfig::Builder& builder) { builder.alpn({name}); };
  };
}
// A server that rejects early data, whatever speaks for it.
EarlyFlight::Change without_guard(EarlyFlight::Change change) {
  return [change = std::move(change)](Resumable& pair) {
    if (change) change(pair);
    pair.server = [&pair, own = pair.server](ServerConfig::Builder& builder) {
      builder = server_config().ticket_keys(pair.keys).clock([] { return now; });
      if (own) own(builder);
    };
  };
}

// The server goes on without it, and with the session if `resumes`.
void check_rejected(EarlyFlight& flight, bool resumes) {
  CHECK(flight.is_rejected());
  flight.server().take(flight.early("early"));
  flight.finish();
  Peer& server = flight.server().peer;
  REQUIRE_FALSE(server.error);
  CHECK(server.completed);
  CHECK(server.early_data.empty());
  CHECK((server.connection.negotiated().key_source == KeySource::session) == resumes);
  CHECK(flight.client().peer.connection.negotiated().early_data == EarlyDataStatus::rejected);
}

void check_accepted(EarlyFlight& flight) {
  CHECK(flight.is_accepted());
  flight.server().take(flight.early("early"));
  flight.end_early_data();
  flight.finish();
  REQUIRE_FALSE(flight.server().peer.error);
  CHECK(flight.server().peer.completed);
  CHECK(flight.server().peer.early_data == octets("early"));
}

}  // namespace

TEST_CASE("AC-077: early data is rejected where the protocol, the name or the suite differs",
          "[AC-077][rfc9846-4.3.10][rfc9846-4.3.10-8c7a3b][rfc9846-4.3.10-01b17c]") {
  EarlyFlight same_protocol(with_protocol("h2"));
  check_accepted(same_protocol);
  EarlyFlight protocol(with_protocol("h2"), with_protocol("http/1.1"));
  check_rejected(protocol, true);
  EarlyFlight no_protocol(with_protocol("h2"), on_server([](auto&) {}));
  check_rejected(no_protocol, true);

  // A server prefers AES.
  const auto chacha = with_suites({tls_chacha20_poly1305_sha256});
  EarlyFlight same_suite(chacha, chacha);
  check_accepted(same_suite);
  EarlyFlight suite(chacha, with_suites({tls_chacha20_poly1305_sha256, tls_aes_128_gcm_sha256}));
  CHECK(suite.server().peer.connection.negotiated().cipher_suite == tls_aes_128_gcm_sha256);
  check_rejected(suite, true);

  EarlyFlight tenant({}, on_server([](ServerConfig::Builder& builder) {
                       builder.session_context(bytes_of("another"));
                     }));
  check_rejected(tenant, false);
}

TEST_CASE("AC-077: a name that is not the session's rejects early data and the session",
          "[AC-077][rfc9846-4.3.10][rfc9846-4.3.10-8c7a3b]") {
  EarlyFlight flight;
  for (const bool is_there : {true, false}) {
    PskHello hello = PskHello::parse(flight.hello);
    constexpr int server_name = 0;
    if (is_there) {
      // host_name, "127.test" in the place of "localhost"
      hello.hello.at(server_name) = Data{0, 11, 0, 0, 8, '1', '2', '7', '.', 't', 'e', 's', 't'};
    } else {
      hello.hello.remove(server_name);
    }
    // Its binder is wrong now, and is not looked at: the session is not this name's.
    Side server = flight.another_server();
    server.hear(hello.encode());
    CHECK_FALSE(server.peer.error);
    CHECK(server.peer.connection.negotiated().early_data == EarlyDataStatus::rejected);
    CHECK(server.peer.connection.negotiated().key_source == KeySource::certificate);
  }
}

TEST_CASE("AC-077: early data is taken under the first key alone",
          "[AC-077][rfc9846-4.3.10-cc0efd][rfc9846-4.3.10-b17e16]") {
  const ExternalPsk psk = ExternalPsk::make(Data{'k'}, Data(32, 7)).value();
  EarlyFlight flight(
      [&](Resumable& pair) {
        pair.client = [&](ClientConfig::Builder& builder) { builder.psk(psk); };
      },
      [&](Resumable& pair) {
        pair.keys = TicketKeys::random().value();  // so that the session is not known
        pair.server = [&](ServerConfig::Builder& builder) { builder.psk(psk); };
      });
  CHECK(flight.is_rejected());
  flight.finish();
  CHECK(flight.server().peer.completed);
  CHECK(flight.server().peer.connection.negotiated().key_source == KeySource::external_psk);
}

TEST_CASE("AC-077: a client refuses early data accepted with other parameters",
          "[AC-077][rfc9846-4.3.11][rfc9846-4.3.11-bef98c][rfc9846-4.3.11-5a0847]") {
  const ExternalPsk psk = ExternalPsk::make(Data{'k'}, Data(32, 7)).value();
  const auto with_psk = [&](Resumable& pair) {
    pair.client = [&](ClientConfig::Builder& builder) { builder.psk(psk); };
  };
  const auto psk_alone = [&](Resumable& pair) {
    pair.keys = TicketKeys::random().value();
    pair.server = [&](ServerConfig::Builder& builder) { builder.psk(psk); };
  };
  struct Case {
    std::string what;
    EarlyFlight::Change first, then;
    bool is_refused = true;
  };
  const auto chacha = with_suites({tls_chacha20_poly1305_sha256});
  const auto both = with_suites({tls_chacha20_poly1305_sha256, tls_aes_128_gcm_sha256});
  for (const Case& test :
       {Case{"nothing", {}, {}, false},
        Case{"the protocol", with_protocol("h2"), with_protocol("http/1.1")},
        Case{"no protocol", with_protocol("h2"), on_server([](auto&) {})},
        Case{"the suite", chacha, both}, Case{"the key", with_psk, psk_alone},
        Case{"no key", {}, [](Resumable& pair) { pair.keys = TicketKeys::random().value(); }}}) {
    CAPTURE(test.what);
    EarlyFlight flight(test.first, without_guard(test.then));
    REQUIRE(flight.is_rejected());
    flight.between->tell_client(Told::server_hello);
    Message extensions = flight.between->inbox.front();
    REQUIRE(extensions.front() == 8);
    Cursor cursor(extensions);
    cursor.number(4);
    const Data block = cursor.vector(2);
    flight.client().hear(message(8, vector(2, block + Data{0, early_data, 0, 0})));
    if (test.is_refused) {
      check_refused(flight.client(), mismatch);
    } else {
      CHECK_FALSE(flight.client().peer.error);
      CHECK(flight.client().peer.connection.negotiated().early_data == EarlyDataStatus::accepted);
    }
  }
}

TEST_CASE("AC-078: as much early data as the ticket allows, and not a byte more",
          "[AC-078][rfc9846-4.7.1][rfc9846-4.7.1-60f1ab]") {
  for (const std::uint32_t limit : {1U, 100U, 14'336U}) {
    for (const std::size_t part : {std::size_t{1}, std::size_t{99}, std::size_t{limit}}) {
      if (part > limit) continue;
      CAPTURE(limit, part);
      const auto limited = [=](Resumable& pair) {
        pair.server = [&pair, limit](ServerConfig::Builder& builder) {
          builder.early_data({.guard = pair.guard, .max_size = limit});
        };
      };
      EarlyFlight flight(limited);
      REQUIRE(flight.is_accepted());
      Side& server = flight.server();
      for (std::size_t left = limit; left > 0;) {
        const std::size_t size = std::min(part, left);
        server.take(flight.early(std::string(size, 'e')));
        left -= size;
      }
      REQUIRE_FALSE(server.peer.error);
      CHECK(server.peer.early_data.size() == limit);
      server.take(flight.early("e"));
      check_refused(server, too_much);
      CHECK(server.peer.early_data.size() == limit);
    }
  }
}

TEST_CASE("AC-078: early data of no bytes is taken up to a bound", "[AC-078][rfc9846-5.1]") {
  EarlyFlight flight;
  for (std::uint32_t i = 0; i < Limits{}.records_without_progress; ++i)
    flight.server().take(flight.early(""));
  CHECK_FALSE(flight.server().peer.error);
  flight.server().take(flight.early(""));
  check_refused(flight.server(), {Error::too_many_empty_records, unexpected_message});
}

TEST_CASE("AC-078: early data that is rejected is passed over up to a bound",
          "[AC-078][rfc9846-4.3.10]") {
  constexpr std::size_t bound = Limits{}.early_data_skipped;
  for (const bool retries : {false, true}) {
    for (const std::size_t part : {std::size_t{17}, std::size_t{1'024}, bound}) {
      CAPTURE(retries, part);
      const auto change = retries ? EarlyFlight::Change(retry) : EarlyFlight::Change();
      EarlyFlight flight(change, retries ? EarlyFlight::Change() : without_guard({}));
      REQUIRE(flight.is_rejected());
      Side& server = flight.server();
      for (std::size_t left = bound; left >= part; left -= part) {
        server.take(EarlyFlight::stray(part));
      }
      REQUIRE_FALSE(server.peer.error);
      server.take(EarlyFlight::stray(part));
      check_refused(server, too_much_skipped);
    }
  }
}

TEST_CASE("AC-078: what comes under wrong keys is skipped only where early data was rejected",
          "[AC-078][rfc9846-4.3.10-016b7e][rfc9846-4.3.10-5d479e]") {
  EarlyFlight accepted;
  REQUIRE(accepted.is_accepted());
  accepted.server().take(EarlyFlight::stray(100));
  check_refused(accepted.server(), wrong_key);

  EarlyFlight ended;
  ended.end_early_data();
  ended.server().take(EarlyFlight::stray(100));
  check_refused(ended.server(), wrong_key);

  // One that offers none.
  Side server(server_config());
  Side client(client_config());
  client.peer.run();
  server.hear(client.messages().front());
  server.take(EarlyFlight::stray(100));
  check_refused(server, wrong_key);
}

TEST_CASE("AC-079: EndOfEarlyData is missing", "[AC-079][rfc9846-4.6][rfc9846-4.6-6a463a]") {
  for (const bool has_data : {false, true}) {
    EarlyFlight flight;
    if (has_data) flight.server().take(flight.early("early"));
    // An honest client ends it, and then says Finished.
    const auto answer = flight.answer();
    REQUIRE(answer.size() == 2);
    CHECK(answer.front() == end_of_early_data);
    const Message& finished = answer.back();
    REQUIRE(finished.front() == 20);
    // Under the keys that are in use, and under those that would be.
    Side& server = flight.server();
    server.take(flight.keys->record(ContentType::handshake, finished));
    check_refused(server, misplaced);

    EarlyFlight other;
    const Message theirs = other.answer().back();
    other.server().hear(theirs);
    check_refused(other.server(), wrong_key);
  }
}

TEST_CASE("AC-079: EndOfEarlyData comes where there is no early data",
          "[AC-079][rfc9846-4.6][rfc9846-4.6-41d16a]") {
  // Rejected; not offered; before Finished and in its place; and after all of it.
  EarlyFlight rejected({}, without_guard({}));
  CHECK(rejected.answer().size() == 1);  // Finished alone
  rejected.server().hear(end_of_early_data);
  check_refused(rejected.server(), misplaced);

  Side unasked = told(Told::nothing).server;
  unasked.hear(end_of_early_data);
  check_refused(unasked, misplaced);

  Side first(server_config());
  first.hear(end_of_early_data);
  check_refused(first, misplaced);

  Side late = connected_between().server;
  late.hear(end_of_early_data);
  check_refused(late, misplaced);
}

TEST_CASE("AC-079: EndOfEarlyData comes twice, or is no empty message", "[AC-079][rfc9846-4.6]") {
  EarlyFlight twice;
  twice.end_early_data();
  twice.server().hear(end_of_early_data);
  check_refused(twice.server(), misplaced);

  EarlyFlight together;
  together.server().take(
      together.keys->record(ContentType::handshake, end_of_early_data + end_of_early_data));
  check_refused(together.server(), crosses_keys);

  EarlyFlight with_body;
  with_body.server().take(with_body.keys->record(ContentType::handshake, Data{5, 0, 0, 1, 0}));
  check_refused(with_body.server(), {Error::trailing_data, decode_error});

  EarlyFlight after;
  after.end_early_data();
  after.finish();
  CHECK(after.server().peer.completed);
  after.server().hear(end_of_early_data);
  check_refused(after.server(), misplaced);
}

TEST_CASE("AC-079: data behind EndOfEarlyData", "[AC-079][rfc9846-4.6]") {
  // Under the keys that have ended, and under the next ones, which are no data's.
  EarlyFlight ended;
  ended.end_early_data();
  ended.server().take(ended.early("late"));
  check_refused(ended.server(), wrong_key);
  CHECK(ended.server().peer.early_data.empty());

  EarlyFlight next;
  next.end_early_data();
  next.server().take(next.server().record(ContentType::application_data, Data{'d'}));
  check_refused(next.server(), no_data_here);

  // In the middle of it.
  EarlyFlight within;
  within.server().take(within.keys->record(ContentType::handshake, Data{5, 0}));
  within.server().take(within.early("early"));
  check_refused(within.server(), {Error::interleaved_record, unexpected_message});
}

TEST_CASE("AC-079: an alert or a change of keys has no place in early data",
          "[AC-079][rfc9846-4.6]") {
  for (const std::uint8_t type :
       {std::uint8_t{1}, std::uint8_t{4}, std::uint8_t{11}, std::uint8_t{20}, std::uint8_t{24}}) {
    EarlyFlight flight;
    flight.server().take(flight.keys->record(ContentType::handshake, Data{type, 0, 0, 0}));
    check_refused(flight.server(), misplaced);
  }
  // What is said to be an end is one: nothing is made of it but that the client has gone.
  EarlyFlight closed;
  closed.server().take(closed.keys->alert(close_notify));
  CHECK(closed.server().peer.error == Error::peer_canceled);
}

TEST_CASE("AC-080: a second ClientHello offers no early data, and one that does is refused",
          "[AC-080][rfc9846-4.2.2][rfc9846-4.3.10-d8cc20]") {
  const Data cookie_key(32, 0x33);
  for (const bool is_stateless : {false, true}) {
    CAPTURE(is_stateless);
    EarlyFlight flight([&](Resumable& pair) {
      retry(pair);
      if (!is_stateless) return;
      pair.server = [&, own = pair.server](ServerConfig::Builder& builder) {
        own(builder);
        builder.stateless_retry(std::span<const std::uint8_t, 32>(cookie_key));
      };
    });
    CHECK(flight.is_rejected());
    const Message second = flight.answer().front();
    const auto offers = [](const Message& hello) {
      return std::ranges::count(Hello::parse(hello).extensions, early_data,
                                &std::pair<int, Data>::first);
    };
    CHECK(offers(second) == 0);
    Hello hello = Hello::parse(second);
    REQUIRE(hello.extensions.back().first == PskHello::extension);
    hello.extensions.insert(hello.extensions.end() - 1, {early_data, {}});
    // By cookie, another server may hear it.
    Side another = flight.another_server();
    Side& server = is_stateless ? another : flight.server();
    server.hear(hello.encode());
    check_refused(server, {Error::early_data_after_retry, illegal_parameter});
  }
}

TEST_CASE("AC-080: records of early data are skipped until the second ClientHello, and not after",
          "[AC-080][rfc9846-4.3.10]") {
  for (const bool is_late : {false, true}) {
    EarlyFlight flight(retry);
    CHECK(flight.is_rejected());
    Side& server = flight.server();
    for (const std::string_view text : {"one", "two", "three"}) server.take(flight.early(text));
    REQUIRE_FALSE(server.peer.error);
    server.hear(flight.answer().front());
    REQUIRE_FALSE(server.peer.error);
    if (is_late) {
      server.take(flight.early("four"));
      check_refused(server, wrong_key);
      continue;
    }
    flight.between->inbox = server.messages();
    flight.finish();
    CHECK(server.peer.completed);
    CHECK(server.peer.early_data.empty());
    CHECK(server.peer.connection.negotiated().key_source == KeySource::session);
  }
}

}  // namespace nacre::test
