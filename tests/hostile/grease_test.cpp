// GREASE, and other values that mean nothing, wherever a peer may put them. RFC 8701; RFC 9846,
// section 4.3.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr int supported_groups = 10;
constexpr int signature_algorithms = 13;
constexpr int alpn = 16;
constexpr int psk_key_exchange_modes = 45;
constexpr int supported_versions = 43;
constexpr int signature_algorithms_cert = 50;
constexpr int key_share = 51;

// The 16 values of RFC 8701, section 2, and two that are assigned to nothing.
std::vector<int> meaningless() {
  std::vector<int> values{0x4d4e, 0xfe01};
  for (int i = 0; i < 16; ++i) values.push_back(0x0a0a + 0x1010 * i);
  return values;
}

Data two_bytes(int value) {
  return number(2, static_cast<std::size_t>(value));
}

// `value` at the beginning and the end of a list behind a length of `width` bytes.
void surround(Data& list, std::size_t width, int value, int other) {
  list = vector(width, two_bytes(value) + Cursor(list).vector(width) + two_bytes(other));
}

struct OfferCase {
  std::string what;
  std::function<void(Hello&, int value, int other)> add;
};

const std::vector<OfferCase> offers{
    {"cipher suites", [](Hello& h, int value,
                         int other) { h.suites = two_bytes(value) + h.suites + two_bytes(other); }},
    {"extensions, first and last, without and with data",
     [](Hello& h, int value, int other) {
       h.extensions.emplace(h.extensions.begin(), value, Data{});
       h.extensions.emplace_back(other, Data(1'000, 7));
     }},
    {"groups",
     [](Hello& h, int value, int other) { surround(h.at(supported_groups), 2, value, other); }},
    {"groups with shares",
     [](Hello& h, int value, int other) {
       surround(h.at(supported_groups), 2, value, other);
       const Data share = Cursor(h.at(key_share)).vector(2);
       h.at(key_share) = vector(2, two_bytes(value) + vector(2, {0}) + share + two_bytes(other) +
                                       vector(2, Data(500, 1)));
     }},
    {"signature schemes",
     [](Hello& h, int value, int other) { surround(h.at(signature_algorithms), 2, value, other); }},
    {"signature schemes of certificates",
     [](Hello& h, int value, int other) {
       h.extensions.emplace_back(signature_algorithms_cert, vector(2, {4, 3}));
       surround(h.at(signature_algorithms_cert), 2, value, other);
     }},
    {"versions",
     [](Hello& h, int value, int other) { surround(h.at(supported_versions), 1, value, other); }},
    {"protocols",
     [](Hello& h, int value, int other) {
       h.extensions.emplace_back(alpn,
                                 vector(2, vector(1, two_bytes(value)) + vector(1, {'h', '2'}) +
                                               vector(1, two_bytes(other))));
     }},
    {"modes of PSKs, whose numbers are of one byte",
     [](Hello& h, int value, int other) {
       const auto mode = [](int number) {
         return static_cast<std::uint8_t>(0x0b + 0x1f * (number >> 12 & 7));
       };
       h.extensions.emplace_back(psk_key_exchange_modes, Data{3, mode(value), 1, mode(other)});
     }},
};

TEST_CASE("AC-057: a server passes over GREASE in every list of a ClientHello",
          "[AC-057][rfc8701][rfc9846-4.2.2][rfc9846-9.3-f942be]") {
  for (const OfferCase& offer : offers) {
    INFO(offer.what);
    for (const int value : meaningless()) {
      CAPTURE(value);
      for (const bool retries : {false, true}) {
        ScriptedClient client(server_config().alpn({"h2"}));
        client.retries = retries;
        offer.add(client.hello, value, value == 0x1a1a ? 0x2a2a : 0x1a1a);
        if (retries) {
          // The second hello has one share, of the group that the server names.
          Hello first = client.hello;
          first.at(key_share) = {0, 0};
          client.say_hello(first);
          client.hello.at(key_share) = ScriptedClient().hello.at(key_share);
          client.retries = false;
        }
        client.play();
        CHECK(works(client));
      }
    }
  }
}

Message request_with(const Data& schemes, const Data& extensions) {
  return message(13, Data{0} + vector(2, Data{0, signature_algorithms} +
                                             vector(2, vector(2, schemes)) + extensions));
}

Data extension(int type, const Data& data) {
  return two_bytes(type) + vector(2, data);
}

TEST_CASE("AC-057: a client passes over GREASE in a CertificateRequest",
          "[AC-057][rfc8701][rfc9846-4.4.2][rfc9846-4.4.2-4a2863][rfc9846-9.3-6cb74d]") {
  for (const int value : meaningless()) {
    CAPTURE(value);
    const std::vector<Message> requests{
        request_with(two_bytes(value) + Data{4, 3}, {}),
        request_with({4, 3}, extension(value, {})),
        request_with({4, 3}, extension(value, Data(10'000, 9))),
        request_with(
            {4, 3}, extension(signature_algorithms_cert, vector(2, Data{4, 3} + two_bytes(value)))),
        request_with(two_bytes(value), {}),
    };
    for (const Message& request : requests) {
      ScriptedServer server;
      server.certificate_request = request;
      server.play();
      CHECK(works(server));
    }
  }
}

TEST_CASE("AC-057: a client passes over GREASE in a NewSessionTicket",
          "[AC-057][rfc8701][rfc9846-4.7.1][rfc9846-4.7.1-4a2863][rfc9846-9.3-6cb74d]") {
  ScriptedServer server;
  server.play();
  for (const int value : meaningless()) {
    for (const std::size_t size : {0U, 1U, 5'000U}) {
      const Data lifetime_and_age{0, 1, 1, 1, 1, 1, 1, 1};
      server.send(message(4, lifetime_and_age + vector(1, {7}) + vector(2, Data(50, 3)) +
                                 vector(2, extension(value, Data(size)))));
    }
  }
  CHECK(works(server));
}

struct AnswerCase {
  std::string what;
  std::function<void(ScriptedServer&, int value)> say;
  Error error;
  AlertDescription alert;
};

const std::vector<AnswerCase> answers{
    {"version",
     [](ScriptedServer& s, int value) {
       Hello hello = s.hello();
       hello.at(supported_versions) = two_bytes(value);
       s.say_hello(hello);
     },
     Error::bad_selected_version, illegal_parameter},
    {"version of a retry",
     [](ScriptedServer& s, int value) {
       Hello retry = s.retry();
       retry.at(supported_versions) = two_bytes(value);
       s.say_retry(retry);
     },
     Error::bad_selected_version, illegal_parameter},
    {"cipher suite",
     [](ScriptedServer& s, int value) {
       Hello hello = s.hello();
       hello.suites = two_bytes(value);
       s.say_hello(hello);
     },
     Error::unoffered_cipher_suite, illegal_parameter},
    {"share",
     [](ScriptedServer& s, int value) {
       Hello hello = s.hello();
       hello.at(key_share) = two_bytes(value) + vector(2, {0});
       s.say_hello(hello);
     },
     Error::unoffered_key_share, illegal_parameter},
    {"group of a retry",
     [](ScriptedServer& s, int value) {
       Hello retry = s.retry();
       retry.extensions.emplace_back(key_share, two_bytes(value));
       s.say_retry(retry);
     },
     Error::retry_group_not_offered, illegal_parameter},
    {"extension of ServerHello",
     [](ScriptedServer& s, int value) {
       Hello hello = s.hello();
       hello.extensions.emplace_back(value, Data{});
       s.say_hello(hello);
     },
     Error::unsolicited_extension, unsupported_extension},
    {"extension of HelloRetryRequest",
     [](ScriptedServer& s, int value) {
       Hello retry = s.retry();
       retry.extensions.emplace_back(value, Data{});
       s.say_retry(retry);
     },
     Error::unsolicited_extension, unsupported_extension},
    {"extension of EncryptedExtensions",
     [](ScriptedServer& s, int value) {
       s.encrypted_extensions = message(8, vector(2, extension(value, {1, 2})));
       s.play();
     },
     Error::unsolicited_extension, unsupported_extension},
    {"extension of Certificate",
     [](ScriptedServer& s, int value) {
       const std::array chain{certificate_of(localhost_leaf())};
       s.certificate = certificate_message(chain, extension(value, {}));
       s.play();
     },
     Error::unsolicited_extension, unsupported_extension},
    {"scheme of CertificateVerify",
     [](ScriptedServer& s, int value) {
       s.say_hello(s.hello());
       s.say(s.encrypted_extensions);
       s.say(s.certificate);
       s.say(message(15, two_bytes(value) + vector(2, Data(70))));
     },
     Error::unoffered_signature_scheme, illegal_parameter},
};

// Also when the client has sent such values itself.
TEST_CASE("AC-057: a client refuses GREASE that is chosen", "[AC-057][rfc8701][rfc9846-4.3]") {
  for (const AnswerCase& answer : answers) {
    INFO(answer.what);
    for (const int value : meaningless()) {
      CAPTURE(value);
      for (const bool greases : {false, true}) {
        ScriptedServer server(client_config().grease(greases));
        answer.say(server, value);
        CHECK(refused(server, answer.error, answer.alert));
      }
    }
  }
}

}  // namespace
}  // namespace nacre::test
