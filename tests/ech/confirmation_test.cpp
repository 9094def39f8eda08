// By what a client knows that the server has taken its encrypted ClientHello. RFC 9849, sections
// 6.1.4, 6.1.5 and 7.2.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <utility>

#include "extensions/registry.h"
#include "support/ech.h"
#include "support/policies.h"

namespace nacre::test {
namespace {

constexpr std::size_t random_end = 5 + 4 + 2 + 32;  // in the record of a ServerHello

Peers retried_peers() {
  const Policy both = with_groups({NamedGroup::x25519, NamedGroup::secp256r1});
  const Policy other = with_groups({NamedGroup::secp256r1});
  return ech_peers(ech_key().config_list(), client_config().policy(both).build().value(),
                   ech_server_config().policy(other).build().value());
}

// What the server says next waits for the client, unread.
void exchange(Peers& peers) {
  peers.client.run();
  peers.deliver_to_server();
  peers.server.run();
  peers.deliver_to_client();
}

}  // namespace

TEST_CASE("a ServerHello that does not confirm is the public name's", "[ech][rfc9849-6.1.4]") {
  for (std::size_t at = random_end - 8; at < random_end; ++at) {
    Peers peers = ech_peers();
    exchange(peers);
    peers.client.inbox.at(at) ^= 1;
    peers.client.run();
    // The keys follow from another transcript.
    CHECK(peers.client.connection.negotiated().ech != EchStatus::accepted);
    CHECK(peers.client.error == Error::bad_record_mac);
  }
  // The rest of the random is as good as any, but in the transcript.
  Peers peers = ech_peers();
  exchange(peers);
  peers.client.inbox.at(random_end - 9) ^= 1;
  peers.client.run();
  CHECK(peers.client.error == Error::bad_record_mac);
}

TEST_CASE("what HelloRetryRequest has accepted, ServerHello confirms", "[ech][rfc9849-6.1.5]") {
  for (std::size_t at = random_end - 8; at < random_end; ++at) {
    Peers peers = retried_peers();
    exchange(peers);
    exchange(peers);
    REQUIRE(peers.client.connection.negotiated().ech == EchStatus::accepted);
    peers.client.inbox.at(at) ^= 1;
    peers.client.run();
    CHECK(peers.client.error == Error::ech_not_confirmed);
    CHECK(peers.client.connection.failure()->alert == AlertDescription::illegal_parameter);
  }
}

TEST_CASE("a HelloRetryRequest that does not confirm rejects", "[ech][rfc9849-6.1.4]") {
  Peers peers = retried_peers();
  exchange(peers);
  // The confirmation is its last extension, and its record the first of two.
  auto records = split_records(peers.client.inbox);
  records.front().content.back() ^= 1;
  peers.client.inbox.clear();
  for (const WireRecord& record : records) append(peers.client.inbox, record.encode());
  peers.client.run();
  CHECK(peers.client.error == std::nullopt);
  CHECK(peers.client.connection.negotiated().ech == EchStatus::rejected);
  // The server, which has accepted, is told that its client has not seen it.
  peers.drive();
  CHECK(peers.server.error == Error::changed_ech);
}

TEST_CASE("a confirmation has eight bytes, and retry configurations can be read",
          "[ech][rfc9849-6.1.4]") {
  const auto check = [](Where where, const Octets& data) {
    return check_data(ExtensionType::encrypted_client_hello, where, data);
  };
  CHECK(check(Where::hello_retry_request, Octets(8)));
  CHECK(check(Where::hello_retry_request, Octets(7)) == fail(Error::truncated));
  CHECK(check(Where::hello_retry_request, Octets(9)) == fail(Error::trailing_data));
  const Octets list = octets(ech_key().config_list().bytes());
  CHECK(check(Where::encrypted_extensions, list));
  Octets cut = list;
  cut.pop_back();
  CHECK(check(Where::encrypted_extensions, cut) == fail(Error::truncated));
  Octets longer = list;
  longer.push_back(0);
  CHECK(check(Where::encrypted_extensions, longer) == fail(Error::trailing_data));
  // Its one config is of our version: so all of it is looked at.
  Octets nameless = list;
  nameless.at(nameless.size() - 3 - public_name.size()) = 0;
  CHECK_FALSE(check(Where::encrypted_extensions, nameless));
}

}  // namespace nacre::test
