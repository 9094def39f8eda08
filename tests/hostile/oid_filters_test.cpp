// What a server's filters ask of a client's certificate. RFC 9846, section 4.3.5.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "hostile/script.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

const Data key_usage{0x06, 0x03, 0x55, 0x1d, 0x0f};
const Data extended_key_usage{0x06, 0x03, 0x55, 0x1d, 0x25};
const Data unknown{0x06, 0x03, 0x55, 0x1d, 0x7f};
const Data digital_signature{0x03, 0x02, 0x07, 0x80};
const Data key_cert_sign{0x03, 0x02, 0x02, 0x04};
const Data both_usages{0x03, 0x02, 0x02, 0x84};
const Data for_clients{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02};
const Data for_servers{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01};

Data filter(const Data& oid, const Data& values) {
  return vector(1, oid) + vector(2, values);
}

// A server that asks with these filters.
ScriptedServer asking(const Data& filters) {
  ScriptedServer server(client_config().credential(client_credential()));
  const Data schemes{0, 13, 0, 4, 0, 2, 4, 3};
  const Data extension = number(2, 48) + vector(2, vector(2, filters));
  server.certificate_request = message(13, Data{0} + vector(2, schemes + extension));
  server.play();
  return server;
}

// Whether the client has shown its certificate, and not an empty list.
bool shows_certificate(ScriptedServer& server) {
  return works(server) && server.peer().connection.negotiated().client_signature_scheme.has_value();
}

TEST_CASE("a certificate is shown where it has all that the filters ask for",
          "[rfc9846-4.3.5][rfc9846-4.3.5-722382][rfc9846-4.3.5-f308d5][rfc9846-4.5.1.2-3798ae]") {
  const std::vector<Data> met{
      {},
      filter(key_usage, digital_signature),
      filter(extended_key_usage, for_clients),
      filter(extended_key_usage, {0x30, 0x00}),
      filter(key_usage, digital_signature) + filter(extended_key_usage, for_clients)};
  for (const Data& filters : met) {
    ScriptedServer server = asking(filters);
    CHECK(shows_certificate(server));
  }
}

TEST_CASE("no certificate is shown that lacks something of it",
          "[rfc9846-4.3.5][rfc9846-4.3.5-722382][rfc9846-4.3.5-f308d5]") {
  const std::vector<Data> unmet{
      filter(key_usage, key_cert_sign), filter(key_usage, both_usages),
      filter(extended_key_usage, for_servers),
      filter(key_usage, digital_signature) + filter(extended_key_usage, for_servers),
      // What cannot be read is met by nothing.
      filter(key_usage, {}), filter(key_usage, {0x03, 0x01}),
      filter(extended_key_usage, {0x30, 0x01}), filter(extended_key_usage, {0x04, 0x00})};
  for (const Data& filters : unmet) {
    ScriptedServer server = asking(filters);
    CHECK(works(server));
    CHECK_FALSE(server.peer().connection.negotiated().client_signature_scheme);
  }
}

TEST_CASE("a filter for an extension that is not known is passed over",
          "[rfc9846-4.3.5][rfc9846-4.3.5-522091]") {
  ScriptedServer server = asking(filter(unknown, {1, 2, 3}) + filter(Data{1}, {}));
  CHECK(shows_certificate(server));
}

TEST_CASE("filters are well-formed, and for each extension once",
          "[rfc9846-4.3.5][rfc9846-4.3.5-065100]") {
  ScriptedServer twice = asking(filter(unknown, {1}) + filter(unknown, {2}));
  CHECK(refused(twice, Error::duplicate_value, illegal_parameter));
  ScriptedServer empty = asking(filter({}, {}));
  CHECK(refused(empty, Error::length_out_of_range, decode_error));
  ScriptedServer cut = asking({3, 1, 2});
  CHECK(refused(cut, Error::truncated, decode_error));
  // Many cost no more than few.
  Data many;
  for (std::size_t i = 0; i < 8'000; ++i) many = many + filter(number(3, i), {});
  ScriptedServer server = asking(many);
  CHECK(shows_certificate(server));
}

TEST_CASE("filters stand in a CertificateRequest alone", "[rfc9846-4.3.5][rfc9846-4.3.5-4cd281]") {
  ScriptedServer server;
  server.encrypted_extensions = message(8, {0, 6, 0, 48, 0, 2, 0, 0});
  server.play();
  CHECK(refused(server, Error::misplaced_extension, illegal_parameter));
}

}  // namespace
}  // namespace nacre::test
