// Certificate messages that travel compressed. RFC 8879.
#include "handshake/compression.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "crypto/hash.h"
#include "handshake/core.h"
#include "messages/compressed_certificate.h"
#include "nacre/try.h"

namespace nacre {

const CertificateCompressor* select_compressor(const CertificateCompressors& ours,
                                               const CompressCertificate::List& peers) {
  for (const CertificateCompressorPtr& each : ours) {
    if (wire::contains(peers, each->algorithm())) return each.get();
  }
  return nullptr;
}

Result<void> write_compression(wire::Writer& writer, const CertificateCompressors& ours) {
  return write_extension_of<CompressCertificate>(
      writer, ours | std::views::transform(
                         [](const CertificateCompressorPtr& each) { return each->algorithm(); }));
}

// Compressed outside of the lock: two threads may do it twice, and none waits for it.
CompressionCache::Compressed CompressionCache::get(const CertificateCompressor& compressor,
                                                   Bytes message) {
  Key key{compressor.algorithm(), {}};
  std::ranges::copy(crypto::hash(crypto::HashAlgorithm::sha256, message).bytes(),
                    key.second.begin());
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = compressed_.find(key); found != compressed_.end()) return found->second;
  }
  auto made = compressor.compress(message);
  Compressed result;
  if (made) result = std::make_shared<const std::vector<std::uint8_t>>(*std::move(made));
  const std::scoped_lock lock(mutex_);
  if (compressed_.size() == max_messages) compressed_.clear();
  compressed_.insert_or_assign(key, result);
  return result;
}

Result<void> HandshakeCore::send_compressed(const CertificateCompressor& compressor, Bytes message,
                                            Bytes compressed) {
  const auto size = static_cast<std::uint32_t>(message.size());
  const CompressedCertificate body{compressor.algorithm(), {size}, {compressed}};
  return send(HandshakeType::compressed_certificate, 8 + compressed.size(),
              [&](wire::Writer& writer) { return wire::write(writer, body); });
}

Result<HandshakeMessage> HandshakeCore::decompressed_if(bool wait,
                                                        const HandshakeMessage& message) {
  const bool is_compressed = message.type == HandshakeType::compressed_certificate;
  // fault: AC-105d
  if (!wait || !is_compressed || config->decompressors.empty()) return message;
  return decompress(message);
}

// Section 4. No more memory is taken than the peer declares, and Limits allows for a message.
Result<HandshakeMessage> HandshakeCore::decompress(const HandshakeMessage& message) {
  TRY(const auto compressed, wire::read_all<CompressedCertificate>(message.body));
  const auto& ours = config->decompressors;
  const auto found = std::ranges::find_if(ours, [&](const CertificateCompressorPtr& each) {
    // fault: AC-105c
    return each->algorithm() == compressed.algorithm;
  });
  ENSURE(found != ours.end(), Error::unoffered_compression);
  const std::size_t size = compressed.uncompressed_length.value;
  // fault: AC-105a
  ENSURE(0 < size && size + 4 <= config->limits.handshake_message,
         Error::bad_compressed_certificate);
  decompressed.release(budget);
  TRY(const MutableBytes room, decompressed.reserve(size, budget));
  const MutableBytes whole = room.first(size);
  // fault: AC-105b
  ENSURE((*found)->decompress(compressed.compressed_certificate_message.bytes, whole),
         Error::bad_compressed_certificate);
  decompressed.commit(size);
  return HandshakeMessage{HandshakeType::certificate, whole, message.encoding};
}

}  // namespace nacre
