// OCSP responses and certificate timestamps in the handshake. RFC 9846, section 4.5.1.1.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "hostile/script.h"
#include "nacre/danger.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

const Octets timestamps{0, 6, 0, 1, 7, 0, 1, 8};

Octets read(const std::string& name) {
  std::ifstream file(NACRE_TEST_DATA "/ocsp/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + name);
  return Octets(std::istreambuf_iterator<char>(file), {});
}

UnixTime after_making() {
  return std::stoll(std::string(text_of(read("made_at.txt")))) + 60;
}

// Says of itself that it comes with an OCSP response.
Credential leaf() {
  const Octets certificate = read("leaf.cer");
  const std::vector<Bytes> chain{certificate};
  return Credential::from_der(chain, read("leaf.key")).value();
}

struct Stapled {
  Staples staples = {};
  Revocation revocation = Revocation::if_known;
  bool asks = true;
  bool asks_timestamps = false;

  ClientConfig::Builder client() const {
    const Octets root = read("root.cer");
    const std::vector<Bytes> roots{root};
    ClientConfig::Builder builder(TrustAnchors::from_der(roots).value());
    builder.policy(quick_policy()).clock(after_making).ocsp_response(asks);
    builder.signed_certificate_timestamps(asks_timestamps);
    if (revocation != Revocation::if_known) {
      builder.revocation(RevocationLists::from_der({}).value(), revocation);
    }
    return builder;
  }
  ServerConfig::Builder server() const {
    return ServerConfig::Builder(leaf().with_staples(staples).value())
        .policy(quick_policy())
        .clock(after_making);
  }
};

// What the client has of the staples when the handshake is complete.
struct Seen {
  Octets ocsp_response;
  Octets timestamps;
  std::optional<Error> error;
  std::optional<AlertDescription> alert;
};
Seen meet(const ClientConfig::Builder& client, const ServerConfig::Builder& server,
          std::string_view name = "a.example") {
  Peers peers(client.build().value(), server.build().value(), name);
  for (bool moved = true; moved && !peers.client.completed;) {
    moved = peers.client.step();
    peers.deliver_to_server();
    moved = peers.server.run() || moved;
    moved = !peers.server.outbox.empty() || moved;
    peers.deliver_to_client();
  }
  const Connection& connection = peers.client.connection;
  Seen seen{.ocsp_response = octets(connection.ocsp_response()),
            .timestamps = octets(connection.signed_certificate_timestamps()),
            .error = peers.client.error,
            .alert = {}};
  if (connection.failure()) seen.alert = connection.failure()->alert;
  return seen;
}
Seen meet(const Stapled& stapled) {
  return meet(stapled.client(), stapled.server());
}

TEST_CASE("A client gets the staples that it asks for", "[rfc9846-4.5.1.1]") {
  for (const bool response : {true, false}) {
    for (const bool list : {true, false}) {
      Stapled stapled{.staples = {read("good.der"), timestamps}};
      stapled.asks = response;
      stapled.asks_timestamps = list;
      const Seen seen = meet(stapled);
      CHECK_FALSE(seen.error);
      CHECK(seen.ocsp_response == (response ? read("good.der") : Octets{}));
      CHECK(seen.timestamps == (list ? timestamps : Octets{}));
    }
  }
}

TEST_CASE("A good response stands for a list of the leaf's issuer", "[rfc9846-4.5.1.1]") {
  CHECK_FALSE(meet({.staples = {read("good.der"), {}}, .revocation = Revocation::required}).error);
  const Seen without = meet({.revocation = Revocation::required, .asks = false});
  CHECK(without.error == Error::revocation_unknown);
}

TEST_CASE("A response that says nothing good ends the handshake", "[rfc6066-8]") {
  for (const char* name : {"unknown.der", "stranger.der", "pretender.der", "other.der",
                           "try_later.der", "weak.der", "short.der"}) {
    INFO(name);
    const Seen seen = meet({.staples = {read(name), {}}});
    CHECK(seen.error == Error::bad_certificate_status);
    CHECK(seen.alert == bad_certificate_status_response);
  }
  const Seen revoked = meet({.staples = {read("revoked.der"), {}}});
  CHECK(revoked.error == Error::certificate_revoked);
  CHECK(revoked.alert == certificate_revoked);
}

TEST_CASE("Who must staple and does not is refused, by a client that asked", "[rfc7633-4]") {
  CHECK(meet(Stapled{}).error == Error::bad_certificate_status);
  CHECK_FALSE(meet({.asks = false}).error);
  CHECK_FALSE(meet({.revocation = Revocation::off}).error);
}

TEST_CASE("Staples may come from whoever has them, once for each handshake that needs them",
          "[rfc9846-4.5.1.1]") {
  int asked = 0;
  const StapleSource source = [&asked] {
    ++asked;
    return std::make_shared<const Staples>(Staples{read("good.der"), {}});
  };
  const auto server = [&](const StapleSource& from) {
    return ServerConfig::Builder(leaf().with_staples(from).value())
        .policy(quick_policy())
        .clock(after_making);
  };
  const Stapled client;
  CHECK(meet(client.client(), server(source)).ocsp_response == read("good.der"));
  CHECK(asked == 1);
  CHECK_FALSE(meet(Stapled{.asks = false}.client(), server(source)).error);
  CHECK(asked == 1);
  CHECK(meet(client.client(), server([] { return nullptr; })).error ==
        Error::bad_certificate_status);
  // What is malformed is left out, and the handshake goes on.
  const auto bad =
      server([] { return std::make_shared<const Staples>(Staples{read("good.der"), {1, 2, 3}}); });
  const Seen seen = meet(Stapled{.asks_timestamps = true}.client(), bad);
  CHECK_FALSE(seen.error);
  CHECK(seen.timestamps.empty());
}

TEST_CASE("A server's client staples too, where it is asked", "[rfc9846-4.5.1.1]") {
  // Nacre's servers do not ask.
  Peers peers(
      client_config()
          .credential(client_credential().with_staples({read("good.der"), {}}).value())
          .build()
          .value(),
      server_config().client_authentication({.anchors = danger::trust_anyone()}).build().value());
  peers.drive();
  CHECK(peers.server.completed);
  CHECK(peers.server.connection.ocsp_response().empty());
}

TEST_CASE("The application that judges the chain has the staples", "[rfc9846-4.5.1.1]") {
  const Stapled stapled{.staples = {Octets{1, 2, 3}, timestamps}, .asks_timestamps = true};
  Peers peers(stapled.client().ask_verdict().build().value(), stapled.server().build().value(),
              "a.example");
  Seen seen;
  peers.client.answer = [&](Connection& connection, const Event& event) {
    const auto& chain = std::get<ChainToJudge>(event);
    seen.ocsp_response = octets(chain.ocsp_response);
    seen.timestamps = octets(chain.signed_certificate_timestamps);
    CHECK(connection.resume(Verdict{}));
  };
  peers.drive();
  CHECK(peers.client.completed);
  CHECK(seen.ocsp_response == Octets{1, 2, 3});
  CHECK(seen.timestamps == timestamps);
}

TEST_CASE("A credential takes no malformed staples", "[config]") {
  for (const Octets& list :
       {Octets{0}, Octets{0, 0}, Octets{0, 2, 0, 0}, Octets{0, 3, 0, 1, 7, 9}}) {
    CHECK(leaf().with_staples({{}, list}) == fail(Error::bad_configuration));
  }
  CHECK(leaf().with_staples(StapleSource{}) == fail(Error::bad_configuration));
  CHECK(leaf().with_staples({Octets(65'520, 1), {}}) == fail(Error::bad_configuration));
  CHECK(leaf().with_staples({Octets(65'519, 1), {}}));
  const Credential raw = Credential::from_raw_key_pem(localhost_leaf().key_pem).value();
  CHECK(raw.with_staples({{1}, {}}) == fail(Error::bad_configuration));
}

// What a server may send: AC-101's empty response, and other forms.
TEST_CASE("Malformed staples are refused", "[rfc6066-8][rfc9846-4.5.1.1]") {
  struct Case {
    Data extension;
    Error error;
    AlertDescription alert;
  };
  const auto status = [](const Data& data) { return Data{0, 5} + vector(2, data); };
  const auto list = [](const Data& data) { return Data{0, 18} + vector(2, data); };
  const std::vector<Case> cases{
      {status({}), Error::truncated, decode_error},
      {status({1, 0, 0, 0}), Error::length_out_of_range, decode_error},
      {status({1, 0, 0, 1}), Error::truncated, decode_error},
      {status({1, 0, 0, 1, 7, 7}), Error::trailing_data, decode_error},
      {status({2, 0, 0, 1, 7}), Error::bad_certificate_status, bad_certificate_status_response},
      {status({1, 0, 0, 1, 7}), Error::bad_certificate_status, bad_certificate_status_response},
      {list({}), Error::truncated, decode_error},
      {list({0, 0}), Error::length_out_of_range, decode_error},
      {list({0, 2, 0, 0}), Error::length_out_of_range, decode_error},
      {list({0, 3, 0, 1, 7, 7}), Error::trailing_data, decode_error},
  };
  for (const Case& row : cases) {
    ScriptedServer server(client_config().ocsp_response().signed_certificate_timestamps());
    server.certificate = certificate_message(
        std::vector{certificate_of(localhost_leaf()), certificate_of(client_leaf())},
        row.extension);
    server.play();
    INFO(name(row.error));
    CHECK(refused(server, row.error, row.alert));
  }
}

TEST_CASE("Malformed wishes for staples are refused, and unknown ones ignored", "[rfc6066-8]") {
  const auto says = [](int type, const Data& data) {
    ScriptedClient client;
    client.hello.extensions.insert(client.hello.extensions.begin(), {type, data});
    client.play();
    return client;
  };
  ScriptedClient good = says(5, {1, 0, 0, 0, 0});
  CHECK(works(good));
  ScriptedClient unknown = says(5, {9, 7});
  CHECK(works(unknown));
  ScriptedClient empty = says(5, {});
  CHECK(refused(empty, Error::truncated, decode_error));
  ScriptedClient cut = says(5, {1, 0, 0, 0});
  CHECK(refused(cut, Error::truncated, decode_error));
  ScriptedClient filled = says(18, {0});
  CHECK(refused(filled, Error::trailing_data, decode_error));
}

}  // namespace
}  // namespace nacre::test
