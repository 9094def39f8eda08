// Zstandard (RFC 8878) for certificates.
#ifdef NACRE_ZSTD
#include <zstd.h>
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "nacre/compression.h"

namespace nacre {
#ifdef NACRE_ZSTD
namespace {

constexpr int level = 19;

// RFC 8878, section 3.1.1: one frame, whose size is that or not told. The library would take the
// formats of its past as well, several frames, and any number that are skipped (section 3.1.2).
bool is_one_frame(Bytes compressed, std::size_t size) {
  constexpr unsigned long long unknown = ZSTD_CONTENTSIZE_UNKNOWN;
  constexpr std::array<std::uint8_t, 4> magic_number{0x28, 0xb5, 0x2f, 0xfd};
  if (compressed.size() < magic_number.size() ||
      !std::ranges::equal(compressed.first(magic_number.size()), magic_number)) {
    return false;
  }
  const unsigned long long told = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  return (told == size || told == unknown) &&
         // fault: AC-203c
         ZSTD_findFrameCompressedSize(compressed.data(), compressed.size()) == compressed.size();
}

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
    // fault: AC-203b
    if (!is_one_frame(compressed, message.size())) return false;
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
