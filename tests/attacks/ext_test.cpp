// Extensions twice, unasked, misplaced, missing, and GREASE. RFC 9846, sections 4.3 and 9.2.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "attacks/blocks.h"
#include "attacks/side.h"

namespace nacre::test {
namespace {

constexpr int server_name = 0;
constexpr int supported_groups = 10;
constexpr int signature_algorithms = 13;
constexpr int alpn = 16;
constexpr int pre_shared_key = 41;
constexpr int supported_versions = 43;
constexpr int psk_key_exchange_modes = 45;
constexpr int signature_algorithms_cert = 50;
constexpr int key_share = 51;

using enum AlertDescription;
using enum Where;

constexpr Outcome decoding{Error::length_out_of_range, decode_error};
constexpr Outcome unsolicited{Error::unsolicited_extension, unsupported_extension};

void refused(Where where, const std::function<void(ExtensionList&)>& edit, Outcome outcome,
             bool offers_more = false) {
  CAPTURE(static_cast<int>(where));
  Side side = hear_block(where, edit, offers_more);
  check_refused(side, outcome);
}

void taken(Where where, const std::function<void(ExtensionList&)>& edit, bool offers_more = false) {
  CAPTURE(static_cast<int>(where));
  Side side = hear_block(where, edit, offers_more);
  CHECK_FALSE(side.peer.error);
  if (where == client_hello) CHECK(side.messages().size() == 5);
}

void drop(ExtensionList& list, int type) {
  std::erase_if(list, [type](const auto& extension) { return extension.first == type; });
}

// Table 1 of RFC 9846, section 4.3; compress_certificate, max_fragment_length and
// signed_certificate_timestamp by their own RFCs.
const std::map<int, std::vector<Where>> table{
    {0, {client_hello, encrypted_extensions, certificate_request}},
    {1, {client_hello, encrypted_extensions}},
    {5, {client_hello, certificate_request, certificate}},
    {10, {client_hello, encrypted_extensions}},
    {13, {client_hello, certificate_request}},
    {14, {client_hello, encrypted_extensions}},
    {15, {client_hello, encrypted_extensions}},
    {16, {client_hello, encrypted_extensions}},
    {18, {client_hello, certificate_request, certificate}},
    {19, {client_hello, encrypted_extensions}},
    {20, {client_hello, encrypted_extensions}},
    {21, {client_hello}},
    {27, {client_hello, certificate_request}},
    {28, {client_hello, encrypted_extensions}},
    {41, {client_hello, server_hello}},
    {42, {client_hello, encrypted_extensions, new_session_ticket}},
    {43, {client_hello, server_hello, hello_retry_request}},
    {44, {client_hello, hello_retry_request}},
    {45, {client_hello}},
    {47, {client_hello, certificate_request}},
    {48, {certificate_request}},
    {49, {client_hello}},
    {50, {client_hello, certificate_request}},
    {51, {client_hello, server_hello, hello_retry_request}},
};

}  // namespace

// RFC 9846 names no alert for it; Nacre keeps to illegal_parameter. Nacre asks for nothing that
// could stand in a Certificate: there the first of two is refused.
TEST_CASE("AC-047: an extension comes once in each message", "[AC-047][rfc9846-4.3]") {
  constexpr Outcome twice{Error::duplicate_extension, illegal_parameter};
  for (const Where where : {client_hello, server_hello, hello_retry_request, encrypted_extensions,
                            certificate_request}) {
    std::size_t count = 0;
    hear_block(where, [&](ExtensionList& list) { count = list.size(); }, true);
    REQUIRE(count > 0);
    for (std::size_t index = 0; index < count; ++index) {
      refused(where, [index](ExtensionList& list) { list.push_back(list.at(index)); }, twice, true);
      refused(
          where,
          [index](ExtensionList& list) {
            list.insert(list.begin() + static_cast<std::ptrdiff_t>(index), list.at(index));
          },
          twice, true);
    }
  }
  for (const Where where : {client_hello, certificate_request, new_session_ticket}) {
    for (const int unknown : {0xfafa, 0xabcd}) {
      const auto edit = [unknown](ExtensionList& list) {
        list.emplace(list.begin(), unknown, Data{});
        list.emplace_back(unknown, Data{1});
      };
      refused(where, edit, twice);
    }
  }
  const auto early_data = [](ExtensionList& list) { list.assign(2, {42, Data(4)}); };
  refused(new_session_ticket, early_data, twice);
}

TEST_CASE("AC-048: a response has nothing that was not asked for", "[AC-048][rfc9846-4.3]") {
  for (const Where where : {server_hello, hello_retry_request, encrypted_extensions, certificate}) {
    std::vector<int> types{0x0a0a, 0xabcd, 0xfafa, 0xffff};
    for (const auto& [type, places] : table) {
      const bool may_be = std::ranges::count(places, where) > 0;
      const bool is_asked = type == server_name || type == supported_groups ||
                            type == supported_versions || type == key_share || type == 44;
      if (may_be && !is_asked) types.push_back(type);
    }
    for (const int type : types) {
      CAPTURE(type);
      refused(where, [type](ExtensionList& list) { list.emplace_back(type, Data{}); }, unsolicited);
      refused(
          where, [type](ExtensionList& list) { list.emplace(list.begin(), type, Data{}); },
          unsolicited);
    }
  }
}

TEST_CASE("AC-049: a known extension stands where table 1 lets it", "[AC-049][rfc9846-4.3]") {
  std::size_t misplaced = 0;
  for (const auto& [type, places] : table) {
    for (const Where where : blocks) {
      if (std::ranges::count(places, where) > 0) continue;
      CAPTURE(type);
      ++misplaced;
      const auto edit = [type](ExtensionList& list) { list.emplace_back(type, Data{}); };
      refused(where, edit, {Error::misplaced_extension, illegal_parameter});
    }
  }
  CHECK(misplaced == 24 * 7 - 50);
}

TEST_CASE("AC-050: pre_shared_key is the last extension of a ClientHello",
          "[AC-050][rfc9846-4.3.11]") {
  constexpr Outcome not_last{Error::psk_not_last, illegal_parameter};
  const auto psk = std::pair(pre_shared_key, vector(2, vector(2, Data(20, 5)) + Data(4, 1)) +
                                                 vector(2, vector(1, Data(32, 6))));
  const auto put_at = [&](ExtensionList& list, std::size_t index) {
    list.emplace(list.begin(), psk_key_exchange_modes, Data{1, 1});
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(index), psk);
  };
  std::size_t count = 0;
  hear_block(client_hello, [&](ExtensionList& list) { count = list.size() + 1; });
  for (std::size_t index = 0; index < count; ++index) {
    CAPTURE(index);
    refused(client_hello, [&](ExtensionList& list) { put_at(list, index); }, not_last);
  }
  taken(client_hello, [&](ExtensionList& list) { put_at(list, count); });

