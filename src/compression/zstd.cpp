// Zstandard (RFC 8878) for certificates.
#ifdef NACRE_ZSTD
#include <zstd.h>
#endif

#include "nacre/compression.h"

namespace nacre {
#ifdef NACRE_ZSTD
namespace {

constexpr int level = 19;

class Zstd final : public CertificateCompressor {
 public:
  CertificateCompressionAlgorithm algorithm() const override {
    return CertificateCompressionAlgorithm::zstd;
  }

  std::optional<std::vector<std::uint8_t>> compress(Bytes message) const override {
    std::vector<std::uint8_t> out(ZSTD_compressBound(message.size()));
    const std::size_t size =
        ZSTD_compress(out.data(), out.size(), message.data(), message.size(), level);
    if (ZSTD_isError(size) != 0) return std::nullopt;
    out.resize(size);
    return out;
  }

  bool decompress(Bytes compressed, MutableBytes message) const override {
    const std::size_t size =
        ZSTD_decompress(message.data(), message.size(), compressed.data(), compressed.size());
    return ZSTD_isError(size) == 0 && size == message.size();
  }
};

}  // namespace

CertificateCompressorPtr zstd_compressor() {
  return std::make_shared<const Zstd>();
}
#else
CertificateCompressorPtr zstd_compressor() {
  return nullptr;
}
#endif

}  // namespace nacre
