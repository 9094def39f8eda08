// Every message in every state, both roles, against a model written from the diagrams of RFC 9846,
// appendix A, and from the sentences around them: tests/data/states.csv. The model shares nothing
// with the tables, and tests/state_model holds another program to it.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "handshake/pair.h"
#include "handshake/session_pair.h"
#include "handshake/state_names.h"

namespace nacre::test {
namespace {

using Model = std::map<std::string, std::set<int>>;

// One role's lines "role, state, types": those with a PSK, or the others.
Model read_model(const std::string& role, bool with_psk) {
  std::ifstream file(NACRE_TEST_DATA "/states.csv");
  Model model;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(role + ", ")) continue;
    const std::size_t comma = line.rfind(", ");
    const std::size_t begin = role.size() + 2;
    const std::string state = line.substr(begin, comma - begin);
    if (state.ends_with(" with a PSK") != with_psk) continue;
    std::set<int>& types = model[state];
    std::istringstream words(line.substr(comma + 2));
    for (int type = 0; words >> type;) types.insert(type);
  }
  return model;
}

// States without a row: before a client's hello, and where a question waits. A handshake that is
// over takes nothing more either: CONNECTED's messages are not its own.
const std::string nothing_has_a_place;
const std::string over = "CONNECTED";

// Each message with an empty body (but EndOfEarlyData, whose body is empty, with a byte): what has
// a place fails to parse, what has none is not looked at. The state must not change either way.
template <class Make>
void check_row(const std::string& state, const std::set<int>& allowed, Make make) {
  for (int type = 0; type <= 255; ++type) {
    auto side = make();
    const auto before = side->state();
    Message message{static_cast<std::uint8_t>(type), 0, 0, 0};
    if (type == 5) message = {5, 0, 0, 1, 0};
    const Result<void> outcome = side->receive(view(message));
    CAPTURE(state, type);
    REQUIRE_FALSE(outcome);
    CAPTURE(name(outcome.error()));
    const bool refused = outcome.error() == Error::unexpected_message;
    CHECK(refused == !allowed.contains(type));
    if (refused) CHECK(alert_for(outcome.error()) == AlertDescription::unexpected_message);
    CHECK(side->state() == before);
  }
}

// All rows of the model, each for one of the states.
template <class State>
void check_rows(const std::map<State, std::string>& states, Model model, auto make) {
  if (model.contains(over)) model[over] = {};
  REQUIRE_FALSE(model.empty());
  std::set<std::string> seen;
  for (const auto& [state, row] : states) {
    check_row(row, row.empty() ? std::set<int>{} : model.at(row), [&] { return make(state); });
    if (!row.empty()) seen.insert(row);
  }
  CHECK(seen.size() == model.size());
}

// A retry that the client can take, in the server's words.
ServerConfig retrying_server() {
  return server_builder().policy(only(NamedGroup::secp384r1)).build().value();
}

// A credential whose key is elsewhere.
Credential chain_alone() {
  static const crypto::Issued leaf = crypto::issue({.common_name = "localhost",
                                                    .names = {"localhost"},
                                                    .not_before = test_time - 10,
                                                    .not_after = test_time + 10},
                                                   &test_ca())
                                         .value();
  return Credential::from_chain_pem(leaf.certificate_pem).value();
}

// What a real server says, handed to a real client one by one, up to the state that is wanted.
struct ClientIn {
  explicit ClientIn(ClientState wanted)
      : pair(configuration(wanted), wanted == ClientState::wait_sh_after_retry
                                        ? retrying_server()
                                        : server_builder().build().value()) {
    if (wanted == ClientState::start) return;
    REQUIRE(pair.client.begin());
    std::deque<Message> inbox;
    while (pair.client.state() != wanted) {
      if (inbox.empty()) {
        for (const Message& hello : take_flight(pair.client.core())) {
          REQUIRE(pair.server.receive(view(hello)));
        }
        inbox = take_flight(pair.server.core());
        REQUIRE_FALSE(inbox.empty());
      }
      if (pair.client.state() == ClientState::wait_cert_cr && is_asked(wanted)) {
        // No context, and signature_algorithms with ecdsa_secp256r1_sha256. The server knows
        // nothing of it, so the transcript forgets it.
        const Message request{13, 0, 0, 11, 0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3};
        const Transcript before = *pair.client.core().transcript;
        REQUIRE(pair.client.receive(view(request)));
        pair.client.core().transcript = before;
        continue;
      }
      REQUIRE(pair.client.receive(view(inbox.front())));
      inbox.pop_front();
    }
  }
  static bool is_asked(ClientState wanted) {
    return wanted == ClientState::ask_credential || wanted == ClientState::wait_cert ||
           wanted == ClientState::ask_signature;
  }
  static ClientConfig configuration(ClientState wanted) {
    return client_builder()
        .ask_verdict(wanted == ClientState::ask_certificate_verdict)
        .ask_credential(wanted == ClientState::ask_credential)
        .credential(chain_alone())
        .build()
        .value();
  }
  ClientHandshake* operator->() { return &pair.client; }
  Pair pair;
};

