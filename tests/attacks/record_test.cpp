// Records of the wrong kind, length and number. RFC 9846, section 5.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "attacks/side.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

const Octets change_cipher_spec{20, 3, 3, 0, 1, 1};
constexpr Outcome bad_change{Error::bad_change_cipher_spec, unexpected_message};
constexpr Outcome overflow{Error::record_too_long, record_overflow};

ServerConfig::Builder stateless_server() {
  return server_config().stateless_retry(std::array<std::uint8_t, 32>{1, 2, 3});
}

Octets header(std::uint8_t type, std::size_t length) {
  return Data{type, 3, 3} + number(2, length);
}

// Record by record, as the side's peer would seal them.
void check_flood(const Make& make, const std::function<Octets(Side&)>& record) {
  Side side = make();
  const std::size_t sent = side.peer.sent.size();
  side.take(record(side));
  const std::size_t heap = heap_in_use();
  for (int count = 1; count < 32; ++count) side.take(record(side));
  CHECK(heap_in_use() <= heap + 1'024);
  REQUIRE_FALSE(side.peer.error);
  CHECK(side.peer.sent.size() == sent);
  side.take(record(side));
  check_refused(side, {Error::too_many_empty_records, unexpected_message});
}

}  // namespace

TEST_CASE("AC-028: a flood of change_cipher_spec ends at 32 records", "[AC-028][rfc9846-5]") {
  std::vector<Make> places = with_handshake_keys();
  places.push_back([] { return told(Told::nothing).client; });
  places.push_back([] { return retried_between().server; });
  places.push_back([] { return Side(stateless_server()); });
  for (const Make& make : places) {
    check_flood(make, [](Side&) { return change_cipher_spec; });
    // A million at once: what is behind the 33rd is not looked at.
    Side side = make();
    const std::size_t steps = side.peer.steps;
    for (int i = 0; i < 1'000'000; ++i) append(side.peer.inbox, change_cipher_spec);
    side.peer.run();
    CHECK(side.peer.error == Error::too_many_empty_records);
    CHECK(side.peer.inbox.size() == (1'000'000U - 32) * change_cipher_spec.size());
    CHECK(side.peer.steps - steps == 33);
  }
}

