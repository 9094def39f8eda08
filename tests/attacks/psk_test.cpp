// Pre-shared keys that a peer names and may not have, or not use so. RFC 9846, section 4.3.11.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attacks/psk_hello.h"
#include "support/sessions.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr Outcome wrong_binder{Error::bad_binder, decrypt_error};
constexpr Outcome no_length{Error::length_out_of_range, decode_error};
constexpr Outcome wrong_count{Error::binder_count, illegal_parameter};

constexpr int key_share = 51;

// What the server makes of the last hello once it is changed.
void check_changed(const Attempt& attempt, const std::function<void(PskHello&)>& change,
                   Outcome outcome) {
  PskHello hello = PskHello::parse(attempt.hellos.back());
  change(hello);
  Side server = attempt.told(hello.encode());
  check_refused(server, outcome);
}

}  // namespace

TEST_CASE("AC-065: a binder of which one bit is wrong",
          "[AC-065][rfc9846-4.3.11][rfc9846-4.3.11-3cdb45][rfc9846-4.3.11-9b19ea]") {
  for (const Attempt& attempt : attempts()) {
    CAPTURE(&attempt - attempts().data());
    const PskHello sound = PskHello::parse(attempt.hellos.back());
    CHECK_FALSE(attempt.told(sound.encode()).peer.error);
    for (std::size_t bit = 0; bit < 8 * sound.binders.front().size(); bit += sweep_step) {
      CAPTURE(bit);
      const auto flip = [&](PskHello& hello) {
        hello.binders.front().at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
      };
      check_changed(attempt, flip, wrong_binder);
    }
  }
}

TEST_CASE("AC-065: a binder of another length", "[AC-065][rfc9846-4.3.11][rfc9846-4.3.11-9b19ea]") {
  for (const Attempt& attempt : attempts()) {
    CAPTURE(&attempt - attempts().data());
    const Data sound = PskHello::parse(attempt.hellos.back()).binders.front();
    for (std::size_t size = 0; size <= 255; size += sweep_step) {
      if (size == sound.size()) continue;
      CAPTURE(size);
      const auto resize = [=](PskHello& hello) { hello.binders.front().resize(size); };
      check_changed(attempt, resize, size < 32 ? no_length : wrong_binder);
      // Right as far as it goes.
      if (attempt.key && attempt.hellos.size() == 1 && size >= 32) {
        check_changed(
            attempt,
            [&](PskHello& hello) {
              resize(hello);
              (void)hello.bound(*attempt.key);
            },
            wrong_binder);
      }
    }
  }
}

TEST_CASE("AC-065: a binder is short behind one that is long", "[AC-065][rfc9846-4.3.11]") {
  for (const Attempt& attempt : attempts()) {
    for (const std::size_t size : {0U, 1U, 31U}) {
      const auto add = [=](PskHello& hello) {
        hello.identities.push_back({Data{'?'}, 0});
        hello.binders.emplace_back(size);
      };
      check_changed(attempt, add, no_length);
    }
  }
}

TEST_CASE("AC-065: no binder, and binders of zeros",
          "[AC-065][rfc9846-4.3.11][rfc9846-4.3.11-9b19ea]") {
  for (const Attempt& attempt : attempts()) {
    CAPTURE(&attempt - attempts().data());
    check_changed(attempt, [](PskHello& hello) { hello.binders.clear(); }, no_length);
    check_changed(
        attempt,
        [](PskHello& hello) {
          hello.identities.clear();
          hello.binders.clear();
        },
        no_length);
    check_changed(
        attempt, [](PskHello& hello) { std::ranges::fill(hello.binders.front(), std::uint8_t{0}); },
        wrong_binder);
    // The list of binders is not there at all, or the extension is empty.
    for (const bool is_empty : {false, true}) {
      Hello hello = Hello::parse(attempt.hellos.back());
      Data& extension = hello.at(PskHello::extension);
      extension = is_empty ? Data{} : vector(2, Cursor(extension).vector(2));
      Side server = attempt.told(hello.encode());
      check_refused(server, {Error::truncated, decode_error});
    }
  }
}