// The same, resumed, with early data.
struct ResumedClientIn {
  explicit ResumedClientIn(ClientState wanted)
      : pair(std::make_unique<Pair>(sessions.client, sessions.server)) {
    REQUIRE(pair->client.begin());
    REQUIRE(pair->server.receive(view(take_flight(pair->client.core()).front())));
    std::deque<Message> inbox = take_flight(pair->server.core());
    while (pair->client.state() != wanted) {
      REQUIRE_FALSE(inbox.empty());
      REQUIRE(pair->client.receive(view(inbox.front())));
      inbox.pop_front();
    }
  }
  ClientHandshake* operator->() { return &pair->client; }
  SessionPair sessions;
  std::unique_ptr<Pair> pair;
};

struct ResumedServerIn {
  explicit ResumedServerIn(ServerState wanted)
      : pair(std::make_unique<Pair>(sessions.client, sessions.server)) {
    REQUIRE(pair->client.begin());
    REQUIRE(pair->server.receive(view(take_flight(pair->client.core()).front())));
    if (wanted == ServerState::wait_finished) {
      REQUIRE(pair->server.receive(view(Message{5, 0, 0, 0})));
    }
    REQUIRE(pair->server.state() == wanted);
  }
  ServerHandshake* operator->() { return &pair->server; }
  SessionPair sessions;
  std::unique_ptr<Pair> pair;
};

struct ServerIn {
  explicit ServerIn(ServerState wanted) : pair(client_for(wanted), configuration(wanted)) {
    if (wanted == ServerState::start) return;
    REQUIRE(pair.client.begin());
    while (pair.server.state() != wanted) {
      for (const Message& message : take_flight(pair.client.core())) {
        REQUIRE(pair.server.receive(view(message)));
        if (pair.server.state() == wanted) return;
      }
      for (const Message& message : take_flight(pair.server.core())) {
        REQUIRE(pair.client.receive(view(message)));
      }
    }
  }
  static ServerConfig configuration(ServerState wanted) {
    if (wanted == ServerState::wait_client_hello_after_retry) return retrying_server();
    if (wanted == ServerState::ask_configuration) {
      return server_builder().ask_configuration().build().value();
    }
    if (wanted == ServerState::ask_signature) {
      return ServerConfig::Builder(chain_alone()).clock([] { return test_time; }).build().value();
    }
    ServerConfig::Builder builder = server_builder();
    if (asks_client(wanted)) {
      builder.ask_verdict(wanted == ServerState::ask_certificate_verdict)
          .client_authentication(
              {.anchors = test_anchors(), .required = wanted != ServerState::wait_cert});
    }
    return builder.ask_psk(wanted == ServerState::ask_psk).build().value();
  }
  static bool asks_client(ServerState wanted) {
    using enum ServerState;
    return wanted == wait_cert || wanted == wait_cert_required ||
           wanted == ask_certificate_verdict || wanted == wait_cv;
  }
  static ClientConfig client_for(ServerState wanted) {
    ClientConfig::Builder builder = client_builder();
    builder.credential(test_client());
    const std::vector<std::uint8_t> secret(32, 1);
    if (wanted == ServerState::ask_psk)
      builder.psk(ExternalPsk::make(bytes_of("a"), secret).value());
    return builder.build().value();
  }
  ServerHandshake* operator->() { return &pair.server; }
  Pair pair;
};

}  // namespace