  Between between = retried_between();
  between.tell_client(1);
  Hello second = Hello::parse(between.client.messages().front());
  second.extensions.insert(second.extensions.begin() + 1, psk);
  between.server.hear(second.encode());
  check_refused(between.server, not_last);
}

TEST_CASE("AC-051: a ClientHello without a PSK has groups, shares and algorithms",
          "[AC-051][rfc9846-9.2]") {
  const std::vector<int> wanted{supported_groups, key_share, signature_algorithms};
  for (unsigned left_out = 1; left_out < 8; ++left_out) {
    CAPTURE(left_out);
    const auto edit = [&](ExtensionList& list) {
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        if ((left_out >> i & 1) != 0) drop(list, wanted.at(i));
      }
    };
    refused(client_hello, edit, {Error::missing_extension, missing_extension});
  }
}

TEST_CASE("AC-052: lists of signature algorithms may be strange, or absent",
          "[AC-052][rfc9846-4.3.3]") {
  const auto put = [](int type, const Data& data) {
    return [=](ExtensionList& list) {
      drop(list, type);
      list.emplace_back(type, data);
    };
  };
  const auto dropped = [](int type) { return [=](ExtensionList& list) { drop(list, type); }; };
  constexpr Outcome missing{Error::missing_extension, missing_extension};
  constexpr Outcome cut{Error::truncated, decode_error};
  const Data odd{0, 3, 4, 3, 8};
  const Data unknown = vector(2, {0x0a, 0x0a, 0xfe, 0x01});
  refused(client_hello, dropped(signature_algorithms), missing);
  refused(client_hello, put(signature_algorithms, {}), cut);
  refused(client_hello, put(signature_algorithms, {0, 0}), decoding);
  refused(client_hello, put(signature_algorithms, odd), cut);
  refused(client_hello, put(signature_algorithms, unknown),
          {Error::no_common_signature_scheme, handshake_failure});

  refused(client_hello, put(signature_algorithms_cert, {}), cut);
  refused(client_hello, put(signature_algorithms_cert, {0, 0}), decoding);
  refused(client_hello, put(signature_algorithms_cert, odd), cut);
  taken(client_hello, dropped(signature_algorithms_cert));
  // Section 4.5.1.1: better a chain that the client may not verify than none.
  taken(client_hello, put(signature_algorithms_cert, unknown));

  refused(certificate_request, dropped(signature_algorithms), missing);
  refused(certificate_request, put(signature_algorithms, {}), cut);
  refused(certificate_request, put(signature_algorithms, {0, 0}), decoding);
  refused(certificate_request, put(signature_algorithms, odd), cut);
  refused(certificate_request, put(signature_algorithms_cert, {0, 0}), decoding);
  taken(certificate_request, put(signature_algorithms, unknown));
  taken(certificate_request, put(signature_algorithms_cert, unknown));
}

