// Encrypted Client Hello: what is encrypted against its rules, and what the outer ClientHello gives
// away. RFC 9849.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "attacks/side.h"
#include "crypto/random.h"
#include "extensions/registry.h"
#include "support/ech_sealer.h"
#include "support/sweep.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

constexpr int server_name = 0;
constexpr int supported_groups = 10;
constexpr int supported_versions = 43;
constexpr int key_share = 51;

constexpr Outcome bad_references{Error::bad_outer_extensions, illegal_parameter};
constexpr Outcome not_inner{Error::bad_inner_client_hello, illegal_parameter};

Data types(const std::vector<int>& list) {
  Data data;
  for (const int type : list) data = data + number(2, static_cast<std::size_t>(type));
  return vector(1, data);
}

// An inner ClientHello that refers to those of the outer one.
Hello referring(const Data& references) {
  Hello inner = inner_hello();
  for (const int type : {supported_groups, key_share}) inner.remove(type);
  inner.extensions.emplace_back(ech_outer_extensions, references);
  return inner;
}

void check_encoded(const Data& encoded, Outcome outcome) {
  Side server(ech_server_config());
  server.hear(EchSealer().seal(outer_hello(), encoded));
  check_refused(server, outcome);
}

void check_taken(const Data& encoded) {
  Side server(ech_server_config());
  server.hear(EchSealer().seal(outer_hello(), encoded));
  REQUIRE_FALSE(server.peer.error);
  CHECK(server.peer.connection.negotiated().ech == EchStatus::accepted);
  CHECK(server.peer.connection.server_name() == secret_name);
}

// As retrying_server() has it.
Policy retrying_policy() {
  Policy policy = quick_policy();
  policy.groups = {NamedGroup::secp256r1};
  policy.key_shares = {};
  return policy;
}

Data random_data(std::size_t size) {
  Data data(size);
  crypto::random_bytes(data);
  return data;
}

std::string random_name() {
  std::string name;
  for (const std::uint8_t byte : random_data(16)) name += static_cast<char>('a' + byte % 26);
  return name + ".test";
}

// What is seen, by all runs of eight bytes in it.
class Seen {
 public:
  explicit Seen(Bytes shown) {
    for_each_run(shown, [&](std::uint64_t run) { runs_.push_back(run); });
    std::ranges::sort(runs_);
  }

  // Whether it has no run of `secret`.
  bool hides(Bytes secret) const {
    bool hidden = true;
    for_each_run(secret, [&](std::uint64_t run) {
      hidden = hidden && !std::ranges::binary_search(runs_, run);
    });
    return hidden;
  }

 private:
  static void for_each_run(Bytes bytes, const std::function<void(std::uint64_t)>& visit) {
    std::uint64_t run = 0;
    std::size_t size = 0;
    for (const std::uint8_t byte : bytes) {
      run = (run & (UINT64_MAX >> 8)) << 8 | byte;
      if (++size >= sizeof(run)) visit(run);
    }
  }

  std::vector<std::uint64_t> runs_;
};

}  // namespace

TEST_CASE("AC-106: nothing that is in the inner ClientHello alone is in the outer one",
          "[AC-106][rfc9849-6.1][rfc9849-10.5]") {
  EchClientFacing facing = EchClientFacing::make({.keys = {ech_key()}}).value();
  const ServerConfig server = ech_server_config().build().value();
  for (std::size_t i = 0; i < 10'000; i += sweep_step) {
    const std::string name = random_name();
    const Data identity = random_data(24);
    auto builder = client_config();
    builder.grease(i % 2 == 0);
    builder.psk(ExternalPsk::make(identity, random_data(32), Kdf::hkdf_sha256).value());
    Peers peers = ech_peers(ech_key().config_list(), builder.build().value(), server, name);
    peers.client.run();
    const Octets outer = first_hello(peers.client);
    Octets room(2 * outer.size());
    const auto inner = facing.first(outer, room);
    REQUIRE(inner);
    REQUIRE_FALSE(inner->empty());

    const auto hello = wire::read_all<ClientHello>(Bytes(*inner).subspan(4)).value();
    const Seen seen(outer);
    REQUIRE(seen.hides(hello.random));
    REQUIRE(seen.hides(bytes_of(name)));
    REQUIRE(seen.hides(identity));
    const auto psks = find<OfferedPsks>(hello.extensions).value();
    REQUIRE(psks);
    REQUIRE(seen.hides(psks->binders.encoding()));
  }
}

TEST_CASE("AC-106: a second outer ClientHello gives nothing away either",
          "[AC-106][rfc9849-6.1.5]") {
  auto client = retried_client();
  const Data identity = random_data(24);
  client.psk(ExternalPsk::make(identity, random_data(32), Kdf::hkdf_sha256).value());
  auto server = ech_server_config();
  server.policy(retrying_policy());
  const std::string name = random_name();
  Between between(std::move(client), std::move(server), name, ech_key().config_list());
  between.greet();
  between.tell_client(1);
  CHECK(between.client.peer.connection.negotiated().retried);
  CHECK(between.client.messages().size() == 1);
  const Seen seen(between.client.peer.sent);
  CHECK(seen.hides(bytes_of(name)));
  CHECK(seen.hides(identity));
}

