// Brotli (RFC 7932) for certificates.
#ifdef NACRE_BROTLI
#include <brotli/decode.h>
#include <brotli/encode.h>
#endif

#include <cstddef>
#include <new>

#include "nacre/compression.h"

namespace nacre {
#ifdef NACRE_BROTLI
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

// The decoder has a window of its own, as large as the stream says, whatever comes of it: up to
// 16 MiB. It is made smaller where the last block begins; none of an honest stream's is longer than
// what is allowed here. The decoder holds some ten blocks at once, so that together they are
// bounded too.
struct Allowed {
  std::size_t size;  // of one block of memory

  explicit Allowed(std::size_t message_size) : size(2 * message_size + std::size_t{64} * 1'024) {}

  static void* allocate(void* allowed, std::size_t size) {
    // fault: AC-203a
    if (size > static_cast<const Allowed*>(allowed)->size) return nullptr;
    return ::operator new(size, std::nothrow);
  }
  static void release(void* /*allowed*/, void* memory) { ::operator delete(memory); }
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
    Allowed allowed(message.size());
    const std::unique_ptr<BrotliDecoderState, Destroy> state(
        BrotliDecoderCreateInstance(Allowed::allocate, Allowed::release, &allowed));
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