TEST_CASE("AC-057: a server ignores GREASE in every list", "[AC-057][rfc8701]") {
  for (int i = 0; i < 16; ++i) {
    CAPTURE(i);
    const auto byte = static_cast<std::uint8_t>(0x0a + 0x10 * i);
    const Data grease{byte, byte};
    const auto around = [&](std::size_t width, Data& list) {
      Cursor cursor(list);
      const Data values = cursor.vector(width);
      list = vector(width, grease + values);
      return vector(width, grease + values + grease);
    };
    const auto edit = [&](ExtensionList& list) {
      around(2, at(list, supported_groups));
      at(list, signature_algorithms) = around(2, at(list, signature_algorithms));
      at(list, signature_algorithms_cert) = around(2, at(list, signature_algorithms_cert));
      at(list, supported_versions) = around(1, at(list, supported_versions));
      Cursor shares(at(list, key_share));
      at(list, key_share) = vector(2, grease + vector(2, {0}) + shares.vector(2));
      Cursor protocols(at(list, alpn));
      at(list, alpn) = vector(2, vector(1, grease) + protocols.vector(2));
      // RFC 8701, section 2: the values for modes are 0x0b, 0x2a and so on.
      const auto mode = static_cast<std::uint8_t>(0x0b + 0x1f * (i % 8));
      list.emplace_back(psk_key_exchange_modes, Data{2, mode, 1});
      list.emplace(list.begin(), byte << 8 | byte, Data{});
      list.emplace_back((byte ^ 0x10) << 8 | (byte ^ 0x10), Data{1, 2, 3});
    };
    taken(client_hello, edit, true);

    Between between;
    Hello hello = Hello::parse(between.client.messages().front());
    hello.suites = grease + hello.suites + grease;
    between.server.hear(hello.encode());
    CHECK_FALSE(between.server.peer.error);
    CHECK(Hello::parse(between.server.messages().front()).suites == Data{0x13, 1});
  }
}

