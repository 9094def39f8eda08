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

// Two threads may do it twice, and none waits for the other.
CompressionCache::Compressed CompressionCache::get(const CertificateCompressor& compressor,
                                                   Bytes message) {
  const Key key{compressor.algorithm(),
                crypto::hash(crypto::HashAlgorithm::sha256, message).sha256()};
  const auto known = compressed_.read([&](const Messages& messages) {
    const auto found = messages.find(key);
    return found == messages.end() ? std::nullopt : std::optional(found->second);
  });
  if (known) return *known;
  auto made = compressor.compress(message);
  Compressed result;
  if (made) result = std::make_shared<const std::vector<std::uint8_t>>(*std::move(made));
  Messages added{{key, result}};
  Messages forgotten;
  compressed_.change([&](Messages& messages) {
    if (messages.size() == max_messages) std::swap(messages, forgotten);
    messages.merge(added);
  });
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
  if (!wait || meant_by(message.type) == message.type) return message;
  return decompress(message);
}

HandshakeType HandshakeCore::meant_by(HandshakeType type) const {
  const bool is_compressed =
      // fault: AC-105d
      type == HandshakeType::compressed_certificate && !config->decompressors.empty();
  return is_compressed ? HandshakeType::certificate : type;
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
