// Compressed certificates that lie, or explode. RFC 8879, section 4.
#include "nacre/compression.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstddef>
#include <vector>

#include "attacks/side.h"
#include "support/compressors.h"

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

TEST_CASE("AC-105: a bomb costs no more than a message may", "[AC-105][rfc8879-4]") {
  const Data zeros(16'000'000, 0);
  for (const auto& each : all_compressors()) {
    const Data stream = *each->compress(zeros);
    REQUIRE(stream.size() < 65'000);
    Between between = waiting();
    const Message bomb = compressed(stream, 60'000, number_of(each));
    const std::size_t before = heap_in_use();
    const auto start = std::chrono::steady_clock::now();
    between.client.hear(bomb);
    const auto took = std::chrono::steady_clock::now() - start;
    check_refused(between.client, {Error::bad_compressed_certificate, bad_certificate});
    // Sixteen million bytes are neither made nor looked at; generous, for sanitizers' sake.
    CHECK(took < std::chrono::milliseconds(500));
    if (before != 0) CHECK(heap_in_use() < before + 1'000'000);
  }
}

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
