// External pre-shared keys: reflected, named nearly right, and guessed at. RFC 9846, section 4.3.11
// and appendix F; RFC 9258.
#include "session/external_psk.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attacks/psk_hello.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Outcome wrong_binder{Error::bad_binder, decrypt_error};
constexpr int key_share = 51;
constexpr int padding = 21;

const Data secret(32, 0x5a);

ClientConfig::Builder client_with(const ExternalPsk& psk) {
  ClientConfig::Builder builder(psk);
  builder.policy(quick_policy()).clock([] { return now; });
  return builder;
}

// Without a certificate.
ServerConfig::Builder server_with(const ExternalPsk& psk) {
  ServerConfig::Builder builder(psk);
  builder.policy(quick_policy()).clock([] { return now; });
  return builder;
}

ExternalPsk psk_of(std::string_view identity, Kdf kdf = Kdf::hkdf_sha256) {
  return ExternalPsk::make(bytes_of(identity), secret, kdf).value();
}

// One key, for that client and that server.
ExternalPsk imported(Bytes context) {
  return ExternalPsk::import(
             {.external_identity = bytes_of("ours"), .key = secret, .context = context})
      .value();
}

ExternalPsk between_roles(std::string_view client, std::string_view server) {
  return imported(ExternalPsk::roles(bytes_of(client), bytes_of(server)).value());
}

Message hello_of(ClientConfig::Builder config) {
  Side client(std::move(config));
  client.peer.run();
  return client.messages().front();
}

Side told(ServerConfig::Builder config, const Message& hello) {
  Side server(std::move(config));
  server.hear(hello);
  return server;
}

}  // namespace

TEST_CASE("AC-072: whoever is client and server does not talk to itself",
          "[AC-072][rfc9846-4.3.11][rfc9846-F.8]") {
  // Alice is a client to Bob, and a server to him, with one key.
  const ExternalPsk to_bob = between_roles("alice", "bob");
  const ExternalPsk from_bob = between_roles("bob", "alice");
  const Message reflected = hello_of(client_with(to_bob));
  Side alice = told(server_with(from_bob), reflected);
  check_refused(alice, wrong_binder);
  // With the identity exchanged for the one that she knows, the key is still another.
  PskHello hello = PskHello::parse(reflected);
  hello.identities.front().identity = octets(from_bob.identity());
  Side again =
      told(server_with(from_bob), hello.bound({PskKind::imported, hash_of(Kdf::hkdf_sha256),
                                               octets(to_bob.impl().key.reveal())}));
  check_refused(again, wrong_binder);
  // One that has a certificate too gives it; and a client that wants the key takes nothing else.
  Between between(client_with(to_bob), server_config().psk(from_bob));
  between.greet();
  REQUIRE_FALSE(between.server.peer.error);
  CHECK(between.server.peer.connection.negotiated().key_source == KeySource::certificate);
  between.client.hear(between.inbox.front());
  check_refused(between.client, {Error::psk_declined, handshake_failure});
  // Bob is who knows it.
  Between with_bob(client_with(to_bob), server_with(to_bob));
  with_bob.connect();
  CHECK(with_bob.client.peer.connection.negotiated().key_source == KeySource::external_psk);
}