TEST_CASE("AC-065: a binder of another ClientHello", "[AC-065][rfc9846-4.3.11-9b19ea]") {
  for (const Attempt& attempt : attempts()) {
    if (attempt.hellos.size() == 2) continue;  // where this is a changed_client_hello
    const auto change = [](PskHello& hello) { hello.hello.random.front() ^= 1; };
    check_changed(attempt, change, wrong_binder);
  }
}

TEST_CASE("AC-065: the second ClientHello may not have the first one's binder",
          "[AC-065][rfc9846-4.3.11-9b19ea]") {
  for (const Attempt& attempt : attempts()) {
    if (attempt.hellos.size() == 1) continue;
    const PskHello first = PskHello::parse(attempt.hellos.front());
    check_changed(attempt, [&](PskHello& hello) { hello.binders = first.binders; }, wrong_binder);
    // And its own is checked before there is a retry.
    PskHello broken = first;
    broken.binders.front().front() ^= 1;
    Side server = attempt.make_server();
    server.hear(broken.encode());
    check_refused(server, wrong_binder);
  }
}

TEST_CASE("AC-065: only the binder of the key that is chosen is looked at",
          "[AC-065][rfc9846-4.3.11-7bcea7][rfc9846-4.3.11-3461c2]") {
  for (const Attempt& attempt : attempts()) {
    if (attempt.hellos.size() == 2 || !attempt.key) continue;
    for (const std::size_t place : {0U, 1U}) {
      PskHello hello = PskHello::parse(attempt.hellos.back());
      const auto offset = static_cast<std::ptrdiff_t>(place);
      hello.identities.insert(hello.identities.begin() + offset, {Data{'?'}, 0});
      hello.binders.insert(hello.binders.begin() + offset, Data(32));
      // Both of the identities are covered by its own.
      Side unbound = attempt.told(hello.encode());
      check_refused(unbound, wrong_binder);
      Side server = attempt.told(hello.bound(*attempt.key, 1 - place));
      CHECK_FALSE(server.peer.error);
      CHECK(server.peer.connection.negotiated().key_source == KeySource::external_psk);
    }
  }
}

TEST_CASE("a key that is not known, and no signature_algorithms",
          "[rfc9846-4.3.3][rfc9846-4.3.3-c762d1]") {
  const auto key = ExternalPsk::make(bytes_of("unknown"), Octets(32, 1), Kdf::hkdf_sha256).value();
  Side client(client_config().psk(key));
  client.peer.run();
  Hello hello = Hello::parse(client.messages().front());
  hello.remove(13);
  Side server(server_config());
  server.hear(hello.encode());
  check_refused(server, {Error::missing_extension, missing_extension});
}

TEST_CASE("AC-067: there are as many binders as identities",
          "[AC-067][rfc9846-4.3.11][rfc9846-4.3.11-9b19ea]") {
  for (const Attempt& attempt : attempts()) {
    CAPTURE(&attempt - attempts().data());
    for (std::size_t identities = 1; identities <= 4; ++identities) {
      for (std::size_t binders = 1; binders <= 4; ++binders) {
        if (identities == binders) continue;
        CAPTURE(identities, binders);
        const auto change = [=](PskHello& hello) {
          hello.identities.resize(identities, {Data{'?'}, 0});
          hello.binders.resize(binders, Data(32));
        };
        check_changed(attempt, change, wrong_count);
      }
    }
    check_changed(attempt, [](PskHello& hello) { hello.identities.clear(); }, no_length);
    const auto many = [](PskHello& hello) {
      hello.identities.resize(500, {Data{'?'}, 0});
      hello.binders.resize(499, Data(32));
    };
    check_changed(attempt, many, wrong_count);
  }
}

