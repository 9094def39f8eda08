// Certificate types and raw public keys that break rules. RFC 7250; RFC 9846, section 4.5.1.
#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

using Chain = std::vector<Octets>;

const Octets& raw_key() {
  static const Octets key =
      octets(Credential::from_raw_key_pem(localhost_leaf().key_pem).value().certificate());
  return key;
}

// Takes localhost_leaf()'s key by itself: alone, or besides certificates.
ClientConfig::Builder raw_client(bool certificates_too = false) {
  const RawPublicKeys keys{.pins = {localhost().spki_pin()}};
  if (certificates_too) return client_config().raw_public_keys(keys);
  return ClientConfig::Builder(keys).policy(quick_policy()).clock([] { return now; });
}

constexpr int client_types = 19;
constexpr int server_types = 20;

Message answering(int type, const Data& data) {
  return message(8, vector(2, number(2, static_cast<std::size_t>(type)) + vector(2, data)));
}

// A server that chose raw public keys, and then sends `chain`.
ScriptedServer after_agreement(const Chain& chain) {
  ScriptedServer server(raw_client(true));
  server.encrypted_extensions = answering(server_types, {2});
  server.certificate = certificate_message(chain);
  server.play();
  return server;
}

TEST_CASE("a raw public key comes alone", "[rfc9846-4.5.1][rfc9846-4.5.1-61a4c0]") {
  ScriptedServer one = after_agreement(Chain{raw_key()});
  CHECK(works(one));
  ScriptedServer two = after_agreement(Chain{raw_key(), raw_key()});
  CHECK(refused(two, Error::raw_public_key_chain, illegal_parameter));
}

TEST_CASE("what comes as a raw public key is one", "[rfc9846-4.5.1]") {
  Octets longer = raw_key();
  longer.push_back(0);
  Octets shorter = raw_key();
  shorter.pop_back();
  for (const Octets& other : {certificate_of(localhost_leaf()), longer, shorter, Octets{0x30, 0}}) {
    ScriptedServer server = after_agreement(Chain{other});
    CHECK(refused(server, Error::bad_raw_public_key, decode_error));
  }
  ScriptedServer empty = after_agreement(Chain{Octets{}});
  CHECK(refused(empty, Error::length_out_of_range, decode_error));
  ScriptedServer none = after_agreement({});
  CHECK(refused(none, Error::empty_certificate_list, decode_error));
  // Well-formed, and of no algorithm that we know.
  Octets unknown = raw_key();
  unknown.at(4) = 0x06;
  unknown.at(8) ^= 1;
  ScriptedServer server = after_agreement(Chain{unknown});
  CHECK(refused(server, Error::bad_certificate_key, unsupported_certificate));
}

TEST_CASE("a raw public key that was not agreed on is no certificate",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.2-78ad64]") {
  // Not offered; offered, and the server chose certificates, by saying so or nothing.
  for (const bool offered : {false, true}) {
    for (const bool says_so : {false, true}) {
      if (says_so && !offered) continue;
      ScriptedServer server(offered ? raw_client(true) : client_config());
      if (says_so) server.encrypted_extensions = answering(server_types, {0});
      server.certificate = certificate_message(Chain{raw_key()});
      server.play();
      CHECK(refused(server, Error::unexpected_raw_public_key, unsupported_certificate));
      CHECK(server.peer().data.empty());
    }
  }
}

TEST_CASE("a server chooses among the types that were offered", "[rfc9846-4.3]") {
  struct Case {
    ClientConfig::Builder client;
    int type;
    Data data;
    Error error;
    AlertDescription alert;
  };
  const std::vector<Case> cases{
      {raw_client(true), server_types, {1}, Error::unoffered_certificate_type, illegal_parameter},
      {raw_client(true), server_types, {}, Error::truncated, decode_error},
      {raw_client(true), server_types, {2, 2}, Error::trailing_data, decode_error},
      {raw_client(), server_types, {0}, Error::unoffered_certificate_type, illegal_parameter},
      {client_config(), server_types, {2}, Error::unsolicited_extension, unsupported_extension},
      {client_config(), client_types, {2}, Error::unsolicited_extension, unsupported_extension},
      {client_config().own_certificate_types({CertificateType::raw_public_key}),
       client_types,
       {0},
       Error::unoffered_certificate_type,
       illegal_parameter},
  };
  for (const Case& row : cases) {
    ScriptedServer server(row.client);
    server.encrypted_extensions = answering(row.type, row.data);
    server.play();
    INFO(name(row.error));
    CHECK(refused(server, row.error, row.alert));
  }
  // What is not said is X.509, which this client does not take.
  ScriptedServer silent(raw_client());
  silent.play();
  CHECK(refused(silent, Error::no_common_certificate_type, unsupported_certificate));
}

TEST_CASE("a client's list of types is well-formed, and unknown types are ignored",
          "[rfc9846-4.3]") {
  for (const int type : {client_types, server_types}) {
    const auto says = [&](const Data& data) {
      ScriptedClient client;
      client.hello.extensions.insert(client.hello.extensions.begin(), {type, data});
      client.play();
      return client;
    };
    ScriptedClient alone = says({1, 0});
    CHECK(refused(alone, Error::bad_certificate_types, illegal_parameter));
    ScriptedClient none = says({0});
    CHECK(refused(none, Error::length_out_of_range, decode_error));
    ScriptedClient cut = says({2, 0});
    CHECK(refused(cut, Error::truncated, decode_error));
    ScriptedClient unknown = says({3, 7, 0, 9});
    CHECK(works(unknown));
  }
}

}  // namespace
}  // namespace nacre::test