TEST_CASE("AC-057: a client refuses a server that chooses GREASE, offered or not",
          "[AC-057][rfc8701]") {
  const auto value = [](const Data& grease) { return grease.front() << 8 | grease.back(); };
  for (int i = 0; i < 16; ++i) {
    CAPTURE(i);
    const auto byte = static_cast<std::uint8_t>(0x0a + 0x10 * i);
    const Data grease{byte, byte};
    const auto hello = [&](const Between& start, const std::function<void(Hello&)>& change,
                           Error error) {
      Hello answer = Hello::parse(start.inbox.front());
      change(answer);
      return std::pair(answer.encode(), Outcome{error, illegal_parameter});
    };
    for (const bool offers : {false, true}) {
      const auto check = [&](const std::function<void(Hello&)>& change, Error error, bool retries) {
        Between between(retried_client().grease(offers),
                        retries ? retrying_server() : server_config());
        between.greet();
        const auto [message, outcome] = hello(between, change, error);
        between.client.hear(message);
        check_refused(between.client, outcome);
      };
      check([&](Hello& h) { h.suites = grease; }, Error::unoffered_cipher_suite, false);
      check([&](Hello& h) { h.at(supported_versions) = grease; }, Error::bad_selected_version,
            false);
      check([&](Hello& h) { h.at(key_share) = grease + vector(2, {0}); },
            Error::unoffered_key_share, false);
      check([&](Hello& h) { h.suites = grease; }, Error::unoffered_cipher_suite, true);
      check([&](Hello& h) { h.at(key_share) = grease; }, Error::retry_group_not_offered, true);
    }
    const auto extend = [&](ExtensionList& list) { list.emplace_back(value(grease), Data{}); };
    for (const Where where :
         {server_hello, hello_retry_request, encrypted_extensions, certificate}) {
      refused(where, extend, unsolicited);
    }
    refused(
        encrypted_extensions,
        [&](ExtensionList& list) { at(list, alpn) = vector(2, vector(1, grease)); },
        {Error::unoffered_protocol, illegal_parameter}, true);
    Between proof = told(Told::certificate);
    Message verify = proof.inbox.front();
    std::ranges::copy(grease, verify.begin() + 4);
    proof.client.hear(verify);
    check_refused(proof.client, {Error::unoffered_signature_scheme, illegal_parameter});

    // Requests may hold it, section 3.2.
    taken(certificate_request, extend);
    taken(certificate_request, [&](ExtensionList& list) {
      at(list, signature_algorithms) = vector(2, grease + Data{4, 3});
    });
    taken(new_session_ticket, extend);
  }
}

// What the client itself offers as GREASE is no more acceptable.
TEST_CASE("AC-057: a client refuses its own GREASE", "[AC-057][rfc8701]") {
  for (int round = 0; round < 32; ++round) {
    Between between(client_config().grease());
    const Hello offer = Hello::parse(between.client.messages().front());
    between.server.hear(offer.encode());
    between.inbox = between.server.messages();
    const Data suite(offer.suites.begin(), offer.suites.begin() + 2);
    REQUIRE((suite.front() & 0x0f) == 0x0a);
    const bool by_extension = round % 2 == 0;
    Hello hello = Hello::parse(between.inbox.front());
    if (by_extension) {
      const auto own = std::ranges::find_if(
          offer.extensions, [](const auto& each) { return (each.first & 0x0f0f) == 0x0a0a; });
      REQUIRE(own != offer.extensions.end());
      hello.extensions.emplace_back(own->first, Data{});
    } else {
      hello.suites = suite;
    }
    between.client.hear(hello.encode());
    check_refused(between.client, by_extension
                                      ? unsolicited
                                      : Outcome{Error::unoffered_cipher_suite, illegal_parameter});
  }
}

}  // namespace nacre::test