namespace {

// A client that has offered a ticket and a key, both of SHA-256, but has suites of either hash.
struct Chosen {
  Chosen() {
    pair.client = [](ClientConfig::Builder& builder) {
      builder.psk(ExternalPsk::make(Data{'o', 'u', 'r', 's'}, Data(32, 7)).value());
    };
    (void)pair.connect();
    between.emplace(pair.client_builder(), pair.server_builder());
    between->greet();
    hello = Hello::parse(between->inbox.front());
  }
  // What the client makes of this ServerHello.
  Side& tell() {
    between->client.hear(hello.encode());
    return between->client;
  }

  Resumable pair;
  std::optional<Between> between;
  Hello hello;
};

}  // namespace

TEST_CASE("AC-066: selected_identity is one that was offered",
          "[AC-066][rfc9846-4.3.11][rfc9846-4.3.11-92b76f][rfc9846-4.3.11-350f51]") {
  for (std::size_t selected = 0; selected <= 0xffff; selected += selected < 20 ? 1 : 5'957) {
    CAPTURE(selected);
    Chosen chosen;
    chosen.hello.at(PskHello::extension) = number(2, selected);
    Side& client = chosen.tell();
    if (selected <= 1) {
      CHECK_FALSE(client.peer.error);
    } else {
      check_refused(client, {Error::unoffered_psk, illegal_parameter});
    }
  }
}

TEST_CASE("AC-066: a key that was not offered is not chosen", "[AC-066][rfc9846-4.3]") {
  Between between;
  between.greet();
  Hello hello = Hello::parse(between.inbox.front());
  hello.extensions.emplace_back(PskHello::extension, Data{0, 0});
  between.client.hear(hello.encode());
  check_refused(between.client, {Error::unsolicited_extension, unsupported_extension});
}

TEST_CASE("AC-066: the suite's hash is the key's",
          "[AC-066][rfc9846-4.3.11][rfc9846-4.3.11-92b76f][rfc9846-4.3.11-350f51]") {
  for (const std::uint8_t selected : {std::uint8_t{0}, std::uint8_t{1}}) {
    for (const std::uint8_t suite : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
      CAPTURE(selected, suite);
      Chosen chosen;
      chosen.hello.suites = {0x13, suite};
      chosen.hello.at(PskHello::extension) = {0, selected};
      Side& client = chosen.tell();
      if (suite == 2) {
        check_refused(client, {Error::psk_hash_mismatch, illegal_parameter});
      } else {
        CHECK_FALSE(client.peer.error);
      }
    }
  }
}

TEST_CASE("AC-066: a key without (EC)DHE is refused",
          "[AC-066][rfc9846-4.3.11-92b76f][rfc9846-4.3.11-350f51]") {
  Chosen chosen;
  chosen.hello.remove(key_share);
  check_refused(chosen.tell(), {Error::psk_without_key_share, illegal_parameter});
}

TEST_CASE("AC-066: keys of another hash than a retry's suite can not be chosen any more",
          "[AC-066][rfc9846-4.3.11-92b76f]") {
  Resumable pair;
  pair.client = [](ClientConfig::Builder& builder) {
    builder.policy(retried_policy())
        .psk(ExternalPsk::make(Data{'o', 'l', 'd'}, Data(32, 7)).value())
        .psk(ExternalPsk::make(Data{'n', 'e', 'w'}, Data(32, 7), Kdf::hkdf_sha384).value());
  };
  pair.server = [](ServerConfig::Builder& builder) {
    builder.policy(with_suite(CipherSuite::tls_aes_256_gcm_sha384, retrying_policy()));
  };
  Side client(pair.client_builder());
  client.peer.run();
  Side server(pair.server_builder());
  server.hear(client.messages().front());
  client.hear(server.messages().front());
  const Message second = client.messages().front();
  REQUIRE(PskHello::parse(second).identities.size() == 1);
  CHECK(PskHello::parse(second).identities.front().identity == Data{'n', 'e', 'w'});
  server.hear(second);
  Hello hello = Hello::parse(server.messages().front());
  hello.extensions.emplace_back(PskHello::extension, Data{0, 1});
  client.hear(hello.encode());
  check_refused(client, {Error::unoffered_psk, illegal_parameter});
}

}  // namespace nacre::test
