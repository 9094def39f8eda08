// Compressed certificates, both ways. RFC 8879; what breaks its rules is AC-105.
#include "nacre/compression.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <string>
#include <vector>

#include "hostile/script.h"
#include "nacre/danger.h"
#include "support/compressors.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

// Counts, and does what another one does.
class Counting final : public CertificateCompressor {
 public:
  explicit Counting(CertificateCompressorPtr inner) : inner_(std::move(inner)) {}
  CertificateCompressionAlgorithm algorithm() const override { return inner_->algorithm(); }
  std::optional<std::vector<std::uint8_t>> compress(Bytes message) const override {
    ++compressed;
    return inner_->compress(message);
  }
  bool decompress(Bytes bytes, MutableBytes message) const override {
    ++decompressed;
    return inner_->decompress(bytes, message);
  }
  mutable int compressed = 0;
  mutable int decompressed = 0;

 private:
  CertificateCompressorPtr inner_;
};

bool work(Peers& peers) {
  peers.drive();
  if (!peers.client.completed || !peers.server.completed) return false;
  if (!peers.client.send("ping") || !peers.server.send("pong")) return false;
  peers.drive();
  return peers.server.data == octets("ping") && peers.client.data == octets("pong");
}

TEST_CASE("Certificates travel compressed by each algorithm, both ways", "[rfc8879-4]") {
  for (const CertificateCompressorPtr& each : all_compressors()) {
    REQUIRE(each);
    const auto counting = std::make_shared<const Counting>(each);
    Peers peers(client_config()
                    .compress_certificate(counting)
                    .decompress_certificate(counting)
                    .credential(client_credential())
                    .build()
                    .value(),
                server_config()
                    .compress_certificate(counting)
                    .decompress_certificate(counting)
                    .client_authentication({.anchors = danger::trust_anyone()})
                    .build()
                    .value());
    CHECK(work(peers));
    CHECK(counting->compressed == 2);
    CHECK(counting->decompressed == 2);
  }
}

TEST_CASE("What was compressed once is sent again as it is", "[rfc8879-5]") {
  const auto counting = std::make_shared<const Counting>(zlib_compressor());
  const ServerConfig server = server_config().compress_certificate(counting).build().value();
  const ClientConfig client =
      client_config().decompress_certificate(zlib_compressor()).build().value();
  for (int i = 0; i < 3; ++i) {
    Peers peers(client, server);
    CHECK(work(peers));
  }
  CHECK(counting->compressed == 1);
}

TEST_CASE("Nothing is compressed for a peer that cannot take it", "[rfc8879-3]") {
  const auto counting = std::make_shared<const Counting>(zlib_compressor());
  for (const bool other : {false, true}) {
    ClientConfig::Builder client = client_config();
    if (other) client.decompress_certificate(brotli_compressor());
    Peers peers(client.build().value(),
                server_config().compress_certificate(counting).build().value());
    CHECK(work(peers));
  }
  CHECK(counting->compressed == 0);
}

TEST_CASE("A configuration has each algorithm once", "[config]") {
  const auto zlib = zlib_compressor();
  CHECK(client_config().decompress_certificate(zlib).compress_certificate(zlib).build());
  CHECK(client_config().decompress_certificate(zlib).decompress_certificate(zlib).build() ==
        fail(Error::bad_configuration));
  CHECK(server_config().compress_certificate(nullptr).build() == fail(Error::bad_configuration));
}

TEST_CASE("A list of algorithms is well-formed", "[rfc8879-3]") {
  const auto says = [](const Data& data) {
    ScriptedClient client;
    client.hello.extensions.insert(client.hello.extensions.begin(), {27, data});
    client.play();
    return client;
  };
  ScriptedClient good = says({4, 0, 1, 0x40, 0});
  CHECK(works(good));
  ScriptedClient none = says({0});
  CHECK(refused(none, Error::length_out_of_range, decode_error));
  ScriptedClient half = says({1, 0});
  CHECK(refused(half, Error::length_out_of_range, decode_error));
  ScriptedClient twice = says({4, 0, 1, 0, 1});
  CHECK(refused(twice, Error::duplicate_value, illegal_parameter));
}

}  // namespace
}  // namespace nacre::test