TEST_CASE("AC-014: a client takes each message in its states alone",
          "[AC-014][rfc9846-4][rfc9846-4-2c31d5][rfc9846-A.1][rfc9846-4.4.2-f6aa8d]"
          "[rfc9846-4.5.2-3352be][rfc9846-4.6-089a35][rfc9846-4.7.3-7caf15]") {
  const std::map<ClientState, std::string> states{
      {ClientState::start, nothing_has_a_place},
      {ClientState::wait_sh, "WAIT_SH"},
      {ClientState::wait_sh_after_retry, "WAIT_SH again"},
      {ClientState::wait_ee, "WAIT_EE"},
      {ClientState::wait_cert_cr, "WAIT_CERT_CR"},
      {ClientState::ask_credential, nothing_has_a_place},
      {ClientState::wait_cert, "WAIT_CERT"},
      {ClientState::ask_certificate_verdict, nothing_has_a_place},
      {ClientState::wait_cv, "WAIT_CV"},
      {ClientState::wait_finished, "WAIT_FINISHED"},
      {ClientState::connected, over},
  };
  check_rows(states, read_model("client", false),
             [](ClientState state) { return ClientIn(state); });
  const std::map<ClientState, std::string> with_psk{
      {ClientState::wait_ee_psk, "WAIT_EE with a PSK"},
      {ClientState::wait_finished, "WAIT_FINISHED with a PSK"},
  };
  check_rows(with_psk, read_model("client", true),
             [](ClientState state) { return ResumedClientIn(state); });
}

TEST_CASE("AC-014: a server takes each message in its states alone",
          "[AC-014][rfc9846-4][rfc9846-4-2c31d5][rfc9846-A.2][rfc9846-4.2.2-142c29]"
          "[rfc9846-4.7.3-7caf15]") {
  const std::map<ServerState, std::string> states{
      {ServerState::start, "START"},
      {ServerState::ask_configuration, nothing_has_a_place},
      {ServerState::ask_psk, nothing_has_a_place},
      {ServerState::wait_client_hello_after_retry, "START again"},
      {ServerState::ask_signature, nothing_has_a_place},
      {ServerState::wait_cert, "WAIT_CERT"},
      {ServerState::wait_cert_required, "WAIT_CERT"},
      {ServerState::ask_certificate_verdict, nothing_has_a_place},
      {ServerState::wait_cv, "WAIT_CV"},
      {ServerState::wait_finished, "WAIT_FINISHED"},
      {ServerState::connected, over},
  };
  check_rows(states, read_model("server", false),
             [](ServerState state) { return ServerIn(state); });
  const std::map<ServerState, std::string> with_psk{
      {ServerState::wait_eoed, "WAIT_EOED with a PSK"},
      {ServerState::wait_finished, "WAIT_FINISHED with a PSK"},
  };
  check_rows(with_psk, read_model("server", true),
             [](ServerState state) { return ResumedServerIn(state); });
}

TEST_CASE("AC-016: a second HelloRetryRequest is an unexpected_message",
          "[AC-016][rfc9846-4.2.4][rfc9846-4.2.4-3411ef]") {
  Pair pair(client_builder().build().value(), retrying_server());
  REQUIRE(pair.client.begin());
  for (const Message& hello : take_flight(pair.client.core())) {
    REQUIRE(pair.server.receive(view(hello)));
  }
  const Message retry = take_flight(pair.server.core()).front();
  REQUIRE(pair.client.receive(view(retry)));
  const Result<void> outcome = pair.client.receive(view(retry));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == Error::second_hello_retry_request);
  CHECK(alert_for(outcome.error()) == AlertDescription::unexpected_message);
}

TEST_CASE("A handshake completes, with and without a retry, for each suite and group",
          "[rfc9846-2][rfc9846-9.1][rfc9846-9.1-4a8e01][rfc9846-9.1-4f67e1][rfc9846-9.3-9b768c]"
          "[rfc9846-4.2.1-fd99f9][rfc9846-4.2.4-cb6951]") {
  for (const CipherSuite suite : policy_2026.cipher_suites) {
    for (const NamedGroup group : policy_2026.groups) {
      Policy policy = policy_2026;
      policy.cipher_suites = {suite};
      policy.groups = {group};
      policy.key_shares = {group};
      Pair pair(client_builder().build().value(), server_builder().policy(policy).build().value());
      REQUIRE(pair.run());
      CHECK(pair.client.state() == ClientState::connected);
      CHECK(pair.server.state() == ServerState::connected);
      const Negotiated& client = pair.client.core().established.negotiated;
      const Negotiated& server = pair.server.core().established.negotiated;
      CHECK(client.group == group);
      CHECK(client.cipher_suite == suite);
      CHECK(client.retried == !policy_2026.key_shares.contains(group));
      CHECK(client.retried == server.retried);
      CHECK(
          crypto::equal_in_constant_time(pair.client.core().established.exporter_secret.reveal(),
                                         pair.server.core().established.exporter_secret.reveal()));
    }
  }
}

}  // namespace nacre::test
