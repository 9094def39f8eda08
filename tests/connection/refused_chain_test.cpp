// A server's chain that the client does not believe: each cause reaches the server as the alert
// that is meant for it. RFC 9846, sections 4.5.1.2, 4.5.1.3 and 6.2.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "connection/flight.h"
#include "crypto/certificate.h"
#include "crypto/issue.h"

namespace nacre::test {
namespace {

using crypto::Issued;
using crypto::IssueRequest;
using crypto::KeyType;
using enum AlertDescription;

constexpr UnixTime day = 86'400;

IssueRequest request_for(const std::string& name, bool is_ca = false) {
  return {.common_name = name,
          .names = {name},
          .not_before = now - day,
          .not_after = now + day,
          .is_ca = is_ca};
}

Octets der_of(const Issued& issued) {
  return read_pem_certificates(issued.certificate_pem).value().front();
}

// From authority() down, unless it is not `anchored`: then from its own first certificate.
struct Chain {
  bool anchored = true;
  std::vector<IssueRequest> above = {request_for("middle", true)};
  IssueRequest leaf = request_for("localhost");
  std::size_t sent = 8;
  std::function<void(Octets&)> change_leaf = [](Octets&) {};
  std::function<void(ClientConfig::Builder&)> change_client = [](ClientConfig::Builder&) {};

