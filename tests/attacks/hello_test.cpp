// HelloRetryRequest, versions and what hellos may not say. RFC 9846, sections 4.2 and 4.3.1.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "attacks/side.h"

namespace nacre::test {
namespace {

constexpr int server_name = 0;
constexpr int pre_shared_key = 41;
constexpr int supported_versions = 43;
constexpr int cookie = 44;
constexpr int psk_key_exchange_modes = 45;
constexpr int key_share = 51;

using enum AlertDescription;

// The client after the server's next message, a hello, with one change.
void check_client(Between& between, const HelloCase& row) {
  INFO(row.what);
  Hello hello = Hello::parse(between.inbox.front());
  row.change(hello);
  between.client.hear(hello.encode());
  check_refused(between.client, row.outcome);
}

// Where the client has the HelloRetryRequest, and the server the second ClientHello.
Between second_answer() {
  Between between = retried_between();
  between.tell_client(1);
  between.greet();
  return between;
}

// One identity and its binder.
const Data offered_psk =
    vector(2, vector(2, Data(20, 5)) + Data(4, 1)) + vector(2, vector(1, Data(32, 6)));

void offer_psk(Hello& hello) {
  hello.extensions.emplace_back(psk_key_exchange_modes, Data{1, 1});
  hello.extensions.emplace_back(pre_shared_key, offered_psk);
}

// A server that has sent its HelloRetryRequest to a first ClientHello with a PSK, and the second
// ClientHello of a client that did not offer one.
struct SecondHello {
  SecondHello() {
    Hello first = Hello::parse(between.client.messages().front());
    offer_psk(first);
    between.server.hear(first.encode());
    between.client.hear(between.server.messages().front());
    hello = Hello::parse(between.client.messages().front());
    offer_psk(hello);
  }
  Between between{retried_client(), retrying_server()};
  Hello hello;
};

}  // namespace

TEST_CASE("AC-016: a second HelloRetryRequest is refused", "[AC-016][rfc9846-4.2.4]") {
  const HelloCase cases[] = {
      {"the same again", [](Hello&) {}, {Error::second_hello_retry_request, unexpected_message}},
      {"for another reason",
       [](Hello& h) {
         h.remove(key_share);
         h.extensions.emplace_back(cookie, vector(2, {1, 2, 3}));
       },
       {Error::second_hello_retry_request, unexpected_message}},
  };
  for (const HelloCase& row : cases) {
    Between between = retried_between();
    const Message first = between.inbox.front();
    between.tell_client(1);
    between.inbox.push_front(first);
    check_client(between, row);
  }
}

TEST_CASE("AC-017: a HelloRetryRequest asks for a change that the client can make",
          "[AC-017][rfc9846-4.2.4][rfc9846-4.3.8]") {
  const Outcome nothing_new{Error::retry_changes_nothing, illegal_parameter};
  const Outcome wrong_group{Error::retry_group_not_offered, illegal_parameter};
  const HelloCase cases[] = {
      {"no change", [](Hello& h) { h.remove(key_share); }, nothing_new},
      {"a group that has a share", [](Hello& h) { h.at(key_share) = {0, 0x1d}; }, wrong_group},
      {"a group that has a share, and a cookie",
       [](Hello& h) {
         h.at(key_share) = {0, 0x1d};
         h.extensions.emplace_back(cookie, vector(2, {1, 2, 3}));
       },
       wrong_group},
      {"a group that was not offered", [](Hello& h) { h.at(key_share) = {0, 0x18}; }, wrong_group},
      {"an unknown group", [](Hello& h) { h.at(key_share) = {0x0a, 0x0a}; }, wrong_group},
  };
  for (const HelloCase& row : cases) {
    Between between = retried_between();
    check_client(between, row);
  }
}

TEST_CASE("AC-018: a ServerHello keeps the suite and version of its HelloRetryRequest",
          "[AC-018][rfc9846-4.2.4]") {
  const HelloCase cases[] = {
      {"suite", [](Hello& h) { h.suites = {0x13, 3}; }, {Error::retry_mismatch, illegal_parameter}},
      {"version",
       [](Hello& h) { h.at(supported_versions) = {3, 3}; },
       {Error::bad_selected_version, illegal_parameter}},
      {"no version",
       [](Hello& h) { h.remove(supported_versions); },
       {Error::tls13_not_selected, protocol_version}},
  };
  for (const HelloCase& row : cases) {
    Between between = second_answer();
    check_client(between, row);
  }
}

TEST_CASE("AC-019: a ServerHello brings a share of the group of its HelloRetryRequest",
          "[AC-019][rfc9846-4.3.8][rfc9846-9.2]") {
  const HelloCase cases[] = {
      {"no key_share",
       [](Hello& h) { h.remove(key_share); },
       {Error::missing_extension, missing_extension}},
      {"the group of the first share",
       [](Hello& h) { h.at(key_share) = Data{0, 0x1d} + vector(2, Data(32, 9)); },
       {Error::retry_mismatch, illegal_parameter}},
      {"a group that was not offered",
       [](Hello& h) { h.at(key_share) = Data{0, 0x18} + vector(2, Data(97, 4)); },
       {Error::retry_mismatch, illegal_parameter}},
  };
  for (const HelloCase& row : cases) {
    Between between = second_answer();
    check_client(between, row);
  }
}

// Nacre has no PSKs yet: it goes on without one where the second hello drops it, and where not.
TEST_CASE("AC-020: a server goes on where the second ClientHello drops its PSK",
          "[AC-020][rfc9846-4.2.2]") {
  for (const bool drops : {true, false}) {
    SecondHello second;
    if (drops) second.hello.remove(pre_shared_key);
    second.between.server.hear(second.hello.encode());
    REQUIRE_FALSE(second.between.server.peer.error);
    const auto answer = second.between.server.messages();
    REQUIRE(answer.size() == 5);
    for (const auto& [type, data] : Hello::parse(answer.front()).extensions) {
      CHECK(type != pre_shared_key);
    }
  }
}

TEST_CASE("AC-020: the second ClientHello changes nothing else", "[AC-020][rfc9846-4.2.2]") {
  const std::vector<std::function<void(Hello&)>> changes{
      [](Hello& h) { h.random.front() ^= 1; },
      [](Hello& h) { h.random.back() ^= 1; },
      [](Hello& h) { h.session_id.front() ^= 1; },
      [](Hello& h) { h.session_id.clear(); },
      [](Hello& h) { h.suites = {0x13, 1}; },
      [](Hello& h) { h.suites = h.suites + Data{0x13, 4}; },
      [](Hello& h) { h.remove(server_name); },
      [](Hello& h) { h.at(psk_key_exchange_modes) = {1, 0}; },
      [](Hello& h) { h.extensions.emplace(h.extensions.begin(), 0xfafa, Data{}); },
      [](Hello& h) { h.extensions.emplace(h.extensions.begin(), cookie, Data{0, 1, 7}); },
      [](Hello& h) { std::swap(h.extensions.at(1), h.extensions.at(2)); },
      [](Hello& h) { h.at(key_share) = {0, 0}; },
      [](Hello& h) { h.at(key_share) = vector(2, Data{0, 0x1d} + vector(2, Data(32, 9))); },
      [](Hello& h) {
        Cursor share(h.at(key_share));
        h.at(key_share) = vector(2, Data{0, 0x1d} + vector(2, Data(32, 9)) + share.vector(2));
      },
  };
  for (std::size_t index = 0; index < changes.size(); ++index) {
    CAPTURE(index);
    SecondHello second;
    changes.at(index)(second.hello);
    second.between.server.hear(second.hello.encode());
    check_refused(second.between.server, {Error::changed_client_hello, illegal_parameter});
  }
}

TEST_CASE("AC-021: a second ClientHello does not fall back to TLS 1.2", "[AC-021][rfc9846-E]") {
  const std::vector<std::function<void(Hello&)>> changes{
      [](Hello& h) { h.at(supported_versions) = {2, 3, 3}; },
      [](Hello& h) { h.remove(supported_versions); },
      [](Hello& h) { h.extensions.clear(); },
  };
  for (const auto& change : changes) {
    SecondHello second;
    change(second.hello);
    second.between.server.hear(second.hello.encode());
    check_refused(second.between.server, {Error::tls13_not_offered, protocol_version});
  }
}

TEST_CASE("AC-022: a ClientHello without TLS 1.3 gets one alert, at once",
          "[AC-022][rfc9846-E.2]") {
  const std::vector<std::function<void(Hello&)>> changes{
      [](Hello& h) { h.remove(supported_versions); },
      [](Hello& h) { h.extensions.clear(); },
      [](Hello& h) { h.at(supported_versions) = {2, 3, 3}; },
      [](Hello& h) { h.at(supported_versions) = {6, 3, 3, 3, 2, 3, 1}; },
      [](Hello& h) {
        h.remove(supported_versions);
        h.version = {3, 1};
        h.suites = {0, 0x2f, 0, 0xff};
      },
  };
  for (const bool keeps_state : {true, false}) {
    for (std::size_t index = 0; index < changes.size(); ++index) {
      CAPTURE(keeps_state, index);
      ServerConfig::Builder config = server_config();
      if (!keeps_state) config.stateless_retry(std::array<std::uint8_t, 32>{1});
      Between between(client_config(), config);
      Hello hello = Hello::parse(between.client.messages().front());
      changes.at(index)(hello);
      between.server.hear(hello.encode());
      check_refused(between.server, {Error::tls13_not_offered, protocol_version});
      CHECK(between.server.peer.sent == Octets{21, 3, 3, 0, 2, 2, 70});
      CHECK(between.server.peer.steps <= 2);
    }
  }
  // An older ClientHello ends behind its compression methods.
  Side server(server_config());
  server.hear(message(
      1, Data{3, 3} + Data(32, 1) + vector(1, {}) + vector(2, {0xc0, 0x2f}) + vector(1, {0})));
  check_refused(server, {Error::tls13_not_offered, protocol_version});
}

TEST_CASE("AC-023: a ServerHello chooses from what was offered", "[AC-023][rfc9846-4.2.3]") {
  const Outcome suite{Error::unoffered_cipher_suite, illegal_parameter};
  const Outcome downgrade{Error::downgrade_detected, illegal_parameter};
  const auto older = [](std::uint8_t version) {
    return [version](Hello& h) {
      h.remove(supported_versions);
      std::ranges::copy(Data{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, version},
                        h.random.end() - 8);
    };
  };
  const HelloCase cases[] = {
      {"a suite of TLS 1.3 that was not offered", [](Hello& h) { h.suites = {0x13, 2}; }, suite},
      {"an unknown suite of TLS 1.3", [](Hello& h) { h.suites = {0x13, 4}; }, suite},
      {"a suite of TLS 1.2", [](Hello& h) { h.suites = {0xc0, 0x2f}; }, suite},
      {"TLS 1.2, and the sentinel that says so", older(1), downgrade},
      {"TLS 1.1, and the sentinel that says so", older(0), downgrade},
      {"TLS 1.2 without the sentinel",
       [](Hello& h) { h.remove(supported_versions); },
       {Error::tls13_not_selected, protocol_version}},
      {"TLS 1.2 by supported_versions",
       [](Hello& h) { h.at(supported_versions) = {3, 3}; },
       {Error::bad_selected_version, illegal_parameter}},
  };
  Policy one_suite = quick_policy();
  one_suite.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256};
  for (const HelloCase& row : cases) {
    Between between = told(Told::nothing, client_config().policy(one_suite));
    check_client(between, row);
  }
}

}  // namespace nacre::test
