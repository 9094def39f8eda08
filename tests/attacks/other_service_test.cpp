// Which service a session belongs to: that of the server's own keys. RFC 9846, section 4.7.1.
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <string>
#include <vector>

#include "nacre/error.h"
#include "support/sessions.h"

namespace nacre::test {
namespace {

Credential credential_for(const std::string& name) {
  const auto leaf = issue_leaf(crypto::KeyType::p256, {name});
  return Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value();
}

// Servers that share ticket keys, or a store, with credentials of their own.
struct Services : Resumable {
  explicit Services(bool is_stateful) : Resumable(is_stateful) {
    client_sessions = std::make_shared<Careless>();
    server = [this](ServerConfig::Builder& builder) {
      ServerConfig::Builder own(credentials.front());
      for (std::size_t i = 1; i < credentials.size(); ++i) own.credential(credentials.at(i));
      builder = own.policy(quick_policy())
                    .ticket_keys(keys)
                    .sessions(server_store)
                    .one_service(is_one)
                    .require_known_name(wants_name)
                    .clock([] { return now; });
      if (psk) builder.psk(*psk);
    };
  }

  // Where the server goes on by a session.
  bool is_resumed(std::vector<Credential> of_server) {
    credentials = std::move(of_server);
    const Peers peers = connect();
    return peers.server.connection.negotiated().key_source == KeySource::session;
  }

  std::vector<Credential> credentials{localhost()};
  bool is_one = false;
  bool wants_name = false;
  std::optional<ExternalPsk> psk;
};

}  // namespace

TEST_CASE("AC-118: a session of another service is not resumed, though it has the same ticket keys",
          "[AC-118][rfc9846-4.7.1]") {
  const Credential renewed = credential_for("localhost");
  const Credential elsewhere = credential_for("elsewhere.example");
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Services services(is_stateful);
    CHECK_FALSE(services.is_resumed({localhost()}));
    CHECK(services.is_resumed({localhost()}));
    // A key that changes costs one full handshake.
    CHECK_FALSE(services.is_resumed({renewed}));
    CHECK(services.is_resumed({renewed}));
    // So does one that is added for the name.
    CHECK_FALSE(services.is_resumed({renewed, localhost()}));
    // Neither their order, nor a certificate that is there twice, nor those for other names matter.
    CHECK(services.is_resumed({localhost(), renewed}));
    CHECK(services.is_resumed({localhost(), renewed, localhost()}));
    CHECK(services.is_resumed({localhost(), elsewhere, renewed}));
  }
}

TEST_CASE("AC-118: a server without a certificate for the name resumes nothing of who has one",
          "[AC-118][rfc9846-4.7.1]") {
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Services services(is_stateful);
    CHECK_FALSE(services.is_resumed({localhost()}));
    services.credentials = {credential_for("elsewhere.example")};
    const Peers peers = services.meet();
    CHECK(peers.server.connection.negotiated().key_source == KeySource::certificate);
    CHECK(peers.client.error == Error::certificate_wrong_name);
  }
}

TEST_CASE("AC-119: a name that no certificate has is refused before any key is looked at",
          "[AC-119][rfc6066-3]") {
  const auto psk = ExternalPsk::make(bytes_of("known"), Octets(32, 7)).value();
  for (const bool is_stateful : {false, true}) {
    for (const bool by_psk : {false, true}) {
      CAPTURE(is_stateful, by_psk);
      Services services(is_stateful);
      services.is_one = true;
      if (by_psk) {
        services.psk = psk;
        services.client = [&](ClientConfig::Builder& builder) { builder.psk(psk); };
      } else {
        CHECK_FALSE(services.is_resumed({localhost()}));
      }
      services.credentials = {credential_for("elsewhere.example")};
      services.wants_name = true;
      const Peers refused = services.meet();
      CHECK(refused.server.error == Error::unrecognized_name);
      CHECK(refused.client.connection.failure()->alert == AlertDescription::unrecognized_name);
      // The other name's server takes it.
      services.credentials.push_back(localhost());
      CHECK_FALSE(services.meet().server.error);
    }
  }
}

TEST_CASE("AC-120: those who say that they are one service resume each other's sessions",
          "[AC-120][rfc9846-4.7.1]") {
  for (const bool is_stateful : {false, true}) {
    CAPTURE(is_stateful);
    Services services(is_stateful);
    services.is_one = true;
    CHECK_FALSE(services.is_resumed({localhost()}));
    CHECK(services.is_resumed({credential_for("localhost")}));
    // Another name is another session all the same.
    services.credentials = {credential_for("elsewhere.example")};
    const Peers elsewhere = services.connect("elsewhere.example");
    CHECK(elsewhere.server.connection.negotiated().key_source == KeySource::certificate);
    // And who does not say so is none of them.
    services.is_one = false;
    CHECK_FALSE(services.is_resumed({localhost()}));
  }
}

}  // namespace nacre::test
