// Lengths of handshake messages and of all within them. RFC 9846, sections 4, 4.3 and 6.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <utility>
#include <vector>

#include "attacks/blocks.h"
#include "attacks/lengths.h"
#include "attacks/side.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

// A client that asks for much, and a server that answers all of it.
Between talkative() {
  return Between(client_config().alpn({"one", "two"}).record_size_limit(2'000),
                 server_config().alpn({"two"}).record_size_limit(2'000));
}

// The side that waits for a message, and the message as it would be.
struct Due {
  Side side;
  Message message;
};

Due client_hello() {
  Between between = talkative();
  const Message hello = between.client.messages().front();
  return {std::move(between.server), hello};
}

Due second_client_hello() {
  Between between = retried_between();
  between.tell_client(1);
  const Message hello = between.client.messages().front();
  return {std::move(between.server), hello};
}

Due hello_retry_request() {
  Between between = retried_between();
  Hello hello = Hello::parse(between.inbox.front());
  hello.extensions.emplace_back(44, vector(2, {1, 2, 3}));
  return {std::move(between.client), hello.encode()};
}

// The server's message number `index`.
Due from_server(std::size_t index) {
  Between between = talkative();
  between.greet();
  between.tell_client(index);
  return {std::move(between.client), between.inbox.front()};
}

Due certificate_request() {
  Between between = talkative();
  between.greet();
  between.tell_client(2);
  const ExtensionList list{{13, vector(2, {4, 3, 8, 4})}, {50, vector(2, {4, 3})}};
  return {std::move(between.client), message(13, vector(1, {}) + vector(2, encode(list)))};
}

const std::vector<Due (*)()> messages{
    client_hello,
    second_client_hello,
    hello_retry_request,
    [] { return from_server(0); },
    [] { return from_server(1); },
    certificate_request,
    [] { return from_server(2); },
    [] { return from_server(3); },
};

// A hello that ends where its extensions would begin is one of an older version.
bool is_older_hello(const Message& message) {
  const std::size_t session_id = 4 + 2 + 32;
  if (message.front() > 2 || message.size() <= session_id) return false;
  const std::size_t suites = session_id + 1 + message.at(session_id);
  if (message.front() == 2) return message.size() == suites + 3;
  if (message.size() <= suites + 1) return false;
  const std::size_t compression = suites + 2 + message.at(suites + 1);
  return message.size() == compression + 2;
}

}  // namespace

TEST_CASE("AC-043: a message that is too long is refused at its header",
          "[AC-043][rfc9846-4][rfc9846-6]") {
  constexpr Outcome too_long{Error::message_too_long, decode_error};
  std::vector<Make> sides = with_keys();
  sides.insert(sides.end(), without_keys().begin(), without_keys().end());
  for (const Make& make : sides) {
    for (const int type : {1, 2, 4, 8, 11, 20, 24, 99}) {
      const auto byte = static_cast<std::uint8_t>(type);
      for (const std::size_t length : {65'533U, 0x10000U, 0xfffffeU, 0xffffffU}) {
        CAPTURE(type, length);
        Side side = make();
        side.hear(Data{byte} + number(3, length));
        check_refused(side, too_long);
      }
      Side waits = make();
      const std::size_t heap = heap_in_use();
      waits.hear(Data{byte} + number(3, 65'532));
      // What can be taken is waited for; AC-202 says what that is.
      CHECK(waits.peer.error != Error::message_too_long);
      if (waits.peer.error) continue;
      CHECK(heap_in_use() <= heap + 4'096);  // the inbox of the test, and four bytes
    }
    Side in_pieces = make();
    for (const Message& byte : {Message{2}, Message{0xff}, Message{0xff}}) in_pieces.hear(byte);
    CHECK_FALSE(in_pieces.peer.error);
    in_pieces.hear({0xff});
    check_refused(in_pieces, too_long);
  }
}

TEST_CASE("AC-043: what is sent of a message counts, not what is declared", "[AC-043][rfc9846-4]") {
  Side side = connected_between().client;
  side.hear(Data{4} + number(3, 65'532));
  const std::size_t heap = heap_in_use();
  for (int i = 0; i < 100; ++i) side.hear(Data(10, 1));
  CHECK_FALSE(side.peer.error);
  CHECK(heap_in_use() <= heap + 8'192);
  Limits limits;
  limits.handshake_memory = 40'000;
  Between between(client_config().limits(limits));
  between.connect();
  between.client.hear(Data{4} + number(3, 65'532) + Data(60'000, 1));
  check_refused(between.client, {Error::handshake_memory, internal_error});
}

// Cookies that the second ClientHello has to repeat, up to the largest that a message holds: at
// some length the extensions of our ClientHello get longer than their length can say.
TEST_CASE("AC-044: an answer that would overflow is an error", "[AC-044][rfc9846-4]") {
  int answered = 0;
  int refused = 0;
  for (std::size_t size = 64'000; size <= 65'400; size += 25) {
    CAPTURE(size);
    Between between = retried_between();
    Hello retry = Hello::parse(between.inbox.front());
    const Data cookie = vector(2, Data(size, 7));
    retry.extensions.emplace_back(44, cookie);
    const Message message = retry.encode();
    REQUIRE(message.size() <= 65'536);
    between.client.hear(message);
    if (!between.client.peer.error) {
      ++answered;
      CHECK(Hello::parse(between.client.messages().front()).at(44) == cookie);
    } else {
      ++refused;
      check_refused(between.client, {Error::length_out_of_range, decode_error});
    }
  }
  CHECK(answered > 5);
  CHECK(refused > 2);
}

TEST_CASE("AC-044: messages as long as may be are answered", "[AC-044][rfc9846-4]") {
  // Protocols that fill a ClientHello of 65,536 bytes.
  Between between(client_config(), server_config().alpn({"zz"}));
  Hello hello = Hello::parse(between.client.messages().front());
  const std::size_t room = 65'536 - hello.encode().size() - 4 - 2;
  Data names;
  while (names.size() + 200 < room) names = names + vector(1, Data(100, 'a'));
  names = names + vector(1, {'z', 'z'});
  names = names + vector(1, Data(room - names.size() - 1, 'b'));
  hello.extensions.emplace_back(16, vector(2, names));
  REQUIRE(hello.encode().size() == 65'536);
  between.server.hear(hello.encode());
  CHECK_FALSE(between.server.peer.error);
  CHECK(between.server.messages().size() == 5);

  // Names of authorities that fill a CertificateRequest.
  Side client = hear_block(Where::certificate_request, [](ExtensionList& list) {
    Data authorities;
    for (int i = 0; i < 65; ++i) authorities = authorities + vector(2, Data(998, 0x30));
    list.emplace_back(47, vector(2, authorities));
  });
  CHECK_FALSE(client.peer.error);
}

TEST_CASE("AC-045: every truncation of every message is refused", "[AC-045][rfc9846-6]") {
  for (std::size_t index = 0; index < messages.size(); ++index) {
    const std::size_t size = messages.at(index)().message.size();
    for (std::size_t cut = 4; cut < size; cut += sweep_step) {
      Due due = messages.at(index)();
      if (cut >= due.message.size()) continue;  // signatures differ in length
      due.message.resize(cut);
      const Message changed =
          message(due.message.front(), Data(due.message.begin() + 4, due.message.end()));
      CAPTURE(index, cut);
      due.side.hear(changed);
      REQUIRE(due.side.peer.error);
      const bool is_older = is_older_hello(changed);
      check_refused(due.side, {*due.side.peer.error, is_older ? protocol_version : decode_error});
    }
  }
}

// Finished has no length of its own: what does not fit does not verify, section 6.2.
TEST_CASE("AC-045: a Finished of another length is refused", "[AC-045][rfc9846-4.5.3]") {
  for (std::size_t size = 0; size <= 64; ++size) {
    if (size == 32) continue;
    for (const bool at_client : {true, false}) {
      Between between = told(at_client ? Told::certificate_verify : Told::finished);
      Message finished = at_client ? between.inbox.front() : between.client.messages().back();
      finished.resize(4 + size);
      finished.at(3) = static_cast<std::uint8_t>(size);
      Side& side = at_client ? between.client : between.server;
      side.hear(finished);
      check_refused(side, {Error::bad_finished, decrypt_error});
    }
  }
}

TEST_CASE("AC-045: every inner length that is inflated is refused", "[AC-045][rfc9846-6]") {
  std::map<int, std::size_t> lengths;
  for (std::size_t index = 0; index < messages.size(); ++index) {
    const std::size_t count = lengths_in(messages.at(index)().message).size();
    lengths[messages.at(index)().message.front()] += count;
    for (std::size_t which = 0; which < count; ++which) {
      for (const bool to_the_top : {false, true}) {
        Due due = messages.at(index)();
        const LengthField field = lengths_in(due.message).at(which);
        std::uint8_t& last = due.message.at(field.offset + field.width - 1);
        if (to_the_top) {
          std::fill_n(due.message.begin() + static_cast<std::ptrdiff_t>(field.offset), field.width,
                      std::uint8_t{0xff});
        } else if (last == 0xff) {
          continue;
        } else {
          ++last;
        }
        CAPTURE(index, field.offset, field.width, to_the_top);
        due.side.hear(due.message);
        REQUIRE(due.side.peer.error);
        check_refused(due.side, {*due.side.peer.error, decode_error});
      }
    }
  }
  // The lengths that were found: those of ClientHello, ServerHello and so on.
  CHECK(lengths.at(1) > 40);
  CHECK(lengths.at(2) > 10);
  CHECK(lengths.at(8) == 6);
  CHECK(lengths.at(11) == 4);
  CHECK(lengths.at(13) == 6);
  CHECK(lengths.at(15) == 1);
}

// Extensions whose content Nacre does not read may hold anything.
TEST_CASE("AC-046: bytes behind an extension's structure are refused", "[AC-046][rfc9846-4.3]") {
  std::size_t extensions = 0;
  for (const Where where : {Where::client_hello, Where::server_hello, Where::hello_retry_request,
                            Where::encrypted_extensions, Where::certificate_request}) {
    const auto more = [where](ExtensionList& list) {
      const bool may_ask = where == Where::client_hello || where == Where::certificate_request;
      if (may_ask) list.emplace_back(47, vector(2, vector(2, {0x30, 0})));
      if (where == Where::client_hello) list.emplace_back(45, Data{1, 1});
      if (where == Where::client_hello) list.emplace_back(44, vector(2, {7}));
      if (where == Where::hello_retry_request) list.emplace_back(44, vector(2, {7}));
      if (where == Where::encrypted_extensions) list.emplace_back(10, vector(2, {0, 29}));
      if (where == Where::certificate_request) list.emplace_back(50, vector(2, {4, 3}));
    };
    std::size_t count = 0;
    const Side lawful = hear_block(
        where,
        [&](ExtensionList& list) {
          more(list);
          count = list.size();
        },
        true);
    CHECK_FALSE(lawful.peer.error);
    extensions += count;
    for (std::size_t index = 0; index < count; ++index) {
      for (const std::size_t excess : {1U, 2U, 100U}) {
        int type = -1;
        Side side = hear_block(
            where,
            [&](ExtensionList& list) {
              more(list);
              type = list.at(index).first;
              list.at(index).second.resize(list.at(index).second.size() + excess);
            },
            true);
        CAPTURE(static_cast<int>(where), type, excess);
        check_refused(side, {Error::trailing_data, decode_error});
        CHECK(side.peer.connection.failure()->extension == static_cast<ExtensionType>(type));
      }
    }
  }
  CHECK(extensions == 12 + 2 + 3 + 4 + 3);
}

}  // namespace nacre::test
