// What a client refuses, and the alert that the RFC names.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "handshake/edit.h"
#include "handshake/pair.h"

namespace nacre::test {
namespace {

constexpr int supported_versions = 43;
constexpr int cookie = 44;
constexpr int key_share = 51;
constexpr int alpn = 16;

struct Case {
  std::string what;
  std::function<void(Hello&)> change;
  Error error;
  AlertDescription alert;
};

// A ServerHello (or HelloRetryRequest) of a real server, changed in one thing.
void check(const Case& row, const ServerConfig& server) {
  Pair pair(client_builder().build().value(), server);
  REQUIRE(pair.client.begin());
  for (const Message& hello : take_flight(pair.client.core())) {
    REQUIRE(pair.server.receive(view(hello)));
  }
  Hello hello = Hello::parse(take_flight(pair.server.core()).front());
  row.change(hello);
  const Message changed = hello.encode();
  const Result<void> outcome = pair.client.receive(view(changed));
  INFO(row.what);
  REQUIRE_FALSE(outcome);
  CHECK(name(outcome.error()) == name(row.error));
  CHECK(alert_for(outcome.error()) == row.alert);
}

ServerConfig retrying(NamedGroup group) {
  return server_builder().policy(only(group)).build().value();
}

// ECDHE_RSA_WITH_AES_128_GCM_SHA256, no session ID, renegotiation_info.
void older(Hello& hello) {
  hello.suites = {0xc0, 0x2f};
  hello.session_id.clear();
  hello.extensions = {{0xff01, {0}}};
}

using enum AlertDescription;

const std::vector<Case> server_hellos{
    {"legacy_version", [](Hello& h) { h.version = {3, 4}; }, Error::bad_legacy_version,
     protocol_version},
    {"no supported_versions", [](Hello& h) { h.remove(supported_versions); },
     Error::tls13_not_selected, protocol_version},
    {"AC-023: the sentinel of a downgrade to TLS 1.2",
     [](Hello& h) {
       h.remove(supported_versions);
       std::ranges::copy(Data{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1}, h.random.end() - 8);
     },
     Error::downgrade_detected, illegal_parameter},
    {"the sentinel of a downgrade to TLS 1.1",
     [](Hello& h) {
       h.remove(supported_versions);
       std::ranges::copy(Data{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0}, h.random.end() - 8);
     },
     Error::downgrade_detected, illegal_parameter},
    {"TLS 1.2 selected", [](Hello& h) { h.at(supported_versions) = {3, 3}; },
     Error::bad_selected_version, illegal_parameter},
    {"a version that was not offered", [](Hello& h) { h.at(supported_versions) = {3, 5}; },
     Error::bad_selected_version, illegal_parameter},
    {"a whole TLS 1.2 ServerHello, which is not looked at further", older,
     Error::tls13_not_selected, protocol_version},
    {"a whole TLS 1.2 ServerHello with the sentinel",
     [](Hello& h) {
       older(h);
       std::ranges::copy(Data{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1}, h.random.end() - 8);
     },
     Error::downgrade_detected, illegal_parameter},
    {"session id", [](Hello& h) { h.session_id.front() ^= 1; }, Error::bad_session_id_echo,
     illegal_parameter},
    {"no session id", [](Hello& h) { h.session_id.clear(); }, Error::bad_session_id_echo,
     illegal_parameter},
    {"AC-023: suite", [](Hello& h) { h.suites = {0x13, 4}; }, Error::unoffered_cipher_suite,
     illegal_parameter},
    {"AC-057: GREASE suite", [](Hello& h) { h.suites = {0x0a, 0x0a}; },
     Error::unoffered_cipher_suite, illegal_parameter},
    {"compression", [](Hello& h) { h.compression = {1}; }, Error::bad_compression_method,
     illegal_parameter},
    {"no key_share", [](Hello& h) { h.remove(key_share); }, Error::missing_extension,
     missing_extension},
    {"a share of a group that was offered without a share",
     [](Hello& h) { h.at(key_share) = Data{0, 23} + vector(2, Data(65, 4)); },
     Error::unoffered_key_share, illegal_parameter},
    {"a share of an unknown group",
     [](Hello& h) { h.at(key_share) = Data{0x0a, 0x0a} + vector(2, Data(1)); },
     Error::unoffered_key_share, illegal_parameter},
    {"AC-059: an X25519 share of low order",
     [](Hello& h) { h.at(key_share) = Data{0, 29} + vector(2, Data(32)); }, Error::bad_key_share,
     illegal_parameter},
    {"a short share", [](Hello& h) { h.at(key_share) = Data{0, 29} + vector(2, Data(31, 9)); },
     Error::bad_key_share, illegal_parameter},
    {"AC-047: an extension twice", [](Hello& h) { h.extensions.push_back(h.extensions.front()); },
     Error::duplicate_extension, illegal_parameter},
    {"AC-048: an extension that was not asked for",
     [](Hello& h) { h.extensions.emplace_back(0xfafa, Data{}); }, Error::unsolicited_extension,
     unsupported_extension},
    {"AC-049: a known extension in the wrong place",
     [](Hello& h) { h.extensions.emplace_back(cookie, Data{0, 1, 7}); }, Error::misplaced_extension,
     illegal_parameter},
    {"AC-046: bytes behind an extension's data",
     [](Hello& h) { h.at(supported_versions).push_back(0); }, Error::trailing_data, decode_error},
    {"a truncated extension", [](Hello& h) { h.at(supported_versions).pop_back(); },
     Error::truncated, decode_error},
};

const std::vector<Case> retries{
    {"AC-017: changes nothing", [](Hello& h) { h.remove(key_share); }, Error::retry_changes_nothing,
     illegal_parameter},
    {"AC-017: a group that was shared", [](Hello& h) { h.at(key_share) = {0, 29}; },
     Error::retry_group_not_offered, illegal_parameter},
    {"AC-017: a group that was not offered", [](Hello& h) { h.at(key_share) = {0, 30}; },
     Error::retry_group_not_offered, illegal_parameter},
    {"no supported_versions", [](Hello& h) { h.remove(supported_versions); },
     Error::tls13_not_selected, protocol_version},
    {"legacy_version", [](Hello& h) { h.version = {3, 4}; }, Error::bad_legacy_version,
     protocol_version},
    {"compression", [](Hello& h) { h.compression = {1}; }, Error::bad_compression_method,
     illegal_parameter},
    {"a whole TLS 1.2 ServerHello, but for the random", older, Error::tls13_not_selected,
     protocol_version},
    {"suite", [](Hello& h) { h.suites = {0x13, 5}; }, Error::unoffered_cipher_suite,
     illegal_parameter},
    {"session id", [](Hello& h) { h.session_id.back() ^= 1; }, Error::bad_session_id_echo,
     illegal_parameter},
    {"AC-048: an extension that was not asked for",
     [](Hello& h) { h.extensions.emplace_back(0xfafa, Data{}); }, Error::unsolicited_extension,
     unsupported_extension},
    {"an empty cookie", [](Hello& h) { h.extensions.emplace_back(cookie, Data{0, 0}); },
     Error::length_out_of_range, decode_error},
};

// The client's state after the server's first message, and what the server says next.
struct Talk {
  explicit Talk(const ClientConfig& client = client_builder().build().value(),
                const ServerConfig& server = server_builder().build().value())
      : pair(client, server) {
    REQUIRE(pair.client.begin());
    for (const Message& hello : take_flight(pair.client.core())) {
      REQUIRE(pair.server.receive(view(hello)));
    }
    inbox = take_flight(pair.server.core());
  }
  void deliver(std::size_t count) {
    for (; count > 0; --count) {
      REQUIRE(pair.client.receive(view(inbox.front())));
      inbox.pop_front();
    }
  }
  void expect(const Message& message, Error error, AlertDescription alert) {
    const Result<void> outcome = pair.client.receive(view(message));
    REQUIRE_FALSE(outcome);
    CHECK(name(outcome.error()) == name(error));
    CHECK(alert_for(outcome.error()) == alert);
  }
  Pair pair;
  std::deque<Message> inbox;
};

}  // namespace

TEST_CASE("A client refuses a ServerHello that breaks a rule",
          "[rfc9846-4.2.3][AC-023][rfc9846-E.5-7ab507][rfc9846-6-eb89d9][rfc9846-4.2.3-ac9ce3]"
          "[rfc9846-4.2.3-a8fd47][rfc9846-4.2.3-b0ae52][rfc9846-4.2.3-0af781]"
          "[rfc9846-4.2.3-f0e67a][rfc9846-4.2.3-8cf05a][rfc9846-4.2.3-99dfa7]"
          "[rfc9846-4.3-2c1133][rfc9846-4.3-069dee][rfc9846-4.3-804259][rfc9846-4.3-2c99db]"
          "[rfc9846-4.3.1-8da671][rfc9846-4.3.1-c08ecd][rfc9846-4.3.1-ed3541]") {
  for (const Case& row : server_hellos) check(row, server_builder().build().value());
}

TEST_CASE("A client refuses a HelloRetryRequest that breaks a rule",
          "[rfc9846-4.2.4][AC-017][rfc9846-4.2.4-7ba809][rfc9846-4.2.4-5f5994]"
          "[rfc9846-4.2.4-6efb74][rfc9846-4.3-069dee][rfc9846-4.3.8-16327c]"
          "[rfc9846-4.3.8-20a43a]") {
  for (const Case& row : retries) check(row, retrying(NamedGroup::secp384r1));
}

TEST_CASE("AC-018, AC-019: a ServerHello must keep to its HelloRetryRequest",
          "[rfc9846-4.2.4][rfc9846-4.3.8][AC-018][AC-019][rfc9846-4.2.4-ad387a]"
          "[rfc9846-4.2.4-ee1bef][rfc9846-4.3.8-eb5ee5][rfc9846-4.3.8-7cb095]") {
  const auto after_retry = [](const std::function<void(Hello&)>& change, Error error,
                              AlertDescription alert) {
    Talk talk(client_builder().build().value(), retrying(NamedGroup::secp384r1));
    talk.deliver(1);
    for (const Message& hello : take_flight(talk.pair.client.core())) {
      REQUIRE(talk.pair.server.receive(view(hello)));
    }
    Hello hello = Hello::parse(take_flight(talk.pair.server.core()).front());
    change(hello);
    talk.expect(hello.encode(), error, alert);
  };
  after_retry([](Hello& h) { h.suites = {0x13, 3}; }, Error::retry_mismatch, illegal_parameter);
  after_retry([](Hello& h) { h.at(key_share) = Data{0, 29} + vector(2, Data(32, 9)); },
              Error::retry_mismatch, illegal_parameter);
  after_retry([](Hello& h) { h.remove(key_share); }, Error::missing_extension, missing_extension);
  after_retry([](Hello& h) { h.at(supported_versions) = {3, 3}; }, Error::bad_selected_version,
              illegal_parameter);
}

TEST_CASE("A client refuses EncryptedExtensions that break a rule",
          "[rfc9846-4.4.1][AC-047][AC-048][AC-049][rfc9846-4.4.1-a696d8][rfc9846-4.3-069dee]"
          "[rfc9846-4.3-804259][rfc9846-4.3-2c99db]") {
  const auto extensions = [](const Data& list, Error error, AlertDescription alert) {
    Talk talk(client_builder().alpn({"h2", "http/1.1"}).build().value());
    talk.deliver(1);
    talk.expect(message(8, vector(2, list)), error, alert);
  };
  extensions(Data{0, alpn} + vector(2, vector(2, Data{2, 'h', '3'})), Error::unoffered_protocol,
             illegal_parameter);
  extensions(Data{0, alpn} + vector(2, vector(2, Data{2, 'h', '2', 2, 'h', '2'})),
             Error::length_out_of_range, decode_error);
  extensions(Data{0, 28} + vector(2, {0x40, 0}), Error::unsolicited_extension,
             unsupported_extension);
  extensions(Data{0, key_share} + vector(2, {0, 29}), Error::misplaced_extension,
             illegal_parameter);
  extensions(Data{0, 0, 0, 0, 0, 0, 0, 0}, Error::duplicate_extension, illegal_parameter);
  extensions(Data{0xfa, 0xfa, 0, 0}, Error::unsolicited_extension, unsupported_extension);
}

TEST_CASE("A client refuses a Certificate that breaks a rule",
          "[rfc9846-4.5.1][AC-006][AC-048][rfc9846-4.5.1-45cae2][rfc9846-4.5.1-bffef0]"
          "[rfc9846-4.5.1-431eda][rfc9846-4.5.1.3-b7f661]") {
  const auto certificate = [](const Data& body, Error error, AlertDescription alert) {
    Talk talk;
    talk.deliver(2);
    talk.expect(message(11, body), error, alert);
  };
  certificate({0, 0, 0, 0}, Error::empty_certificate_list, decode_error);
  certificate({1, 7, 0, 0, 0}, Error::bad_certificate_context, illegal_parameter);
  const Data entry = vector(3, {0x30, 0});
  certificate(Data{0} + vector(3, entry + Data{0, 0}), Error::bad_certificate, bad_certificate);
  certificate(Data{0} + vector(3, entry + vector(2, {0, 5, 0, 1, 1})), Error::unsolicited_extension,
              unsupported_extension);
  certificate(Data{0} + vector(3, entry), Error::truncated, decode_error);
}

TEST_CASE("A client refuses a CertificateRequest that breaks a rule",
          "[rfc9846-4.4.2][rfc9846-4.4.2-a84303][rfc9846-4.4.2-2414aa]") {
  const auto request = [](const Data& body, Error error, AlertDescription alert) {
    Talk talk;
    talk.deliver(2);
    talk.expect(message(13, body), error, alert);
  };
  const Data algorithms = Data{0, 13} + vector(2, {0, 2, 4, 3});
  request(Data{1, 7} + vector(2, algorithms), Error::bad_certificate_context, illegal_parameter);
  request(Data{0, 0, 0}, Error::missing_extension, missing_extension);
  request(Data{0} + vector(2, algorithms + algorithms), Error::duplicate_extension,
          illegal_parameter);
}

TEST_CASE("AC-011: each single-bit change of CertificateVerify is a decrypt_error",
          "[rfc9846-4.5.2][AC-011][rfc9846-4.5.2-34ca90][rfc9846-4.5.2-db4c57]") {
  const std::size_t bits = Talk().inbox.at(3).size() * 8;
  for (std::size_t bit = 8 * 8; bit < bits; bit += 7) {
    Talk talk;
    talk.deliver(3);
    Message verify = talk.inbox.front();
    if (bit >= verify.size() * 8) continue;  // ECDSA signatures differ in length
    verify.at(bit / 8) ^= static_cast<std::uint8_t>(1 << (bit % 8));
    talk.expect(verify, Error::bad_certificate_verify, decrypt_error);
  }
}

TEST_CASE("AC-004: a CertificateVerify's scheme must have been offered and fit the key",
          "[rfc9846-4.5.2][AC-004][rfc9846-4.5.2-b9f908][rfc9846-4.5.2-bbcbd7]"
          "[rfc9846-4.5.2-eef433][rfc9846-4.3.3-785bb2]") {
  const auto scheme = [](const Data& number, Error error, AlertDescription alert) {
    Talk talk;
    talk.deliver(3);
    Message verify = talk.inbox.front();
    std::ranges::copy(number, verify.begin() + 4);
    talk.expect(verify, error, alert);
  };
  scheme({2, 3}, Error::unoffered_signature_scheme, illegal_parameter);  // ecdsa_sha1
  scheme({4, 1}, Error::unoffered_signature_scheme, illegal_parameter);  // rsa_pkcs1_sha256
  scheme({8, 4}, Error::wrong_key_for_scheme, illegal_parameter);        // rsa_pss_rsae_sha256
  scheme({5, 3}, Error::wrong_key_for_scheme, illegal_parameter);        // another curve
  scheme({0x1a, 0x1a}, Error::unoffered_signature_scheme, illegal_parameter);
}

TEST_CASE("AC-011: each single-bit change of the server's Finished is a decrypt_error",
          "[rfc9846-4.5.3][AC-011][rfc9846-4.5.3-eb8408]") {
  Talk talk;
  talk.deliver(4);
  const Message good = talk.inbox.front();
  for (std::size_t bit = 4 * 8; bit < good.size() * 8; ++bit) {
    Message finished = good;
    finished.at(bit / 8) ^= static_cast<std::uint8_t>(1 << (bit % 8));
    talk.expect(finished, Error::bad_finished, decrypt_error);
  }
  Message longer = message(20, Data(good.begin() + 4, good.end()) + Data{0});
  talk.expect(longer, Error::bad_finished, decrypt_error);
  CHECK(talk.pair.client.receive(view(good)));
}

TEST_CASE("AC-001: Finished in place of CertificateVerify is an unexpected_message",
          "[rfc9846-4.5.2][AC-001][rfc9846-4.5.2-50b5ec][rfc9846-4.5.2-3352be]") {
  Talk talk;
  talk.deliver(3);
  talk.expect(talk.inbox.at(1), Error::unexpected_message, unexpected_message);
  CHECK_FALSE(talk.pair.client.core().complete);
}

TEST_CASE("AC-045: every truncation of every message of the server is refused",
          "[rfc9846-6.2][AC-045]") {
  for (std::size_t index = 0; index < 5; ++index) {
    Talk talk;
    talk.deliver(index);
    const Message good = talk.inbox.front();
    for (std::size_t size = 4; size < good.size(); ++size) {
      const Message cut =
          message(good.front(), Data(good.begin() + 4, good.begin() + static_cast<long>(size)));
      CAPTURE(index, size);
      const Result<void> outcome = talk.pair.client.receive(view(cut));
      REQUIRE_FALSE(outcome);
    }
  }
}

}  // namespace nacre::test
