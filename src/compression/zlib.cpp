// zlib (RFC 1950) for certificates.
#ifdef NACRE_ZLIB
#include <zlib.h>
#endif

#include "nacre/compression.h"

namespace nacre {
#ifdef NACRE_ZLIB
namespace {

class Zlib final : public CertificateCompressor {
 public:
  CertificateCompressionAlgorithm algorithm() const override {
    return CertificateCompressionAlgorithm::zlib;
  }

  std::optional<std::vector<std::uint8_t>> compress(Bytes message) const override {
    std::vector<std::uint8_t> out(compressBound(message.size()));
    uLongf size = out.size();
    if (compress2(out.data(), &size, message.data(), message.size(), Z_BEST_COMPRESSION) != Z_OK) {
      return std::nullopt;
    }
    out.resize(size);
    return out;
  }

  bool decompress(Bytes compressed, MutableBytes message) const override {
    uLongf size = message.size();
    uLong used = compressed.size();
    return uncompress2(message.data(), &size, compressed.data(), &used) == Z_OK &&
           // fault: AC-105e
           size == message.size() && used == compressed.size();
  }
};

}  // namespace

CertificateCompressorPtr zlib_compressor() {
  return std::make_shared<const Zlib>();
}
#else
CertificateCompressorPtr zlib_compressor() {
  return nullptr;
}
#endif

}  // namespace nacre
