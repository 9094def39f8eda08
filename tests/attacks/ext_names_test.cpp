// Names: application protocols and host names. RFC 7301, section 3; RFC 6066, section 3.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attacks/blocks.h"
#include "attacks/side.h"

namespace nacre::test {
namespace {

constexpr int server_name = 0;
constexpr int alpn = 16;

using enum AlertDescription;
using enum Where;

constexpr Outcome out_of_range{Error::length_out_of_range, decode_error};
constexpr Outcome cut{Error::truncated, decode_error};
constexpr Outcome longer{Error::trailing_data, decode_error};

Data text(std::string_view letters) {
  return octets(letters);
}

struct DataCase {
  std::string what;
  Data data;
  Outcome outcome;
};

// The extension with that data, in a message to a side that offered and configured protocols.
void check_data(Where where, int type, const DataCase& row) {
  INFO(row.what);
  Side side = hear_block(where, [&](ExtensionList& list) { at(list, type) = row.data; }, true);
  check_refused(side, row.outcome);
}

const Data one = vector(1, text("one"));
const Data two = vector(1, text("two"));

}  // namespace

TEST_CASE("AC-053: a list of protocols is well-formed", "[AC-053][rfc7301-3.1]") {
  const DataCase malformed[] = {
      {"no list", {}, cut},
      {"half a length", {0}, cut},
      {"an empty list", {0, 0}, out_of_range},
      {"a list of one byte", {0, 1, 0}, out_of_range},
      {"an empty name", vector(2, Data{0} + two), out_of_range},
      {"an empty name at the end", vector(2, two + Data{0}), out_of_range},
      {"a name behind the end", vector(2, two + Data{4, 'o', 'n', 'e'}), cut},
      {"a list behind the end", number(2, 5) + two, cut},
      {"bytes behind the list", vector(2, two) + Data{0}, longer},
  };
  for (const DataCase& row : malformed) {
    check_data(client_hello, alpn, row);
    check_data(encrypted_extensions, alpn, row);
  }
}

TEST_CASE("AC-053: a server chooses one protocol, and one that was offered",
          "[AC-053][rfc7301-3.2]") {
  const DataCase choices[] = {
      {"two protocols", vector(2, one + two), out_of_range},
      {"another",
       vector(2, vector(1, text("six"))),
       {Error::unoffered_protocol, illegal_parameter}},
      {"a part of one",
       vector(2, vector(1, text("on"))),
       {Error::unoffered_protocol, illegal_parameter}},
  };
  for (const DataCase& row : choices) check_data(encrypted_extensions, alpn, row);
  check_data(client_hello, alpn,
             {"nothing in common",
              vector(2, vector(1, text("six")) + one),
              {Error::no_application_protocol, no_application_protocol}});
}

TEST_CASE("AC-054: a server with protocols refuses a client with others alone",
          "[AC-054][rfc7301-3.2]") {
  for (const std::string_view foreign : {"imap", "ftp", "h", "h2c", "H2", "http/1.0"}) {
    Between between(client_config().alpn({foreign}), server_config().alpn({"h2", "http/1.1"}));
    between.greet();
    check_refused(between.server, {Error::no_application_protocol, no_application_protocol});
    CHECK(between.inbox.empty());
  }
  // Without protocols on one side there is none to confuse.
  Between without(client_config().alpn({"imap"}), server_config());
  without.connect();
  CHECK(without.client.peer.connection.negotiated().alpn.empty());
}

// Texts are static: what a peer sends cannot come into a log by them.
TEST_CASE("AC-055: errors carry no text of the peer", "[AC-055]") {
  constexpr std::string_view evil = "x-evil\r\nSet-Cookie:%n";
  const auto check = [](const Side& side, Error error) {
    REQUIRE(side.peer.error == error);
    const Failure& failure = *side.peer.connection.failure();
    std::vector<std::string> texts{
        std::string(name(failure.error)), std::string(describe(failure.error)),
        std::string(failure.section()), std::string(side.peer.connection.verdict_detail())};
    if (failure.alert) texts.emplace_back(name(*failure.alert));
    if (failure.extension) texts.emplace_back(name(*failure.extension));
    if (failure.message) texts.emplace_back(name(*failure.message));
    for (const std::string& said : texts) CHECK(said.find("evil") == std::string::npos);
  };
  Between protocols(client_config().alpn({evil}), server_config().alpn({"h2"}));
  protocols.greet();
  check(protocols.server, Error::no_application_protocol);

  Between names(client_config(), server_config().require_known_name(), "x-evil.test");
  names.greet();
  check(names.server, Error::unrecognized_name);

  const auto bad_name = [&](ExtensionList& list) {
    at(list, server_name) = vector(2, Data{0} + vector(2, text(evil)));
  };
  check(hear_block(client_hello, bad_name), Error::bad_server_name);

  const auto choose = [&](ExtensionList& list) {
    at(list, alpn) = vector(2, vector(1, text(evil)));
  };
  check(hear_block(encrypted_extensions, choose, true), Error::unoffered_protocol);

  for (int number = 0; number < 256; ++number) {
    const auto error = static_cast<Error>(number);
    for (const std::string_view said : {name(error), describe(error), section(error)}) {
      for (const char letter : said) REQUIRE((letter >= ' ' && letter <= '~' && letter != '%'));
    }
  }
}

TEST_CASE("AC-056: a server_name is one DNS name", "[AC-056][rfc6066-3]") {
  const auto host = [](std::string_view name) { return Data{0} + vector(2, text(name)); };
  const Outcome bad_name{Error::bad_server_name, illegal_parameter};
  const std::string label_of_64(64, 'a');
  std::string name_of_254;
  for (int i = 0; i < 127; ++i) name_of_254 += "a.";
  using namespace std::string_view_literals;
  const DataCase malformed[] = {
      {"no list", {}, cut},
      {"an empty list", {0, 0}, out_of_range},
      {"a name behind the end", vector(2, {0, 0, 3, 'a', 'b'}), cut},
      {"bytes behind the list", vector(2, host("a.test")) + Data{0}, longer},
      {"two host_names", vector(2, host("a.test") + host("b.test")), bad_name},
      {"one host_name twice", vector(2, host("a.test") + host("a.test")), bad_name},
      {"no host_name", vector(2, Data{7} + vector(2, text("a.test"))), bad_name},
      {"an empty name", vector(2, host("")), bad_name},
      {"a NUL", vector(2, host("a\0.test"sv)), bad_name},
      {"a NUL at the end", vector(2, host("localhost\0"sv)), bad_name},
      {"no ASCII", vector(2, host("caf\xc3\xa9.test")), bad_name},
      {"a space", vector(2, host("a .test")), bad_name},
      {"an IPv4 address", vector(2, host("192.0.2.1")), bad_name},
      {"a number", vector(2, host("1")), bad_name},
      {"an IPv6 address", vector(2, host("2001:db8::1")), bad_name},
      {"an IPv6 address in brackets", vector(2, host("[::1]")), bad_name},
      {"a dot at the end", vector(2, host("a.test.")), bad_name},
      {"an empty label", vector(2, host("a..test")), bad_name},
      {"a label of 64 bytes", vector(2, host(label_of_64)), bad_name},
      {"a name of 254 bytes", vector(2, host(name_of_254)), bad_name},
  };
  for (const DataCase& row : malformed) check_data(client_hello, server_name, row);
}

}  // namespace nacre::test
