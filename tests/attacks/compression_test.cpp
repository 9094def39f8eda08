// Compressed certificates that lie, or explode. RFC 8879, section 4.
#include "nacre/compression.h"

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <vector>

#include "attacks/side.h"
#include "support/compressors.h"
#include "support/counting.h"

namespace nacre::test {
namespace {

using enum AlertDescription;

std::size_t number_of(const CertificateCompressorPtr& compressor) {
  return static_cast<std::size_t>(compressor->algorithm());
}

Message compressed(const Data& stream, std::size_t declared, std::size_t algorithm) {
  return message(25, number(2, algorithm) + number(3, declared) + vector(3, stream));
}

// A client that decompresses by all of them, and waits for the certificate; which is in `inbox`.
Between waiting() {
  ClientConfig::Builder client = client_config();
  for (const auto& each : all_compressors()) {
    REQUIRE(each);
    client.decompress_certificate(each);
  }
  return told(Told::encrypted_extensions, client);
}

Data body_of(const Message& message) {
  return Data(message.begin() + 4, message.end());
}

void check_lie(const Message& lie, Outcome outcome) {
  Between between = waiting();
  between.client.hear(lie);
  check_refused(between.client, outcome);
}

TEST_CASE("AC-105: a certificate that was compressed is taken", "[AC-105][rfc8879-4]") {
  for (const auto& each : all_compressors()) {
    Between between = waiting();
    const Data certificate = body_of(between.inbox.front());
    const Data stream = *each->compress(certificate);
    between.client.hear(compressed(stream, certificate.size(), number_of(each)));
    CHECK_FALSE(between.client.peer.error);
  }
}

TEST_CASE("AC-105: a stream of another length than it says is refused", "[AC-105][rfc8879-4]") {
  const Data certificate = body_of(waiting().inbox.front());
  constexpr Outcome refused{Error::bad_compressed_certificate, bad_certificate};
  for (const auto& each : all_compressors()) {
    INFO(name(each->algorithm()));
    const std::size_t algorithm = number_of(each);
    const Data stream = *each->compress(certificate);
    // Shorter, longer, of no length; longer than any message may be, by one byte and by many.
    for (const std::size_t declared :
         {certificate.size() - 1, certificate.size() + 1, std::size_t{0}, std::size_t{65'533},
          std::size_t{0xffffff}}) {
      check_lie(compressed(stream, declared, algorithm), refused);
    }
    Data shorter = stream;
    shorter.pop_back();
    check_lie(compressed(shorter, certificate.size(), algorithm), refused);
    Data longer = stream;
    longer.push_back(0);
    check_lie(compressed(longer, certificate.size(), algorithm), refused);
    const auto& other =
        each == all_compressors().front() ? all_compressors().back() : all_compressors().front();
    check_lie(compressed(*other->compress(certificate), certificate.size(), algorithm), refused);
  }
}

#if !defined(NACRE_OTHER_MALLOC)
// Sixteen million zeros, with the widest window that each algorithm may ask for.
Data bomb_of(const CertificateCompressor& compressor) {
  if (compressor.algorithm() == CertificateCompressionAlgorithm::brotli) {
    return {0x9f, 0xff, 0x23, 0xf4, 0x00, 0x24, 0x00, 0xe2, 0xb1, 0x40, 0x72, 0x37, 0xe8, 0x01};
  }
  Data stream = *compressor.compress(Data(16'000'000, 0));
  // Not in one segment, whose window is its content, but with one of 2 GiB (RFC 8878, 3.1.1.1.2).
  if (compressor.algorithm() == CertificateCompressionAlgorithm::zstd) {
    constexpr std::size_t descriptor = 4;
    REQUIRE((stream.at(descriptor) & 0x20) == 0);
    stream.at(descriptor + 1) = 0xa8;
  }
  return stream;
}

TEST_CASE("AC-105: a bomb costs no more than a message may", "[AC-105][rfc8879-4]") {
  for (const auto& each : all_compressors()) {
    INFO(name(each->algorithm()));
    const Data stream = bomb_of(*each);
    REQUIRE(stream.size() < 65'000);
    Between between = waiting();
    const Message bomb = compressed(stream, 60'000, number_of(each));
    // While it runs, not what is left then.
    CHECK(allocated_bytes_in([&] { between.client.hear(bomb); }) < 1'000'000);
    check_refused(between.client, {Error::bad_compressed_certificate, bad_certificate});
  }
}
#endif

TEST_CASE("AC-105: an algorithm, or a message, that was not asked for", "[AC-105][rfc8879-4]") {
  const Data certificate = body_of(waiting().inbox.front());
  const auto zlib = zlib_compressor();
  const Data stream = *zlib->compress(certificate);
  check_lie(compressed(stream, certificate.size(), 4),
            {Error::unoffered_compression, illegal_parameter});
  Between unasked = told(Told::encrypted_extensions);
  unasked.client.hear(compressed(stream, certificate.size(), 1));
  check_refused(unasked.client, {Error::unexpected_message, unexpected_message});
  // Nor where no certificate is waited for.
  ClientConfig::Builder client = client_config();
  client.decompress_certificate(zlib);
  Between early = told(Told::server_hello, client);
  early.client.hear(compressed(stream, certificate.size(), 1));
  check_refused(early.client, {Error::unexpected_message, unexpected_message});
}

TEST_CASE("AC-105: what was compressed is held to all that holds for a Certificate",
          "[AC-105][rfc8879-4]") {
  const auto zlib = zlib_compressor();
  check_lie(compressed(*zlib->compress(Data{0, 0, 0, 0}), 4, 1),
            {Error::empty_certificate_list, decode_error});
  Data longer = body_of(waiting().inbox.front());
  longer.push_back(0);
  check_lie(compressed(*zlib->compress(longer), longer.size(), 1),
            {Error::trailing_data, decode_error});
}

}  // namespace
}  // namespace nacre::test
