// Certificate messages that travel compressed. RFC 8879.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "crypto/read_mostly.h"
#include "extensions/compress_certificate.h"
#include "nacre/bytes.h"
#include "nacre/compression.h"
#include "nacre/try.h"
#include "wire/writer.h"

namespace nacre {

using CertificateCompressors = std::vector<CertificateCompressorPtr>;

// The first of ours that the peer can decompress; null: none.
const CertificateCompressor* select_compressor(const CertificateCompressors& ours,
                                               const CompressCertificate::List& peers);

// Writes compress_certificate.
Result<void> write_compression(wire::Writer& writer, const CertificateCompressors& ours);

// What was compressed before: the same few messages are sent again and again. Shared by the
// connections of one configuration; any number of threads.
class CompressionCache {
 public:
  using Compressed = std::shared_ptr<const std::vector<std::uint8_t>>;

  // `message` in its compressed form; null where the compressor has none.
  Compressed get(const CertificateCompressor& compressor, Bytes message);

 private:
  // So many messages: each credential, with and without staples, by each algorithm. Past it, the
  // cache begins anew.
  static constexpr std::size_t max_messages = 64;
  using Key = std::pair<CertificateCompressionAlgorithm, std::array<std::uint8_t, 32>>;

  using Messages = std::map<Key, Compressed>;

  crypto::ReadMostly<Messages> compressed_;
};

}  // namespace nacre
