// The compressors that there are: all of them, where the tests are built.
#pragma once

#include <vector>

#include "nacre/compression.h"

namespace nacre::test {

inline const std::vector<CertificateCompressorPtr>& all_compressors() {
  static const std::vector<CertificateCompressorPtr> compressors{
      zlib_compressor(), brotli_compressor(), zstd_compressor()};
  return compressors;
}

}  // namespace nacre::test
