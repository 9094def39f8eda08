// RFC 8448, section 4: a resumed handshake with early data. Every secret, the binder, both Finished
// and every record that carries them, byte for byte.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "crypto/key_exchange.h"
#include "handshake/key_schedule.h"
#include "handshake/transcript.h"
#include "record/write_state.h"
#include "support/hex.h"

namespace nacre::test {
namespace {

using crypto::HashAlgorithm;
using nlohmann::json;
using Octets = std::vector<std::uint8_t>;

class Trace {
 public:
  explicit Trace(const std::string& section) {
    std::ifstream file(NACRE_TEST_DATA "/rfc8448/rfc8448.json");
    for (const json& step : json::parse(file)) {
      if (step.at("section").get<std::string>().starts_with(section)) steps_.push_back(step);
    }
    REQUIRE_FALSE(steps_.empty());
  }

  // The `nth` step of `actor` that begins with `what` and has `label`.
  Octets value(const std::string& actor, const std::string& what, const std::string& label,
               int nth = 0) const {
    for (const json& step : steps_) {
      if (step.at("actor") != actor) continue;
      if (!step.at("step").get<std::string>().starts_with(what)) continue;
      for (const json& entry : step.at("items")) {
        if (entry.at("label") == label && nth-- == 0) {
          return unhex(entry.at("hex").get<std::string>());
        }
      }
    }
    FAIL("no " << label << " in " << actor << ": " << what);
    return {};
  }
  std::string expanded(const std::string& actor, const std::string& label) const {
    return hex(value(actor, "derive secret \"tls13 " + label + "\"", "expanded"));
  }

 private:
  std::vector<json> steps_;
};

std::string text(const Result<crypto::HashSecret>& secret) {
  return hex(secret.value().reveal());
}

// What one side writes under `secret`.
class Writer {
 public:
  explicit Writer(const crypto::HashSecret& secret) { change(secret); }

  void change(const crypto::HashSecret& secret) {
    REQUIRE(state_.protect(CipherSuite::tls_aes_128_gcm_sha256, duplicate(secret)));
  }
  std::string seal(ContentType type, Bytes content) {
    Octets room(1'024);
    const auto size = state_.seal(type, content, 0, room);
    return hex(Bytes(room).first(size.value()));
  }

 private:
  record::WriteState state_;
};

TEST_CASE("RFC 8448: a resumed handshake with early data",
          "[rfc8448][rfc9846-7.1][rfc9846-4.3.11.2][rfc9846-4.6][rfc9846-4.7.1]") {
  const Trace trace("4.");
  constexpr auto sha256 = HashAlgorithm::sha256;

  // The PSK is that of section 3's ticket.
  const Trace before("3.");
  const Octets resumption =
      before.value("client", "derive secret \"tls13 res master\"", "expanded");
  const Octets nonce{0, 0};
  const auto psk = resumption_psk(sha256, resumption, nonce);
  CHECK(text(psk) == hex(trace.value("client", "extract secret \"early\"", "IKM")));
  EarlySecret early = EarlySecret::from_psk(sha256, psk->reveal()).value();

  // The binder, over the prefix; and with it the whole ClientHello.
  const Octets prefix = trace.value("client", "construct a ClientHello", "ClientHello");
  const crypto::Digest binder_hash = crypto::hash(sha256, prefix);
  CHECK(hex(binder_hash.bytes()) == hex(trace.value("client", "calculate PSK", "binder hash")));
  const auto binder = early.binder(PskKind::resumption, binder_hash.bytes());
  CHECK(hex(binder->bytes()) == hex(trace.value("client", "calculate PSK", "finished")));
  Octets client_hello = prefix;
  for (const int octet : {0, 33, 32}) client_hello.push_back(static_cast<std::uint8_t>(octet));
  for (const std::uint8_t octet : binder->bytes()) client_hello.push_back(octet);
  REQUIRE(hex(client_hello) == hex(trace.value("client", "send handshake record", "payload")));

  Transcript transcript(sha256);
  transcript.add(client_hello);
  const auto early_traffic = early.client_traffic(transcript.hash().bytes());
  CHECK(text(early_traffic) == trace.expanded("client", "c e traffic"));
  CHECK(text(early.exporter(transcript.hash().bytes())) ==
        trace.expanded("client", "e exp master"));
  Writer client(early_traffic.value());
  CHECK(client.seal(ContentType::application_data,
                    trace.value("client", "send application_data", "payload")) ==
        hex(trace.value("client", "send application_data", "complete record")));

  const Octets server_hello = trace.value("server", "construct a ServerHello", "ServerHello");
  transcript.add(server_hello);
  const Octets shared = trace.value("server", "extract secret \"handshake\"", "IKM");
  crypto::SharedSecret shared_secret;
  std::ranges::copy(shared, shared_secret.resize(shared.size()).begin());
  HandshakeSecret handshake = std::move(early).mix(std::move(shared_secret)).value();
  HandshakeTraffic traffic = std::move(handshake).traffic(transcript.hash().bytes()).value();
  CHECK(hex(traffic.client.reveal()) == trace.expanded("server", "c hs traffic"));
  CHECK(hex(traffic.server.reveal()) == trace.expanded("server", "s hs traffic"));

  Writer server(traffic.server);
  Octets flight = trace.value("server", "construct an Encrypted", "EncryptedExtensions");
  transcript.add(flight);
  const auto server_finished =
      finished_verify_data(sha256, traffic.server.reveal(), transcript.hash().bytes());
  Octets finished{20, 0, 0, 32};
  for (const std::uint8_t octet : server_finished->bytes()) finished.push_back(octet);
  CHECK(hex(finished) == hex(trace.value("server", "construct a Finished", "Finished")));
  transcript.add(finished);
  for (const std::uint8_t octet : finished) flight.push_back(octet);
  CHECK(server.seal(ContentType::handshake, flight) ==
        hex(trace.value("server", "send handshake record", "complete record", 1)));

  const ApplicationTraffic application = traffic.main.traffic(transcript.hash().bytes()).value();
  CHECK(hex(application.client.reveal()) == trace.expanded("server", "c ap traffic"));
  CHECK(hex(application.server.reveal()) == trace.expanded("server", "s ap traffic"));
  CHECK(hex(application.exporter.reveal()) == trace.expanded("server", "exp master"));

  // EndOfEarlyData is the last under the early keys, and a part of what Finished covers.
  const Octets end = trace.value("client", "construct an EndOfEarlyData", "EndOfEarlyData");
  CHECK(client.seal(ContentType::handshake, end) ==
        hex(trace.value("client", "send handshake record", "complete record", 1)));
  transcript.add(end);
  const auto client_finished =
      finished_verify_data(sha256, traffic.client.reveal(), transcript.hash().bytes());
  Octets last{20, 0, 0, 32};
  for (const std::uint8_t octet : client_finished->bytes()) last.push_back(octet);
  client.change(traffic.client);
  CHECK(client.seal(ContentType::handshake, last) ==
        hex(trace.value("client", "send handshake record", "complete record", 2)));
  transcript.add(last);
  CHECK(text(std::move(traffic.main).resumption(transcript.hash().bytes())) ==
        trace.expanded("client", "res master"));

  client.change(application.client);
  server.change(application.server);
  for (const std::string side : {"client", "server"}) {
    const int nth = side == "client" ? 1 : 0;
    Writer& writer = side == "client" ? client : server;
    CHECK(writer.seal(ContentType::application_data,
                      trace.value(side, "send application_data", "payload", nth)) ==
          hex(trace.value(side, "send application_data", "complete record", nth)));
  }
}

}  // namespace
}  // namespace nacre::test
