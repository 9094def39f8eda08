// What is decompressed of what a peer sends. RFC 8879, section 4; RFC 7932; RFC 8878.
#include <brotli/encode.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "nacre/compression.h"
#include "support/counting.h"

namespace nacre::test {
namespace {

using Octets = std::vector<std::uint8_t>;

// Half of it repeats itself, as certificates do.
Octets text_of_size(std::size_t size) {
  std::mt19937 random(1);
  Octets text(size);
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = i / 100 % 2 == 0 || i < 200 ? static_cast<std::uint8_t>(random()) : text[i - 200];
  }
  return text;
}

Octets brotli(const Octets& text, int quality, int window) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  Octets out(size);
  REQUIRE(BrotliEncoderCompress(quality, window, BROTLI_MODE_GENERIC, text.size(), text.data(),
                                &size, out.data()) == BROTLI_TRUE);
  out.resize(size);
  return out;
}

#if !defined(NACRE_OTHER_MALLOC)
// As a program that does not know the whole writes it, in blocks.
Octets brotli_in_parts(const Octets& text, int quality, int window) {
  Octets out(2 * text.size() + 1'000);
  BrotliEncoderState* state = BrotliEncoderCreateInstance(nullptr, nullptr, nullptr);
  REQUIRE(BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY,
                                    static_cast<std::uint32_t>(quality)) == BROTLI_TRUE);
  REQUIRE(BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN,
                                    static_cast<std::uint32_t>(window)) == BROTLI_TRUE);
  std::uint8_t* next_out = out.data();
  std::size_t room = out.size();
  const std::uint8_t* next_in = text.data();
  for (std::size_t left = text.size(); left > 0;) {
    std::size_t part = std::min<std::size_t>(left, 1'500);
    left -= part;
    const auto what = left > 0 ? BROTLI_OPERATION_FLUSH : BROTLI_OPERATION_FINISH;
    REQUIRE(BrotliEncoderCompressStream(state, what, &part, &next_in, &room, &next_out, nullptr) ==
            BROTLI_TRUE);
  }
  BrotliEncoderDestroyInstance(state);
  out.resize(out.size() - room);
  return out;
}
#endif

Octets zstd(const Octets& text, int level, bool tells_size = true) {
  Octets out(ZSTD_compressBound(text.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, tells_size ? 1 : 0);
  const std::size_t size =
      ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size());
  ZSTD_freeCCtx(context);
  REQUIRE(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

bool gives(const CertificateCompressor& compressor, const Octets& stream, const Octets& text) {
  Octets out(text.size(), 0);
  return compressor.decompress(stream, out) && out == text;
}

bool is_taken(const CertificateCompressor& compressor, const Octets& stream, std::size_t size) {
  Octets out(size);
  return compressor.decompress(stream, out);
}

// RFC 8878, section 3.1.2.
Octets skippable(std::uint8_t size) {
  return Octets{0x50, 0x2a, 0x4d, 0x18, size, 0, 0, 0} + Octets(size, 1);
}

}  // namespace

TEST_CASE("AC-203: Brotli's decoder takes honest streams of all qualities and windows",
          "[AC-203][rfc8879-4]") {
  const auto compressor = brotli_compressor();
  for (const std::size_t size : {std::size_t{1}, std::size_t{700}, std::size_t{4'096}}) {
    const Octets text = text_of_size(size);
    for (int quality = 0; quality <= 11; ++quality) {
      for (int window = 10; window <= 24; ++window) {
        CAPTURE(size, quality, window);
        CHECK(gives(*compressor, brotli(text, quality, window), text));
      }
    }
  }
  const Octets longest = text_of_size(65'532);
  for (const int quality : {1, 5, 9}) {
    for (const int window : {10, 16, 22, 24}) {
      CAPTURE(quality, window);
      CHECK(gives(*compressor, brotli(longest, quality, window), longest));
    }
  }
}

#if !defined(NACRE_OTHER_MALLOC)
TEST_CASE("AC-203: Brotli's decoder takes no more memory than the declared length allows",
          "[AC-203][rfc8879-4]") {
  const auto compressor = brotli_compressor();
  const Octets bomb{0x9f, 0xff, 0x23, 0xf4, 0x00, 0x24, 0x00,
                    0xe2, 0xb1, 0x40, 0x72, 0x37, 0xe8, 1};
  for (const std::size_t declared : {std::size_t{1}, std::size_t{4'000}, std::size_t{65'532}}) {
    bool taken = true;
    const std::size_t bytes =
        allocated_bytes_in([&] { taken = is_taken(*compressor, bomb, declared); });
    CHECK_FALSE(taken);
    CHECK(bytes < 10 * (2 * declared + 65'536));
  }
  // What a peer flushes, which says less of what is to come, is refused or costs no more either.
  for (const int window : {16, 18, 24}) {
    const Octets text = text_of_size(4'096);
    const Octets stream = brotli_in_parts(text, 9, window);
    const std::size_t bytes =
        allocated_bytes_in([&] { (void)is_taken(*compressor, stream, text.size()); });
    CHECK(bytes < 10 * (2 * text.size() + 65'536));
  }
}
#endif

TEST_CASE("AC-203: zstd takes one frame of today's format, of the declared size",
          "[AC-203][rfc8879-4]") {
  const auto compressor = zstd_compressor();
  const Octets text = text_of_size(3'000);
  for (const int level : {1, 3, 19, 22}) {
    for (const bool tells_size : {true, false}) {
      CHECK(gives(*compressor, zstd(text, level, tells_size), text));
      CHECK_FALSE(is_taken(*compressor, zstd(text, level, tells_size), text.size() + 1));
      CHECK_FALSE(is_taken(*compressor, zstd(text, level, tells_size), text.size() - 1));
    }
  }
  const Octets frame = zstd(text, 19);
  CHECK_FALSE(is_taken(*compressor, frame + frame, 2 * text.size()));
  CHECK_FALSE(is_taken(*compressor, frame + zstd({}, 19), text.size()));
  CHECK_FALSE(is_taken(*compressor, skippable(100) + frame, text.size()));
  CHECK_FALSE(is_taken(*compressor, frame + skippable(0), text.size()));
  CHECK_FALSE(is_taken(*compressor, skippable(100), 1));
  CHECK_FALSE(is_taken(*compressor, {}, 1));
  CHECK_FALSE(is_taken(*compressor, {0x28, 0xb5, 0x2f, 0xfd}, 1));
}

TEST_CASE("AC-203: zstd takes no frame of a format that is past", "[AC-203][rfc8879-4]") {
  const auto compressor = zstd_compressor();
  const Octets text{'l', 'e', 'g', 'a', 'c', 'y'};
  const Octets block = Octets{0x40, 0, 6} + text + Octets{0xc0, 0, 0};
  // v0.5, v0.6, v0.7: the last digit of the magic number, and what follows it.
  CHECK_FALSE(is_taken(*compressor, Octets{0x25, 0xb5, 0x2f, 0xfd, 0} + block, text.size()));
  CHECK_FALSE(is_taken(*compressor, Octets{0x26, 0xb5, 0x2f, 0xfd, 0} + block, text.size()));
  CHECK_FALSE(is_taken(*compressor, Octets{0x27, 0xb5, 0x2f, 0xfd, 0, 0} + block, text.size()));
}

}  // namespace nacre::test