TEST_CASE("AC-107: ech_outer_extensions refers to what is there, once, and in order",
          "[AC-107][rfc9849-5.1]") {
  check_taken(encoded(inner_hello()));
  check_taken(encoded(referring(types({supported_groups, key_share}))));

  check_encoded(encoded(referring(types({key_share, key_share}))), bad_references);
  check_encoded(encoded(referring(types({supported_groups, key_share, supported_groups}))),
                bad_references);
  check_encoded(encoded(referring(types({key_share, supported_groups}))), bad_references);
  check_encoded(encoded(referring(types({supported_groups, 0x1234}))), bad_references);
  check_encoded(encoded(referring(types({encrypted_client_hello}))), bad_references);
  check_encoded(encoded(referring(types({ech_outer_extensions}))), bad_references);
  Hello twice = referring(types({supported_groups}));
  twice.extensions.emplace_back(ech_outer_extensions, types({key_share}));
  check_encoded(encoded(twice), bad_references);
  // What was referred to, and stands there too.
  Hello both = inner_hello();
  both.extensions.emplace_back(ech_outer_extensions, types({key_share}));
  check_encoded(encoded(both), {Error::duplicate_extension, illegal_parameter});
}

TEST_CASE("AC-107: a list of references has a length that fits", "[AC-107][rfc9849-5.1]") {
  constexpr Outcome too_short{Error::length_out_of_range, decode_error};
  constexpr Outcome cut{Error::truncated, decode_error};
  check_encoded(encoded(referring({})), cut);
  check_encoded(encoded(referring({0})), too_short);
  check_encoded(encoded(referring({1, 0})), too_short);
  check_encoded(encoded(referring({3, 0, 51, 0})), cut);
  check_encoded(encoded(referring({2, 0})), cut);
  check_encoded(encoded(referring({2, 0, 51, 0})), {Error::trailing_data, decode_error});
}