TEST_CASE("AC-072: roles are who is who, and cannot be shifted", "[AC-072][rfc9846-F.8]") {
  const std::vector<std::pair<std::string_view, std::string_view>> roles{
      {"a", "b"}, {"b", "a"}, {"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}, {"a", ""}};
  for (const auto& client : roles) {
    for (const auto& server : roles) {
      Side side = told(server_with(between_roles(server.first, server.second)),
                       hello_of(client_with(between_roles(client.first, client.second))));
      if (client == server) {
        CHECK_FALSE(side.peer.error);
      } else {
        check_refused(side, wrong_binder);
      }
    }
  }
  CHECK(ExternalPsk::roles(bytes_of("a"), bytes_of("a")) == fail(Error::bad_psk));
  CHECK(ExternalPsk::roles({}, {}) == fail(Error::bad_psk));
}

TEST_CASE("AC-072: the importer's binder is not that of a plain key", "[AC-072]") {
  const ExternalPsk whole = between_roles("alice", "bob");
  const ExternalPsk plain =
      ExternalPsk::make(whole.identity(), whole.impl().key.reveal(), Kdf::hkdf_sha256).value();
  Side imports = told(server_with(whole), hello_of(client_with(plain)));
  check_refused(imports, wrong_binder);
  Side takes_plain = told(server_with(plain), hello_of(client_with(whole)));
  check_refused(takes_plain, wrong_binder);
}

TEST_CASE("AC-073: an identity matches whole or not at all", "[AC-073][rfc9846-4.3.11]") {
  using namespace std::string_literals;
  const std::vector<std::string> identities{"client"s,
                                            "client\0"s,
                                            "client\0one"s,
                                            "client\0two"s,
                                            "\0client"s,
                                            "\0"s,
                                            "\0\0"s,
                                            "c"s,
                                            "clien"s,
                                            "clients"s,
                                            "Client"s,
                                            "clienT"s,
                                            "client "s,
                                            std::string(1'023, 'c'),
                                            std::string(1'024, 'c')};
  for (const std::string& known : identities) {
    for (const std::string& named : identities) {
      CAPTURE(known, named);
      const Message hello = hello_of(client_with(psk_of(named)));
      Side server = told(server_with(psk_of(known)), hello);
      Side with_certificate = told(server_config().psk(psk_of(known)), hello);
      const Negotiated negotiated = with_certificate.peer.connection.negotiated();
      if (known == named) {
        CHECK_FALSE(server.peer.error);
        CHECK(negotiated.key_source == KeySource::external_psk);
      } else {
        check_refused(server, wrong_binder);
        CHECK(negotiated.key_source == KeySource::certificate);
      }
    }
  }
}

TEST_CASE("AC-073: of several keys the one that is named is used", "[AC-073][rfc9846-4.3.11]") {
  using namespace std::string_literals;
  const std::vector<std::string> identities{"client"s, "client\0one"s, "client\0two"s, "clients"s};
  const auto key_of = [&](const std::string& identity, std::uint8_t fill) {
    return ExternalPsk::make(bytes_of(identity), Data(32, fill)).value();
  };
  for (std::size_t named = 0; named < identities.size(); ++named) {
    ServerConfig::Builder server = server_config();
    for (std::size_t i = 0; i < identities.size(); ++i) {
      server.psk(key_of(identities.at(i), static_cast<std::uint8_t>(i)));
    }
    Between between(client_with(key_of(identities.at(named), static_cast<std::uint8_t>(named))),
                    server);
    between.connect();
    CHECK(between.server.peer.connection.negotiated().key_source == KeySource::external_psk);
  }
}

namespace {

// Someone who guesses at identities: a server that knows "known", and nobody else.
struct Guess {
  std::string what;
  Message known, unknown;
};

// The hello of one who has no key, with `change`, for either identity.
Guess guess(const std::string& what, const std::function<void(PskHello&)>& change) {
  ClientConfig::Builder nobody(ExternalPsk::make(bytes_of("known"), Data(32, 0x11)).value());
  nobody.policy(quick_policy()).clock([] { return now; });
  PskHello hello = PskHello::parse(hello_of(nobody));
  change(hello);
  const Message known = hello.encode();
  for (PskHello::Identity& identity : hello.identities) {
    if (identity.identity == octets("known")) identity.identity = octets("other");
  }
  return {what, known, hello.encode()};
}

std::vector<Guess> guesses() {
  constexpr int supported_groups = 10;
  constexpr int cookie = 44;
  const auto before_binders = [](PskHello& hello, int type, const Data& data) {
    hello.hello.extensions.insert(hello.hello.extensions.begin(), {type, data});
  };
  return {
      guess("as it is", [](PskHello&) {}),
      guess("a binder of 48 bytes", [](PskHello& hello) { hello.binders.front().resize(48); }),
      guess("a binder of 255 bytes", [](PskHello& hello) { hello.binders.front().resize(255); }),
      guess("a short binder", [](PskHello& hello) { hello.binders.front().resize(31); }),
      guess("no share, so that a retry is due",
            [](PskHello& hello) { hello.hello.at(key_share) = {0, 0}; }),
      guess("no group in common",
            [](PskHello& hello) {
              hello.hello.at(supported_groups) = vector(2, {0, 24});
              hello.hello.at(key_share) = {0, 0};
            }),
      guess("a share that is none",
            [](PskHello& hello) {
              hello.hello.at(key_share) = vector(2, Data{0, 29} + vector(2, Data(32)));
            }),
      guess("a protocol that nobody has",
            [&](PskHello& hello) { before_binders(hello, 16, vector(2, vector(1, {'x'}))); }),
      guess("a cookie", [&](PskHello& hello) { before_binders(hello, cookie, vector(2, {1, 2})); }),
      guess("early data", [&](PskHello& hello) { before_binders(hello, 42, {}); }),
      guess("a ticket's age",
            [](PskHello& hello) { hello.identities.front().obfuscated_ticket_age = 12'345; }),
      guess("behind another identity",
            [](PskHello& hello) {
              hello.identities.insert(hello.identities.begin(), {Data{'?'}, 0});
              hello.binders.insert(hello.binders.begin(), Data(32));
            }),
      guess("suites of SHA-384 alone",
            [](PskHello& hello) {
              hello.hello.suites = {0x13, 0x02};
              hello.binders.front().resize(48);
            }),
  };
}

}  // namespace

TEST_CASE("AC-074: an identity that is known fails as one that is not",
          "[AC-074][rfc9846-4.3.11][rfc9846-F.6]") {
  const Data cookie_key(32, 0x33);
  for (const Kdf kdf : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
    for (const bool is_stateless : {false, true}) {
      ServerConfig::Builder config = server_with(psk_of("known", kdf));
      config.alpn({"h2"});
      if (is_stateless) {
        config.stateless_retry(std::span<const std::uint8_t, 32>(cookie_key));
      }
      for (const Guess& tried : guesses()) {
        CAPTURE(tried.what, is_stateless);
        Side known = told(config, tried.known);
        Side unknown = told(config, tried.unknown);
        REQUIRE(known.peer.error);
        REQUIRE(unknown.peer.error);
        CHECK(name(*known.peer.error) == name(*unknown.peer.error));
        CHECK(known.peer.sent == unknown.peer.sent);
        const Failure& a = *known.peer.connection.failure();
        const Failure& b = *unknown.peer.connection.failure();
        CHECK(a.alert == b.alert);
        CHECK(a.extension == b.extension);
        CHECK(a.message == b.message);
      }
    }
  }
}

namespace {

// What `work` costs, in nanoseconds of this thread: without what others take.
std::int64_t cost(const auto& work) {
  const auto time = [] {
    std::timespec spec{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spec);
    return std::int64_t{spec.tv_sec} * 1'000'000'000 + spec.tv_nsec;
  };
  const std::int64_t start = time();
  work();
  return time() - start;
}

std::int64_t cost_of_refusal(const ServerConfig& config, const Message& hello) {
  Connection server = Connection::server(config).value();
  Octets incoming = WireRecord{ContentType::handshake, 0x0301, hello}.encode();
  Octets outgoing(max_record_size);
  bool is_refused = false;
  const std::int64_t taken = cost([&] { is_refused = !server.advance(incoming, outgoing); });
  REQUIRE(is_refused);
  return taken;
}

}  // namespace

TEST_CASE("AC-074: an identity that is known costs what one costs that is not",
          "[AC-074][rfc9846-F.6]") {
  for (const Kdf kdf : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
    const ServerConfig config = *server_with(psk_of("known", kdf)).build();
    for (const std::size_t size : {32U, 48U}) {
      // So long that hashing it is most of the work.
      const Guess tried = guess({}, [=](PskHello& hello) {
        hello.hello.extensions.insert(hello.hello.extensions.begin(), {padding, Data(15'000)});
        hello.binders.front().resize(size);
      });
      bool are_alike = false;
      // Where others keep the machine busy, again.
      for (int attempt = 0; attempt < 10 && !are_alike; ++attempt) {
        std::int64_t known = std::numeric_limits<std::int64_t>::max();
        std::int64_t unknown = known;
        std::int64_t hash = known;
        for (int round = 0; round < 100; ++round) {
          known = std::min(known, cost_of_refusal(config, tried.known));
          unknown = std::min(unknown, cost_of_refusal(config, tried.unknown));
          hash = std::min(
              hash, cost([&] { (void)crypto::hash(crypto::HashAlgorithm::sha256, tried.known); }));
        }
        are_alike = std::abs(known - unknown) < hash / 2;
      }
      CHECK(are_alike);
    }
  }
}

}  // namespace nacre::test
