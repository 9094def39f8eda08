// Certificate messages at their bounds. RFC 9846, section 4.5.1.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <span>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

// The server's own certificate, and others that help nobody.
std::vector<Octets> chain_of(std::size_t count) {
  static const Octets leaf = certificate_of(localhost_leaf());
  static const Octets other = certificate_of(issue_leaf(crypto::KeyType::p256, {"elsewhere.test"}));
  std::vector<Octets> chain(count, other);
  chain.front() = leaf;
  return chain;
}

std::size_t size_of(std::span<const Octets> chain) {
  std::size_t size = 0;
  for (const Octets& certificate : chain) size += certificate.size();
  return size;
}

void play(ScriptedServer& server, std::span<const Octets> chain) {
  server.certificate = certificate_message(chain);
  server.play();
}

TEST_CASE("a chain may have as many certificates as Limits says", "[rfc9846-4.5.1]") {
  for (const std::size_t most : {std::size_t{1}, std::size_t{5}, Limits{}.certificates}) {
    for (const std::size_t excess : {0U, 1U}) {
      CAPTURE(most, excess);
      Limits limits;
      limits.certificates = most;
      ScriptedServer server(client_config().limits(limits));
      play(server, chain_of(most + excess));
      if (excess == 0) {
        CHECK(works(server));
      } else {
        CHECK(refused(server, Error::certificate_chain_too_long, decode_error));
      }
    }
  }
}

TEST_CASE("a chain may be as long as Limits says, in bytes", "[rfc9846-4.5.1]") {
  const std::vector<Octets> chain = chain_of(8);
  for (const bool at_limit : {true, false}) {
    Limits limits;
    limits.certificate_chain = size_of(chain) - (at_limit ? 0 : 1);
    ScriptedServer server(client_config().limits(limits));
    play(server, chain);
    if (at_limit) {
      CHECK(works(server));
    } else {
      CHECK(refused(server, Error::certificate_chain_too_long, decode_error));
    }
  }
}

// Certificates of many names, up to the last byte of the longest message.
TEST_CASE("a Certificate message may be as long as Limits says, byte by byte",
          "[rfc9846-4.5.1][rfc9846-5.1]") {
  std::vector<std::string> names{"localhost"};
  for (int i = 0; i < 3'000; ++i) names.push_back("host-" + std::to_string(i) + ".test");
  const std::vector<Octets> chain{certificate_of(localhost_leaf()),
                                  certificate_of(issue_leaf(crypto::KeyType::p256, names))};
  const Message whole = certificate_message(chain);
  REQUIRE(whole.size() > 40'000);
  for (const std::size_t content : {1U, 16'384U}) {
    for (const bool at_limit : {true, false}) {
      Limits limits;
      limits.handshake_message = whole.size() - (at_limit ? 0 : 1);
      ScriptedServer server(client_config().limits(limits));
      server.content = content;
      server.peer().room = 4'096;
      play(server, chain);
      if (at_limit) {
        CHECK(works(server));
      } else {
        CHECK(refused(server, Error::message_too_long, decode_error));
      }
    }
  }
}

TEST_CASE("a chain takes no more memory than Limits says", "[rfc9846-4.5.1]") {
  const std::vector<Octets> chain = chain_of(16);
  for (const bool enough : {true, false}) {
    Limits limits;
    // The key share, the ClientHello, the parts of the message, and the chain that is copied out of
    // it.
    limits.handshake_memory = 4 * size_of(chain) + 1'024;
    if (!enough) limits.handshake_memory = size_of(chain);
    ScriptedServer server(client_config().limits(limits));
    server.content = 100;
    play(server, chain);
    if (enough) {
      CHECK(works(server));
    } else {
      CHECK(refused(server, Error::handshake_memory, internal_error));
    }
  }
}

Data unknown_extensions(std::size_t count) {
  Data list;
  for (std::size_t i = 0; i < count; ++i) list = list + number(2, 0x4000 + i) + Data{0, 0};
  return list;
}

// The client asked for none of them.
TEST_CASE("a certificate's extensions are refused, one or many", "[AC-048][rfc9846-4.5.1]") {
  for (const std::size_t count : {1U, 2U, 256U, 257U, 10'000U}) {
    CAPTURE(count);
    ScriptedServer server;
    server.certificate = certificate_message(chain_of(1), unknown_extensions(count));
    server.play();
    CHECK(refused(server, Error::unsolicited_extension, unsupported_extension));
    CHECK(server.peer().connection.failure()->extension == static_cast<ExtensionType>(0x4000));
  }
  // status_request and signed_certificate_timestamp have their place here, if they are asked for.
  for (const std::uint8_t type : {std::uint8_t{5}, std::uint8_t{18}}) {
    ScriptedServer server;
    server.certificate = certificate_message(chain_of(2), Data{0, type, 0, 0});
    server.play();
    CHECK(refused(server, Error::unsolicited_extension, unsupported_extension));
  }
}

TEST_CASE("a CertificateRequest may have as many extensions as Limits says",
          "[rfc9846-4.4.2][rfc9846-4.3]") {
  constexpr std::size_t most = Limits{}.extensions;
  const Data schemes{0, 13, 0, 4, 0, 2, 4, 3};
  for (const std::size_t count : {most, most + 1}) {
    ScriptedServer server;
    server.certificate_request =
        message(13, Data{0} + vector(2, unknown_extensions(count - 1) + schemes));
    server.play();
    if (count == most) {
      CHECK(works(server));
    } else {
      CHECK(refused(server, Error::too_many_extensions, decode_error));
    }
  }
}

}  // namespace
}  // namespace nacre::test
