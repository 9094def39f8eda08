// The traces of RFC 8448, as far as they concern the handshake: every secret and Finished of the
// handshakes without a PSK from the messages of the trace, and our own server's ServerHello from
// the trace's ClientHello and random values, byte for byte.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "handshake/key_schedule.h"
#include "handshake/pair.h"
#include "handshake/transcript.h"
#include "support/hex.h"

namespace nacre::test {
namespace {

using crypto::HashAlgorithm;
using nlohmann::json;

json trace(const std::string& section) {
  std::ifstream file(NACRE_TEST_DATA "/rfc8448/rfc8448.json");
  json steps = json::array();
  for (const json& step : json::parse(file)) {
    if (step.at("section").get<std::string>().starts_with(section)) steps.push_back(step);
  }
  REQUIRE_FALSE(steps.empty());
  return steps;
}

std::optional<std::vector<std::uint8_t>> item(const json& step, const std::string& label) {
  for (const json& entry : step.at("items")) {
    if (entry.at("label") == label) return unhex(entry.at("hex").get<std::string>());
  }
  return std::nullopt;
}

// The first step of `actor` that begins with `what` and has `label`.
std::vector<std::uint8_t> value(const json& steps, const std::string& actor,
                                const std::string& what, const std::string& label) {
  for (const json& step : steps) {
    if (step.at("actor") != actor) continue;
    if (!step.at("step").get<std::string>().starts_with(what)) continue;
    if (auto found = item(step, label)) return *found;
  }
  FAIL("no " << label << " in " << actor << ": " << what);
  return {};
}

std::string expanded(const json& steps, const std::string& label) {
  return hex(value(steps, "server", "derive secret \"tls13 " + label + "\"", "expanded"));
}

// Each message that a step constructs, in order.
std::vector<std::vector<std::uint8_t>> messages(const json& steps) {
  std::vector<std::vector<std::uint8_t>> found;
  for (const json& step : steps) {
    if (!step.at("step").get<std::string>().starts_with("construct a")) continue;
    for (const json& entry : step.at("items")) {
      found.push_back(unhex(entry.at("hex").get<std::string>()));
    }
  }
  return found;
}

void check_schedule(const std::string& section) {
  INFO(section);
  const json steps = trace(section);
  const auto hello_retry = hello_retry_request_random;
  const auto shared = value(steps, "server", "extract secret \"handshake\"", "IKM");
  crypto::SharedSecret shared_secret;
  std::ranges::copy(shared, shared_secret.resize(shared.size()).begin());
  auto handshake =
      EarlySecret::without_psk(HashAlgorithm::sha256).mix(std::move(shared_secret)).value();
  std::optional<MainSecret> main_secret;
  Transcript transcript(HashAlgorithm::sha256);
  crypto::HashSecret client_secret, server_secret;
  int finished_seen = 0;
  int checked = 0;
  for (const auto& message : messages(steps)) {
    const auto type = static_cast<HandshakeType>(message.front());
    const bool is_retry = type == HandshakeType::server_hello &&
                          std::ranges::equal(Bytes(message).subspan(6, 32), hello_retry);
    if (is_retry) {
      const crypto::Digest first = transcript.hash();
      transcript = Transcript::after_retry(HashAlgorithm::sha256, first.bytes());
    }
    if (type == HandshakeType::new_session_ticket) break;
    if (type == HandshakeType::finished) {
      const auto& secret = finished_seen++ == 0 ? server_secret : client_secret;
      const auto verify_data =
          finished_verify_data(HashAlgorithm::sha256, secret.reveal(), transcript.hash().bytes());
      CHECK(hex(verify_data.value().bytes()) == hex(Bytes(message).subspan(4)));
      ++checked;
    }
    transcript.add(message);
    const crypto::Digest hash = transcript.hash();
    if (type == HandshakeType::server_hello && !is_retry) {
      HandshakeTraffic traffic = std::move(handshake).traffic(hash.bytes()).value();
      client_secret = std::move(traffic.client);
      server_secret = std::move(traffic.server);
      main_secret = std::move(traffic.main);
      CHECK(hex(client_secret.reveal()) == expanded(steps, "c hs traffic"));
      CHECK(hex(server_secret.reveal()) == expanded(steps, "s hs traffic"));
      checked += 2;
    }
    if (type == HandshakeType::finished && finished_seen == 1) {
      const ApplicationTraffic traffic = main_secret->traffic(hash.bytes()).value();
      CHECK(hex(traffic.client.reveal()) == expanded(steps, "c ap traffic"));
      CHECK(hex(traffic.server.reveal()) == expanded(steps, "s ap traffic"));
      CHECK(hex(traffic.exporter.reveal()) == expanded(steps, "exp master"));
      checked += 3;
    }
    if (type == HandshakeType::finished && finished_seen == 2) {
      const auto resumption = (*std::move(main_secret)).resumption(hash.bytes()).value();
      CHECK(hex(resumption.reveal()) ==
            hex(value(steps, "client", "derive secret \"tls13 res master\"", "expanded")));
      ++checked;
    }
  }
  CHECK(checked == 8);
}

// What a test hands out in place of randomness, in order; then the system's.
class Script final : public danger::Randomness {
 public:
  explicit Script(std::vector<std::vector<std::uint8_t>> values) : values_(std::move(values)) {}
  Result<void> fill(MutableBytes out) override {
    ENSURE(at_ < values_.size() && values_.at(at_).size() == out.size(), Error::no_randomness);
    std::ranges::copy(values_.at(at_++), out.begin());
    return {};
  }

 private:
  std::vector<std::vector<std::uint8_t>> values_;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("RFC 8448: the key schedule gives every secret and Finished of the traces",
          "[rfc8448][rfc9846-7.1][rfc9846-4.5.3]") {
  for (const std::string section : {"3.", "5.", "6.", "7."}) check_schedule(section);
}

TEST_CASE("RFC 8448: our server answers the trace's ClientHello with the trace's ServerHello",
          "[rfc8448][rfc9846-4.2.3]") {
  for (const std::string section : {"3.", "7."}) {
    INFO(section);
    const json steps = trace(section);
    const auto client_hello = value(steps, "client", "construct a ClientHello", "ClientHello");
    const auto server_hello = value(steps, "server", "construct a ServerHello", "ServerHello");
    const Bytes random = Bytes(server_hello).subspan(6, 32);
    const auto key = value(steps, "server", "create an ephemeral x25519", "private key");
    ServerConfig::Builder builder = server_builder();
    danger::replace_randomness(
        builder, std::make_shared<Script>(
                     std::vector<std::vector<std::uint8_t>>{{random.begin(), random.end()}, key}));
    ServerHandshake server(builder.build().value());
    REQUIRE(server.receive(view(client_hello)));
    CHECK(hex(take_flight(server.core()).front()) == hex(server_hello));
    CHECK(hex(server.core().next_read->traffic_secret.reveal()) == expanded(steps, "c hs traffic"));
  }
}

}  // namespace nacre::test