TEST_CASE("AC-107: what is decrypted never grows", "[AC-107][rfc9849-10.12.4]") {
  // As large an extension as there can be, and as many references to it as there can be.
  Hello outer = outer_hello();
  outer.extensions.emplace_back(0x1234, Data(20'000));
  const std::vector<int> many(127, 0x1234);
  Side server(ech_server_config());
  server.hear(EchSealer().seal(outer, encoded(referring(types(many)))));
  check_refused(server, bad_references);

  // Once, it comes to what the outer one was.
  EchClientFacing facing = EchClientFacing::make({.keys = {ech_key()}}).value();
  const Message message =
      EchSealer().seal(outer, encoded(referring(types({supported_groups, key_share, 0x1234}))));
  Octets room(2 * message.size());
  const auto inner = facing.first(message, room);
  REQUIRE(inner);
  CHECK(inner->size() > 20'000);
  CHECK(inner->size() <= message.size());
}

TEST_CASE("AC-107: an inner ClientHello keeps the rules for one", "[AC-107][rfc9849-7.1]") {
  Hello unmarked = inner_hello();
  unmarked.remove(encrypted_client_hello);
  check_encoded(encoded(unmarked), not_inner);
  Hello outer_mark = inner_hello();
  outer_mark.at(encrypted_client_hello) = Data{0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 7};
  check_encoded(encoded(outer_mark), not_inner);
  Hello long_mark = inner_hello();
  long_mark.at(encrypted_client_hello) = Data{1, 0};
  check_encoded(encoded(long_mark), {Error::trailing_data, decode_error});
  Hello old = inner_hello();
  old.at(supported_versions) = Data{4, 3, 4, 3, 3};
  check_encoded(encoded(old), not_inner);
  Hello older = inner_hello();
  older.remove(supported_versions);
  check_encoded(encoded(older), not_inner);
  Hello named = inner_hello();
  named.session_id = Data(32, 1);
  check_encoded(encoded(named), not_inner);
  // It is a ClientHello as any: what it lacks, it lacks.
  Hello bare = inner_hello();
  bare.remove(key_share);
  check_encoded(encoded(bare), {Error::missing_extension, missing_extension});
}

TEST_CASE("AC-107: padding is of zeros", "[AC-107][rfc9849-5.1]") {
  const Data whole = encoded(inner_hello());
  check_taken(whole + Data(1));
  check_taken(whole + Data(1'000));
  for (const std::size_t place : {0U, 1U, 31U}) {
    Data padding(32);
    padding.at(place) = 1;
    check_encoded(whole + padding, {Error::bad_ech_padding, illegal_parameter});
  }
  for (const std::size_t size : {0U, 1U, 40U}) {
    const Data cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    check_encoded(cut, {Error::truncated, decode_error});
  }
}

TEST_CASE("AC-107: what cannot be decrypted is passed over, at any length",
          "[AC-107][rfc9849-7.1]") {
  for (const std::size_t size : {1U, 15U, 16U, 17U, 300U}) {
    Hello outer = outer_hello();
    outer.extensions.emplace_back(
        encrypted_client_hello,
        Data{0, 0, 1, 0, 1, 1} + vector(2, Data(32, 9)) + vector(2, Data(size, 5)));
    Side server(ech_server_config());
    server.hear(outer.encode());
    REQUIRE_FALSE(server.peer.error);
    CHECK(server.peer.connection.negotiated().ech == EchStatus::rejected);
    CHECK(server.peer.connection.server_name() == public_name);
  }
  const std::vector<std::pair<Data, Error>> malformed{
      {{}, Error::truncated},
      {{2}, Error::unexpected_ech_type},
      {{1}, Error::unexpected_ech_type},
      {{1, 0}, Error::trailing_data},
      {{0, 0, 1, 0, 1, 1, 0, 0}, Error::truncated},
      {{0, 0, 1, 0, 1, 1, 0, 0, 0, 0}, Error::length_out_of_range},
      {{0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1}, Error::trailing_data}};
  for (const auto& [data, error] : malformed) {
    Hello outer = outer_hello();
    outer.extensions.emplace_back(encrypted_client_hello, data);
    for (ServerConfig::Builder config : {ech_server_config(), two_name_server_config()}) {
      Side server(std::move(config));
      server.hear(outer.encode());
      check_refused(server, {error, alert_for(error).value()});
    }
  }
}

TEST_CASE("AC-107: a second ClientHello is encrypted as the first was", "[AC-107][rfc9849-7.1.1]") {
  const auto check = [](const std::function<void(Hello&)>& change, Outcome outcome) {
    auto config = ech_server_config();
    config.policy(retrying_policy());
    Between between(retried_client(), std::move(config), secret_name, ech_key().config_list());
    between.greet();
    between.tell_client(1);
    Hello second = Hello::parse(between.client.messages().front());
    REQUIRE(second.at(encrypted_client_hello).at(6) == 0);  // no enc
    change(second);
    between.server.hear(second.encode());
    check_refused(between.server, outcome);
  };
  check([](Hello& hello) { hello.remove(encrypted_client_hello); },
        {Error::missing_extension, missing_extension});
  check([](Hello& hello) { hello.at(encrypted_client_hello) = Data{1}; },
        {Error::unexpected_ech_type, illegal_parameter});
  constexpr Outcome changed{Error::changed_ech, illegal_parameter};
  check([](Hello& hello) { hello.at(encrypted_client_hello).at(4) ^= 3; }, changed);  // the suite
  check([](Hello& hello) { hello.at(encrypted_client_hello).at(5) ^= 1; }, changed);  // config_id
  check(
      [](Hello& hello) {
        Data& ech = hello.at(encrypted_client_hello);
        const Data payload(ech.begin() + 8, ech.end());
        ech = Data(ech.begin(), ech.begin() + 6) + vector(2, Data(32, 9)) + payload;
      },
      changed);
  constexpr Outcome undecryptable{Error::ech_decrypt_failed, decrypt_error};
  check([](Hello& hello) { hello.at(encrypted_client_hello).back() ^= 1; }, undecryptable);
  check([](Hello& hello) { hello.random.front() ^= 1; }, undecryptable);
  check([](Hello& hello) { hello.at(server_name).back() ^= 1; }, undecryptable);
  check(
      [](Hello& hello) {
        hello.at(encrypted_client_hello) = Data{0, 0, 1, 0, 1, 1, 0, 0, 0, 3, 1, 2, 3};
      },
      undecryptable);
}

TEST_CASE("AC-107: configurations are read within their lengths, and not too many",
          "[AC-107][rfc9849-4]") {
  const Data one = [] {
    const Bytes bytes = ech_key().config_list().bytes();
    return Data(bytes.begin() + 2, bytes.end());
  }();
  const Data list = vector(2, one);
  for (std::size_t size = 0; size < list.size(); ++size) {
    CHECK_FALSE(EchConfigList::parse(Bytes(list).first(size)));
  }
  // Each length in it, longer than what holds it.
  for (const std::size_t at : {0U, 4U, 9U, 43U}) {
    Data longer = list;
    longer.at(at) = 0xff;
    CHECK(EchConfigList::parse(longer) == fail(Error::truncated));
  }
  Data many;
  while (many.size() + one.size() <= 0xffff) many = many + one;
  const auto parsed = EchConfigList::parse(vector(2, many));
  REQUIRE(parsed);
  CHECK(parsed->size() == EchConfigList::max_configs);
  // One as large as can be, which nobody can use.
  const Data large = number(2, 0xfe0d) + vector(2, Data(0xffff - 4, 0xfe));
  CHECK_FALSE(EchConfigList::parse(vector(2, large)));
  const Data unknown = number(2, 0xfe0e) + vector(2, Data(0xffff - 4, 0xfe));
  const auto passed_over = EchConfigList::parse(vector(2, unknown));
  REQUIRE(passed_over);
  CHECK(passed_over->size() == 0);
}

}  // namespace nacre::test
