// Every record of RFC 8448's traces, written and read byte for byte.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "record/read_state.h"
#include "record/support.h"
#include "record/write_state.h"

using namespace nacre;
using namespace nacre::record;
using nlohmann::json;

namespace {

Octets from_hex(const std::string& hex) {
  Octets bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

Octets item(const json& step, const std::string& label) {
  for (const json& entry : step.at("items")) {
    if (entry.at("label") == label) return from_hex(entry.at("hex"));
  }
  FAIL("no " << label << " in " << step.at("step"));
  return {};
}

crypto::HashSecret secret_from(Bytes bytes) {
  crypto::HashSecret secret;
  std::ranges::copy(bytes, secret.resize(bytes.size()).begin());
  return secret;
}

// One direction: who writes, and who reads it.
struct Direction {
  WriteState write;
  ReadState read;
};

// Plays one section of the traces.
class Recording {
 public:
  int records = 0;
  int protected_records = 0;

  void play(const json& step) {
    const std::string what = step.at("step");
    const std::string actor = step.at("actor");
    CAPTURE(what, actor);
    if (what.starts_with("derive secret \"tls13 ") && !step.at("items").empty()) {
      remember(what.substr(21, what.find('"', 21) - 21), item(step, "expanded"));
    } else if (what.starts_with("derive write traffic keys for ")) {
      change_keys(actor, what.substr(30, what.find(" data") - 30), step);
    } else if (what.starts_with("send change_cipher_spec record")) {
      send_change_cipher_spec(actor, step);
    } else if (what.starts_with("send ")) {
      send(actor, what, step);
    }
  }

 private:
  Direction& from(const std::string& actor) { return actor == "client" ? client_ : server_; }

  void remember(const std::string& label, Octets secret) { secrets_[label] = std::move(secret); }

  void change_keys(const std::string& actor, const std::string& epoch, const json& step) {
    const bool client = actor == "client";
    std::string label = client ? "c ap traffic" : "s ap traffic";
    InboundPhase phase = InboundPhase::application;
    if (epoch == "handshake") {
      label = client ? "c hs traffic" : "s hs traffic";
      phase = client ? InboundPhase::client_flight : InboundPhase::server_flight;
    } else if (epoch == "early application") {
      label = "c e traffic";
      phase = InboundPhase::early_data;
    }
    const Octets& secret = secrets_.at(label);
    const CipherSuite suite = CipherSuite::tls_aes_128_gcm_sha256;
    if (!step.at("items").empty()) {
      CHECK(item(step, "PRK") == secret);
      const auto keys = TrafficKeys::derive(suite, secret_from(secret));
      CHECK(same(keys->nonce(0), item(step, "iv expanded")));
    }
    REQUIRE(from(actor).write.protect(suite, secret_from(secret)));
    REQUIRE(from(actor).read.protect(phase, suite, secret_from(secret)));
  }

  void send_change_cipher_spec(const std::string& actor, const json& step) {
    const Octets expected = item(step, "complete record");
    Octets record(change_cipher_spec_size);
    REQUIRE(write_change_cipher_spec(record));
    CHECK(record == expected);
    CHECK(from(actor).read.open(record, false)->type == ContentType::change_cipher_spec);
    ++records;
  }

  void send(const std::string& actor, const std::string& what, const json& step) {
    const ContentType type = what.starts_with("send handshake") ? ContentType::handshake
                             : what.starts_with("send alert")   ? ContentType::alert
                                                                : ContentType::application_data;
    const Octets payload = item(step, "payload");
    const Octets expected = item(step, "complete record");
    Direction& direction = from(actor);
    Octets record(whole_record);
    direction.write.initial_client_hello(records == 0);
    record.resize(direction.write.seal(type, payload, 0, record).value());
    CHECK(record == expected);
    const auto opened = direction.read.open(record, false);
    REQUIRE(opened);
    CHECK(opened->type == type);
    CHECK(same(opened->content, payload));
    direction.read.client_hello_seen();
    ++records;
    protected_records += expected.front() == 23;
  }

  Direction client_{WriteState(), ReadState(InboundPhase::client_hello)};
  Direction server_{WriteState(), ReadState(InboundPhase::unprotected)};
  std::map<std::string, Octets> secrets_;
};

}  // namespace

TEST_CASE("every record of RFC 8448 is written and read byte for byte",
          "[rfc8448][rfc9846-5.2][rfc9846-7.3]") {
  std::ifstream file(NACRE_TEST_DATA "/rfc8448/rfc8448.json");
  const json steps = json::parse(file);
  std::map<std::string, Recording> traces;
  for (const json& step : steps) traces[step.at("section")].play(step);
  // Records, and how many of them are protected, by section.
  const std::map<char, std::array<int, 2>> expected{
      {'3', {9, 7}}, {'4', {10, 8}}, {'5', {8, 4}}, {'6', {6, 4}}, {'7', {8, 4}}};
  REQUIRE(traces.size() == expected.size());
  for (const auto& [section, trace] : traces) {
    CAPTURE(section);
    CHECK(std::array{trace.records, trace.protected_records} == expected.at(section.front()));
  }
}
