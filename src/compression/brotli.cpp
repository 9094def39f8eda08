// Brotli (RFC 7932) for certificates.
#ifdef NACRE_BROTLI
#include <brotli/decode.h>
#include <brotli/encode.h>
#endif

#include "nacre/compression.h"

namespace nacre {
#ifdef NACRE_BROTLI
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class Brotli final : public CertificateCompressor {
 public:
  CertificateCompressionAlgorithm algorithm() const override {
    return CertificateCompressionAlgorithm::brotli;
  }

  std::optional<std::vector<std::uint8_t>> compress(Bytes message) const override {
    std::size_t size = BrotliEncoderMaxCompressedSize(message.size());
    std::vector<std::uint8_t> out(size);
    if (BrotliEncoderCompress(BROTLI_DEFAULT_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC,
                              message.size(), message.data(), &size, out.data()) != BROTLI_TRUE) {
      return std::nullopt;
    }
    out.resize(size);
    return out;
  }

  bool decompress(Bytes compressed, MutableBytes message) const override {
    // Not in one call, which passes over what is left of the stream.
    const std::unique_ptr<BrotliDecoderState, Destroy> state(
        BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    if (state == nullptr) return false;
    std::size_t unread = compressed.size();
    const std::uint8_t* in = compressed.data();
    std::size_t unwritten = message.size();
    std::uint8_t* out = message.data();
    return BrotliDecoderDecompressStream(state.get(), &unread, &in, &unwritten, &out, nullptr) ==
               BROTLI_DECODER_RESULT_SUCCESS &&
           unread == 0 && unwritten == 0;
  }
};

}  // namespace

CertificateCompressorPtr brotli_compressor() {
  return std::make_shared<const Brotli>();
}
#else
CertificateCompressorPtr brotli_compressor() {
  return nullptr;
}
#endif

}  // namespace nacre
