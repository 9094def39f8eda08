// CompressedCertificate messages from a server: they end in a Certificate that reads as any, or in
// their own errors, and take no more memory than a message may. RFC 8879.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "handshake/core.h"
#include "messages/certificate.h"
#include "nacre/compression.h"
#include "round_trip.h"

namespace nacre {
namespace {

const CommonConfig& config() {
  static const CommonConfig all = [] {
    CommonConfig made;
    for (const auto& each : {zlib_compressor(), brotli_compressor(), zstd_compressor()}) {
      if (each) made.decompressors.push_back(each);
    }
    return made;
  }();
  return all;
}

void decompress(Bytes body) {
  HandshakeCore core(config(), nullptr);
  const HandshakeMessage message{HandshakeType::compressed_certificate, body, body};
  const auto inside = core.decompress(message);
  if (!inside) return;
  if (inside->body.size() + 4 > config().limits.handshake_message) std::abort();
  fuzz::round_trip<Certificate>(inside->body);
}

}  // namespace
}  // namespace nacre

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nacre::decompress(nacre::fuzz::input_of(data, size));
  return 0;
}