TEST_CASE("AC-029: change_cipher_spec is one byte of 1", "[AC-029][rfc9846-5]") {
  std::vector<Make> places = with_handshake_keys();
  places.push_back([] { return told(Told::nothing).client; });
  places.push_back([] { return retried_between().server; });
  for (const Make& make : places) {
    for (int value = 0; value < 256; ++value) {
      if (value == 1) continue;
      Side side = make();
      side.take(Octets{20, 3, 3, 0, 1, static_cast<std::uint8_t>(value)});
      check_refused(side, bad_change);
    }
    for (const std::size_t length : {0U, 2U, 3U, 100U, 16'384U}) {
      Side side = make();
      side.take(header(20, length) + Data(length, 1));
      check_refused(side, bad_change);
    }
  }
}

TEST_CASE(
    "AC-029: change_cipher_spec has no place under keys, before ClientHello or after Finished",
    "[AC-029][rfc9846-5]") {
  for (const Make& make : with_keys()) {
    Side side = make();
    side.take(side.record(ContentType::change_cipher_spec, Octets{1}));
    check_refused(side, bad_change);
  }
  std::vector<Make> places = with_application_keys();
  places.push_back([] { return Side(server_config()); });
  for (const Make& make : places) {
    Side side = make();
    side.take(change_cipher_spec);
    check_refused(side, bad_change);
  }
}

TEST_CASE("AC-030: a record above its length is refused at its header",
          "[AC-030][rfc9846-5.1][rfc9846-5.2]") {
  const auto check = [](const Make& make, std::uint8_t type, std::size_t longest) {
    Side longest_side = make();
    longest_side.take(header(type, longest));
    CHECK_FALSE(longest_side.peer.error);
    Side side = make();
    side.take(header(type, longest + 1));
    check_refused(side, overflow);
  };
  for (const Make& make : without_keys()) check(make, 22, 16'384);
  for (const Make& make : with_keys()) check(make, 23, 16'384 + 256);
}

TEST_CASE("AC-030: an inner plaintext has 2^14+1 bytes at most", "[AC-030][rfc9846-5.4]") {
  for (const Make& make : with_keys()) {
    for (const std::size_t content : {1U, 16'385U}) {
      Side side = make();
      Octets inner(content, 1);
      inner.push_back(23);
      inner.resize(16'386);
      side.take(side.forger()->raw(inner));
      check_refused(side, overflow);
    }
  }
  for (const Make& make : with_application_keys()) {
    Side side = make();
    side.take(side.record(ContentType::application_data, Octets(16'384, 1)));
    CHECK(side.peer.data.size() == 16'384);
  }
}

TEST_CASE("AC-031: an inner plaintext has a type, and handshake and alert have content",
          "[AC-031][rfc9846-5.4]") {
  for (const Make& make : with_keys()) {
    for (const std::size_t zeros : {0U, 1U, 2U, 100U, 16'385U}) {
      Side side = make();
      side.take(side.forger()->raw(Octets(zeros)));
      check_refused(side, {Error::no_content_type, unexpected_message});
    }
    for (const std::uint8_t type : {std::uint8_t{21}, std::uint8_t{22}}) {
      for (const std::size_t zeros : {0U, 1U, 100U}) {
        Side side = make();
        Octets inner{type};
        inner.resize(1 + zeros);
        side.take(side.forger()->raw(inner));
        check_refused(side, {Error::empty_record, unexpected_message});
      }
    }
  }
}

TEST_CASE("AC-032: a flood of empty records ends at 32", "[AC-032][rfc9846-5.1]") {
  for (const Make& make : with_application_keys()) {
    for (const std::size_t padding : {0U, 1'000U}) {
      check_flood(make, [padding](Side& side) {
        return side.forger()->record(ContentType::application_data, {}, padding);
      });
    }
    // With a byte of data here and there it goes on, at the same price: 10^4 records.
    Side side = make();
    side.take(side.record(ContentType::application_data, {}));
    const std::size_t heap = heap_in_use();
    for (int round = 1; round <= 300; ++round) {
      for (int i = 0; i < 31; ++i) side.take(side.record(ContentType::application_data, {}));
      side.take(side.record(ContentType::application_data, Octets{7}));
      side.take(side.record(ContentType::application_data, {}));
    }
    REQUIRE_FALSE(side.peer.error);
    CHECK(side.peer.data.size() == 300);
    CHECK(heap_in_use() <= heap + 2'048);
  }
}

TEST_CASE("AC-035: no length of a record leads astray", "[AC-035][rfc9846-5.1]") {
  const auto refused = [](const Make& make, std::uint8_t type, std::size_t length,
                          Outcome outcome) {
    CAPTURE(type, length);
    Side side = make();
    const std::size_t steps = side.peer.steps;
    side.take(header(type, length) + Data(100));
    check_refused(side, outcome);
    CHECK(side.peer.steps == steps + 1);
  };
  const Outcome empty{Error::empty_record, unexpected_message};
  for (const std::size_t length : {0x4101U, 0x7fffU, 0x8000U, 0xfffaU, 0xfffbU, 0xffffU}) {
    for (const Make& make : with_keys()) refused(make, 23, length, overflow);
  }
  for (const std::size_t length : {0x4001U, 0x4100U, 0x7fffU, 0x8000U, 0xfffaU, 0xffffU}) {
    for (const Make& make : without_keys()) {
      refused(make, 22, length, overflow);
      refused(make, 21, length, overflow);
    }
  }
  for (const Make& make : without_keys()) {
    refused(make, 22, 0, empty);
    refused(make, 21, 0, empty);
  }
  for (const Make& make : with_keys()) {
    for (const std::size_t length : {0U, 1U, 15U}) {
      refused(make, 23, length, {Error::bad_record_mac, bad_record_mac});
    }
  }
}

TEST_CASE("AC-036: a record above the record_size_limit is refused", "[AC-036][rfc8449-4]") {
  for (const std::size_t limit : {64U, 100U, 16'384U}) {
    for (const bool at_client : {true, false}) {
      for (const std::size_t excess : {0U, 1U}) {
        CAPTURE(limit, at_client, excess);
        Between between(client_config().record_size_limit(at_client ? limit : 16'384),
                        server_config().record_size_limit(at_client ? 16'384 : limit));
        between.greet();
        for (const Message& message : between.inbox) {
          for (std::size_t at = 0; at < message.size(); at += 60) {
            const Bytes rest = Bytes(message).subspan(at);
            between.client.hear(octets(rest.first(std::min<std::size_t>(60, rest.size()))));
          }
        }
        between.greet();
        Side& side = at_client ? between.client : between.server;
        side.take(side.forger()->record(ContentType::application_data, Octets(50, 1),
                                        limit - 50 + excess));
        if (excess == 0) {
          CHECK_FALSE(side.peer.error);
          CHECK(side.peer.data.size() == 50);
        } else {
          check_refused(side, overflow);
        }
      }
    }
  }
}

TEST_CASE("AC-036: a record_size_limit that may not be is refused", "[AC-036][rfc8449-4]") {
  constexpr Outcome bad_limit{Error::bad_record_size_limit, illegal_parameter};
  for (const std::size_t limit : {0U, 1U, 63U}) {
    Between between;
    Hello hello = Hello::parse(between.client.messages().front());
    hello.extensions.emplace_back(28, number(2, limit));
    between.server.hear(hello.encode());
    check_refused(between.server, bad_limit);
  }
  for (const std::size_t limit : {0U, 1U, 63U, 16'386U, 0xffffU}) {
    Between between = told(Told::server_hello, client_config().record_size_limit(1'000));
    between.client.hear(message(8, vector(2, Data{0, 28} + vector(2, number(2, limit)))));
    check_refused(between.client, bad_limit);
  }
}

TEST_CASE("AC-038: a record of no known type is refused", "[AC-038][rfc9846-5]") {
  for (std::size_t type = 0; type < 256; type += sweep_step) {
    if (type >= 20 && type <= 23) continue;
    CAPTURE(type);
    const auto byte = static_cast<std::uint8_t>(type);
    Side first(server_config());
    first.take(Octets{byte, 3, 3, 0, 1, 0});
    check_refused(first, {Error::not_tls, unexpected_message});
    Side client(client_config());
    client.peer.run();
    client.take(Octets{byte, 3, 3, 0, 1, 0});
    check_refused(client, {Error::not_tls, unexpected_message});
    for (const Make& make : with_keys()) {
      Side outer = make();
      outer.take(header(byte, 20) + Data(20, 1));
      check_refused(outer, {Error::unknown_content_type, unexpected_message});
      if (type == 0) continue;  // padding
      Side inner = make();
      inner.take(inner.record(static_cast<ContentType>(type), bytes_of("content")));
      check_refused(inner, {Error::unknown_content_type, unexpected_message});
    }
  }
}

TEST_CASE("AC-039: legacy_record_version is ignored", "[AC-039][rfc9846-5.1]") {
  Side client(client_config());
  client.peer.run();
  const Message hello = client.messages().front();
  const ServerConfig server = server_config().ask_configuration().build().value();
  Octets outgoing(max_record_size);
  Between with_keys = connected_between();
  with_keys.server.peer.room = 64;
  for (std::size_t version = 0; version <= 0xffff; version += sweep_step) {
    Octets record =
        WireRecord{ContentType::handshake, static_cast<std::uint16_t>(version), hello}.encode();
    Connection connection = Connection::server(server).value();
    const Result<Step> step = connection.advance(record, outgoing);
    if (!step || !std::holds_alternative<ClientHelloSeen>(step->event)) FAIL(version);

    const Octets inner{static_cast<std::uint8_t>(version & 0xff), 23};
    with_keys.server.peer.data.clear();
    with_keys.server.take(
        with_keys.server.forger()->raw(inner, static_cast<std::uint16_t>(version)));
    if (with_keys.server.peer.data.size() != 1) FAIL(version);
  }
  // A client pays for each ServerHello: every 251st will do.
  for (std::size_t version = 0; version <= 0xffff; version += 251) {
    Between between = told(Told::nothing);
    between.client.take(WireRecord{ContentType::handshake, static_cast<std::uint16_t>(version),
                                   between.inbox.front()}
                            .encode());
    REQUIRE_FALSE(between.client.peer.error);
    CHECK(between.client.forger() != nullptr);
  }
}

}  // namespace nacre::test