  // The leaf first.
  std::vector<Octets> certificates() const {
    std::deque<Issued> issued;
    const Issued* issuer = anchored ? &authority() : nullptr;
    for (const IssueRequest& request : above) {
      issued.push_back(crypto::issue(request, issuer).value());
      issuer = &issued.back();
    }
    std::vector<Octets> chain{der_of(crypto::issue(leaf, issuer).value())};
    change_leaf(chain.front());
    while (!issued.empty() && chain.size() < sent) {
      chain.push_back(der_of(issued.back()));
      issued.pop_back();
    }
    return chain;
  }
};

struct Case {
  std::string what;
  std::function<void(Chain&)> change;
  Error error;
  AlertDescription alert;
};

// Replaces each occurrence in the certificate. Its signature does not verify then.
std::function<void(Octets&)> replace(const Octets& from, const Octets& to) {
  return [=](Octets& der) {
    std::size_t count = 0;
    for (auto at = der.begin();; ++count) {
      at = std::search(at, der.end(), from.begin(), from.end());
      if (at == der.end()) break;
      at = std::ranges::copy(to, at).out;
    }
    REQUIRE(count > 0);
  };
}

const Octets p256{0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7};
const Octets p192{0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1};
const Octets sha256_with_rsa{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11};
const Octets md5_with_rsa{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4};

const std::vector<Case> cases{
    {"no certificate at all",
     [](Chain& c) { c.change_leaf = [](Octets& der) { der = {1, 2, 3}; }; }, Error::bad_certificate,
     bad_certificate},
    {"a raw public key",
     [](Chain& c) {
       c.change_leaf = [](Octets& der) {
         der = octets(crypto::ParsedCertificate::parse(der)->key_info());
       };
     },
     Error::unexpected_raw_public_key, unsupported_certificate},
    {"a key on a curve that is not used", [](Chain& c) { c.change_leaf = replace(p256, p192); },
     Error::bad_certificate_key, unsupported_certificate},
    {"a certificate for clients",
     [](Chain& c) {
       c.leaf.server_purpose = false;
       c.leaf.client_purpose = true;
     },
     Error::certificate_wrong_purpose, unsupported_certificate},
    {"a key that may not sign", [](Chain& c) { c.leaf.digital_signature = false; },
     Error::certificate_wrong_purpose, unsupported_certificate},
    {"a leaf of yesterday", [](Chain& c) { c.leaf.not_after = now - 1; },
     Error::certificate_expired, certificate_expired},
    {"an intermediate of tomorrow", [](Chain& c) { c.above[0].not_before = now + 1; },
     Error::certificate_not_yet_valid, certificate_expired},
    {"a changed signature", [](Chain& c) { c.change_leaf = [](Octets& der) { der.back() ^= 1; }; },
     Error::certificate_bad_signature, bad_certificate},
    {"a short key", [](Chain& c) { c.above[0].key = KeyType::rsa1024; },
     Error::certificate_weak_key, bad_certificate},
    {"MD5",
     [](Chain& c) {
       c.above[0].key = KeyType::rsa2048;
       c.change_leaf = replace(sha256_with_rsa, md5_with_rsa);
     },
     Error::certificate_weak_signature, bad_certificate},
    {"SHA-1", [](Chain& c) { c.leaf.sha1 = true; }, Error::certificate_weak_signature,
     bad_certificate},
    {"an algorithm that was not offered",
     [](Chain& c) {
       Policy policy = quick_policy();
       policy.certificate_signature_schemes = {SignatureScheme::ed25519};
       c.change_client = [=](ClientConfig::Builder& client) { client.policy(policy); };
     },
     Error::certificate_weak_signature, bad_certificate},
    {"a name that the CA may not certify",
     [](Chain& c) { c.above[0].permitted_dns = {"example.org"}; },
     Error::certificate_name_constraint, certificate_unknown},
    {"another name", [](Chain& c) { c.leaf.names = {"example.org"}; },
     Error::certificate_wrong_name, certificate_unknown},
    {"a path that is too long",
     [](Chain& c) {
       c.above[0].path_length = 0;
       c.above.push_back(request_for("below", true));
     },
     Error::chain_refused, certificate_unknown},
    {"an issuer that nobody trusts", [](Chain& c) { c.anchored = false; }, Error::unknown_issuer,
     unknown_ca},
    {"no intermediate", [](Chain& c) { c.sent = 1; }, Error::missing_intermediate, unknown_ca},
    {"signed by itself",
     [](Chain& c) {
       c.anchored = false;
       c.above.clear();
     },
     Error::untrusted_self_signed, unknown_ca},
    {"a path that costs too much",
     [](Chain& c) {
       Limits limits;
       limits.path_iterations = 1;
       c.change_client = [=](ClientConfig::Builder& client) { client.limits(limits); };
     },
     Error::chain_too_complex, unknown_ca},
    {"another key than the pinned one",
     [](Chain& c) {
       c.change_client = [](ClientConfig::Builder& client) {
         const std::vector<SpkiPin> pins{SpkiPin{1, 2, 3}};
         client.pins(pins);
       };
     },
     Error::pin_mismatch, certificate_unknown},
};

Octets with_length(std::size_t width, const Octets& content) {
  Octets all(width);
  for (std::size_t i = 0; i < width; ++i) {
    all[i] = static_cast<std::uint8_t>(content.size() >> (8 * (width - 1 - i)) & 0xff);
  }
  append(all, content);
  return all;
}

Octets certificate_message(const std::vector<Octets>& chain) {
  Octets list;
  for (const Octets& certificate : chain) {
    append(list, with_length(3, certificate));
    append(list, Octets{0, 0});
  }
  Octets body{0};
  append(body, with_length(3, list));
  Octets message{11};
  append(message, with_length(3, body));
  return message;
}

// A client that gets this chain in place of the server's own.
Flight present(const Chain& chain) {
  ClientConfig::Builder config = client_config();
  chain.change_client(config);
  Flight flight(true, config);
  const std::size_t encrypted_extensions = 4U + flight.messages.at(3);
  Octets messages = octets(Bytes(flight.messages).first(encrypted_extensions));
  append(messages, certificate_message(chain.certificates()));
  append(flight.peers.server.outbox, flight.forger->record(ContentType::handshake, messages));
  flight.peers.drive();
  return flight;
}

}  // namespace

TEST_CASE("a chain that is not believed is refused with the alert for its fault",
          "[rfc9846-4.5.1.2][rfc9846-4.5.1.3][rfc9846-6.2][rfc9846-4.5.1.2-1c5c05]"
          "[rfc9846-4.5.1.3-626ed7][rfc9846-4.5.1.2-47495d][rfc9846-6.2-3a826c]"
          "[rfc9846-4.5.1.2-78ad64]") {
  for (const Case& row : cases) {
    INFO(row.what);
    Chain chain;
    row.change(chain);
    const Flight flight = present(chain);
    const Peer& client = flight.peers.client;
    REQUIRE(client.error);
    CHECK(name(*client.error) == name(row.error));
    CHECK(client.connection.failure()->alert == row.alert);
    CHECK(flight.peers.server.error == Error::peer_alert);
    CHECK(flight.peers.server.connection.failure()->alert == row.alert);
  }
}

TEST_CASE("a chain that is in order is believed", "[rfc9846-4.5.1]") {
  const Flight flight = present({});
  CHECK_FALSE(flight.peers.client.error);
  CHECK(flight.peers.client.connection.peer_chain().size() == 2);
}

}  // namespace nacre::test
